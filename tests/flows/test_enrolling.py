"""New participants, derived codes, lost codes: nothing that identifies anybody is kept."""

import json
from dataclasses import replace
from datetime import date

import pytest

from flows.conversation import snapshot
from flows.effects import AddParticipant
from flows.project import Project
from tests.builders import Worker, context
from tests.memory import Memory

ANSWERS = "M2G7IA"


def at_codes(world_participants: tuple[str, ...] = ("K7-N",)) -> Worker:
    return Worker(context(participants=world_participants)).types("English", "Codes")


def derive(worker: Worker, answers: str = ANSWERS) -> str:
    """Derive a code and return it."""
    worker.taps("New, code from their answers").types(answers)
    if "No, somebody else" in worker.labels:
        worker.taps("No, somebody else")
    return worker.conversation.choice["code"]


def test_a_new_participant_gets_a_code_and_can_begin_at_once() -> None:
    worker = at_codes().taps("New participant")
    code = worker.conversation.choice["code"]
    assert f"The code is {code}." in worker.screen.text
    assert worker.effects == [AddParticipant("kompas", code, "")]
    worker.taps("Begin the baseline")
    draft = worker.conversation.drafts[0]
    assert (draft.subject, draft.moment) == (code, "baseline")


def test_who_registers_no_participants_is_not_sent_to_the_baseline() -> None:
    worker = Worker(context(roles=("project_coordinator",))).types("English", "Codes")
    assert "Begin the baseline" not in worker.taps("New participant").labels


def test_the_answers_of_a_derived_code_are_kept_nowhere() -> None:
    worker = at_codes()
    code = derive(worker)
    held = json.dumps([snapshot(worker.conversation), repr(worker.effects), worker.screen.text])
    assert ANSWERS not in held.upper().replace(worker.screen.text.upper(), "")
    assert isinstance(worker.effects[-1], AddParticipant)
    assert worker.effects[-1].code == code
    assert worker.effects[-1].digest


def test_a_lost_code_is_derived_again_from_the_same_answers() -> None:
    worker = at_codes()
    code = derive(worker)
    worker.types("/start", "Codes").taps("Find a lost code").types("m 2 g 7 i a")
    assert code in worker.screen.text
    worker.taps(f"Yes, {code}")
    assert f"The code is {code}." in worker.screen.text
    assert len(worker.effects) == 1


def test_answers_that_nobody_gave_are_told_and_not_kept() -> None:
    worker = at_codes().taps("Find a lost code").types("X9X9XX")
    assert "Nobody here gave these answers" in worker.screen.note
    assert "X9X9XX" not in json.dumps(snapshot(worker.conversation))


def test_two_people_with_the_same_answers_are_noticed_and_kept_apart() -> None:
    worker = at_codes()
    first = derive(worker)
    worker.types("/start", "Codes").taps("New, code from their answers").types(ANSWERS)
    assert "Is it the same person?" in worker.screen.text
    assert first in worker.screen.text
    worker.taps("No, somebody else")
    second = worker.conversation.choice["code"]
    assert second != first
    worker.types("/start", "Codes").taps("Find a lost code").types(ANSWERS)
    assert first in worker.screen.text
    assert second in worker.screen.text


def test_the_same_person_is_not_added_a_second_time() -> None:
    worker = at_codes()
    first = derive(worker)
    worker.types("/start", "Codes").taps("New, code from their answers").types(ANSWERS)
    worker.taps(f"Yes, {first}")
    assert len(worker.effects) == 1
    assert worker.conversation.choice["code"] == first


def known_elsewhere(*projects: str) -> Worker:
    """Return somebody of these projects, where Baken knows who gave the answers as M4-Q."""
    world = context(participants=("K7-N",))
    assert isinstance(world.archive, Memory)
    world.archive.enrol("M4-Q", "baken", date(2026, 1, 5), world.archive.digest(ANSWERS))
    selection = world.projects[0].selection
    theirs = tuple(Project(name, name.title(), (), selection) for name in projects)
    return Worker(replace(world, projects=theirs)).types("English", "Codes")


def test_a_lost_code_is_looked_for_in_ones_own_project_only() -> None:
    worker = known_elsewhere("kompas").taps("Find a lost code").types(ANSWERS)
    assert "Nobody here gave these answers" in worker.screen.note
    worker = known_elsewhere("kompas", "baken").types("kompas").taps("Find a lost code")
    assert "Nobody here gave these answers" in worker.types(ANSWERS).screen.note
    worker.types("/start", "Codes", "baken").taps("Find a lost code").types(ANSWERS)
    assert "M4-Q" in worker.screen.text


def test_somebody_known_from_a_project_of_others_is_not_told_and_gets_a_code() -> None:
    worker = known_elsewhere("kompas").taps("New, code from their answers").types(ANSWERS)
    assert worker.conversation.choice["code"] != "M4-Q"
    assert "M4-Q" not in json.dumps(snapshot(worker.conversation))


def test_somebody_known_from_ones_other_project_joins_with_the_same_code() -> None:
    worker = known_elsewhere("kompas", "baken").types("kompas")
    worker.taps("New, code from their answers").types(ANSWERS)
    worker.taps("Yes, M4-Q")
    (added,) = worker.effects
    assert isinstance(added, AddParticipant)
    assert (added.project, added.code) == ("kompas", "M4-Q")


@pytest.mark.parametrize(
    "answers", ["", "M2G7I", "M2G7IAX", "call me on 0470 12 34 56", "ééééé!", "M2G7I漢"]
)
def test_answers_of_another_length_are_asked_once_more(answers: str) -> None:
    worker = at_codes().taps("New, code from their answers").types(answers)
    assert worker.state == "enrolling"
    assert worker.effects == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("K7-M", "typing error"),
        ("7K-N", "typing error"),
        ("P3-H", "Nobody in this project has that code"),
        ("somebody", "not one of the possibilities"),
    ],
)
def test_a_wrong_code_is_caught(typed: str, told: str) -> None:
    worker = Worker(context(participants=("K7-N", "M4-Q"))).types("English", "Participant", typed)
    assert told in worker.screen.note
    assert worker.types("k7n").conversation.choice["subject"] == "K7-N"


def test_codes_are_unique_in_the_organisation() -> None:
    worker = at_codes()
    for _ in range(250):
        worker.types("/start", "Codes").taps("New participant")
    memory = worker.world.archive
    assert isinstance(memory, Memory)
    assert memory.count() == 251
    assert {len(code) for code in memory.of("kompas")} == {4, 5}
