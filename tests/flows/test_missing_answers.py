"""Why an answer is missing, and what is remarked on one."""

import pytest

from flows.record import Status
from tests.flows.test_answering import MET, Begun, question, values

KINDS = {
    "select_one": "select_one yes_no",
    "select_multiple": "select_multiple needs",
    "integer": "integer",
    "decimal": "decimal",
    "text": "text",
    "date": "date",
    "counts": "counts ages",
}
REASONS = {"Not known": "dont_know", "Declined": "refused", "Not applicable": "not_applicable"}


@pytest.mark.parametrize("button", REASONS)
@pytest.mark.parametrize("kind", KINDS)
def test_why_an_answer_misses_is_stored_on_every_kind(kind: str, button: str, tiny: Begun) -> None:
    survey = f"  - type: {KINDS[kind]}\n    name: a\n    indicator: T1\n    label: A?\n"
    worker = tiny(survey + "    constraint: . = 'never'\n    constraint_message: No.\n")
    value = values(worker.taps(button, "Save").saved[0])["a", ""]
    assert (value.status, value.value, value.reason) == (REASONS[button], "", "")


def test_a_question_that_is_not_required_may_be_left_out(tiny: Begun) -> None:
    worker = tiny(MET.replace("label: How many?", "label: How many?\n    required: no"))
    value = values(worker.taps("Yes", "Leave out", "Save").saved[0])["count", ""]
    assert (value.status, value.reason) == (Status.NOT_DONE, "left_out")


def test_a_reason_that_the_question_does_not_offer_cannot_be_typed(tiny: Begun) -> None:
    worker = tiny(MET.replace("name: met", "name: met\n    missing: [refused]"))
    assert worker.types("Not known").state == "asking"
    assert worker.conversation.drafts[0].answers.keys() == {"day"}


def test_a_remark_stands_with_its_answer_and_with_the_record(tiny: Begun) -> None:
    worker = tiny(MET).types("/remark", "Only by phone.")
    assert (worker.state, question(worker)) == ("asking", "Did you meet anybody?")
    worker.taps("No")
    assert "• Did you meet anybody? No (Only by phone.)" in worker.screen.text
    worker.taps("Remark").types("A quiet day.").taps("Save")
    assert worker.saved[0].remark == "A quiet day."
    remarks = {value.question: value.remark for value in worker.saved[0].values}
    assert remarks["met"] == "Only by phone."
    assert remarks["day"] == ""


def test_a_remark_can_be_taken_away(tiny: Begun) -> None:
    worker = tiny(MET).types("/remark", "Only by phone.", "/remark")
    assert "It says now: Only by phone." in worker.screen.text
    assert worker.taps("Take the remark away", "No", "Save").saved[0].values[1].remark == ""


def test_a_remark_that_points_to_a_person_is_refused(tiny: Begun) -> None:
    worker = tiny(MET).types("/remark", "call 0470 12 34 56")
    assert worker.state == "remarking"
    assert "“0470 12 34 56” (a phone number)" in worker.screen.note
    assert "0470" not in str(worker.conversation)
    assert worker.types("x" * 141).state == "remarking"
    assert worker.taps("‹ Back", "No", "Save").saved[0].values[1].remark == ""


def test_a_sheet_without_remarks_takes_none(tiny: Begun) -> None:
    worker = tiny(MET, "no").types("/remark")
    assert worker.state == "asking"
    assert "takes no remarks" in worker.screen.note
    assert "Remark" not in worker.taps("No").labels
