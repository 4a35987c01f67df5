"""A changed message proposes a new answer; nothing changes before it is tapped."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from flows.conversation import Conversation
from flows.engine import Edited, Event, Tap, Text, Unusable, step
from flows.record import Status
from tests.builders import Worker
from tests.flows.test_answering import MET, question

Begun = Callable[..., Worker]
NOTHING = "A changed message changes nothing. Here is where you are:"
CLOSED = "That registration is not open any more; nothing was changed."
KINDS = """\
  - type: select_one yes_no
    name: met
    indicator: T1
    label: Did you meet anybody?
  - type: select_multiple needs
    name: needs
    indicator: T1
    label: What was needed?
  - type: text
    name: why
    indicator: T1
    label: Why?
  - type: counts ages
    name: ages
    indicator: T1
    label: How old?
"""


def answers(worker: Worker) -> dict[str, object]:
    draft = worker.conversation.draft
    assert draft is not None
    return {name: answer.value for name, answer in draft.answers.items()}


def counted(tiny: Begun) -> Worker:
    """Return a worker who is at the question after a typed number."""
    return tiny(MET).taps("Yes").types("3")


def test_a_turn_says_which_answer_it_put_into_a_draft(tiny: Begun) -> None:
    worker = tiny(MET)
    said = []
    for event in (
        Tap(worker.button("Yes").token),
        Text("nonsense"),
        Text("60"),
        Text("yes"),
        Text("/back"),
        Text("/why"),
        Text("keep"),
        Text("1 59 0"),
    ):
        turn = step(worker.conversation, event, worker.world)
        said.append(turn.answered)
        worker.does(event)
    assert said == ["1.met", "", "", "1.count", "", "", "", "1.ages"]


def test_a_changed_message_is_offered_as_a_new_answer(tiny: Begun) -> None:
    worker = counted(tiny).does(Edited("5", "1.count"))
    assert worker.screen.note == "You changed your message. Your answer is still 3."
    assert question(worker) == "How old?"
    assert answers(worker)["count"] == 3
    worker.taps("Change to: 5")
    assert answers(worker)["count"] == 5
    assert question(worker) == "How old?"


@pytest.mark.parametrize(
    "event",
    [Text("/why"), Text("perhaps"), Unusable("photo"), Edited("4", ""), Edited("3", "1.count")],
)
def test_anything_but_its_button_drops_a_proposal(tiny: Begun, event: Event) -> None:
    worker = counted(tiny).does(Edited("5", "1.count")).does(event)
    assert not [label for label in worker.labels if label.startswith("Change to")]
    assert answers(worker)["count"] == 3
    assert worker.conversation.proposed is None


def test_a_proposal_that_is_dropped_cannot_be_tapped_any_more(tiny: Begun) -> None:
    worker = counted(tiny).does(Edited("5", "1.count"))
    button = worker.button("Change to: 5")
    worker.types("/why").does(Tap(button.token))
    assert answers(worker)["count"] == 3


def test_a_proposal_taken_twice_counts_once(tiny: Begun) -> None:
    worker = counted(tiny).does(Edited("5", "1.count"))
    button = worker.button("Change to: 5")
    worker.does(Tap(button.token)).does(Tap(button.token))
    assert (answers(worker)["count"], question(worker)) == (5, "How old?")


@pytest.mark.parametrize("typed", ["change to: 5", "Change to: 5"])
def test_a_proposal_may_be_taken_in_words(tiny: Begun, typed: str) -> None:
    assert answers(counted(tiny).does(Edited("5", "1.count")).types(typed))["count"] == 5


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("3", "That is already your answer."),
        (" three ", "That is already your answer."),
        ("501", "From 1 to 500. Your answer is still 3."),
        (
            "many",
            "Please type a whole number, for instance 3. Your answer is still 3.",
        ),
        ("", "Please type a whole number, for instance 3. Your answer is still 3."),
    ],
)
def test_a_changed_message_that_is_no_other_answer_says_so(
    tiny: Begun, text: str, note: str
) -> None:
    worker = counted(tiny)
    before = worker.conversation
    worker.does(Edited(text, "1.count"))
    assert (worker.screen.note, worker.conversation) == (note, before)


def test_an_unusual_proposal_is_put_once_more(tiny: Begun) -> None:
    worker = counted(tiny).does(Edited("60", "1.count")).taps("Change to: 60")
    assert worker.state == "confirming"
    assert "You answered: 60" in worker.screen.text
    assert answers(worker)["count"] == 3
    assert answers(worker.taps("Yes, that is right"))["count"] == 60


def test_an_unusual_proposal_that_is_not_confirmed_leaves_the_answer(tiny: Begun) -> None:
    worker = counted(tiny).does(Edited("60", "1.count")).taps("Change to: 60", "No, change it")
    assert question(worker) == "How many?"
    assert answers(worker)["count"] == 3


def test_while_another_answer_is_doubted_an_earlier_one_can_be_changed(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes").types("60").does(Edited("no", "1.met"))
    assert (worker.state, worker.screen.note) == (
        "confirming",
        "You changed your message. Your answer is still Yes.",
    )
    worker.taps("Change to: No")
    assert (worker.state, answers(worker)["met"]) == ("reviewing", "no")


def test_in_the_review_an_answer_can_be_changed_and_the_review_comes_back(tiny: Begun) -> None:
    worker = counted(tiny).types("1 2 0").does(Edited("no", "1.met"))
    assert worker.state == "reviewing"
    worker.taps("Change to: No")
    assert worker.state == "reviewing"
    assert "• Did you meet anybody? No" in worker.screen.text
    worker = counted(tiny).types("1 2 0").does(Edited("4", "1.count")).taps("Change to: 4")
    assert (worker.state, question(worker)) == ("asking", "How old?")


def test_what_was_tapped_of_the_question_at_hand_stays(tiny: Begun) -> None:
    worker = tiny(KINDS).taps("Yes", "☐ Food").does(Edited("no", "1.met")).taps("Change to: No")
    assert answers(worker)["met"] == "no"
    assert "☑ Food" in worker.labels


def test_whoever_went_back_stays_there(tiny: Begun) -> None:
    worker = tiny(KINDS).taps("Yes", "☐ Food", "Done").types("because").types("/back")
    worker.does(Edited("no", "1.met")).taps("Change to: No")
    assert (question(worker), answers(worker)["met"]) == ("Why?", "no")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("met", "no", "no"),
        ("met", "nee", None),
        ("met", "2", "no"),
        ("needs", "housing, papers", ["housing", "papers"]),
        ("why", "for another reason", "for another reason"),
        ("why", "call 0470 12 34 56", None),
        ("ages", "2 1 0", {"young": 2, "old": 1, "unknown": 0}),
        ("ages", "young 2, old 1", None),
    ],
)
def test_a_changed_message_is_read_as_the_kind_reads_it(
    tiny: Begun, name: str, text: str, value: object
) -> None:
    worker = tiny(KINDS).taps("Yes", "☐ Food", "Done").types("because", "1 1 1")
    worker.does(Edited(text, f"1.{name}"))
    assert worker.conversation.proposed == value
    assert "0470" not in str(worker.conversation)
    if value is not None:
        assert answers(worker.taps("Change to"))[name] == value


def test_a_long_proposal_is_shortened_on_its_button_only(tiny: Begun) -> None:
    text = "because they asked for it and " * 4
    worker = tiny(KINDS).taps("Yes", "☐ Food", "Done").types("because")
    worker.does(Edited(text, "1.why"))
    label = next(label for label in worker.labels if label.startswith("Change to"))
    assert len(label) < 80
    assert label.endswith("…")
    assert answers(worker.taps(label))["why"] == text.strip()


def test_a_missing_answer_may_become_a_value(tiny: Begun) -> None:
    worker = tiny(MET).taps("Yes", "Not known").does(Edited("4", "1.count"))
    assert worker.screen.note == "You changed your message. Your answer is still Not known."
    worker.taps("Change to: 4")
    assert worker.conversation.drafts[0].answers["count"].status is Status.ANSWERED


@pytest.mark.parametrize("of", ["1.count", "2.count", "nonsense"])
@pytest.mark.parametrize("way", ["saved", "paused", "another"])
def test_a_changed_message_of_a_registration_that_is_not_open_changes_nothing(
    tiny: Begun, of: str, way: str
) -> None:
    worker = counted(tiny)
    ways = {"saved": ("1 2 0", "Save"), "paused": ("/pause",), "another": ("/pause", "Tiny sheet")}
    worker.types(*ways[way])
    before = worker.conversation
    of = of.replace("2", "3")
    worker.does(Edited("5", of))
    assert (worker.screen.note, worker.conversation) == (CLOSED, before)


@pytest.mark.parametrize("of", ["", "1.nothing", "1.", "1.ages"])
def test_a_changed_message_that_answered_nothing_changes_nothing(tiny: Begun, of: str) -> None:
    worker = counted(tiny)
    before = worker.conversation
    worker.does(Edited("5", of))
    assert (worker.screen.note, worker.conversation) == (NOTHING, before)


def test_an_answer_that_fell_off_the_path_is_not_offered(tiny: Begun) -> None:
    worker = counted(tiny).types("/back", "/back").taps("No")
    worker.does(Edited("5", "1.count"))
    assert worker.screen.note == NOTHING


@pytest.mark.parametrize("command", ["/language", "/cancel", "/remark"])
def test_in_an_aside_nothing_is_proposed(tiny: Begun, command: str) -> None:
    worker = counted(tiny).types(command).does(Edited("5", "1.count"))
    assert worker.screen.note == NOTHING
    assert worker.conversation.proposed is None


def test_a_proposal_survives_that_the_screen_is_shown_again(tiny: Begun) -> None:
    worker = counted(tiny).does(Edited("5", "1.count"))
    again: Conversation = replace(worker.conversation)
    assert "Change to: 5" in Worker(worker.world, again).labels
