"""The Monday of many projects: `python -m benchmarks.monday`.

Plans the messages of a day, claims them, and says when they would all be sent. A tenth of it is
done first, so that it shows whether memory grows with the number of people.
"""

import argparse
import gc
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from benchmarks.telegram.sides import postgres
from bot.app import release, selection
from bot.planning import plan
from bot.world import World, world
from flows.loading import HANDBOOK
from storage import agenda, organisations, sendings, tables
from storage.database import Connection, Database
from tests.keys import KEYS

WORKERS, PARTICIPANTS, IN_ORGANISATION = 5, 3, 20
MONDAY = datetime(2026, 3, 2, 4, tzinfo=UTC)
BEGUN = MONDAY - timedelta(days=172)
DATES = {
    "starts_on": "2025-09-11",
    "ends_on": "2027-06-30",
    "baseline_on": "2025-10-01",
    "interim_on": "2026-03-10",
    "final_on": "2027-06-01",
}
RULES = {"periodic": {"activity": "monthly"}}
CLAIMED = 200
"""Messages that are claimed together here; nothing is sent in between."""
RATE = 30


def main() -> None:
    """Measure on PostgreSQL, or on SQLite, and print a table."""
    given = _arguments()
    made = world(HANDBOOK, "Europe/Brussels", lambda: MONDAY)
    print("| projects | workers | messages | plan | claim | both | memory above the start |")
    print("|---|---|---|---|---|---|---|")
    with _databases(given.database) as fresh:
        for projects in (given.projects // 10, given.projects):
            with closing(fresh()) as database:
                fill(database, made, projects)
                print(_measured(database, made, projects), flush=True)


def _measured(database: Database, made: World, projects: int) -> str:
    # The handbook stays, as in a bot.
    gc.collect()
    gc.freeze()
    before = _memory()
    planned = _seconds(lambda: plan(database, made, "telegram"))
    later = MONDAY + timedelta(hours=12)
    messages = 0

    def claim() -> None:
        nonlocal messages
        while True:
            with database.writing() as connection:
                found = sendings.claim(connection, "telegram", later, CLAIMED)
            if not found:
                return
            messages += len(found)

    claimed = _seconds(claim)
    done = later + timedelta(seconds=messages / RATE)
    return (
        f"| {projects:,} | {projects * WORKERS:,} | {messages:,} (sent in {done - later}) |"
        f" {planned:.2f} s | {claimed:.2f} s | {planned + claimed:.2f} s |"
        f" {_memory() - before:.0f} MiB |"
    )


def fill(database: Database, made: World, projects: int) -> None:
    """Make organisations with projects, people and participants; what was due before is in."""
    chosen = selection(made)
    with database.writing() as connection:
        for start in range(0, projects, IN_ORGANISATION):
            _organisation(connection, start, min(IN_ORGANISATION, projects - start), chosen)
        release(connection, made)
    with database.writing() as connection:
        for start in range(0, projects, IN_ORGANISATION):
            numbers = range(start, min(start + IN_ORGANISATION, projects))
            _register(connection, made, f"city{start}", [f"p{number}" for number in numbers])
    with database.writing() as connection:
        # As a server does by itself from time to time.
        connection.execute(text("ANALYZE"))


def _register(connection: Connection, made: World, organisation: str, projects: list[str]) -> None:
    """Let the first worker of each project have registered what was due before."""
    today = MONDAY.date()
    places = organisations.of_places(connection, [(organisation, item) for item in projects])
    found = agenda.standings(connection, places, made.time_zone, {})
    rows, revisions = [], []
    for (_, project), standing in found.items():
        due = [item for item in made.schedule.occasions(standing, today) if item.due < today]
        for number, item in enumerate(due):
            record = {"organisation": organisation, "id": f"{project}r{number}", "project": project}
            about = made.current[item.sheet]
            rows.append(
                record
                | {"sheet": item.sheet, "sheet_version": about.version, "level": about.level}
                | {"moment": item.moment, "subject": item.subject, "created_at": BEGUN}
            )
            revisions.append(
                {"organisation": organisation, "record": record["id"], "revision": 1}
                | {"person": f"{project}w1", "complete": True, "observed_on": item.due}
                | {"submitted_at": BEGUN, "remark": "", "set_aside": ""}
            )
    connection.execute(insert(tables.records), rows)
    connection.execute(insert(tables.record_revisions), revisions)


def _organisation(connection: Connection, start: int, size: int, chosen: list[str]) -> None:
    name = f"city{start}"
    of_it = {"organisation": name, "created_at": BEGUN}
    connection.execute(
        insert(tables.organisations), {"id": name, "name": name, "created_at": BEGUN}
    )
    projects = [f"p{number}" for number in range(start, start + size)]
    about = {"areas": [], "selection": chosen, "dates": DATES, "rules": RULES}
    connection.execute(
        insert(tables.projects), [of_it | about | {"id": item, "name": item} for item in projects]
    )
    people = [(item, f"{item}w{number}") for item in projects for number in range(WORKERS)]
    connection.execute(
        insert(tables.people),
        [
            of_it
            | {
                "id": person,
                "roles": ["project_coordinator" if person.endswith("w0") else "practitioner"],
                "channel": "telegram",
                "address": f"{name}{person}",
            }
            for _, person in people
        ],
    )
    connection.execute(
        insert(tables.memberships),
        [{"organisation": name, "project": item, "person": person} for item, person in people],
    )
    connection.execute(
        insert(tables.participants),
        [
            of_it | {"project": item, "code": f"{item}c{number}", "digest": ""}
            for item in projects
            for number in range(PARTICIPANTS)
        ],
    )


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _memory() -> float:
    """Return the most memory that this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _databases(name: str) -> Iterator[Callable[[], Database]]:
    """Yield what makes a fresh database with all tables."""
    numbers = count(1)
    with TemporaryDirectory(prefix="monday-") as folder, ExitStack() as stack:
        server = stack.enter_context(postgres()) if name == "postgresql" else ""

        def fresh() -> Database:
            url = f"sqlite:///{folder}/monday{next(numbers)}.db"
            if server:
                database = f"monday{next(numbers)}"
                with psycopg.connect(server, autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {database}".encode())
                url = make_url(server).set(database=database).render_as_string(False)
            made = Database(url, KEYS)
            made.migrate()
            return made

        yield fresh


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.monday", description=__doc__)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--projects", type=int, default=10_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
