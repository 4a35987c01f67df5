"""The check at the end, and changing an answer from there."""

from datetime import date

import pytest

from tests.builders import Worker
from tests.flows.test_answering import MET, Begun, question


def test_a_review_can_be_paused_thrown_away_and_left_for_the_last_question(tiny: Begun) -> None:
    worker = tiny(MET).taps("No")
    assert worker.taps("Pause", "▸ Go on: Tiny sheet (2 of 2)").state == "reviewing"
    assert worker.types("what now").screen.note == (
        "Everything is answered. Tap Save, or change an answer."
    )
    assert worker.taps("Throw away", "No, go on").state == "reviewing"
    assert question(worker.taps("‹ Back")) == "Did you meet anybody?"
    assert worker.taps("Keep ›", "Throw away", "Yes, throw away").state == "idle"
    assert worker.saved == []


def test_a_long_list_of_answers_has_pages(tiny: Begun) -> None:
    rows = [
        f"  - type: integer\n    name: q{number}\n    indicator: T1\n    label: Number {number}?\n"
        for number in range(1, 12)
    ]
    worker = tiny("".join(rows)).types(*[str(number) for number in range(1, 12)])
    worker.taps("Change an answer")
    assert worker.labels[-2:] == ["More ›", "‹ Back"]
    assert worker.taps("More ›").labels[:2] == ["Number 10? 10", "Number 11? 11"]
    assert (
        worker.types("Number 99?").screen.note == "That is not one of the answers. Please tap one."
    )
    assert worker.taps("‹ Earlier").labels[0] == "Which day? Mon 02/03/2026"
    assert worker.taps("‹ Back").state == "reviewing"


@pytest.mark.parametrize("event", ["Save", "/save", "hello"])
def test_a_review_with_an_answer_that_stopped_being_right_saves_nothing(
    event: str, tiny: Begun
) -> None:
    worker = tiny(
        "  - type: date\n    name: a\n    indicator: T1\n    label: A?\n"
        "    constraint: . = today()\n    constraint_message: Today.\n"
    ).taps("Today")
    assert worker.state == "reviewing"
    worker.on(date(2026, 3, 9)).types(event)
    assert (worker.state, question(worker), worker.saved) == ("asking", "A?", [])


def test_a_remark_is_not_taken_on_a_note_where_it_would_be_lost() -> None:
    worker = Worker().types("English", "Target group and area", "baseline").taps("Today")
    assert "Go on" in worker.labels
    worker.types("/remark")
    assert worker.state == "asking"
    assert "A remark belongs to a question" in worker.screen.note
