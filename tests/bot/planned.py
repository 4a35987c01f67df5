"""A town whose project has a plan, and people on Telegram who are told what is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update

from bot.app import admitted, release
from bot.jobs import Jobs, Later
from bot.orders import Orders
from bot.turns import Entry, Turns
from bot.world import World, world
from flows.loading import HANDBOOK
from flows.record import Record
from flows.sending import Notification, Outcome
from storage import organisations, records, tables
from storage.database import Connection, Database
from storage.people import Me
from tests.bot.phones import Clock
from tests.noticed import accept

PROJECT = organisations.EXAMPLE_PROJECT
DATES = {
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
    "baseline_on": "2026-03-16",
    "interim_on": "2026-09-14",
    "final_on": "2027-06-14",
}
"""The baseline opens on Monday 2 March 2026, with fourteen days to go."""


def talk(connection: Connection, made: World, people: Iterable[Me]) -> None:
    """Let everybody have written to the bot."""
    Turns(made).take(connection, [Entry(me, None, "en") for me in people])


@dataclass
class Inboxes:
    """What sends messages, and what was sent; `refuse` says what becomes of the next ones."""

    rate: float = 0
    told: list[tuple[str, Notification]] = field(default_factory=list)
    refuse: list[Outcome | Later | Exception] = field(default_factory=list)

    async def notify(self, address: str, notification: Notification) -> Outcome | Later:
        answer = self.refuse.pop(0) if self.refuse else "sent"
        if isinstance(answer, Exception):
            raise answer
        if answer in ("sent", "unknown"):
            self.told.append((address, notification))
        return answer


class Town:
    """A project with a plan, and what its people are told."""

    def __init__(self, database: Database, **people: Sequence[str]) -> None:
        self.database = database
        self.clock = Clock()
        self.world: World = world(HANDBOOK, "Europe/Brussels", self.clock)
        self.inboxes = Inboxes()
        with database.writing() as connection:
            self.people: dict[str, Me] = {
                name: admitted(connection, self.world, "telegram", name, tuple(roles))
                for name, roles in people.items()
            }
            release(connection, self.world)
            for me in self.people.values():
                accept(connection, me.key)
            talk(connection, self.world, self.people.values())
        self.plans(DATES)

    def plans(self, dates: dict[str, str], **rules: Any) -> None:  # noqa: ANN401 - as the plan has them
        """Give the project another plan, as saving its sheets does."""
        with self.database.writing() as connection:
            connection.execute(
                update(tables.projects).values(dates=dates, rules=rules, planned_for=None)
            )

    def at(self, text: str) -> "Town":
        """Let it be a time of day in Brussels, such as "2026-03-02 08:30"."""
        local = datetime.fromisoformat(text).replace(tzinfo=self.world.time_zone)
        self.clock.now = local.astimezone(UTC)
        return self

    def jobs(self) -> Jobs:
        """Return what a process sends with."""
        return Jobs(self.database, self.world, "telegram", self.inboxes, "en")

    def orders(self) -> Orders:
        """Return what a process makes exports with."""
        return Orders(self.database, self.world, "telegram", self.inboxes, "en")

    async def round(self) -> list[str]:
        """Send what is due; return who was told something, in order."""
        before = len(self.inboxes.told)
        jobs = self.jobs()
        await jobs.round()
        jobs.close()
        return sorted(address for address, _ in self.inboxes.told[before:])

    def saves(self, name: str, sheet: str, moment: str, day: str, subject: str = "") -> None:
        """Let somebody have registered something."""
        about = self.world.current[sheet]
        record = Record(
            record=f"{name}-{sheet}-{moment}-{day}-{subject}",
            revision=1,
            project=PROJECT,
            sheet=sheet,
            sheet_version=about.version,
            level=about.level,
            moment=moment,
            subject=subject,
            person=self.people[name].person,
            observed_on=date.fromisoformat(day),
            complete=True,
            remark="",
            values=(),
            set_aside={},
        )
        with self.database.writing() as connection:
            organisation = self.people[name].organisation
            records.save(connection, [(organisation, record)], self.clock.now)

    def log(self) -> list[tuple[str, str, str]]:
        """Return every message: for whom, of which kind, and what became of it."""
        names = {me.person: name for name, me in self.people.items()}
        column = tables.sendings.c
        with self.database.reading() as connection:
            rows = connection.execute(
                select(column.person, column.kind, column.state).order_by(column.day, column.kind)
            ).all()
        return sorted((names[row.person], row.kind, row.state) for row in rows)
