"""Practice: everything as in earnest, and nothing of it is ever stored."""

import pytest

from flows.practice import PRACTICE
from flows.sheet import REGISTRARS
from tests.builders import Worker, context
from tests.memory import Memory


def practising(roles: tuple[str, ...] = REGISTRARS) -> Worker:
    return Worker(context(roles=roles)).types("English").taps("Practise")


def test_anybody_who_registers_can_practise_on_an_invented_project() -> None:
    for role in REGISTRARS:
        worker = practising((role,))
        assert "nothing of this is stored" in worker.screen.head
        assert len(worker.labels) > 1


def test_a_practised_registration_ends_without_a_record() -> None:
    worker = practising(("practitioner",)).taps("Contact")
    assert worker.conversation.drafts[0].project == PRACTICE
    assert worker.screen.head.startswith("Practice · Contact")
    worker.types("today", "Park", "Station", "One person", "New", "Nothing more").taps("Save")
    assert worker.effects == []
    assert "This was practice; nothing was stored." in worker.receipts[0].text
    assert worker.conversation.undo == {}


def test_what_is_typed_in_practice_is_practice_too() -> None:
    worker = practising(("practitioner",)).types("Participant", "k7n", "baseline", "today")
    assert [draft.project for draft in worker.conversation.drafts] == [PRACTICE]
    worker.types("March 2026", "Street work", "3", "2", "4", "5", "Save")
    assert "This was practice; nothing was stored." in worker.receipts[0].text
    memory = worker.world.archive
    assert isinstance(memory, Memory)
    assert (worker.effects, memory.records, memory.reviews) == ([], {}, {})


@pytest.mark.parametrize("typed", ["What is registered", "Project sheet", "A goal"])
def test_a_sheet_that_is_not_for_practice_is_not_begun_by_its_name(typed: str) -> None:
    worker = practising().types(typed)
    assert (worker.state, worker.conversation.drafts) == ("idle", ())
    assert "nothing of this is stored" in worker.screen.head


def test_saving_half_way_stores_nothing_either() -> None:
    worker = practising(("practitioner",)).taps("Participant").types("K7-N", "baseline", "today")
    worker.types("/save")
    assert worker.effects == []
    assert worker.screen.note == "This is practice; nothing is stored."


def test_practice_waits_like_everything_and_is_not_mixed_with_the_real_thing() -> None:
    worker = practising(("practitioner",)).taps("Participant").types("K7-N", "baseline", "today")
    worker.types("/pause", "Participant", "K7-N", "baseline", "today")
    assert [draft.project for draft in worker.conversation.drafts] == [PRACTICE, "kompas"]
    memory = worker.world.archive
    assert isinstance(memory, Memory)
    assert memory.records == {}


@pytest.mark.parametrize("label", ["Codes", "Set up", "New project"])
def test_nobody_is_enrolled_and_no_project_is_set_up_for_practice(label: str) -> None:
    assert label not in practising().labels


def test_help_points_to_the_registration_ambassador() -> None:
    world = context()
    assert "Questions about registering?" not in Worker(world).types("English", "/help").screen.note
    assert isinstance(world.archive, Memory)
    world.archive.helper = "the prevention service, 09 000 00 00"
    worker = Worker(world)
    note = worker.types("English", "/help").screen.note
    assert "Ask the prevention service, 09 000 00 00." in note
