"""Rules of answering one registration, on tiny sheets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from flows.engine import Tap
from flows.record import Record, RecordValue, Status
from tests.builders import Worker

Begun = Callable[..., Worker]


MET = """\
  - type: select_one yes_no
    name: met
    indicator: T1
    label: Did you meet anybody?
  - type: integer
    name: count
    label: How many?
    relevant: ${met} = 'yes'
    constraint: . >= 1 and . <= 500
    constraint_message: From 1 to 500.
    warning: . <= 50
    warning_message: That is a lot.
  - type: counts ages
    name: ages
    label: How old?
    relevant: ${count} > 0
    total: ${count}
"""


def values(record: Record) -> dict[tuple[str, str], RecordValue]:
    return {(value.question, value.category): value for value in record.values}


def question(worker: Worker) -> str:
    return worker.question


def test_back_from_the_first_question_returns_to_the_menu_and_keeps_nothing(tiny: Begun) -> None:
    worker = tiny(MET).types("/back").taps("‹ Back")
    assert worker.state == "idle"
    worker = Worker(worker.world).starts("Tiny sheet").taps("‹ Back")
    assert (worker.state, worker.conversation.drafts, worker.saved) == ("idle", (), [])


def test_back_shows_the_answer_and_keep_leaves_it(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes", "‹ Back")
    assert "Your answer now: Yes" in worker.screen.text
    assert question(worker.taps("Keep ›")) == "How many?"


def test_going_back_any_number_of_steps_works_out_anew_what_is_asked(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("3")
    assert question(worker) == "How old?"
    worker.taps("‹ Back", "‹ Back").taps("No")
    assert worker.state == "reviewing"
    assert worker.screen.text.split("\n")[1:] == [
        "• Which day? Mon 02/03/2026",
        "• Did you meet anybody? No",
    ]


def test_an_answer_that_fell_off_the_path_is_set_aside_and_its_question_skipped(
    tiny: Begun,
) -> None:
    worker = tiny(MET).taps("Yes").types("3", "1 2 0").types("/back", "/back", "/back")
    worker.taps("No", "Save")
    record = worker.saved[0]
    assert record.set_aside == {"count": 3, "ages": {"young": 1, "old": 2, "unknown": 0}}
    assert {key: value.status for key, value in values(record).items()} == {
        ("day", ""): Status.ANSWERED,
        ("met", ""): Status.ANSWERED,
        ("count", ""): Status.SKIPPED,
        ("ages", ""): Status.SKIPPED,
    }


def test_an_answer_comes_back_when_its_question_does(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("3", "1 2 0").types("/back", "/back", "/back")
    worker.taps("No", "Change an answer").types("met").taps("Yes", "Save")
    assert worker.saved[0].set_aside == {}
    assert values(worker.saved[0])["ages", "old"].value == "2"


def test_counts_that_no_longer_add_up_are_asked_again(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("3", "1 2 0").taps("Change an answer").types("count", "4")
    assert question(worker) == "How old?"
    assert worker.types("1 2 0").screen.note == "Together that makes 3; it must be 4."
    assert worker.types("2 2 0").state == "reviewing"


def test_a_hard_limit_refuses_and_a_soft_limit_asks(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("501")
    assert (worker.state, worker.screen.note) == ("asking", "From 1 to 500.")
    worker.types("60")
    assert worker.state == "confirming"
    assert worker.screen.text == "How many?\nYou answered: 60\nThat is a lot.\nIs that right?"
    assert question(worker.taps("No, change it")) == "How many?"
    assert question(worker.types("60").taps("Yes, that is right")) == "How old?"


def test_a_number_typed_at_a_soft_limit_is_a_better_answer_and_no_button(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("60", "1").types("1 0 0").taps("Save")
    assert values(worker.saved[0])["count", ""].value == "1"


@pytest.mark.parametrize("word", ["yes", "Yes, that is right", "ja", "OUI", "#1"])
def test_a_doubted_answer_is_confirmed_in_a_word(word: str, tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("60", word)
    assert question(worker) == "How old?"


@pytest.mark.parametrize("word", ["no", "nee", "non", "#2", "/back", "perhaps"])
def test_anything_else_asks_again(word: str, tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("60", word)
    assert (worker.state, question(worker)) == ("asking", "How many?")


def test_a_doubted_answer_is_not_kept_before_it_is_confirmed(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("60").taps("Pause").taps("▸ Go on")
    assert (worker.state, question(worker)) == ("asking", "How many?")
    assert "count" not in worker.conversation.drafts[0].answers


def test_a_button_of_an_earlier_question_changes_nothing_and_offers_to_change_it(
    tiny: Begun,
) -> None:
    worker = tiny(MET)
    no = worker.button("No")
    worker.taps("Yes").types("3").does(Tap(no.token))
    assert worker.screen.note == "That button belongs to an earlier question; nothing was changed."
    assert question(worker) == "How old?"
    assert question(worker.taps("Change: Did you meet anybody?")) == "Did you meet anybody?"
    assert worker.taps("No").state == "reviewing"


def test_the_offer_to_change_an_answer_is_there_once(tiny: Begun) -> None:
    worker = tiny(MET)
    no = worker.button("No")
    worker.taps("Yes").does(Tap(no.token)).types("3")
    assert not [label for label in worker.labels if label.startswith("Change")]


@pytest.mark.parametrize("button", ["No", "‹ Back", "Pause", "Not known"])
def test_a_second_tap_on_the_same_question_does_not_answer_the_next(
    tiny: Begun, button: str
) -> None:
    worker = tiny(MET)
    token = worker.button(button).token
    worker.taps("Yes")
    before = worker.conversation
    worker.does(Tap(token))
    assert replace(worker.conversation, offer="", turn=0) == replace(before, turn=0)


def test_a_doubled_plus_counts_once(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("3")
    plus = next(button for button in worker.buttons if button.token.endswith(":young:1"))
    worker.does(Tap(plus.token)).does(Tap(plus.token))
    assert "Young: 1" in worker.labels
    assert worker.screen.note == ""


def test_a_save_button_saves_once(tiny: Begun) -> None:
    worker = tiny(MET).taps("No")
    save = worker.button("Save")
    worker.does(Tap(save.token)).does(Tap(save.token)).does(Tap(save.token))
    assert len(worker.saved) == 1


def test_several_choices_are_tapped_until_done(tiny: Begun) -> None:
    survey = "  - type: select_multiple needs\n    name: a\n    indicator: T1\n    label: A?\n"
    worker = tiny(survey).types("food", "3").taps("Done (2)")
    assert "• A? Food, Housing" in worker.screen.text
    worker.taps("‹ Back")
    assert "Done (2)" in worker.labels
    worker.types("done").taps("Save")
    chosen = {category: value.value for (_, category), value in values(worker.saved[0]).items()}
    assert chosen == {"": "2026-03-02", "none": "0", "food": "1", "housing": "1", "papers": "0"}


def test_an_exclusive_choice_ends_the_question(tiny: Begun) -> None:
    survey = "  - type: select_multiple needs\n    name: a\n    indicator: T1\n    label: A?\n"
    worker = tiny(survey).taps("☐ Food", "Nothing")
    assert "untick that first" in worker.screen.note
    worker.taps("☑ Food", "Nothing", "Save")
    assert values(worker.saved[0])["a", "food"].value == "0"
    assert values(worker.saved[0])["a", "none"].value == "1"


def test_a_calculation_is_worked_out_and_a_fixed_value_goes_along(tiny: Begun) -> None:
    worker = tiny(
        MET
        + "  - type: calculate\n    name: double\n    label: x\n    calculation: ${count} * 2\n"
        + "  - type: text\n    name: where\n    label: x\n    read_only: yes\n    default: here\n"
        + "  - type: calculate\n    name: never\n    calculation: ${double} div 0\n"
    )
    saved = values(worker.taps("Yes").types("3", "1 2 0").taps("Save").saved[0])
    assert [saved[name, ""].value for name in ("double", "where", "never")] == ["6", "here", ""]
    assert saved["never", ""].status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("total", ["'many'", "${word}", "1 div 0", "0 - 3"])
def test_a_total_that_is_no_number_does_not_stop_the_conversation(total: str, tiny: Begun) -> None:
    word = "  - type: text\n    name: word\n    indicator: T1\n    label: A word?\n"
    ages = f'  - type: counts ages\n    name: ages\n    label: A?\n    total: "{total}"\n'
    worker = tiny(word + ages).types("inf")
    assert question(worker) == "A?"


def test_why_tells_the_indicator_and_what_can_be_answered(tiny: Begun) -> None:
    note = tiny(MET).taps("ⓘ Why?").screen.note
    for part in ("Tiny (T1)", "A definition.", "A reason.", "An example.", "practitioner"):
        assert part in note


def test_today_on_yesterdays_screen_is_still_that_day(tiny: Begun) -> None:
    worker = tiny(MET).types("/back")
    today, yesterday = worker.button("Today"), worker.button("Yesterday")
    worker.on(date(2026, 3, 3)).does(Tap(yesterday.token))
    assert question(worker) == "Which day?"
    worker.does(Tap(today.token)).taps("No", "Save")
    assert worker.saved[0].observed_on == date(2026, 3, 2)


def test_a_text_that_fits_two_choices_takes_neither(tiny: Begun) -> None:
    worker = tiny(
        "  - type: select_one twins\n    name: a\n    indicator: T1\n    label: A?\n",
        choices="twins:\n- {name: one, label: Paid work}\n- {name: two, label: Paid job}\n",
    ).types("paid")
    assert worker.screen.note.startswith("That can mean more than one thing.")
    assert worker.types("paid job").state == "reviewing"
