"""Sets projects and people up from a file: all of it or nothing, and a second time nothing.

Errors: SetupProblem (the file has faults, or where the links go is taken), a line for each.
"""

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from bot import setup_file
from bot.accounting import of_team
from bot.app import selection
from bot.private_file import private
from bot.setup_file import Fault, PeopleRow, ProjectRow, SetupFile
from bot.staff import organisation as meant
from bot.team import ticket
from bot.world import World
from flows.audit import COMMAND_LINE, Act, Detail
from flows.effects import Invite
from flows.project import Project
from flows.set_up import areas_of
from flows.team import Ticket
from storage import invitations, organisations, people
from storage.database import Connection, Database

LINKS = ("invitation", "roles", "projects", "until", "link")


class SetupProblem(Exception):
    """Why nothing was set up: a line for each fault."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: projects as they become, invitations, and how both are told."""

    projects: tuple[Project, ...]
    invited: tuple[PeopleRow, ...]
    lines: tuple[str, ...]


class _Rehearsed(Exception):
    """Takes back what a dry run has done."""


def set_up(
    database: Database, world: World, path: Path, links: Path, organisation: str, *, dry_run: bool
) -> list[str]:
    """Set up what a file says, and return what was done, or would be.

    The links are in the file `links` once everything is stored, and nowhere else.
    """
    read = setup_file.read(path)
    _refuse(read.faults)
    lines: list[str] = []
    try:
        with ExitStack() as afterwards, database.writing() as connection:
            here = meant(connection, world, organisation)
            plan = _planned(connection, world, here, read)
            lines += plan.lines or ["There is nothing to do: all of it is there."]
            if dry_run:
                _take_back()
            for project in plan.projects:
                organisations.put(connection, here, project, world.clock())
            world.audit.write(connection, here, _acts(plan), world.clock())
            if plan.invited:
                _require_free(links)
                file = afterwards.enter_context(private(links))
                _invite(connection, world, here, plan, file)
                lines.append(f"The links are in {links}; only you can read it.")
    except _Rehearsed:
        lines.append("Nothing was stored: this was a dry run.")
    return lines


def _acts(plan: Plan) -> list[Act]:
    detail: dict[str, Detail] = {"columns": ("name", "areas")}
    return [Act(COMMAND_LINE, "project_changed", project.id, detail) for project in plan.projects]


def _take_back() -> None:
    raise _Rehearsed


def _refuse(faults: tuple[Fault, ...]) -> None:
    if faults:
        lines = [str(fault) for fault in faults]
        raise SetupProblem("\n".join([*lines, "Nothing was set up."]))


def _require_free(links: Path) -> None:
    if links.exists():
        raise SetupProblem(
            f"{links} is there already; name another file with --links, so that no links are lost."
        )


def _planned(connection: Connection, world: World, here: str, read: SetupFile) -> Plan:
    known = organisations.every_project(connection, here)
    _refuse(tuple(_unfit(read, known)))
    made = [(row, _become(row, known.get(row.project), world)) for row in read.projects]
    changed = [project for _, project in made if project != known.get(project.id)]
    invited = [
        replace(row, projects=projects, count=missing)
        for row in read.people
        for projects in [row.projects or tuple(sorted(known.keys() | {p.id for p in changed}))]
        if (missing := row.count - _count(connection, world, here, row.roles, projects)) > 0
    ]
    lines = [_told(project, known.get(project.id)) for project in changed]
    lines += [
        f"{row.count} invited as {' '.join(row.roles)} for {' '.join(row.projects)}"
        for row in invited
    ]
    return Plan(tuple(changed), tuple(invited), tuple(lines))


def _unfit(read: SetupFile, known: dict[str, Project]) -> Iterator[Fault]:
    """Return what is right by itself and does not fit what is stored."""
    for row in read.projects:
        if (project := known.get(row.project)) and project.name != row.name:
            yield Fault(
                row.row,
                "name",
                f"{row.project} is called {project.name!r} already; write that, or rename it in the"
                " chat (Project sheet)",
            )
    there = known.keys() | {row.project for row in read.projects}
    for people_row in read.people:
        for project_id in people_row.projects:
            if project_id not in there:
                yield Fault(
                    people_row.row,
                    "project",
                    f"there is no project {project_id!r}; add a row of the kind project for it",
                )


def _become(row: ProjectRow, known: Project | None, world: World) -> Project:
    """Return a project as it is to be: of one that is there, only areas are added."""
    before = known or Project(row.project, row.name, (), tuple(selection(world)))
    labels = [area.label for area in before.areas]
    return replace(before, areas=areas_of(",".join([*labels, *row.areas]), before.areas))


def _count(
    connection: Connection, world: World, here: str, roles: tuple[str, ...], of: tuple[str, ...]
) -> int:
    """Return how many are here or invited with exactly these roles for exactly these projects."""
    now = world.clock()
    held = [
        (item.roles, item.projects)
        for item in people.listed(connection, here)
        if item.left_at is None
    ]
    held += [
        (item.roles, item.projects)
        for item in invitations.listed(connection, here)
        if item.state(now) == "open" and not item.person
    ]
    return sum(set(item[0]) == set(roles) and set(item[1]) == set(of) for item in held)


def _told(project: Project, known: Project | None) -> str:
    before = {area.name for area in known.areas} if known else set()
    added = ", ".join(area.label for area in project.areas if area.name not in before)
    if known:
        return f"project {project.id}: areas added: {added}"
    return f"project {project.id} ({project.name}) made{f', with {added}' if added else ''}"


def _invite(connection: Connection, world: World, here: str, plan: Plan, file: BinaryIO) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(LINKS)
    for row in plan.invited:
        for _ in range(row.count):
            writer.writerow(_one(connection, world, here, row, ticket(world)))
    file.write(text.getvalue().encode("utf-8-sig"))


def _one(
    connection: Connection, world: World, here: str, row: PeopleRow, made: Ticket
) -> tuple[str, ...]:
    until = world.clock() + timedelta(days=row.days)
    effect = Invite(made.id, made.digest, row.roles, row.projects, until)
    invitations.add(connection, here, "", effect, world.clock())
    world.audit.write(connection, here, [of_team(COMMAND_LINE, effect)], world.clock())
    link = made.link or f"/start {made.token}"
    day = until.date().isoformat()
    return made.id, " ".join(row.roles), " ".join(row.projects), day, link
