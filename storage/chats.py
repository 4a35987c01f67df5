"""What a person sees on a channel, and what is still to be shown or removed there."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.people import Key, Me
from storage.statements import INSERT, Lookup, insert_new
from storage.tables import chats, people


@dataclass(frozen=True, slots=True)
class Typed:
    """A message in which somebody typed an answer; `answer` says which, as Turn.answered does."""

    message: int
    answer: str
    at: int
    """Seconds since 1970, because that decides until when it can be removed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that is to be shown, and the serial with which it came."""

    serial: int
    text: str


@dataclass(frozen=True, slots=True)
class Chat:
    """One person's chat.

    `serial` counts what there was to show, `shown` how far that has come; `unsettled_since` says
    since when it is not certain that the newest is what is seen. `screen` is the message with the
    question, `leading` what stands above it because it was too long for one message.
    `typed` are answers that leave the chat with their registration, `doomed` the messages that
    are to be removed now, `receipts` what is still to be confirmed. `confirmed` is the message that
    became the newest receipt. `commands` says which list of commands is set.
    """

    serial: int = 0
    shown: int = 0
    screen: int | None = None
    leading: tuple[int, ...] = ()
    typed: tuple[Typed, ...] = ()
    doomed: tuple[int, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    confirmed: int | None = None
    commands: str = ""
    unsettled_since: datetime | None = None
    unreachable_since: datetime | None = None


COLUMNS = ("serial", "shown", "unsettled_since", "unreachable_since")
ROWS: Mapping[str, type[Any]] = {"typed": Typed, "receipts": Receipt}
MESSAGES = tuple(item.name for item in fields(Chat) if item.name not in COLUMNS)


def load(connection: Connection, keys: Iterable[Key]) -> dict[Key, Chat]:
    """Return the chats of these people; those who never had one have none."""
    rows = _CHATS.rows(connection, keys)
    return {
        (row.organisation, row.person): _chat(
            row.messages, **{name: getattr(row, name) for name in COLUMNS}
        )
        for row in rows
    }


_CHATS = Lookup(select(chats), chats.c.organisation, chats.c.person)


def save(
    connection: Connection, changed: Mapping[Key, Chat], deadlines: Mapping[Key, datetime]
) -> None:
    """Write chats; `deadlines` says until when a chat's typed answers have to be removed."""
    if not changed:
        return
    rows = [
        {
            "organisation": key[0],
            "person": key[1],
            "messages": _messages(chat),
            "delete_by": deadlines.get(key),
            **{name: getattr(chat, name) for name in COLUMNS},
        }
        for key, chat in sorted(changed.items())
    ]
    connection.execute(_upsert(connection.dialect.name), rows)


@cache
def _upsert(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = INSERT[dialect](chats)
    written = {name: statement.excluded[name] for name in ("messages", "delete_by", *COLUMNS)}
    return statement.on_conflict_do_update(index_elements=["organisation", "person"], set_=written)


def note_unreachable(connection: Connection, keys: Iterable[Key], now: datetime) -> None:
    """Note that people cannot be reached until they come back."""
    for organisation, person in keys:
        known = select(people.c.id).where(
            people.c.organisation == organisation, people.c.id == person
        )
        if connection.scalar(known) is None:
            # Erased while a message was on its way.
            continue
        fresh = Chat(unreachable_since=now)
        row = {"organisation": organisation, "person": person, "messages": _messages(fresh)}
        columns = {name: getattr(fresh, name) for name in COLUMNS}
        if not insert_new(connection, chats, row | columns):
            connection.execute(
                update(chats)
                .where(
                    chats.c.organisation == organisation,
                    chats.c.person == person,
                    chats.c.unreachable_since.is_(None),
                )
                .values(unreachable_since=now)
            )


def behind(connection: Connection, channel: str) -> dict[str, Me]:
    """Return, by address, whom something was not shown to; not those who cannot be reached."""
    return _people(connection, channel, chats.c.shown < chats.c.serial)


def unsettled(connection: Connection, channel: str, until: datetime) -> dict[str, Me]:
    """Return, by address, for whom it is not certain since then that they see the newest."""
    return _people(connection, channel, chats.c.unsettled_since <= until)


def overdue(connection: Connection, channel: str, now: datetime) -> dict[str, Me]:
    """Return, by address, whose typed answers have to be removed by now."""
    return _people(connection, channel, chats.c.delete_by <= now)


def _people(connection: Connection, channel: str, condition: Any) -> dict[str, Me]:  # noqa: ANN401 - any clause
    same = and_(people.c.organisation == chats.c.organisation, people.c.id == chats.c.person)
    rows = connection.execute(
        select(people.c.organisation, people.c.id, people.c.roles, people.c.address)
        .join(chats, same)
        .where(people.c.channel == channel, condition, chats.c.unreachable_since.is_(None))
        .order_by(people.c.organisation, people.c.id)
    )
    return {row.address: Me(row.organisation, row.id, tuple(row.roles)) for row in rows}


def _chat(messages: Mapping[str, Any], **columns: Any) -> Chat:  # noqa: ANN401 - typed by Chat
    known = {name: _read(name, value) for name, value in messages.items() if name in MESSAGES}
    return Chat(**known, **columns)


def _read(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(value, list):
        return value
    row = ROWS.get(name)
    return tuple(value) if row is None else tuple([row(*item) for item in value])


def _messages(chat: Chat) -> dict[str, Any]:
    kept = {name: found for name in MESSAGES if (found := getattr(chat, name))}
    rows = {name: [astuple(item) for item in kept[name]] for name in ROWS if name in kept}
    return kept | rows
