"""What a bot has received: each update once, by the number that its channel gave it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete

from storage.statements import INSERT, insert_all_new
from storage.tables import updates


@dataclass(frozen=True, slots=True)
class Received:
    """An update's number and, where its channel tells, the time at which it was sent."""

    number: int
    sent_at: datetime | None = None


def remember(
    connection: Connection, inbox: str, received: Iterable[Received], now: datetime
) -> set[int]:
    """Write down updates and return the numbers of those that are new.

    `inbox` names the bot, whose numbers mean nothing to another one. A transaction that receives
    the same update waits for the end of this one.
    """
    once = {item.number: item for item in received}
    rows = [
        {"inbox": inbox, "number": number, "sent_at": item.sent_at, "received_at": now}
        # In this order in every process, so that no two wait for each other.
        for number, item in sorted(once.items())
    ]
    found = insert_all_new(connection, updates, rows, "number")
    return {row.number for row in found}


def set_aside(
    connection: Connection, inbox: str, received: Received, reason: str, now: datetime
) -> None:
    """Write down an update that could not be used, with the reason and never with its content."""
    statement = INSERT[connection.dialect.name](updates).values(
        inbox=inbox,
        number=received.number,
        sent_at=received.sent_at,
        received_at=now,
        set_aside=reason,
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["inbox", "number"], set_={"set_aside": statement.excluded.set_aside}
        )
    )


def forget(connection: Connection, before: datetime) -> int:
    """Remove what was received before a time and was not set aside; return how many those were."""
    column = updates.c
    return connection.execute(
        delete(updates).where(column.received_at < before, column.set_aside == "")
    ).rowcount
