"""The audit: entries are added and never changed, each sealed with the one before.

An organisation has one chain, numbered from 1 without gaps. What belongs to no organisation, such
as a stranger who writes, goes into the chain NOBODYS.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import astuple, fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Text, and_, func, insert, select, text, type_coerce

from flows.audit import REFUSED, Act, AuditEntry, detail_of
from flows.chain import Seals, sealed
from storage.problems import ContentDamaged
from storage.tables import audit

NOBODYS = ""

ONCE = timedelta(hours=1)
"""The same refused attempt of the same person is written once in this time."""

AT_ONCE = 1000
"""Entries that are read at once."""

_COLUMNS = tuple(audit.c[item.name] for item in fields(AuditEntry))
_NAMES = tuple(column.name for column in _COLUMNS)
_AS_STORED = (
    *(column for column in _COLUMNS if column is not audit.c.at),
    type_coerce(audit.c.at, Text),
)
"""The columns as the database gives them, because somebody may have written into them."""


class Audit:
    """Writes the audits of a database; whoever has not the key cannot write them anew."""

    def __init__(self, seals: Seals) -> None:
        self.seals = seals

    def begin(self, connection: Connection, organisation: str, now: datetime) -> None:
        """Write the first entry of an organisation, unless there is one."""
        if not _newest(connection, organisation):
            _alone(connection, organisation)
            # Another process may have been faster.
            if not _newest(connection, organisation):
                self.write(connection, organisation, [Act("", "begun")], now)

    def write(
        self, connection: Connection, organisation: str, acts: Iterable[Act], now: datetime
    ) -> None:
        """Add entries; other writers of the same chain wait for the end of the transaction.

        So this is the last thing that a transaction waits for, NOBODYS after an organisation.
        Raises Unaccountable for what may not stand in an audit.
        """
        wanted = _fresh(connection, organisation, list(acts), now)
        if not wanted:
            return
        _alone(connection, organisation)
        number, previous = _newest(connection, organisation) or (0, "")
        rows = []
        for act in _fresh(connection, organisation, wanted, now):
            number += 1
            about = (act.person, act.action, act.about, detail_of(act))
            entry = AuditEntry(organisation, number, now, *about, previous, "")
            entry = sealed(entry, self.seals)
            previous = entry.digest
            rows.append(dict(zip(_NAMES, astuple(entry), strict=True)))
        if rows:
            connection.execute(insert(audit), rows)


class StoredTrail:
    """The audit of one organisation, in local time."""

    def __init__(self, connection: Connection, organisation: str, time_zone: ZoneInfo) -> None:
        self._connection = connection
        self._organisation = organisation
        self._time_zone = time_zone

    def count(self) -> int:
        """Return how many entries there are."""
        number, _ = _newest(self._connection, self._organisation) or (0, "")
        return number

    def newest(self, skipped: int, most: int) -> Sequence[AuditEntry]:
        """Return entries, newest first."""
        rows = self._connection.execute(
            select(*_COLUMNS)
            .where(audit.c.organisation == self._organisation)
            .order_by(audit.c.number.desc())
            .offset(skipped)
            .limit(most)
        )
        found = [AuditEntry(*row) for row in rows]
        return [replace(item, at=item.at.astimezone(self._time_zone)) for item in found]


def entries(connection: Connection) -> Generator[AuditEntry, None, None]:
    """Stream all entries by organisation and number; read them within the transaction.

    Raises ContentDamaged for a number or a time that is none.
    """
    rows = connection.execute(
        select(*_AS_STORED).order_by(audit.c.organisation, audit.c.number),
        execution_options={"yield_per": AT_ONCE},
    )
    with rows:
        for row in rows:
            yield _entry(row)


def heads(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return number and digest of the newest entry of each chain, by organisation."""
    newest = (
        select(audit.c.organisation, func.max(audit.c.number).label("number"))
        .group_by(audit.c.organisation)
        .subquery()
    )
    is_newest = and_(
        audit.c.organisation == newest.c.organisation, audit.c.number == newest.c.number
    )
    rows = connection.execute(
        select(audit.c.organisation, audit.c.number, audit.c.digest)
        .join(newest, is_newest)
        .order_by(audit.c.organisation)
    )
    return {row.organisation: (row.number, row.digest) for row in rows}


def _entry(row: Sequence[Any]) -> AuditEntry:
    organisation, number, *others, at = row
    try:
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
        return AuditEntry(str(organisation), int(number), _in_utc(moment), *map(str, others))
    except (TypeError, ValueError):
        raise ContentDamaged("The audit holds a number or a time that is none.") from None


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _newest(connection: Connection, organisation: str) -> tuple[int, str] | None:
    row = connection.execute(
        select(audit.c.number, audit.c.digest)
        .where(audit.c.organisation == organisation)
        .order_by(audit.c.number.desc())
        .limit(1)
    ).first()
    return (row.number, row.digest) if row else None


def _alone(connection: Connection, organisation: str) -> None:
    """Let no other transaction add to a chain; one that writes to SQLite is alone already."""
    if connection.dialect.name == "postgresql":
        digest = sha256(f"audit\n{organisation}".encode()).digest()
        lock = int.from_bytes(digest[:8], signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def _fresh(
    connection: Connection, organisation: str, acts: Sequence[Act], now: datetime
) -> list[Act]:
    """Leave out refused attempts that were written a short while ago, and repeated ones."""
    if all(act.action != REFUSED for act in acts):
        return list(acts)
    column = audit.c
    rows = connection.execute(
        select(column.person, column.about, column.detail).where(
            column.organisation == organisation,
            column.action == REFUSED,
            column.at > now - ONCE,
        )
    )
    known, found = {tuple(row) for row in rows}, []
    for act in acts:
        if act.action == REFUSED:
            key = act.person, act.about, detail_of(act)
            if key in known:
                continue
            known.add(key)
        found.append(act)
    return found
