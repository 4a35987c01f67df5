"""Participants: nothing but their codes, and a digest that finds a lost one again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from flows.context import Enrolled
from flows.effects import AddParticipant
from storage.statements import insert_new
from storage.tables import organisations, participants


class CodeTaken(Exception):
    """A code that somebody else got in between."""


def of(connection: Connection, organisation: str, project: str) -> tuple[str, ...]:
    """Return the codes of a project's participants, in order."""
    rows = connection.scalars(
        select(participants.c.code)
        .where(participants.c.organisation == organisation, participants.c.project == project)
        .order_by(participants.c.code)
    )
    return tuple(rows)


def is_there(connection: Connection, organisation: str, project: str, code: str) -> bool:
    """Whether a participant takes part in a project."""
    column = participants.c
    found = select(column.code).where(
        column.organisation == organisation, column.project == project, column.code == code
    )
    return connection.scalar(found) is not None


def taken(connection: Connection, organisation: str) -> set[str]:
    """Return all codes of an organisation, and keep others from adding some until the commit."""
    connection.execute(
        select(organisations.c.id)
        .where(organisations.c.id == organisation)
        .with_for_update(key_share=True)
    )
    return set(
        connection.scalars(
            select(participants.c.code).where(participants.c.organisation == organisation)
        )
    )


def found(connection: Connection, organisation: str, digest: str) -> Sequence[Enrolled]:
    """Return who has a digest, oldest first."""
    rows = connection.execute(
        select(participants.c.code, participants.c.project, participants.c.created_at)
        .where(participants.c.organisation == organisation, participants.c.digest == digest)
        .order_by(participants.c.created_at, participants.c.code, participants.c.project)
    )
    return [Enrolled(row.code, row.project, row.created_at.date()) for row in rows]


def add(connection: Connection, organisation: str, added: AddParticipant, now: datetime) -> None:
    """Add a participant to a project.

    Raises CodeTaken when somebody else takes part with this code, which two people who add
    somebody at the same moment may cause: the step is then taken once more.
    """
    row = {
        "organisation": organisation,
        "project": added.project,
        "code": added.code,
        "digest": added.digest,
        "created_at": now,
    }
    if not insert_new(connection, participants, row):
        column = participants.c
        held = connection.scalar(
            select(column.digest).where(
                column.organisation == organisation,
                column.project == added.project,
                column.code == added.code,
            )
        )
        if not added.digest or held != added.digest:
            raise CodeTaken("A participant's code was given to somebody else meanwhile.")


def key_marks(connection: Connection, length: int) -> set[str]:
    """Return the first characters of all digests, which say by which key they were made."""
    return set(
        connection.scalars(
            select(func.substr(participants.c.digest, 1, length))
            .where(participants.c.digest != "")
            .distinct()
        )
    )
