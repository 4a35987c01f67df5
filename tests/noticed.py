"""People who have accepted the notice already, for tests that are about something else."""

from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import select

from flows.notice import NOTICE_VERSION
from storage import acceptances, tables
from storage.database import Connection, Database
from storage.people import Key

ACCEPT = "I have read this and accept it"
WHEN = datetime(2026, 3, 2, 12, tzinfo=UTC)


def accept(connection: Connection, key: Key) -> None:
    """Let somebody have accepted the notice."""
    acceptances.add(connection, key, NOTICE_VERSION, "en", WHEN)


def all_accept(url: str) -> None:
    """Let everybody in a database have accepted the notice."""
    with closing(Database(url)) as database, database.writing() as connection:
        people = tables.people.c
        for row in connection.execute(select(people.organisation, people.id)).all():
            accept(connection, (row.organisation, row.id))
