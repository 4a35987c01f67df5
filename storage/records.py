"""Records: revisions are added and never changed, and exports read the latest ones."""

from collections import defaultdict
from collections.abc import Container, Generator, Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, insert, select

from flows.record import STATUSES, ExportedValue, Record, RecordValue, Status
from storage.reviews import latest_review, of_record, review_state
from storage.statements import insert_all_new
from storage.tables import projects, record_revisions, record_values, records

# Records that an export holds in memory at once, with their values.
RECORDS = 500

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
VALUE = tuple(item.name for item in fields(RecordValue))
STATUS = VALUE.index("status")


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
    added = _added(connection, following, now)
    rows = [
        dict(zip(KEY, _key(*item), strict=True)) | {name: getattr(value, name) for name in VALUE}
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
    values = _values(connection, organisation, record, revision)
    return Record(record=record, revision=revision, values=values, **row._asdict())


def values(connection: Connection, organisation: str) -> Generator[ExportedValue, None, None]:
    """Stream the values of each record's latest revision, in the same order on each database.

    They come by project, level, moment, subject, day and time, and then by record, position and
    category. Read them within the transaction: to the end, or close the generator.
    """
    # Only the records are sorted; their values are found in order, so that nothing wide and long
    # has to be sorted by the database or held here.
    latest = connection.execute(_latest(organisation), execution_options={"yield_per": RECORDS})
    with latest:
        for rows in latest.partitions():
            found = _values_by_revision(connection, organisation, [row.id for row in rows])
            for row in rows:
                about = tuple(row)
                for value in found[row.id, row.revision]:
                    yield ExportedValue(*about, *value)


def of(connection: Connection, organisation: str, listed: list[str]) -> list[list[ExportedValue]]:
    """Return the values of these records as an export has them, record by record.

    One that is deleted, or has no value, is left out.
    """
    latest = connection.execute(_latest(organisation).where(records.c.id.in_(listed))).all()
    found = _values_by_revision(connection, organisation, listed)
    return [
        [ExportedValue(*row, *value) for value in found[row.id, row.revision]]
        for row in latest
        if found[row.id, row.revision]
    ]


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
    rows = [
        dict(zip(KEY, _key(*item), strict=True))
        | {"submitted_at": now}
        | {name: getattr(item[1], name) for name in REVISED}
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
    return tuple(RecordValue(**row._asdict() | {"status": Status(row.status)}) for row in rows)


def _ordered(record: Record) -> Record:
    values = sorted(record.values, key=lambda value: (value.position, value.category))
    return replace(record, values=tuple(values))


def _latest(organisation: str) -> Select[Any]:
    record, revision = records.c, record_revisions.c
    later = record_revisions.alias("later")
    superseded = exists().where(
        later.c.organisation == revision.organisation,
        later.c.record == revision.record,
        later.c.revision > revision.revision,
    )
    return (
        select(*_EXPORTED)
        .select_from(records)
        .join(projects)
        .join(record_revisions)
        .join(first, and_(first.c.organisation == record.organisation, first.c.record == record.id))
        .outerjoin(latest_review, of_record(records))
        .where(
            record.organisation == organisation,
            ~superseded,
            ~revision.deleted,
            first.c.revision == 1,
        )
        .order_by(
            record.project,
            record.level,
            record.moment,
            record.subject,
            revision.observed_on,
            revision.submitted_at,
            record.id,
        )
    )


first = record_revisions.alias("first")
"""Whoever registered it, whoever corrected it later."""

_EXPORTED = (
    records.c.organisation,
    records.c.project,
    projects.c.name,
    records.c.level,
    records.c.moment,
    records.c.subject,
    records.c.sheet,
    records.c.sheet_version,
    records.c.id,
    record_revisions.c.revision,
    record_revisions.c.complete,
    first.c.person,
    record_revisions.c.observed_on,
    record_revisions.c.submitted_at,
    record_revisions.c.remark,
    record_revisions.c.entered_for,
    record_revisions.c.provenance,
    review_state(record_revisions),
)
"""The fields of an ExportedValue that say which record it belongs to, in its order."""


def _values_by_revision(
    connection: Connection, organisation: str, of: list[str]
) -> dict[tuple[str, int], list[list[Any]]]:
    column = record_values.c
    rows = connection.execute(
        select(column.record, column.revision, *(column[name] for name in VALUE))
        .where(column.organisation == organisation, column.record.in_(of))
        .order_by(column.record, column.revision, column.position, column.category)
    )
    found: dict[tuple[str, int], list[list[Any]]] = defaultdict(list)
    for record, revision, *value in rows.all():
        value[STATUS] = STATUSES[value[STATUS]]
        found[record, revision].append(value)
    return found
