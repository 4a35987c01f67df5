"""A simulated project with its people, in a database of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.app import release_in
from bot.erased import Erased
from bot.participants import digest_by
from bot.simulation.chats import CHANNEL, Chats
from bot.simulation.people import Person, everybody
from bot.world import ALPHABET, BLOCK_LENGTH, BLOCKS, Draw, World
from flows.project import Project
from flows.sheet import Sheet
from storage import organisations, people, sheets
from storage.database import Database
from storage.people import Me
from storage.sealing import KEY_BYTES, Fixed

ORGANISATION = "simulated"
KEY = "00" * 32
"""A simulation comes out the same wherever it is made, so its codes have no secret."""

FIRST_DAY, LAST_DAY = date(2026, 1, 5), date(2027, 12, 31)


@dataclass(frozen=True, slots=True)
class Setup:
    """What is simulated: which project, from when until when, with how many people.

    `own` are the sheets that its organisation brought itself.
    """

    project: Project
    first: date = FIRST_DAY
    last: date = LAST_DAY
    workers: int = 10
    participants: int = 20
    seed: int = 1
    language: str = "en"
    own: tuple[Sheet, ...] = ()


class Clock:
    """A clock that is moved, and never backwards."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def move(self, to: datetime) -> None:
        """Let it be this time, or leave it where it is if that is later."""
        self.now = max(self.now, to)


@dataclass(frozen=True, slots=True)
class Town:
    """Where a simulation takes place."""

    setup: Setup
    database: Database
    world: World
    clock: Clock
    chats: Chats
    people: Sequence[Person]

    @property
    def project(self) -> str:
        """What the project is called."""
        return named(self.setup)

    @property
    def sheets(self) -> dict[str, Sheet]:
        """All that can be begun there, by name."""
        return {**self.world.current, **{sheet.name: sheet for sheet in self.setup.own}}

    @property
    def local(self) -> datetime:
        """The time as people there read it."""
        return self.clock.now.astimezone(self.world.time_zone)

    def today(self) -> date:
        """Return the day that it is there."""
        return self.local.date()

    def at(self, day: date, hour: time) -> datetime:
        """Return a time of day there."""
        return datetime.combine(day, hour, self.world.time_zone).astimezone(UTC)

    def chance(self, what: str) -> Random:
        """Return a chance of its own for each use, so that one more of it changes no other."""
        return Random(f"{self.setup.seed}/{what}")  # noqa: S311 - to be foreseen


def named(setup: Setup) -> str:
    """Return what the simulated project is called: everybody sees that it is not a real one."""
    return f"{setup.project.name} (simulated)"


@contextmanager
def built(setup: Setup, world: World, draw: Draw) -> Iterator[Town]:
    """Yield a town before its first day; nothing of it is left afterwards."""
    morning = datetime.combine(setup.first, time(7), world.time_zone)
    clock = Clock(morning.astimezone(UTC))
    here = replace(_by_chance(world, clock, setup.seed), draw=draw)
    with TemporaryDirectory(prefix="simulation-") as folder:
        keys = Fixed([bytes(KEY_BYTES)], "a simulation")
        database = Database(f"sqlite:///{Path(folder)}/simulation.db", keys, safe=False)
        try:
            crew = everybody(setup.workers)
            them = [Me(ORGANISATION, person.name, person.roles) for person in crew]
            _fill(database, here, setup, them)
            chats = Chats(database, here, them, setup.language)
            yield Town(setup, database, here, clock, chats, crew)
        finally:
            database.close()


def _by_chance(world: World, clock: Clock, seed: int) -> World:
    """Return a world in which what is made by chance is the same every time."""
    ids = Random(f"{seed}/ids")  # noqa: S311 - to be foreseen
    codes = Random(f"{seed}/codes")  # noqa: S311 - to be foreseen

    def new_id() -> str:
        return "-".join("".join(ids.choices(ALPHABET, k=BLOCK_LENGTH)) for _ in range(BLOCKS))

    return replace(
        world,
        clock=clock,
        new_id=new_id,
        digest=digest_by(KEY),
        erased=Erased(None, digest_by(KEY)),
        chance=lambda: codes.getrandbits(64),
        new_token=lambda: f"{ids.getrandbits(128):043d}",
    )


def _fill(database: Database, world: World, setup: Setup, them: Sequence[Me]) -> None:
    now = world.clock()
    project = replace(setup.project, name=named(setup))
    database.migrate()
    with database.writing() as connection:
        organisations.add(connection, ORGANISATION, "Simulated", now)
        release_in(connection, world, ORGANISATION)
        sheets.release(connection, ORGANISATION, setup.own, now)
        organisations.put(connection, ORGANISATION, project, now)
        for me in them:
            people.admit(connection, me, CHANNEL, me.person, now)
        columns = "registrars", "dates", "rules"
        organisations.change(connection, them[0], project, columns, now)
