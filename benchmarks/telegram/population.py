"""Who is in Meetmoment's database before the first answer: people in projects with participants."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from benchmarks.telegram.order import FIRST_ACCOUNT, HANDBOOK
from flows import checking
from flows.notice import NOTICE_VERSION
from storage import acceptances, tables
from storage.database import Database
from tests.keys import KEYS

CHANNEL = "telegram"
ORGANISATION = "city"
AUTHOR = "office"
"""Who saved what was there before."""
PROJECTS = 10
PARTICIPANTS = 50
"""In each project, by code."""


def populate(url: str, number: int) -> None:
    """Make the tables, and so many people who are spread over the projects; nothing registered."""
    with closing(Database(url, KEYS)) as database:
        database.migrate()
        with database.writing() as connection:
            now = {"created_at": datetime.now(UTC)}
            row = {"id": ORGANISATION, "name": "The city", **now}
            connection.execute(insert(tables.organisations), row)
            add_projects(connection, range(PROJECTS))
            _add_people(connection, number)


def add_projects(connection: Connection, numbers: Iterable[int]) -> None:
    """Add projects with their participants; they chose all indicators of this benchmark."""
    now, selection = datetime.now(UTC), list(checking.load(HANDBOOK).indicators)
    of_city = {"organisation": ORGANISATION, "created_at": now}
    areas = [{"name": "station", "label": "Station"}]
    rows = [
        {"id": project(number), "name": f"Project {number}", "areas": areas, "selection": selection}
        for number in numbers
    ]
    connection.execute(insert(tables.projects), [of_city | row for row in rows])
    codes = [
        of_city | {"project": row["id"], "code": participant(number)}
        for row in rows
        for number in range(PARTICIPANTS)
    ]
    connection.execute(insert(tables.participants), codes)


def project(number: int) -> str:
    """Return the name of a project."""
    return f"project-{number}"


def participant(number: int) -> str:
    """Return the code of a participant."""
    return f"K{number % 10}-{number:03}"


def _add_people(connection: Connection, number: int) -> None:
    of_city = {"organisation": ORGANISATION}
    rows = [
        of_city
        | {
            "id": f"w{index:05}",
            "roles": ["practitioner"],
            "channel": CHANNEL,
            "address": str(FIRST_ACCOUNT + index),
            "created_at": datetime.now(UTC),
        }
        for index in range(number)
    ]
    connection.execute(insert(tables.people), rows)
    memberships = [
        of_city | {"person": row["id"], "project": project(index % PROJECTS)}
        for index, row in enumerate(rows)
    ]
    connection.execute(insert(tables.memberships), memberships)
    now = datetime.now(UTC)
    for row in rows:
        # The other sides show no notice either.
        acceptances.add(connection, (ORGANISATION, str(row["id"])), NOTICE_VERSION, "en", now)
