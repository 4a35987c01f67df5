"""Organisations with their people and projects, and what is registered in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, or_, select, tuple_, update

from flows.context import Registered
from flows.own import is_own_code, own_codes
from flows.project import Area, Project
from flows.sheet import MEASUREMENTS, REGISTRARS
from storage import tables
from storage.people import Key, Me, person, project_ids
from storage.problems import DatabaseProblem
from storage.sealing import seal_of
from storage.statements import Change, Lookup, insert_new

CONSOLE = ("console", "local")
"""Channel and address of whoever sits at the terminal of this machine."""

EXAMPLE = "example-city"
EXAMPLE_PERSON = "local"
EXAMPLE_PROJECT = "kompas"
EXAMPLE_AREAS = {"station": "Station", "centre": "Centrum", "park": "Park"}
EXAMPLE_PARTICIPANTS = ("K7-N", "P3-H")


def first(
    connection: Connection,
    now: datetime,
    selection: Iterable[str],
    channel: str = CONSOLE[0],
    address: str = CONSOLE[1],
) -> Me:
    """Make an example organisation if there is none at all, and return who writes on the console.

    Two processes may do so at once; an organisation that exists is left as it is.
    """
    if connection.execute(select(tables.organisations.c.id).limit(1)).first() is None:
        _make_example(connection, now, list(selection), channel, address)
    if me := person(connection, channel, address):
        return me
    raise DatabaseProblem(
        f"Nobody in this database is reached by the {channel} as {address!r}; "
        "add that person to an organisation, or try things out with another database."
    )


def projects(connection: Connection, people: Iterable[Me]) -> dict[Key, tuple[Project, ...]]:
    """Return, by organisation and person, the projects that people work for, by name.

    Whoever works for none is left out.
    """
    theirs = defaultdict(set)
    listed = list(people)
    for row in _MEMBERSHIPS.rows(connection, [me.key for me in listed]):
        theirs[row.organisation, row.person].add((row.organisation, row.project))
    for me in listed:
        if me.reaches_all:
            theirs[me.key] = {
                (me.organisation, name) for name in project_ids(connection, me.organisation)
            }
    found = _projects(connection, {key for keys in theirs.values() for key in keys})
    return {
        key: tuple(project for name, project in found.items() if name in names)
        for key, names in theirs.items()
    }


def project_named(connection: Connection, organisation: str, wanted: str) -> Project:
    """Return a project by its identifier or, where only one is called so, its name.

    Raises DatabaseProblem when there is none.
    """
    found = tables.projects.c
    rows = connection.execute(
        select(found.id, found.name).where(found.organisation == organisation).order_by(found.id)
    ).all()
    ids = [row.id for row in rows if row.id == wanted] or [
        row.id for row in rows if row.name == wanted
    ]
    if len(ids) != 1:
        names = ", ".join(f"{row.id} ({row.name})" for row in rows) or "no project"
        raise DatabaseProblem(f"{organisation} has no project {wanted!r}; there is {names}.")
    return _projects(connection, [(organisation, ids[0])])[organisation, ids[0]]


_MEMBERSHIPS = Lookup(
    select(
        tables.memberships.c.organisation,
        tables.memberships.c.person,
        tables.memberships.c.project,
    ),
    tables.memberships.c.organisation,
    tables.memberships.c.person,
)


def _projects(
    connection: Connection, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Project]:
    return {
        (row.organisation, row.id): Project(
            id=row.id,
            name=row.name,
            areas=tuple(Area(**area) for area in row.areas),
            selection=tuple(row.selection),
            registrars=dict(row.registrars),
            dates=row.dates,
            rules=row.rules,
        )
        for row in _PROJECTS.rows(connection, wanted)
    }


def of_places(
    connection: Connection, places: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Project]:
    """Return projects by organisation and id."""
    return _projects(connection, places)


def unplanned(connection: Connection, day: date, most: int) -> list[tuple[str, str]]:
    """Return projects whose messages of a day are not planned yet, and hold them until the commit.

    What another process holds is left to it. Days that are still to come were planned by a clock
    that was wrong.
    """
    found = tables.projects.c
    rows = connection.execute(
        select(found.organisation, found.id)
        .where(or_(found.planned_for.is_(None), found.planned_for < day, found.planned_for > day))
        .order_by(found.organisation, found.id)
        .limit(most)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [(row.organisation, row.id) for row in rows]


def note_planned(connection: Connection, places: Collection[tuple[str, str]], day: date) -> None:
    """Note that the messages of a day are planned for these projects."""
    _PLANNED.change(connection, places, day=day)


_PLANNED = Change(
    update(tables.projects).values(planned_for=bindparam("day")),
    tables.projects.c.organisation,
    tables.projects.c.id,
)
_PROJECTS = Lookup(
    select(tables.projects).order_by(tables.projects.c.name, tables.projects.c.id),
    tables.projects.c.organisation,
    tables.projects.c.id,
)


def every_project(connection: Connection, organisation: str) -> dict[str, Project]:
    """Return an organisation's projects by their ids."""
    names = project_names(connection, organisation)
    found = _projects(connection, [(organisation, project) for project in names])
    return {project.id: project for project in found.values()}


