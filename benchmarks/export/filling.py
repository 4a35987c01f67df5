"""A database with a million values, as many years of measurements and contacts make them.

Run as `python -m benchmarks.export.filling DATABASE VALUES`; prints how many there are.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from random import Random

import psycopg
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from bot.world import ALPHABET, World, world
from flows.kinds import KINDS
from flows.loading import HANDBOOK
from flows.sheet import MEASUREMENTS, Question, Sheet
from storage import sheets, tables
from storage.database import Database
from storage.sealed import is_free
from storage.sealing import Seal, seal_of
from tests.keys import KEYS

ORGANISATION, AUTHOR = "city", "office"
PROJECTS = 40
FIRST_DAY = date(2023, 1, 2)
DAYS = 1000
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

EMPTY = '""'
"""Nothing set aside, as JSON."""

Row = tuple[object, ...]


def fill(database: Database, world: World, values: int) -> int:
    """Make an organisation with about so many values, and return how many there are.

    Half are of participants at three moments, half are contacts.
    """
    with database.writing() as connection:
        row = {"id": ORGANISATION, "name": "The city", "created_at": NOW}
        connection.execute(insert(tables.organisations), row)
        sheets.release(connection, ORGANISATION, world.current.values(), NOW)
        row = {"organisation": ORGANISATION, "id": AUTHOR, "roles": [], "created_at": NOW}
        connection.execute(insert(tables.people), row | {"channel": "console", "address": AUTHOR})
        of_city = {"organisation": ORGANISATION, "created_at": NOW, "areas": [], "selection": []}
        rows = [
            of_city | {"id": f"project-{number}", "name": f"Project {number}"}
            for number in range(PROJECTS)
        ]
        connection.execute(insert(tables.projects), rows)
        seal = seal_of(connection)
    made = [*_records(world, values, seal)]
    store = _into_server if database.location.path is None else _into_file
    for table, each in TABLES.items():
        store(database, table, (row for record in made for row in each(record)))
    return sum(len(record.questions) for record in made)


class Made:
    """A record and the questions that it answers."""

    def __init__(self, number: int, sheet: Sheet, chance: Random, subject: str, seal: Seal) -> None:
        letters = "".join(chance.choices(ALPHABET, k=12))
        self.id = f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
        self.sheet, self.subject = sheet, subject
        self.project = f"project-{number % PROJECTS}"
        self.moment = chance.choice(MEASUREMENTS) if subject else "continuous"
        self.day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        self.questions = [
            (question, _sealed(seal, question, value))
            for question in sheet.questions
            if KINDS[question.type].stored and (value := _value(question, chance)) is not None
        ]


def _records(world: World, values: int, seal: Seal) -> Iterator[Made]:
    chance, made = Random(values), 0
    participant, contact = world.current["participant"], world.current["contact"]
    number = 0
    while made < values:
        # A contact says about half as much as a measurement.
        is_measured = number % 3 == 0
        subject = f"P{number // PROJECTS // 3}" if is_measured else ""
        record = Made(number, participant if is_measured else contact, chance, subject, seal)
        yield record
        made += len(record.questions)
        number += 1


def _sealed(seal: Seal, question: Question, value: str) -> str:
    column = tables.record_values.c.value
    return seal.close(column, value) if is_free(question.type) else value


def _value(question: Question, chance: Random) -> str | None:
    match question.type:
        case "select_one" if question.choices:
            return chance.choice(question.choices).name
        case "integer" | "calculate":
            return str(chance.randrange(60))
        case "decimal":
            return f"{chance.randrange(400) / 4}"
        case "date":
            return (FIRST_DAY + timedelta(days=chance.randrange(DAYS))).isoformat()
    # A list or a text of somebody's own is a small part of what is registered.
    return None


def _record_rows(record: Made) -> Iterable[Row]:
    sheet = record.sheet
    about = sheet.name, sheet.version, sheet.level, record.moment, record.subject
    yield ORGANISATION, record.id, record.project, *about, _time(record.day)


def _revision_rows(record: Made) -> Iterable[Row]:
    saved = record.day.isoformat(), _time(record.day), "", "", EMPTY, False, "", ""
    yield ORGANISATION, record.id, 1, AUTHOR, True, *saved


def _value_rows(record: Made) -> Iterable[Row]:
    for position, (question, value) in enumerate(record.questions):
        asked = question.name, question.indicator, "practitioner", question.type
        yield ORGANISATION, record.id, 1, position, "", *asked, "answered", "", value, ""


TABLES: dict[str, Callable[[Made], Iterable[Row]]] = {
    "records": _record_rows,
    "record_revisions": _revision_rows,
    "record_values": _value_rows,
}
"""What is made of each table; the columns stand in the table's order."""


def _into_file(database: Database, table: str, rows: Iterable[Row]) -> None:
    names = _columns(table)
    marks = ", ".join("?" * len(names))
    with closing(sqlite3.connect(str(database.location.path), isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ANALYZE")


def _into_server(database: Database, table: str, rows: Iterable[Row]) -> None:
    with psycopg.connect(plain(database)) as connection:
        with connection.cursor().copy(
            f"COPY {table} ({', '.join(_columns(table))}) FROM STDIN"
        ) as copy:
            for row in rows:
                copy.write_row(row)
        connection.commit()
        connection.autocommit = True
        connection.execute(f"VACUUM ANALYZE {table}")


def _columns(table: str) -> list[str]:
    return [column.name for column in tables.metadata.tables[table].c]


def plain(database: Database) -> str:
    """Return a server's address as its own programs take it."""
    url = make_url(database.location.url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def _time(day: date) -> str:
    return f"{day.isoformat()} 12:00:00.000000"


if __name__ == "__main__":
    with closing(Database(sys.argv[1], KEYS)) as made:
        made.migrate()
        print(fill(made, world(HANDBOOK, "Europe/Brussels", lambda: NOW), int(sys.argv[2])))
