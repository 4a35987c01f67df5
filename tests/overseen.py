"""A project with a plan and a crew, as it is overseen on Monday 2 March 2026."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flows.context import Context
from flows.overview import Member, Overview, overview
from tests.builders import TODAY, Worker, context
from tests.desk import Desk

COORDINATOR = ("project_coordinator",)
DATES = {
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "baseline_on": "2026-01-15",
    "interim_on": "2026-06-15",
}
RULES: Mapping[str, Any] = {"periodic": {"activity": "monthly"}}
CREW = (
    Member("c1", COORDINATOR),
    Member("p1", COORDINATOR),
    Member("w1", ("practitioner",)),
    Member("w2", ("practitioner",), is_reachable=False),
    Member("w3", ("practitioner",), burden=5),
)


def overseen(
    roles: tuple[str, ...] = COORDINATOR, rules: Mapping[str, Any] = RULES, **dates: str
) -> Context:
    """Return the world of a coordinator; two participants came on 5 January."""
    world = context(roles=roles)
    project = replace(world.projects[0], dates=DATES | dates, rules=rules)
    here = desk(world)
    here.projects, here.crew = (project,), list(CREW)
    return replace(world, projects=(project,))


def desk(world: Context) -> Desk:
    """Return the agenda of a world of tests."""
    found = world.agenda
    assert isinstance(found, Desk)
    return found


def looking(world: Context | None = None) -> Worker:
    """Return a coordinator at the list."""
    return Worker(world or overseen()).types("English", "/overview")


def shown(world: Context | None = None, **more: object) -> Overview:
    """Return the project as an overview tells it."""
    here = desk(world or overseen())
    standing = here.of(["kompas"])[0]
    return overview(here.schedule, standing, TODAY, **{"crew": tuple(here.crew)} | more)
