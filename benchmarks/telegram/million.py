"""A database with a million records, plausible enough for its indexes to be as large as in life."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import insert

from benchmarks.telegram.population import (
    AUTHOR,
    ORGANISATION,
    PARTICIPANTS,
    PROJECTS,
    add_projects,
    participant,
    populate,
    project,
)
from bot.world import ALPHABET
from flows import checking
from flows.sheet import MOMENTS
from storage import sheets, tables
from storage.database import Database
from tests.keys import KEYS

RECORDS = 1_000_000
OTHER_PROJECTS = 200
MEASUREMENTS = [moment for moment in MOMENTS if moment != "continuous"]
FIRST_DAY = date(2023, 1, 2)
DAYS = 1000
CONTACT = (("area", "select_one", "station"), ("kind", "select_one", "person"), ("met", "", "1"))
MEASURED = (("housing", "select_one", "3"), ("network", "select_one", "2"))

Rows = Iterator[tuple[object, ...]]


def fill(path: Path, workers: int, records: int = RECORDS) -> None:
    """Make a database of people, projects and records with one to three values each.

    Three are measurements of each participant; the others are contacts.
    """
    populate(f"sqlite:///{path}", workers)
    _release(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody needs a half-filled file after a power cut.
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        for table, rows in ROWS.items():
            statement = _insert(table)
            connection.executemany(statement, rows(records))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _release(path: Path) -> None:
    with closing(Database(f"sqlite:///{path}", KEYS)) as database, database.writing() as connection:
        now = datetime.now(UTC)
        add_projects(connection, range(PROJECTS, PROJECTS + OTHER_PROJECTS))
        row = {"organisation": ORGANISATION, "id": AUTHOR, "roles": [], "created_at": now}
        row |= {"channel": "console", "address": AUTHOR}
        connection.execute(insert(tables.people), row)
        sheets.release(connection, ORGANISATION, checking.load().sheets.values(), now)


def _insert(table: str) -> str:
    columns = tables.metadata.tables[table].c.keys()
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"


def _records(number: int) -> Rows:
    for index, (name, day) in enumerate(_each(number)):
        where, moment, subject = _about(index)
        sheet, level = ("participant", "participant") if subject else ("contact", "target_group")
        yield ORGANISATION, name, where, sheet, 1, level, moment, subject, _time(day)


def _revisions(number: int) -> Rows:
    for name, day in _each(number):
        observed = day.isoformat()
        yield ORGANISATION, name, 1, AUTHOR, 1, observed, _time(day), "", "", "{}"


def _values(number: int) -> Rows:
    for index, (name, _) in enumerate(_each(number)):
        _, _, subject = _about(index)
        known = MEASURED if subject else CONTACT
        for position, (question, kind, value) in enumerate(known[: 1 + index % 3]):
            key = (ORGANISATION, name, 1, position, "")
            yield (*key, question, "", "practitioner", kind, "answered", "", value, "")


ROWS: dict[str, Callable[[int], Rows]] = {
    "records": _records,
    "record_revisions": _revisions,
    "record_values": _values,
}
"""What is made of each table; the columns stand in the table's order."""


def _each(number: int) -> Iterable[tuple[str, date]]:
    """Return the same names and days whenever it is called; names are random as in life."""
    chance = Random(number)
    for _ in range(number):
        letters = "".join(chance.choices(ALPHABET, k=12))
        day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        yield f"{letters[:4]}-{letters[4:8]}-{letters[8:]}", day


def _about(index: int) -> tuple[str, str, str]:
    """Return the project, the moment and the participant of a record."""
    turn, where = divmod(index, PROJECTS + OTHER_PROJECTS)
    if turn < PARTICIPANTS * len(MEASUREMENTS):
        code, moment = divmod(turn, len(MEASUREMENTS))
        return project(where), MEASUREMENTS[moment], participant(code)
    return project(where), "continuous", ""


def _time(day: date) -> str:
    return f"{day.isoformat()} 12:00:00.000000"
