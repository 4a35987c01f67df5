"""Who decides about whom in the chat, and what comes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.access import ROLES
from flows.effects import AccountFor, ChangeRoles, Invite, Leave, RevokeInvitation
from flows.team import reaches
from tests.builders import Worker, context
from tests.crew import Crew, colleague
from tests.memory import NOON

ADMIN, COORDINATOR = ("admin",), ("project_coordinator",)


def staff(roles: tuple[str, ...], *others: str, projects: tuple[str, ...] = ("kompas",)) -> Worker:
    """Return somebody with these roles at the list of people."""
    crew = Crew(here={"p1": colleague("p1", *roles, projects=projects)})
    for code in others:
        crew.here[code] = colleague(code, "practitioner", projects=projects)
    crew.names = {name: name.title() for name in projects}
    world = context(roles=roles)
    mine = tuple(replace(world.projects[0], id=name, name=name.title()) for name in projects)
    worker = Worker(replace(world, team=crew, projects=mine))
    return worker.types("English", "/people")


def crew(worker: Worker) -> Crew:
    found = worker.world.team
    assert isinstance(found, Crew)
    return found


def last(worker: Worker) -> object:
    return worker.effects[-1]


@pytest.mark.parametrize("roles", [("practitioner",), ("city_coordinator",), ("evaluator",), ()])
def test_who_gets_in_is_not_for_everybody(roles: tuple[str, ...]) -> None:
    worker = Worker(context(roles=roles)).types("English", "/people")
    assert worker.state == "idle"
    assert worker.screen.note.startswith("That is not part of your role here.")
    assert "/people" not in worker.types("/help").screen.note


def test_a_coordinator_invites_practitioners_of_the_own_project() -> None:
    worker = staff(COORDINATOR).taps("Invite")
    effect = last(worker)
    assert isinstance(effect, Invite)
    assert (effect.id, effect.roles, effect.projects) == ("INV1", ("practitioner",), ("kompas",))
    assert (effect.person, effect.expires_at) == ("", NOON + timedelta(days=7))
    assert "https://t.me/a_bot?start=token-1" in worker.screen.note
    assert worker.screen.copied.startswith("https://t.me/a_bot?start=token-1")
    assert any(label.startswith("✉ INV1 · practitioner · Kompas") for label in worker.labels)


def test_the_link_is_shown_once() -> None:
    worker = staff(COORDINATOR).taps("Invite")
    assert "token-1" not in str(worker.conversation)
    worker.types("/help")
    assert "token-1" not in str(worker.screen)


def test_an_admin_chooses_role_and_projects() -> None:
    worker = staff(ADMIN, projects=("a", "b", "c")).taps("Invite", "project coordinator")
    assert "Make the link" not in worker.labels
    worker.taps("B", "A", "✓ B", "C", "Make the link")
    effect = last(worker)
    assert isinstance(effect, Invite)
    assert (effect.roles, effect.projects) == (("project_coordinator",), ("a", "c"))
    worker.taps("Invite", "admin", "All projects")
    effect = last(worker)
    assert isinstance(effect, Invite)
    assert (effect.roles, effect.projects) == (("admin",), ("a", "b", "c"))


def test_an_invitation_is_revoked() -> None:
    worker = staff(COORDINATOR).taps("Invite", "✉ INV1")
    assert "Good until" in worker.screen.text
    worker.taps("Revoke this invitation")
    assert last(worker) == RevokeInvitation("INV1")
    assert not any("INV1" in label for label in worker.labels)


def test_a_coordinator_sees_only_practitioners_whose_projects_are_all_their_own() -> None:
    worker = staff(COORDINATOR, "p2")
    crew(worker).here |= {
        "p3": colleague("p3", "project_coordinator"),
        "p4": colleague("p4", "practitioner", projects=("other",)),
        "p5": colleague("p5", "practitioner", projects=("kompas", "other")),
        "p6": colleague("p6", "practitioner", projects=()),
    }
    crew(worker).names["other"] = "Other"
    worker.types("/start", "/people")
    assert [label for label in worker.labels if label.startswith("p")] == [
        "p2 · practitioner · Kompas"
    ]
    assert "Other roles" not in worker.taps("p2").labels


def test_a_coordinator_does_not_see_the_invitations_of_others() -> None:
    worker = staff(ADMIN).taps("Invite", "evaluator")
    worker.world = replace(worker.world, roles=COORDINATOR)
    worker.types("/start", "/people")
    assert not any("✉" in label for label in worker.labels)


def test_leaving_names_who_goes_on() -> None:
    worker = staff(ADMIN, "p2", "p3").taps("p2", "Leaves")
    crew(worker).here["p9"] = colleague("p9", projects=("elsewhere",))
    assert not any(label.startswith("p9") for label in worker.types("?").labels)
    worker.taps("p3")
    assert last(worker) == Leave("p2", "p3")
    assert worker.screen.note == "p2 is out. p3 goes on."
    assert not any(label.startswith("p2") for label in worker.labels)


def test_leaving_without_a_colleague_keeps_the_work() -> None:
    worker = staff(ADMIN, "p2").taps("p2", "Leaves", "Nobody for now")
    assert last(worker) == Leave("p2")


def test_a_lost_phone_gets_a_link_for_the_same_person() -> None:
    worker = staff(COORDINATOR, "p2").taps("p2", "Lost phone")
    assert worker.effects == []
    worker.taps("Make the link")
    effect = last(worker)
    assert isinstance(effect, Invite)
    assert effect.person == "p2"
    assert any("no account yet" in label for label in worker.labels)
    assert any(label.startswith("✉ INV1 · p2") for label in worker.labels)


def test_an_admin_changes_what_somebody_is() -> None:
    worker = staff(ADMIN, "p2").taps("p2", "Other roles", "✓ practitioner")
    assert "Save these roles" not in worker.labels
    worker.taps("evaluator", "Save these roles")
    assert last(worker) == ChangeRoles("p2", ("evaluator",))
    assert worker.screen.note == "p2 is now: evaluator"


def test_nobody_takes_themselves_out_so_an_admin_is_left() -> None:
    worker = staff(ADMIN).taps("p1")
    assert worker.labels == ["‹ Back"]
    assert "another admin" in worker.screen.text


@pytest.mark.parametrize("button", ["Leaves", "Lost phone", "Other roles"])
def test_whoever_has_gone_meanwhile_can_be_gone_back_from(button: str) -> None:
    worker = staff(ADMIN, "p2").taps("p2", button)
    del crew(worker).here["p2"]
    worker.types("hello").taps("‹ Back").taps("‹ Back").taps("‹ Back")
    assert worker.state == "idle"
    assert worker.effects == []


def test_whoever_coordinates_no_more_can_do_nothing_with_an_old_screen() -> None:
    worker = staff(COORDINATOR, "p2")
    worker.world = replace(worker.world, roles=("practitioner",))
    worker.taps("Invite")
    assert {type(effect) for effect in worker.effects} == {AccountFor}
    assert worker.labels == ["‹ Back"]


def test_many_people_come_in_pages() -> None:
    worker = staff(ADMIN, *(f"q{number:02}" for number in range(30)))
    worker.taps("More ›", "More ›", "More ›", "q29", "Leaves", "More ›")
    assert len([label for label in worker.labels if label.startswith(("q", "p1"))]) == 8


def test_every_role_is_reached_by_an_admin_and_only_practitioners_by_a_coordinator() -> None:
    for role in ROLES:
        assert reaches(ADMIN, (), (role,), ())
        wanted = role == "practitioner"
        assert reaches(COORDINATOR, ("a", "b"), (role,), ("a",)) is wanted
        assert not reaches(("practitioner",), ("a",), (role,), ("a",))
    assert not reaches(COORDINATOR, ("a",), ("practitioner", "admin"), ("a",))
