"""What was saved is changed by a further revision, and never lost or doubled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.conversation import Conversation
from flows.project import Area
from flows.sheet import REGISTRARS
from flows.states.amending import REASONS
from tests.builders import Worker, context
from tests.memory import NOON, Memory

CONTACT = ("English", "Contact", "today", "Park", "Station", "One person", "New", "Nothing more")
BASELINE = ("English", "Participant", "K7-N", "baseline", "today", "March 2026", "Street work")
STEPS = ("3", "2", "4", "5")


def saved(*way: str) -> Worker:
    """Return somebody who has saved a registration."""
    worker = Worker().types(*(way or CONTACT)).taps("Save")
    assert worker.saved[-1].complete
    return worker


def memory(worker: Worker) -> Memory:
    found = worker.world.archive
    assert isinstance(found, Memory)
    return found


def latest(worker: Worker, record: str) -> tuple[int, bool, str]:
    """Return the newest revision of a record: its number, whether it counts, and why."""
    found = memory(worker).records[record][-1]
    return found.revision, not found.deleted, found.reason


def colleague(worker: Worker, person: str, roles: tuple[str, ...] = REGISTRARS) -> Worker:
    """Return somebody else, who looks at the same data."""
    world = replace(worker.world, person=person, roles=roles, new_id=f"{person.upper()}-0000-0000")
    return Worker(world, Conversation(person, "en", "idle"))


def test_the_last_registration_can_be_undone_for_15_minutes() -> None:
    worker = saved()
    record = worker.saved[0].record
    worker.world = replace(worker.world, now=NOON + timedelta(minutes=15))
    worker.taps("Undo: Contact")
    assert latest(worker, record) == (2, False, "undone")
    assert worker.receipts[0].text.startswith("Undone: Contact")
    assert not any(label.startswith("Undo") for label in worker.labels)


def test_after_15_minutes_nothing_is_undone_and_the_way_is_told() -> None:
    worker = saved()
    worker.world = replace(worker.world, now=NOON + timedelta(minutes=15, seconds=1))
    worker.types("/undo")
    assert "/corrections" in worker.screen.note
    assert len(memory(worker).records[worker.saved[0].record]) == 1
    assert "There is nothing to undo" in worker.types("/undo").screen.note


def test_undoing_what_became_of_a_colleagues_half_brings_back_the_half() -> None:
    worker = Worker().types(*CONTACT[:-1], "/save")
    record = worker.saved[0].record
    other = colleague(worker, "p2").types("/undo")
    assert "There is nothing to undo" in other.screen.note
    other.types("/corrections", "8F3K").taps("Change", "I know more now").types("Nothing more")
    other.taps("Save", "Undo: Contact")
    half, whole, undone = memory(worker).records[record]
    assert (half.complete, whole.complete, undone.complete) == (False, True, False)
    assert (undone.values, undone.deleted) == (half.values, False)


def test_undoing_a_correction_brings_back_what_was_there_before() -> None:
    worker = saved()
    record = worker.saved[0].record
    worker.types("/corrections", "8F3K").taps("Change", "A typing mistake", "Change an answer")
    worker.taps("Known or new").types("Known").taps("Save", "Undo: Contact")
    kept = memory(worker).records[record]
    assert [item.revision for item in kept] == [1, 2, 3]
    assert kept[2].values == kept[0].values != kept[1].values
    assert (kept[1].reason, kept[2].reason) == ("mistake", "undone")


def test_what_somebody_changed_meanwhile_is_not_undone() -> None:
    worker = saved()
    other = colleague(worker, "p2").types("/corrections", "8F3K").taps("Delete", "Registered twice")
    assert latest(other, worker.saved[0].record) == (2, False, "twice")
    worker.taps("Undo: Contact")
    assert "Somebody has changed that meanwhile" in worker.screen.note
    assert len(memory(worker).records[worker.saved[0].record]) == 2


@pytest.mark.parametrize("reason", [*REASONS])
def test_a_correction_says_why_and_keeps_what_was_there(reason: str) -> None:
    worker = saved()
    worker.types("/corrections", "8F3K").taps("Change", REASONS[reason])
    assert worker.state == "reviewing"
    worker.taps("Change an answer", "Known or new").types("Known").taps("Save")
    first, second = memory(worker).records[worker.saved[0].record]
    assert (second.revision, second.reason, second.complete) == (2, reason, True)
    changed = {item.question for item in second.values} & {
        after.question
        for before, after in zip(first.values, second.values, strict=True)
        if before != after
    }
    assert changed == {"familiar"}


def test_a_reason_may_be_typed_but_points_to_nobody() -> None:
    worker = saved().types("/corrections", "8F3K").taps("Change")
    worker.types("call 0470 12 34 56")
    assert worker.state == "amending"
    worker.types("It was raining")
    assert worker.state == "reviewing"
    worker.taps("Save")
    assert latest(worker, worker.saved[0].record) == (2, True, "It was raining")


def test_a_deleted_record_counts_no_more_and_stays_known() -> None:
    worker = saved().types("/corrections", "8F3K").taps("Delete", "Registered twice")
    assert latest(worker, worker.saved[0].record) == (2, False, "twice")
    assert worker.receipts[0].text.startswith("Deleted: Contact")
    assert "Nothing was saved yet" in worker.types("/corrections").screen.text


def test_a_deletion_can_be_undone_for_15_minutes() -> None:
    worker = saved().types("/corrections", "8F3K").taps("Delete", "Registered twice")
    worker.types("/undo")
    record = worker.saved[0].record
    assert latest(worker, record) == (3, True, "undone")
    first, _, last = memory(worker).records[record]
    assert (first.values, last.deleted) == (last.values, False)


@pytest.mark.parametrize("way", ["Save", "/save"])
def test_what_was_deleted_meanwhile_does_not_come_back(way: str) -> None:
    worker = Worker().types(*CONTACT[:-1], "/save")
    record = worker.saved[0].record
    if way == "Save":
        worker.types("Nothing more")
    else:
        worker.types("/back", "New")
    colleague(worker, "p2").types("/corrections", "8F3K").taps("Delete", "Registered twice")
    worker.types(way)
    assert "Somebody deleted this registration meanwhile" in worker.screen.note
    assert (worker.state, worker.conversation.drafts) == ("idle", ())
    assert latest(worker, record) == (2, False, "twice")


def test_a_correction_of_a_deleted_record_does_not_bring_it_back() -> None:
    worker = saved()
    other = colleague(worker, "p2").types("/corrections", "8F3K").taps("Change", "A typing mistake")
    other.taps("Change an answer", "Known or new").types("Known")
    worker.types("/corrections", "8F3K").taps("Delete", "Registered twice")
    other.taps("Save")
    assert "Somebody deleted this registration meanwhile" in other.screen.note
    assert latest(worker, worker.saved[0].record) == (2, False, "twice")


def test_ones_own_draft_goes_with_the_record_that_one_deletes() -> None:
    worker = saved().types("/corrections", "8F3K").taps("Change", "A typing mistake")
    worker.taps("Change an answer", "Known or new").types("Known", "/pause")
    assert any(label.startswith("▸ Go on: Contact") for label in worker.labels)
    worker.types("/corrections", "8F3K").taps("Delete", "Registered twice")
    assert worker.conversation.drafts == ()


def test_a_correction_that_changes_nothing_leaves_nothing_behind() -> None:
    worker = saved().types("/corrections", "8F3K").taps("Change", "A typing mistake", "Pause")
    assert worker.conversation.drafts == ()
    assert latest(worker, worker.saved[0].record) == (1, True, "")


def test_a_worker_sees_only_own_records_and_a_coordinator_those_of_the_project() -> None:
    worker = saved()
    other = colleague(worker, "p2", ("practitioner",)).types("/corrections")
    assert "Nothing was saved yet" in other.screen.text
    other.types("8F3K")
    assert other.state == "finding"
    coordinator = colleague(worker, "p3", ("project_coordinator",)).types("/corrections", "8F3K")
    assert coordinator.state == "amending"


def test_two_corrections_at_once_end_as_two_revisions() -> None:
    worker = saved()
    record = worker.saved[0].record
    other = colleague(worker, "p2").types("/corrections", "8F3K").taps("Change", "A typing mistake")
    worker.types("/corrections", "8F3K").taps("Change", "I know more now").taps("Save")
    other.taps("Save")
    assert "Somebody saved this registration meanwhile" in other.screen.note
    assert other.state == "reviewing"
    other.taps("Save")
    kept = memory(worker).records[record]
    assert [item.person for item in kept] == ["p1", "p1", "p2"]


def test_a_half_does_not_take_the_place_of_what_somebody_made_whole() -> None:
    worker = Worker().types(*CONTACT[:-1], "/save")
    other = colleague(worker, "p2").types("/corrections", "8F3K").taps("Change", "I know more now")
    other.types("Nothing more").taps("Save")
    worker.types("/back", "New", "/save")
    assert "Somebody saved this registration meanwhile" in worker.screen.note
    worker.types("/save")
    assert "Answer everything, then save" in worker.screen.note
    worker.types("Nothing more").taps("Save")
    kept = memory(worker).records[worker.saved[0].record]
    assert [(item.person, item.complete) for item in kept] == [
        ("p1", False),
        ("p2", True),
        ("p1", True),
    ]


def test_a_record_sent_back_is_a_task_of_whoever_saved_it() -> None:
    worker = saved()
    coordinator = colleague(worker, "p3").types("/corrections", "8F3K").taps("Send back to change")
    coordinator.types("The park has no station")
    worker.types("/start")
    task = worker.labels[0] if worker.labels[0].startswith("↩") else worker.labels[1]
    worker.taps(task)
    assert "The park has no station" in worker.screen.text
    worker.taps("Change", "A typing mistake", "Save")
    assert not any(label.startswith("↩") for label in worker.labels)


def test_review_states_go_with_the_revision_that_was_looked_at() -> None:
    worker = saved()
    coordinator = colleague(worker, "p3").types("/corrections", "8F3K").taps("Approve")
    record = worker.saved[0].record
    assert memory(worker).reviews == {(record, 1): ("approved", "")}
    coordinator.types("8F3K").taps("Put a question mark").types("Looks high")
    assert memory(worker).reviews == {(record, 1): ("flagged", "Looks high")}
    worker.types("/corrections", "8F3K").taps("Change", "A typing mistake", "Save")
    assert memory(worker).recent()[0].review == "received"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), ("Approve",)),
        (("Send back to change",), ("Look at the park",)),
        (("Put a question mark",), ("Looks high",)),
        (("Delete",), ("Registered twice",)),
        (("Delete",), ("It was another day",)),
        (("Change",), ("It was another day",)),
    ],
    ids=str,
)
def test_what_is_said_concerns_only_the_revision_that_was_shown(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    worker = saved()
    record = worker.saved[0].record
    coordinator = colleague(worker, "p3").types("/corrections", "8F3K").taps(*before)
    worker.types("/corrections", "8F3K").taps("Change", "A typing mistake", "Save")
    coordinator.types(*after)
    assert "Somebody changed this meanwhile" in coordinator.screen.note
    assert "revision 2" in coordinator.screen.text
    assert (coordinator.effects, coordinator.conversation.drafts) == ([], ())
    coordinator.taps("Approve")
    assert memory(worker).reviews == {(record, 2): ("approved", "")}


def test_two_people_who_fill_the_same_moment_are_both_kept_and_the_coordinator_chooses() -> None:
    worker = saved(*BASELINE, *STEPS)
    other = colleague(worker, "p2").types(*BASELINE[1:], *STEPS).taps("Save")
    first, second = worker.saved[0].record, other.saved[0].record
    assert len(memory(worker).complete("kompas", "participant", "baseline", "K7-N")) == 2
    coordinator = colleague(worker, "p3").types("/corrections")
    assert all(label.startswith("⚠") for label in coordinator.labels[:2])
    coordinator.types(second.split("-")[0])
    assert "registered more than once" in coordinator.screen.text
    coordinator.taps("Count only this one")
    counted = memory(worker).complete("kompas", "participant", "baseline", "K7-N")
    assert [item.record for item in counted] == [second]
    assert latest(worker, first) == (1, True, "")


def test_what_does_not_count_goes_on_not_to_count_when_it_is_corrected() -> None:
    worker = saved(*BASELINE, *STEPS)
    other = colleague(worker, "p2").types(*BASELINE[1:], *STEPS).taps("Save")
    first, second = worker.saved[0].record, other.saved[0].record
    coordinator = colleague(worker, "p3").types("/corrections", second.split("-")[0])
    coordinator.taps("Count only this one")
    worker.types("/corrections", first.split("-")[0]).taps("Change", "A typing mistake", "Save")
    assert latest(worker, first) == (2, True, "mistake")
    counted = memory(worker).complete("kompas", "participant", "baseline", "K7-N")
    assert [item.record for item in counted] == [second]
    coordinator.types(first.split("-")[0])
    assert "Not counted" in coordinator.screen.text


def test_an_area_that_the_project_renamed_stays_in_an_older_record() -> None:
    worker = saved()
    project = worker.world.projects[0]
    renamed = replace(project, areas=(Area("docks", "Docks"), Area("station", "Station")))
    worker.world = replace(worker.world, projects=(renamed,))
    worker.types("/corrections", "8F3K").taps("Change", "A typing mistake")
    assert worker.state == "reviewing"
    worker.taps("Change an answer", "Known or new").types("Known").taps("Save")
    kept = memory(worker).records[worker.saved[0].record]
    areas = [item.value for found in kept for item in found.values if item.question == "area"]
    assert areas == ["park", "park"]


def test_many_records_have_pages_and_the_one_that_is_picked_is_opened() -> None:
    worker = saved()
    for number in range(1, 121):
        record = f"R{number:03}-27QM-XJ4T"
        memory(worker).records[record] = [replace(worker.saved[0], record=record)]
    worker.types("/corrections").taps(*["More ›"] * 15)
    assert [label[-4:] for label in worker.labels[:-2]] == ["8F3K"]
    worker.taps("‹ Earlier")
    worker.taps(next(label for label in worker.labels if label.endswith("R003")))
    assert "Receipt R003" in worker.screen.text
    worker.types("/corrections", "r099")
    assert "Receipt R099" in worker.screen.text


def test_a_coordinator_enters_what_a_colleague_answered_with_its_provenance() -> None:
    worker = Worker()
    memory(worker).people["p2"] = ("practitioner",)
    worker.types(*CONTACT).taps("Entered for a colleague", "by phone", "p2")
    assert "Entered for p2, by phone" in worker.screen.text
    worker.taps("Save")
    assert (worker.saved[0].provenance, worker.saved[0].entered_for) == ("phone", "p2")
    practitioner = Worker(context(roles=("practitioner",))).types(*CONTACT)
    assert "Entered for a colleague" not in practitioner.labels


def test_a_whole_measurement_is_not_done_for_a_reason() -> None:
    worker = Worker().types(*BASELINE[:4]).taps("Not done, because…", "Could not be reached")
    record = worker.saved[0]
    assert record.complete
    assert {(item.status.value, item.reason) for item in record.values} == {
        ("not_done", "not_reached")
    }
    assert "Noted as not done" in worker.receipts[0].text
    assert "Not done, because…" not in Worker().types(*BASELINE[:5]).labels


def interim(*steps: str, days: int = 90) -> Worker:
    """Return somebody at the first step of an interim measurement after a baseline."""
    worker = saved(*BASELINE, *STEPS).on(context().today + timedelta(days=days))
    return worker.types("Participant", "K7-N", "interim", "today", *steps)


def test_what_was_answered_at_the_measurement_before_is_shown() -> None:
    assert "At the baseline it was: Organised activity" in interim().screen.text


def test_an_implausible_jump_is_asked_about_and_can_be_confirmed() -> None:
    worker = interim("3", "5")
    assert worker.state == "confirming"
    assert "At the baseline it was: Severe problems" in worker.screen.text
    worker.taps("Yes")
    assert worker.state == "asking"
    assert interim("3", "4").state == "asking"
