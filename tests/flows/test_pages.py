"""Many choices are shown in pages, and typed words find them on any page."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conversation import Conversation
from flows.engine import Tap
from flows.sheet import Choice, Question, Sheet
from tests.builders import Worker, context, handbook

Begun = Callable[..., Worker]


def listed(count: int) -> str:
    """Return a list of choices: Choice 1, Choice 2…, the last one exclusive."""
    rows = "\n".join(f"- {{name: c{number}, label: Choice {number}}}" for number in range(1, count))
    return f"many:\n{rows}\n- {{name: c{count}, label: Choice {count}, exclusive: yes}}\n"


ONE = """\
  - type: select_one many
    name: one
    indicator: T1
    label: Which one?
  - type: select_one many
    name: another
    indicator: T1
    label: Which other one?
"""
SEVERAL = "  - type: select_multiple many\n    name: all\n    indicator: T1\n    label: Which?\n"
COUNTED = "  - type: counts many\n    name: ages\n    indicator: T1\n    label: How many?\n"


def choices(worker: Worker) -> list[str]:
    return [label for label in worker.labels if "Choice" in label]


def answer(worker: Worker, name: str) -> object:
    return worker.conversation.drafts[0].answers[name].value


def test_up_to_24_choices_are_on_one_page(tiny: Begun) -> None:
    worker = tiny(ONE, choices=listed(24))
    assert len(choices(worker)) == 24
    assert "More ›" not in worker.labels


def test_more_choices_are_turned_over(tiny: Begun) -> None:
    worker = tiny(ONE, choices=listed(50))
    assert choices(worker) == [f"Choice {number}" for number in range(1, 25)]
    assert "‹ Earlier" not in worker.labels
    assert choices(worker.taps("More ›"))[0] == "Choice 25"
    assert choices(worker.taps("More ›")) == ["Choice 49", "Choice 50"]
    assert "More ›" not in worker.labels
    assert choices(worker.taps("‹ Earlier"))[-1] == "Choice 48"
    worker.taps("Choice 30")
    assert answer(worker, "one") == "c30"


def test_another_question_begins_on_its_first_page(tiny: Begun) -> None:
    worker = tiny(ONE, choices=listed(50)).taps("More ›", "Choice 30")
    assert choices(worker)[0] == "Choice 1"
    worker.taps("More ›", "‹ Back")
    assert choices(worker)[0] == "Choice 1"
    worker.taps("More ›", "Keep ›")
    assert choices(worker)[0] == "Choice 1"
    worker.taps("More ›", "Pause", "▸ Go on")
    assert choices(worker)[0] == "Choice 1"


def test_an_aside_returns_to_the_page(tiny: Begun) -> None:
    worker = tiny(ONE, choices=listed(50)).taps("More ›").types("/language").taps("‹ Back")
    assert choices(worker)[0] == "Choice 25"


@pytest.mark.parametrize("turned", [0, 1])
@pytest.mark.parametrize("text", ["choice 40", "CHOICE  40", "c40"])
def test_words_find_a_choice_on_any_page(tiny: Begun, text: str, turned: int) -> None:
    worker = tiny(ONE, choices=listed(50)).taps(*["More ›"] * turned).types(text)
    assert answer(worker, "one") == "c40"


def test_a_number_is_that_of_the_page(tiny: Begun) -> None:
    worker = tiny(ONE, choices=listed(50)).taps("More ›").types("2")
    assert answer(worker, "one") == "c26"
    several = tiny(SEVERAL, choices=listed(50)).taps("More ›").types("2, 4")
    assert answer(several, "all") == ["c26", "c28"]


def test_words_that_fit_choices_of_two_pages_take_neither(tiny: Begun) -> None:
    twins = listed(50).replace("label: Choice 3}", "label: Paid work}")
    twins = twins.replace("label: Choice 40}", "label: Paid job}")
    worker = tiny(ONE, choices=twins).types("paid")
    assert worker.screen.note.startswith("Please tap one of the choices")
    worker.types("paid job")
    assert answer(worker, "one") == "c40"


def test_several_choices_are_gathered_over_pages(tiny: Begun) -> None:
    worker = tiny(SEVERAL, choices=listed(50)).taps("☐ Choice 2", "More ›", "☐ Choice 25")
    assert "Done (2)" in worker.labels
    worker.types("choice 40", "choice 25").taps("Done (2)")
    assert answer(worker, "all") == ["c2", "c40"]


def test_an_exclusive_choice_is_taken_alone_from_another_page(tiny: Begun) -> None:
    worker = tiny(SEVERAL, choices=listed(50)).types("choice 50")
    assert answer(worker, "all") == ["c50"]


def test_counts_add_up_over_pages(tiny: Begun) -> None:
    worker = tiny(COUNTED, choices=listed(60)).types("Choice 3: 2, Choice 40: 5")
    assert len(choices(worker)) == 24
    assert "Done (7)" in worker.labels
    worker.taps("More ›")
    assert "Choice 40: 5" in worker.labels
    plus = next(button for button in worker.buttons if button.token.endswith(".v:set:c40:6"))
    assert plus.label == "+"
    worker.taps("Choice 41: 0").types("10").taps("Done (17)")
    counts = answer(worker, "ages")
    assert isinstance(counts, dict)
    assert {name: count for name, count in counts.items() if count} == {
        "c3": 2,
        "c40": 5,
        "c41": 10,
    }


@cache
def contact() -> Sheet:
    return handbook()["contact"]


kinds = st.sampled_from(["select_one", "select_multiple", "counts"])


@given(
    kind=kinds,
    count=st.integers(1, 500),
    label=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40),
    page=st.integers(0, 30),
    language=st.sampled_from(["en", "nl", "fr", "de"]),
)
@settings(deadline=None, max_examples=60)
def test_any_number_of_choices_can_be_drawn_on_any_page(
    kind: str, count: int, label: str, page: int, language: str
) -> None:
    count = min(count, 60) if kind == "counts" else count
    # No other button holds this sign.
    label = f"§{label}"
    made = tuple(Choice(f"choice_{number:03}", f"{label} {number}") for number in range(count))
    code = contact().indicators[0].code
    question = Question(
        kind, "made_up", "Made up?", "made_up", made, indicator=code, required=False
    )
    sheet = replace(contact(), questions=(question, replace(question, name="after")), texts={})
    worker = Worker(context({"contact": sheet})).types("English", "Contact")
    worker.types(f"/language {language}")
    shown = Worker(worker.world, replace(worker.conversation, page=page))
    begin = min(page, (count - 1) // 24) * 24
    drawn = [button.label for button in shown.buttons if f"{label} " in button.label]
    assert len(drawn) == min(24, count - begin)


def test_any_number_of_registrations_may_wait() -> None:
    worker = Worker().types("English", "Contact", "today")
    draft = worker.conversation.drafts[0]
    drafts = tuple(replace(draft, number=number) for number in range(1, 101))
    conversation: Conversation = replace(
        worker.conversation, drafts=drafts, last_number=100, current=100
    )
    worker = Worker(worker.world, conversation).taps("Pause")
    waiting: list[str] = []
    while "More ›" in worker.labels:
        waiting += [label for label in worker.labels if label.startswith("▸")]
        worker.taps("More ›")
    waiting += [label for label in worker.labels if label.startswith("▸")]
    assert len(waiting) == 100
    worker.taps("‹ Earlier").does(Tap(worker.buttons[0].token))
    assert worker.state == "asking"