def put(connection: Connection, organisation: str, project: Project, now: datetime) -> None:
    """Make a project that nobody works for yet, or give one that is there these areas."""
    areas = [{"name": area.name, "label": area.label} for area in project.areas]
    row: dict[str, Any] = {
        "organisation": organisation,
        "id": project.id,
        "name": project.name,
        "areas": areas,
        "selection": list(project.selection),
        "created_at": now,
    }
    found = tables.projects.c
    if not insert_new(connection, tables.projects, row):
        connection.execute(
            update(tables.projects)
            .where(found.organisation == organisation, found.id == project.id)
            .values(areas=areas)
        )


def project_names(connection: Connection, organisation: str) -> dict[str, str]:
    """Return the names of an organisation's projects by their ids, in the order of the names."""
    found = tables.projects.c
    rows = connection.execute(
        select(found.id, found.name)
        .where(found.organisation == organisation)
        .order_by(found.name, found.id)
    )
    return {row.id: row.name for row in rows}


def change(
    connection: Connection, me: Me, project: Project, columns: Collection[str], now: datetime
) -> None:
    """Make a project, or let it become like this; whoever makes it works for it.

    Only what `columns` names is written into a project that is there, so that two people may
    change two things. Only a project of the person is changed: another one's is as good as none.
    Codes of own sheets stay as they are stored; only those who bring a sheet change them.
    """
    found, member = tables.projects.c, tables.memberships.c
    content: dict[str, Any] = {
        "name": project.name,
        "areas": [asdict(area) for area in project.areas],
        "selection": list(project.selection),
        "registrars": dict(project.registrars),
        "dates": dict(project.dates),
        "rules": dict(project.rules),
    }
    key = {"organisation": me.organisation, "id": project.id}
    if insert_new(connection, tables.projects, key | content | {"created_at": now}):
        connection.execute(
            insert(tables.memberships),
            {"organisation": me.organisation, "person": me.person, "project": project.id},
        )
        return
    if "selection" in columns:
        content["selection"] = _with_own(connection, me.organisation, project)
    connection.execute(
        update(tables.projects)
        .where(
            found.organisation == me.organisation,
            found.id == project.id,
            exists().where(
                member.organisation == found.organisation,
                member.project == found.id,
                member.person == me.person,
            ),
        )
        .values({name: content[name] for name in columns} | {"planned_for": None})
    )


def _with_own(connection: Connection, organisation: str, project: Project) -> list[str]:
    """Return a project's choice with the codes of own sheets that are stored, and no others."""
    lock_projects(connection, [(organisation, project.id)])
    found = tables.projects.c
    here = (found.organisation == organisation) & (found.id == project.id)
    stored = connection.scalar(select(found.selection).where(here)) or []
    return [*(code for code in project.selection if not is_own_code(code)), *own_codes(stored)]


def name_ambassador(connection: Connection, organisation: str, ambassador: str) -> None:
    """Set whom /help points to; "" for nobody."""
    sealed = seal_of(connection).close(tables.organisations.c.ambassador, ambassador)
    connection.execute(
        update(tables.organisations)
        .where(tables.organisations.c.id == organisation)
        .values(ambassador=sealed)
    )


def named(connection: Connection, wanted: str = "") -> str:
    """Return an organisation of this database; without a name, the one that there is.

    DatabaseProblem if there is none, if none is called so, or if one of several has to be named.
    """
    found = every(connection)
    names = ", ".join(found)
    if not found:
        raise DatabaseProblem(
            "Nothing was registered in this database yet; begin with `meetmoment chat`."
        )
    if wanted and wanted not in found:
        raise DatabaseProblem(f"There is no organisation {wanted!r} here; there is {names}.")
    if not wanted and len(found) > 1:
        raise DatabaseProblem(
            f"This database holds several organisations ({names}); say which with --organisation."
        )
    return wanted or found[0]


