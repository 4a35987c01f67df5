"""Failed attempts to get in, kept so that restarts and several processes count as one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from storage.statements import insert_new
from storage.tables import attempts

OF_ONE, IN_ALL = 10, 1000
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One wrong token: which update of which bot, and from where."""

    inbox: str
    number: int
    address: str


def add(connection: Connection, attempt: Attempt, now: datetime) -> None:
    """Count a failed attempt."""
    row = {"inbox": attempt.inbox, "number": attempt.number, "address": attempt.address}
    insert_new(connection, attempts, row | {"attempted_at": now})


def are_too_many(connection: Connection, inbox: str, address: str, now: datetime) -> bool:
    """Whether one account, or all together, have failed too often to be listened to."""
    of_bot = select(func.count()).select_from(attempts).where(attempts.c.inbox == inbox)
    in_all = of_bot.where(attempts.c.attempted_at > now - MINUTE)
    of_one = of_bot.where(attempts.c.address == address, attempts.c.attempted_at > now - HOUR)
    counts = connection.scalar(of_one) or 0, connection.scalar(in_all) or 0
    return counts[0] >= OF_ONE or counts[1] >= IN_ALL


def forget(connection: Connection, now: datetime) -> None:
    """Remove what counts no more."""
    connection.execute(delete(attempts).where(attempts.c.attempted_at <= now - HOUR))
