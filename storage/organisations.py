"""Organisations with their people and projects, and what is registered in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update

from flows.context import Area, Project, Registered
from flows.sheet import MEASUREMENTS, REGISTRARS
from storage import tables
from storage.people import Me, person
from storage.problems import DatabaseProblem
from storage.statements import Lookup, insert_new

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


def projects(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[Project, ...]]:
    """Return, by organisation and person, the projects that people work for, by name.

    Whoever works for none is left out.
    """
    rows = _MEMBERSHIPS.rows(connection, keys)
    found = _projects(connection, {(row.organisation, row.project) for row in rows})
    theirs = defaultdict(set)
    for row in rows:
        theirs[row.organisation, row.person].add((row.organisation, row.project))
    return {
        key: tuple(project for name, project in found.items() if name in names)
        for key, names in theirs.items()
    }


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
        )
        for row in _PROJECTS.rows(connection, wanted)
    }


_PROJECTS = Lookup(
    select(tables.projects).order_by(tables.projects.c.name, tables.projects.c.id),
    tables.projects.c.organisation,
    tables.projects.c.id,
)


def change(
    connection: Connection, me: Me, project: Project, columns: Collection[str], now: datetime
) -> None:
    """Make a project, or let it become like this; whoever makes it works for it.

    Only what `columns` names is written into a project that is there, so that two people may
    change two things. Only a project of the person is changed: another one's is as good as none.
    """
    found, member = tables.projects.c, tables.memberships.c
    content: dict[str, Any] = {
        "name": project.name,
        "areas": [asdict(area) for area in project.areas],
        "selection": list(project.selection),
        "registrars": dict(project.registrars),
    }
    key = {"organisation": me.organisation, "id": project.id}
    if insert_new(connection, tables.projects, key | content | {"created_at": now}):
        connection.execute(
            insert(tables.memberships),
            {"organisation": me.organisation, "person": me.person, "project": project.id},
        )
        return
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
        .values({name: content[name] for name in columns})
    )


def name_ambassador(connection: Connection, organisation: str, ambassador: str) -> None:
    """Set whom /help points to; "" for nobody."""
    connection.execute(
        update(tables.organisations)
        .where(tables.organisations.c.id == organisation)
        .values(ambassador=ambassador)
    )


def only(connection: Connection) -> str:
    """Return the one organisation of this database; DatabaseProblem if there is none, or more."""
    found = every(connection)
    if len(found) != 1:
        if not found:
            raise DatabaseProblem(
                "Nothing was registered in this database yet; begin with `meetmoment chat`."
            )
        names = ", ".join(found)
        raise DatabaseProblem(f"This database holds several organisations ({names}), not one.")
    return found[0]


def every(connection: Connection) -> list[str]:
    """Return all organisations of this database."""
    return list(connection.scalars(select(tables.organisations.c.id).order_by("id")))


def named(connection: Connection, organisation: str) -> list[str]:
    """Return all projects of an organisation."""
    projects = tables.projects.c
    statement = select(projects.id).where(projects.organisation == organisation)
    return list(connection.scalars(statement.order_by(projects.id)))


def areas(connection: Connection, organisation: str) -> dict[tuple[str, str], str]:
    """Return the label of every area by project and name, in the order of the projects' lists."""
    projects = tables.projects.c
    rows = connection.execute(
        select(projects.id, projects.areas)
        .where(projects.organisation == organisation)
        .order_by(projects.id)
    )
    return {(project, area["name"]): area["label"] for project, listed in rows for area in listed}


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
