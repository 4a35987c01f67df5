"""Running conversations: one for each person, written by whoever saw its latest turn."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from storage.database import insert_new
from storage.problems import DatabaseProblem
from storage.tables import conversations


class ConversationMoved(Exception):
    """Another process wrote this conversation since it was loaded; load it and try once more."""


def load(
    connection: Connection, organisation: str, person: str, *, lock: bool = True
) -> tuple[int, dict[str, Any]] | None:
    """Return turn and snapshot of a conversation, or None for a person who never wrote.

    With `lock`, other writers of this conversation wait for the end of the transaction; a
    transaction that only reads cannot lock.
    """
    query = select(conversations.c.turn, conversations.c.snapshot).where(
        conversations.c.organisation == organisation, conversations.c.person == person
    )
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        return None
    try:
        return row.turn, json.loads(row.snapshot)
    except ValueError:
        raise DatabaseProblem(
            f"The stored conversation of {person} cannot be read and was left as it is; "
            "restore it from the latest backup."
        ) from None


def save(  # noqa: PLR0913 - the key, the row, and what it was
    connection: Connection,
    organisation: str,
    person: str,
    snapshot: Mapping[str, Any],
    *,
    turn: int,
    was: int | None,
    now: datetime,
) -> None:
    """Write a conversation that was at turn `was` when it was loaded; None if there was none."""
    # Escapes keep half a surrogate pair, which a chat may send, out of the database's sight.
    row = {
        "turn": turn,
        "snapshot": json.dumps(dict(snapshot), separators=(",", ":")),
        "updated_at": now,
    }
    key = {"organisation": organisation, "person": person}
    if was is None:
        kept = insert_new(connection, conversations, key | row)
    else:
        kept = _replace(connection, organisation, person, was, row)
    if not kept:
        raise ConversationMoved(f"The conversation of {person} is no longer at turn {was}.")


def _replace(
    connection: Connection, organisation: str, person: str, was: int, row: Mapping[str, Any]
) -> bool:
    changed = connection.execute(
        update(conversations)
        .where(
            conversations.c.organisation == organisation,
            conversations.c.person == person,
            conversations.c.turn == was,
        )
        .values(**row)
    )
    return changed.rowcount == 1
