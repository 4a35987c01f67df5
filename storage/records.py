"""Records: revisions are added and never changed."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select

from flows.record import Record, RecordValue, Status
from storage.sealed_values import (
    STATUS,
    VALUE,
    named,
    open_value,
    opened_revision,
    sealed_revision,
    sealed_value,
)
from storage.sealing import seal_of
from storage.statements import insert_all_new
from storage.tables import record_revisions, record_values, records

ABOUT = ("project", "sheet", "sheet_version", "level", "moment", "subject")
REVISED = (
    "person",
    "complete",
    "observed_on",
    "remark",
    "set_aside",
    "reason",
    "deleted",
    "entered_for",
    "provenance",
)
KEY = ("organisation", "record", "revision")
Key = tuple[str, str, int]


class RevisionTaken(Exception):
    """A revision that exists with another content, or that is not the next one of its record."""


def save(connection: Connection, saved: Sequence[tuple[str, Record]], now: datetime) -> None:
    """Add the next revision of records, each with its organisation and each record once.

    A revision that is there already with the same content is left as it is; RevisionTaken refuses
    one with another content, one that leaves a gap, and one that is about something else.
    """
    if len({_key(*item) for item in saved}) < len(saved):
        # Two people at once: the inbox then takes them one after the other.
        raise RevisionTaken("The same revision of a record came twice in one transaction.")
    begun = _begun(connection, [item for item in saved if item[1].revision == 1], now)
    following = [item for item in saved if _follows(connection, *item, begun)]
    added, seal = _added(connection, following, now), seal_of(connection)
    rows = [
        dict(zip(KEY, _key(*item), strict=True)) | sealed_value(seal, value)
        for item in following
        if _key(*item) in added
        for value in item[1].values
    ]
    if rows:
        connection.execute(insert(record_values), rows)
    for item in saved:
        if _key(*item) not in added:
            _require_same(connection, *item)


def load(connection: Connection, organisation: str, record: str, revision: int) -> Record | None:
    """Return one revision of a record, with its values by position and category."""
    row = connection.execute(
        select(
            *(records.c[name] for name in ABOUT), *(record_revisions.c[name] for name in REVISED)
        )
        .join(record_revisions)
        .where(
            records.c.organisation == organisation,
            records.c.id == record,
            record_revisions.c.revision == revision,
        )
    ).first()
    if row is None:
        return None
    with named(record):
        revised = opened_revision(seal_of(connection), row._asdict())
        values = _values(connection, organisation, record, revision)
    return Record(record=record, revision=revision, values=values, **revised)


def is_complete(connection: Connection, organisation: str, record: str, revision: int) -> bool:
    """Whether a revision of a record is there and complete."""
    found = select(record_revisions.c.complete).where(
        record_revisions.c.organisation == organisation,
        record_revisions.c.record == record,
        record_revisions.c.revision == revision,
    )
    return bool(connection.scalar(found))


def _begun(
    connection: Connection, saved: Iterable[tuple[str, Record]], now: datetime
) -> set[tuple[str, str]]:
    """Insert records that are new, and return their organisations and ids."""
    rows = [
        {"organisation": organisation, "id": record.record, "created_at": now}
        | {name: getattr(record, name) for name in ABOUT}
        for organisation, record in saved
    ]
    found = insert_all_new(connection, records, rows, "organisation", "id")
    return {(row.organisation, row.id) for row in found}


def _follows(
    connection: Connection, organisation: str, record: Record, begun: Container[tuple[str, str]]
) -> bool:
    if record.revision == 1:
        return (organisation, record.record) in begun
    previous = load(connection, organisation, record.record, record.revision - 1)
    return previous is not None and all(
        getattr(record, name) == getattr(previous, name) for name in ABOUT
    )


def _added(connection: Connection, saved: Iterable[tuple[str, Record]], now: datetime) -> set[Key]:
    """Insert revisions that are new, and return their keys."""
    seal = seal_of(connection)
    rows = [
        dict(zip(KEY, _key(*item), strict=True))
        | {"submitted_at": now}
        | sealed_revision(seal, {name: getattr(item[1], name) for name in REVISED})
        for item in saved
    ]
    found = insert_all_new(connection, record_revisions, rows, *KEY)
    return {(row.organisation, row.record, row.revision) for row in found}


def _key(organisation: str, record: Record) -> Key:
    return organisation, record.record, record.revision


def _require_same(connection: Connection, organisation: str, record: Record) -> None:
    stored = load(connection, organisation, record.record, record.revision)
    if stored is None or _ordered(stored) != _ordered(record):
        raise RevisionTaken(
            f"Revision {record.revision} of record {record.record} is not the next one, "
            "or it is stored with another content."
        )


def _values(
    connection: Connection, organisation: str, record: str, revision: int
) -> tuple[RecordValue, ...]:
    rows = connection.execute(
        select(*(record_values.c[name] for name in VALUE))
        .where(
            record_values.c.organisation == organisation,
            record_values.c.record == record,
            record_values.c.revision == revision,
        )
        .order_by(record_values.c.position, record_values.c.category)
    )
    found = [list(row) for row in rows]
    for value in found:
        open_value(seal_of(connection), value)
        value[STATUS] = Status(value[STATUS])
    return tuple(RecordValue(*value) for value in found)


def _ordered(record: Record) -> Record:
    values = sorted(record.values, key=lambda value: (value.position, value.category))
    return replace(record, values=tuple(values))