def add(connection: Connection, organisation: str, name: str, now: datetime) -> None:
    """Add an organisation; DatabaseProblem when there is one with this identifier."""
    row = {"id": organisation, "name": name, "created_at": now}
    if not insert_new(connection, tables.organisations, row):
        raise DatabaseProblem(f"There is an organisation {organisation} here already.")


def listed(connection: Connection) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return each organisation with its name, and its projects with theirs."""
    found = defaultdict(list)
    columns = tables.projects.c
    for row in connection.execute(
        select(columns.organisation, columns.id, columns.name).order_by(columns.name, columns.id)
    ):
        found[row.organisation].append((row.id, row.name))
    rows = connection.execute(select(tables.organisations).order_by(tables.organisations.c.id))
    return [(row.id, row.name, found[row.id]) for row in rows]


def every(connection: Connection) -> list[str]:
    """Return all organisations of this database."""
    return list(connection.scalars(select(tables.organisations.c.id).order_by("id")))


def title(connection: Connection, organisation: str) -> str:
    """Return what an organisation is called."""
    column = tables.organisations.c
    return str(connection.scalar(select(column.name).where(column.id == organisation)))


def areas(connection: Connection, organisation: str) -> dict[tuple[str, str], str]:
    """Return the label of every area by project and name, in the order of the projects' lists."""
    projects = tables.projects.c
    rows = connection.execute(
        select(projects.id, projects.areas)
        .where(projects.organisation == organisation)
        .order_by(projects.id)
    )
    return {(project, area["name"]): area["label"] for project, listed in rows for area in listed}


def lock_projects(connection: Connection, some: Collection[tuple[str, str]]) -> None:
    """Let another transaction that locks one of these projects wait for this one's end.

    Each is given with its organisation. Whoever only registers in one waits for nobody.
    """
    if some:
        found = tables.projects.c
        connection.execute(
            select(found.id)
            .where(tuple_(found.organisation, found.id).in_(sorted(some)))
            .order_by(found.organisation, found.id)
            .with_for_update(key_share=True)
        )


def registered(
    connection: Connection, organisation: str, project: str, sheet: str
) -> frozenset[Registered]:
    """Return which subjects of a project have a complete record of a sheet, and of which moment.

    Only the latest revision of a record counts, and only measurement moments: contacts and
    other continuous registrations are never complete.
    """
    records, revisions = tables.records.c, tables.record_revisions.c
    # A join would let SQLite begin with all revisions there are.
    is_complete = (
        select(revisions.complete)
        .where(
            revisions.organisation == records.organisation,
            revisions.record == records.id,
        )
        .order_by(revisions.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(records.project, records.sheet, records.moment, records.subject)
        .where(
            records.organisation == organisation,
            records.project == project,
            records.sheet == sheet,
            records.moment.in_(MEASUREMENTS),
            is_complete,
        )
        .distinct()
    )
    return frozenset(Registered(*row) for row in rows)


def _make_example(
    connection: Connection, now: datetime, selection: list[str], channel: str, address: str
) -> None:
    row = {"id": EXAMPLE, "name": "Example city", "created_at": now}
    if not insert_new(connection, tables.organisations, row):
        return
    of_example = {"organisation": EXAMPLE, "created_at": now}
    connection.execute(
        insert(tables.people),
        of_example
        | {"id": EXAMPLE_PERSON, "roles": REGISTRARS, "channel": channel, "address": address},
    )
    connection.execute(
        insert(tables.projects),
        of_example
        | {
            "id": EXAMPLE_PROJECT,
            "name": "Kompas",
            "areas": [{"name": name, "label": label} for name, label in EXAMPLE_AREAS.items()],
            "selection": selection,
        },
    )
    connection.execute(
        insert(tables.memberships),
        {"organisation": EXAMPLE, "person": EXAMPLE_PERSON, "project": EXAMPLE_PROJECT},
    )
    connection.execute(
        insert(tables.participants),
        [of_example | {"project": EXAMPLE_PROJECT, "code": code} for code in EXAMPLE_PARTICIPANTS],
    )
