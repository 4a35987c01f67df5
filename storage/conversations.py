"""Running conversations: one for each person, written by whoever saw its latest turn."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from storage.people import Key
from storage.problems import ContentDamaged
from storage.sealing import Seal, UnknownKey, seal_of
from storage.statements import Lookup, insert_new
from storage.tables import conversations


class ConversationMoved(Exception):
    """Another process wrote this conversation since it was loaded; load it and try once more."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation as it is in the database."""

    person: str
    turn: int
    text: str
    seal: Seal

    def snapshot(self) -> dict[str, Any]:
        """Return what was saved; raises ContentDamaged."""
        try:
            found = json.loads(self.seal.open(conversations.c.snapshot, self.text))
        except UnknownKey:
            # The database tells whether the key is missing or this row is damaged.
            raise
        except (ContentDamaged, ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        raise ContentDamaged(
            f"The stored conversation of {self.person} cannot be read and was left as it is; "
            "restore it from the latest backup."
        )


class Found(NamedTuple):
    """A conversation, and when it was written last."""

    stored: Stored
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A conversation that is to be stored; it was at turn `was`, None if there was none."""

    snapshot: Mapping[str, Any]
    turn: int
    was: int | None


def load(connection: Connection, keys: Iterable[Key]) -> dict[Key, Stored]:
    """Return conversations by organisation and person; who never wrote has none.

    Whoever wants to write them locks the people first (storage.people.reached).
    """
    rows, seal = _CONVERSATIONS.rows(connection, keys), seal_of(connection)
    return {
        (row.organisation, row.person): Stored(row.person, row.turn, row.snapshot, seal)
        for row in rows
    }


def everybody(connection: Connection, organisation: str) -> dict[Key, Found]:
    """Return all conversations of an organisation, with the time at which each was written."""
    seal = seal_of(connection)
    rows = connection.execute(
        select(
            conversations.c.person,
            conversations.c.turn,
            conversations.c.snapshot,
            conversations.c.updated_at,
        )
        .where(conversations.c.organisation == organisation)
        .order_by(conversations.c.person)
    )
    return {
        (organisation, row.person): Found(
            Stored(row.person, row.turn, row.snapshot, seal), row.updated_at
        )
        for row in rows
    }


_CONVERSATIONS = Lookup(
    select(
        conversations.c.organisation,
        conversations.c.person,
        conversations.c.turn,
        conversations.c.snapshot,
    ),
    conversations.c.organisation,
    conversations.c.person,
)


def save(connection: Connection, written: Mapping[Key, Written], now: datetime) -> None:
    """Store conversations; ConversationMoved when one is not at the turn that it was."""
    seal = seal_of(connection)
    content = {key: _content(item, seal, now) for key, item in written.items()}
    for key, item in written.items():
        row = {"organisation": key[0], "person": key[1]} | content[key]
        if item.was is None and not insert_new(connection, conversations, row):
            raise _moved([key])
    rows = [
        {"of_organisation": key[0], "of_person": key[1], "was": item.was} | content[key]
        for key, item in written.items()
        if item.was is not None
    ]
    if rows:
        options = {"preserve_rowcount": True}
        changed = connection.execute(_REPLACE, rows, execution_options=options)
        if changed.rowcount != len(rows):
            raise _moved(written)


_REPLACE = (
    update(conversations)
    .where(
        conversations.c.organisation == bindparam("of_organisation"),
        conversations.c.person == bindparam("of_person"),
        conversations.c.turn == bindparam("was"),
    )
    .values(
        turn=bindparam("turn"), snapshot=bindparam("snapshot"), updated_at=bindparam("updated_at")
    )
)


def _content(item: Written, seal: Seal, now: datetime) -> dict[str, Any]:
    # Escapes keep half a surrogate pair, which a chat may send, out of the database's sight.
    snapshot = seal.close(conversations.c.snapshot, _JSON.encode(dict(item.snapshot)))
    return {"turn": item.turn, "snapshot": snapshot, "updated_at": now}


_JSON = json.JSONEncoder(separators=(",", ":"))


def _moved(keys: Iterable[Key]) -> ConversationMoved:
    who = ", ".join(person for _, person in keys)
    return ConversationMoved(f"Not at the turn any more at which it was loaded: {who}.")
