"""People with phones: what they do goes into an inbox, and what comes out is on their screens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import update

from bot.app import admitted, release
from bot.delivery import Delivered, Outbound
from bot.inbound import Inbound
from bot.inbox import Inbox, Processed
from bot.world import World, world
from flows.engine import Button, Event, Message, Tap, Text
from flows.loading import HANDBOOK
from flows.sheet import REGISTRARS
from storage import chats, conversations, people, tables
from storage.chats import Chat
from storage.database import Database
from storage.people import Me
from tests.noticed import accept

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANNEL, BOT = "telegram", "telegram:1"


@cache
def _real_world() -> World:
    return world(HANDBOOK, "Europe/Brussels", lambda: NOON)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


class Phones:
    """The inbox of one bot, and what the people who are admitted to it have on their screens."""

    def __init__(self, database: Database, *addresses: str, **changes: Any) -> None:  # noqa: ANN401 - as World says
        self.database = database
        self.clock = Clock()
        self.world = replace(_real_world(), clock=self.clock)
        with database.writing() as connection:
            self.people: Mapping[str, Me] = {
                address: admitted(connection, self.world, CHANNEL, address, REGISTRARS)
                for address in addresses
            }
            release(connection, self.world)
            for me in self.people.values():
                accept(connection, me.key)
        self.world = replace(self.world, **changes)
        self.inbox = Inbox(database, self.world, CHANNEL, BOT, "en")
        self.outbounds: dict[str, Outbound] = {}
        self.update = count(1)
        self.message = count(1)

    def another(self) -> Inbox:
        """Return the inbox of another process of the same bot."""
        return Inbox(self.database, self.world, CHANNEL, BOT, "en")

    def sent(self, address: str, event: Event | None, **changes: Any) -> Inbound:  # noqa: ANN401 - as Inbound says
        """Return an update with the next number, about the next message."""
        inbound = Inbound(next(self.update), address, event, next(self.message))
        return replace(inbound, **changes)

    def typed(self, address: str, text: str) -> Inbound:
        """Return an update with a text."""
        return self.sent(address, Text(text))

    def tapped(self, address: str, label: str) -> Inbound:
        """Return an update with the button whose label begins so."""
        found = [button for button in self.buttons(address) if button.label.startswith(label)]
        assert len(found) == 1, f"{label!r} among {self.buttons(address)}"
        return self.sent(address, Tap(found[0].token), callback=f"callback of {address}")

    def take(self, *inbounds: Inbound, **reports: Delivered) -> Processed:
        """Let the inbox take updates, and reports by address after the letter "a"."""
        found = self.inbox.take(
            inbounds, {address.removeprefix("a"): item for address, item in reports.items()}
        )
        self.outbounds |= {outbound.address: outbound for outbound in found.outbounds}
        return found

    def types(self, address: str, *texts: str) -> Outbound:
        """Type one text after the other, and return what is to be seen then."""
        for text in texts:
            self.take(self.typed(address, text))
        return self.outbounds[address]

    def screen(self, address: str) -> Message:
        """Return the question that somebody sees."""
        screen = self.outbounds[address].screen
        assert screen is not None
        return screen

    def buttons(self, address: str) -> list[Button]:
        """Return the buttons that somebody sees."""
        return [button for row in self.screen(address).rows for button in row]

    def shown(self, address: str, screen: int | None = None) -> Delivered:
        """Return the report that everything that there is was shown and removed."""
        chat = self.chat(address)
        return Delivered(chat.serial, screen, removed=chat.doomed)

    def chat(self, address: str) -> Chat:
        """Return a chat as it is stored."""
        key = self.people[address].key
        with self.database.reading() as connection:
            return chats.load(connection, [key]).get(key, Chat())

    def conversation(self, address: str) -> dict[str, Any]:
        """Return a conversation as it is stored; empty if there is none."""
        key = self.people[address].key
        with self.database.reading() as connection:
            found = conversations.load(connection, [key]).get(key)
        return found.snapshot() if found else {}

    def snapshot(self, address: str) -> str:
        """Return a conversation as it is stored, also one that cannot be read."""
        with self.database.reading() as connection:
            return conversations.load(connection, [self.people[address].key])[
                self.people[address].key
            ].text

    def turn(self, address: str) -> int:
        """Return the turn of a conversation as it is stored."""
        turn: int = self.conversation(address).get("turn", 0)
        return turn

    def writes(self, address: str, snapshot: str, **columns: object) -> None:
        """Write into the row of a conversation, as a fault of the program would."""
        sealed = self.database.seal.close(tables.conversations.c.snapshot, snapshot)
        self.stores(address, snapshot=sealed, **columns)

    def stores(self, address: str, **columns: object) -> None:
        """Write into the row of a conversation, as a fault of the disk would."""
        table, me = tables.conversations, self.people[address]
        with self.database.writing() as connection:
            of_them = (table.c.organisation == me.organisation) & (table.c.person == me.person)
            connection.execute(update(table).where(of_them).values(**columns))

    def locked(self, address: str) -> "Lock":
        """Return a transaction of another process that works for somebody."""
        return Lock(self.database, address)

    def updates(self) -> dict[int, str]:
        """Return the numbers of the updates that are remembered, with why they were set aside."""
        with self.database.reading() as connection:
            rows = connection.execute(tables.updates.select())
            return {row.number: row.set_aside for row in rows}


class Lock:
    """Another process that is in the middle of a transaction."""

    def __init__(self, database: Database, address: str) -> None:
        self._writing = database.writing()
        self._address = address

    def __enter__(self) -> None:
        people.reached(self._writing.__enter__(), CHANNEL, [self._address])

    def __exit__(self, *reason: object) -> None:
        self._writing.__exit__(None, None, None)
