"""Projects of several organisations: who has agreed with whom to see each other's records.

Each organisation keeps a project and records of its own. An agreement is a pair of rows with the
same `joint`, which either may end: whoever is agreed with a third sees only theirs.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, and_, delete, insert, select, true, update

from flows.own import is_own_code
from flows.project import Project
from storage.exported import Place
from storage.organisations import project_named
from storage.problems import DatabaseProblem
from storage.tables import agreements, joint_codes, projects

VALID = timedelta(days=7)
"""How long a code waits for the other organisation."""

UNKNOWN = "That code is not known: it was used, took too long, or has a typing error."


Shared = Mapping[Place, str]
"""The projects of others, each with the own one that it is one with."""


def shared(connection: Connection, organisation: str, own: Collection[str] | None = None) -> Shared:
    """Return what is shared now with these projects of an organisation; None stands for all."""
    if own is not None and not own:
        return {}
    mine, theirs = agreements.alias("mine"), agreements.alias("theirs")
    same = and_(mine.c.joint == theirs.c.joint, mine.c.organisation != theirs.c.organisation)
    rows = connection.execute(
        select(theirs.c.organisation, theirs.c.project, mine.c.project.label("own"))
        .join(theirs, same)
        .where(
            mine.c.organisation == organisation,
            true() if own is None else mine.c.project.in_(sorted(own)),
            mine.c.ended_at.is_(None),
        )
        .order_by(theirs.c.organisation, theirs.c.project)
    )
    return {(row.organisation, row.project): row.own for row in rows}


def offer(
    connection: Connection, organisation: str, project: str, code: str, now: datetime
) -> Project:
    """Let one other organisation join a project with this code; it is kept as a digest only.

    Raises DatabaseProblem when there is no such project.
    """
    found = project_named(connection, organisation, project)
    key = {"organisation": organisation, "project": found.id}
    connection.execute(delete(joint_codes).filter_by(**key))
    row = key | {"digest": _digest(code), "expires_at": now + VALID}
    connection.execute(insert(joint_codes), row)
    return found


def join(
    connection: Connection, to: Place, code: str, new_id: str, now: datetime
) -> tuple[Project, str]:
    """Agree with a code; return the own project and whom it is shared with.

    `to` is the organisation that joins and a project of it; with "" the other's is copied, under
    its identifier if that is free. Raises DatabaseProblem for a code that cannot be used, and when
    the project is not there.
    """
    organisation, project = to
    column = joint_codes.c
    # Whoever deletes the row has used the code; nobody else can any more.
    used = connection.execute(
        delete(joint_codes)
        .where(
            column.digest == _digest(code),
            column.expires_at > now,
            column.organisation != organisation,
        )
        .returning(column.organisation, column.project)
    ).first()
    if used is None:
        raise DatabaseProblem(UNKNOWN)
    if project:
        own = project_named(connection, organisation, project)
    else:
        own = _copied(connection, (used.organisation, used.project), organisation, new_id, now)
    if (used.organisation, used.project) in shared(connection, organisation, [own.id]):
        raise DatabaseProblem(f"{own.name} is shared with {used.organisation} already.")
    row = {"joint": new_id, "agreed_at": now}
    for party, name in ((used.organisation, used.project), (organisation, own.id)):
        connection.execute(insert(agreements), row | {"organisation": party, "project": name})
    return own, used.organisation


def part(connection: Connection, organisation: str, project: str, now: datetime) -> Project:
    """End all agreements of a project, and take back its code; records stay with who made them.

    Raises DatabaseProblem when there is no such project, or it is shared with nobody.
    """
    found = project_named(connection, organisation, project)
    key = {"organisation": organisation, "project": found.id}
    waiting = connection.execute(delete(joint_codes).filter_by(**key)).rowcount
    joints = select(agreements.c.joint).filter_by(**key)
    ended = connection.execute(
        update(agreements)
        .where(agreements.c.joint.in_(joints), agreements.c.ended_at.is_(None))
        .values(ended_at=now)
    ).rowcount
    if not waiting + ended:
        raise DatabaseProblem(f"{found.name} is shared with nobody.")
    return found


def _copied(
    connection: Connection, given: Place, organisation: str, new_id: str, now: datetime
) -> Project:
    """Make the same project in an organisation: its name, areas, selection and registrars.

    What the other one brought itself is left out.
    """
    columns, (giver, project) = projects.c, given
    row = connection.execute(
        select(projects).where(columns.organisation == giver, columns.id == project)
    ).one()
    taken = select(columns.id).where(columns.organisation == organisation, columns.id == project)
    name = project if connection.scalar(taken) is None else new_id.lower()
    selection = [code for code in row.selection if not is_own_code(code)]
    changes = {"organisation": organisation, "id": name, "created_at": now, "selection": selection}
    copied = row._asdict() | changes
    connection.execute(insert(projects), copied)
    return project_named(connection, organisation, name)


def _digest(code: str) -> str:
    return sha256(code.strip().upper().encode()).hexdigest()
