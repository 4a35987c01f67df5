"""What is offered, and what a registration begins with; on the real handbook."""

from dataclasses import replace

import pytest

from flows.context import Registered
from flows.conversation import StaleConversation
from flows.project import Project
from tests.builders import Worker, context, handbook
from tests.flows.test_drafts import begun, participant


@pytest.mark.parametrize(
    ("roles", "sheets"),
    [
        (("practitioner",), {"Contact", "Participant"}),
        (("city_coordinator",), {"Target group and area"}),
        ((), set()),
    ],
)
def test_the_role_decides_what_is_offered(roles: tuple[str, ...], sheets: set[str]) -> None:
    worker = Worker(context(roles=roles)).types("English")
    assert worker.state == "idle"
    assert sheets <= {*worker.labels}
    assert bool(sheets) is bool(worker.labels)
    others = {"Contact", "Participant", "Target group and area"} - sheets
    assert not others & {*worker.labels}


def test_the_role_and_the_selection_decide_what_is_asked() -> None:
    world = context()
    chosen = replace(world.projects[0], selection=("DN08", "DN22"))
    worker = participant(Worker(replace(world, projects=(chosen,))).types("English"))
    assert worker.screen.head.endswith("1 of 2")
    worker.types("/start")
    assert worker.taps("Participant", "K7-N", "final").screen.head.endswith("1 of 3")


def test_a_registration_keeps_the_selection_roles_and_version_that_it_began_with() -> None:
    worker = participant(begun()).taps("Today")
    sheet = replace(handbook()["participant"], version=3, title="Person", questions=())
    world = worker.world
    worker.world = replace(
        world,
        roles=("city_coordinator",),
        projects=(),
        sheets={**world.sheets, ("participant", 3): sheet},
        current={**world.current, "participant": 3},
    )
    while worker.state == "asking":
        worker.taps("Declined")
    worker.taps("Save")
    assert worker.saved[0].sheet_version == 2
    assert len(worker.saved[0].values) == 7


def test_a_sheet_version_that_was_not_kept_is_told_and_nothing_changes() -> None:
    worker = participant(begun()).taps("Today")
    worker.world = replace(worker.world, sheets={})
    with pytest.raises(StaleConversation, match="participant version 2"):
        worker.taps("March 2026")


def test_what_was_registered_before_is_said() -> None:
    done = Registered("kompas", "participant", "baseline", "K7-N")
    worker = Worker(replace(context(), registered=frozenset({done}))).types("English")
    worker.taps("Participant", "K7-N")
    assert worker.labels[:2] == ["baseline ✓", "interim"]
    assert "second record beside it" in worker.types("baseline").screen.note


def test_only_what_is_not_clear_by_itself_is_asked_first() -> None:
    world = context(participants=("K7-N",))
    assert Worker(world).types("English").taps("Participant").screen.text == "Which measurement?"
    other = Project("baken", "Baken", (), world.projects[0].selection)
    two = replace(world, projects=(*world.projects, other))
    worker = Worker(two).types("English", "Contact")
    assert worker.screen.text == "Which project?"
    worker.types("baken")
    assert (worker.state, worker.conversation.drafts[0].project) == ("asking", "baken")


def test_back_from_the_measurement_leads_to_the_participants() -> None:
    worker = Worker(context()).types("English", "Participant", "K7-N").taps("‹ Back")
    assert worker.screen.text == "Which participant?"
    assert worker.taps("‹ Back").state == "idle"
    practising = Worker(context()).types("English", "Practise", "Participant").taps("‹ Back")
    assert practising.state == "idle"


def test_a_button_is_also_reached_by_its_number_with_a_mark() -> None:
    worker = Worker(context(participants=("K7-N",))).types("English", "Participant", "#1")
    assert worker.state == "asking"


def test_a_project_without_participants_has_no_sheet_about_them() -> None:
    assert "Participant" not in Worker(context(participants=())).types("English").labels


@pytest.mark.parametrize("typed", ["k40x", "K40-X", " k40 x "])
def test_a_participant_on_another_page_can_be_typed(typed: str) -> None:
    codes = tuple(f"K{number}-X" for number in range(10, 50))
    worker = Worker(context(participants=codes)).types("English", "Participant")
    assert "K40-X" not in worker.labels
    assert worker.taps("More ›", "More ›").labels[-2:] == ["More ›", "‹ Back"]
    worker.taps("‹ Earlier").types(typed)
    assert worker.screen.head == "Kompas · Participant · K40-X"
