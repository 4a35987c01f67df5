"""Rules of beginning, leaving, resuming and saving registrations, on the real handbook."""

from dataclasses import replace
from datetime import date

import pytest

from flows.engine import Tap, Text, Unusable
from flows.record import Status
from flows.texts import SILENT, Interface
from tests.builders import Worker, context, handbook

DUTCH = Interface({"en": SILENT, "nl": replace(SILENT, language="nl")})


def participant(worker: Worker, code: str = "K7-N", moment: str = "baseline") -> Worker:
    return worker.taps("Participant", code, moment)


def begun() -> Worker:
    return Worker().types("English")


def first_line(worker: Worker) -> str:
    return worker.question


def waiting(worker: Worker) -> list[str]:
    return [label for label in worker.labels if label.startswith("▸")]


def test_pausing_and_resuming_finds_the_exact_question() -> None:
    worker = participant(begun()).taps("Today", "March 2026", "Street work", "‹ Back", "Pause")
    assert waiting(worker) == ["▸ Go on: Participant · K7-N · baseline (3 of 7)"]
    worker.on(date(2026, 3, 20)).taps("▸ Go on")
    assert first_line(worker) == "How did they come to you?"
    assert "Your answer now: Street work" in worker.screen.text


def test_an_answer_half_given_waits_too() -> None:
    worker = (
        begun().taps("Project", "baseline", "Today").types("Health: 3").taps("Pause", "▸ Go on")
    )
    assert "Health: 3" in worker.labels


def test_several_registrations_wait_side_by_side() -> None:
    worker = participant(begun()).taps("Today", "Pause")
    participant(worker, "P3-H").taps("Yesterday", "Pause").taps("Contact", "Today", "Pause")
    assert [label.partition(" (")[0] for label in waiting(worker)] == [
        "▸ Go on: Participant · K7-N · baseline",
        "▸ Go on: Participant · P3-H · baseline",
        "▸ Go on: Contact",
    ]
    worker.taps("▸ Go on: Participant · P3-H").types("/back")
    assert "Your answer now: Sun 01/03/2026" in worker.screen.text


def test_a_registration_without_answers_does_not_wait() -> None:
    worker = participant(begun()).taps("Pause")
    assert (waiting(worker), worker.screen.note) == ([], "")


def test_the_same_measurement_begun_twice_is_resumed() -> None:
    worker = participant(participant(begun()).taps("Today", "Pause"))
    assert worker.screen.note == "You had begun this before; here is where you were."
    assert first_line(worker) == "In which month did they join?"
    assert len(worker.conversation.drafts) == 1


def test_another_subject_or_moment_is_another_registration() -> None:
    worker = participant(begun()).taps("Today", "Pause")
    participant(worker, moment="interim").taps("Today", "Pause")
    participant(worker, "P3-H")
    assert len(worker.conversation.drafts) == 3


def test_two_contacts_may_be_under_way_at_once() -> None:
    worker = begun().taps("Contact", "Today", "Pause", "Contact", "Yesterday", "Pause")
    assert len(waiting(worker)) == 2


def test_saving_half_way_is_the_first_revision_and_the_end_the_next() -> None:
    worker = participant(begun()).taps("Today").types("/save")
    assert worker.state == "asking"
    assert worker.receipts[0].text.startswith("Saved so far: Participant · K7-N · baseline.")
    worker.types("/save")
    assert worker.screen.note == "There is nothing new to save yet."
    worker.taps("March 2026").types("/save")
    while worker.state == "asking":
        worker.taps("Declined")
    worker.taps("Save")
    assert [(record.revision, record.complete) for record in worker.saved] == [
        (1, False),
        (2, False),
        (3, True),
    ]
    assert len({record.record for record in worker.saved}) == 1
    half = {value.question: value for value in worker.saved[0].values}
    assert half["observed_on"].status is Status.ANSWERED
    assert (half["ladder"].status, half["ladder"].reason) == (Status.NOT_DONE, "not_yet_asked")


def test_a_receipt_is_short_and_the_draft_is_gone() -> None:
    worker = (
        begun()
        .taps("Contact", "Today", "Park", "Station", "One person", "Known")
        .taps("Nothing more", "Save")
    )
    assert worker.receipts[0].text == "Saved: Contact, 6 answers. Receipt 8F3K."
    assert (worker.state, worker.conversation.drafts) == ("idle", ())
    assert worker.saved[0].person == "p1"


def test_cancel_asks_before_anything_is_thrown_away() -> None:
    worker = participant(begun()).taps("Today").types("/cancel")
    assert worker.screen.text == "Throw this away? 1 answer will be gone."
    worker.types("perhaps")
    assert (worker.state, worker.screen.note) == ("discarding", "Please tap Yes or No.")
    worker.taps("No, go on")
    assert first_line(worker) == "In which month did they join?"
    worker.types("/cancel").taps("Yes, throw away")
    assert worker.receipts[0].text == "Thrown away: Participant · K7-N · baseline."
    assert (worker.state, worker.conversation.drafts, worker.saved) == ("idle", (), [])


def test_what_was_saved_before_stays_saved() -> None:
    worker = participant(begun()).taps("Today").types("/save", "/cancel")
    assert worker.screen.text.endswith("What you saved before stays saved.")
    assert len(worker.taps("Yes, throw away").saved) == 1


def test_another_language_in_the_middle_of_a_question_returns_to_it() -> None:
    worker = Worker(replace(context(), interface=DUTCH)).types("English")
    participant(worker).taps("Today").types("/language").taps("Nederlands")
    assert worker.state == "asking"
    assert worker.conversation.language == "nl"
    labels = {"nl": handbook()["participant"].text("nl", "participant.joined_month.label")}
    assert first_line(worker) == labels["nl"]


def test_a_translated_answer_is_understood_in_any_language() -> None:
    sheet = handbook()["participant"]
    label = sheet.text("nl", "choices.way_in.street_work.label")
    worker = participant(begun()).taps("Today", "March 2026").types(label)
    assert worker.conversation.drafts[0].answers["way_in"].value == "street_work"


def test_status_tells_what_is_under_way() -> None:
    worker = begun().types("/status")
    assert worker.screen.note == "Nothing is under way; everything is saved."
    note = participant(worker).taps("Today").types("/status").screen.note
    assert note == "Participant · K7-N · baseline: 1 of 7 answered, not finished yet"


def test_a_photo_in_a_question_leaves_the_question() -> None:
    worker = participant(begun()).taps("Today")
    before = worker.screen.text
    worker.does(Unusable("photo"))
    assert worker.screen.text == before
    assert worker.screen.note.startswith("I cannot use pictures, sound or files")


def test_a_button_of_another_registration_offers_nothing() -> None:
    worker = participant(begun()).taps("Today")
    month = worker.button("March 2026")
    worker.taps("Pause", "Contact").does(Tap(month.token))
    assert (worker.state, first_line(worker)) == ("asking", "On which day was it?")
    assert worker.conversation.offer == ""


@pytest.mark.parametrize("way", [(), ("Participant",), ("Participant", "/language")], ids=len)
def test_a_sheet_that_is_withdrawn_does_not_stop_the_conversation(way: tuple[str, ...]) -> None:
    worker = begun().types(*way)
    current = {name: version for name, version in worker.world.current.items() if name == "contact"}
    worker.world = replace(worker.world, current=current)
    worker.does(Text("/back"))
    assert worker.state == "idle"
    assert worker.labels[0] == "Contact"
    assert "Participant" not in worker.labels
