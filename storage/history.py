"""All that ever stood in an organisation's records: every revision, and what was said of it."""

from collections import defaultdict
from collections.abc import Collection, Generator, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, select

from flows.archive.ledger import Saved
from flows.archive.tables import Decided, Review
from flows.exports.filter import Filter
from flows.record import STATUSES, Record, RecordValue
from storage.exported import RECORDS, narrowed
from storage.records import ABOUT, REVISED
from storage.sealed_values import STATUS, VALUE, named, open_value, opened_revision
from storage.sealing import Seal, seal_of
from storage.tables import decisions, record_revisions, record_values, records, reviews

Key = tuple[str, int]
"""A record and a revision of it."""


def revisions(
    connection: Connection, organisation: str, wanted: Filter
) -> Generator[Saved, None, None]:
    """Stream every revision of the own records whose latest one is wanted, by record and revision.

    Answers that were set aside are left out. Read them within the transaction: to the end, or
    close the generator.
    """
    found, seal = _revisions(organisation, wanted), seal_of(connection)
    result = connection.execute(found, execution_options={"yield_per": RECORDS})
    with result:
        for rows in result.partitions():
            listed = {row.record for row in rows}
            values = _values(connection, organisation, listed)
            for row in rows:
                yield _saved(seal, row, values.get((row.record, row.revision), ()))


def _revisions(organisation: str, wanted: Filter) -> Select[Any]:
    columns = [record_revisions.c[name] for name in ("record", "revision", "submitted_at")]
    columns += [records.c[name] for name in ABOUT]
    columns += [record_revisions.c[name] for name in REVISED if name != "set_aside"]
    return (
        select(*columns)
        .select_from(records)
        .join(record_revisions)
        .where(records.c.organisation == organisation, _is_wanted(wanted))
        .order_by(record_revisions.c.record, record_revisions.c.revision)
    )


def _is_wanted(wanted: Filter) -> ColumnElement[bool]:
    """Return the condition on a record that its latest revision is within a filter."""
    latest = record_revisions.alias("latest")
    later = record_revisions.alias("later_one")
    is_latest = ~exists().where(
        later.c.organisation == latest.c.organisation,
        later.c.record == latest.c.record,
        later.c.revision > latest.c.revision,
    )
    return exists().where(
        latest.c.organisation == records.c.organisation,
        latest.c.record == records.c.id,
        is_latest,
        *narrowed(wanted, records.c.project, latest),
    )


def _values(
    connection: Connection, organisation: str, listed: Collection[str]
) -> dict[Key, list[list[Any]]]:
    column = record_values.c
    rows = connection.execute(
        select(column.record, column.revision, *(column[name] for name in VALUE))
        .where(column.organisation == organisation, column.record.in_(sorted(listed)))
        .order_by(column.record, column.revision, column.position, column.category)
    )
    found: dict[Key, list[list[Any]]] = defaultdict(list)
    for record, revision, *value in rows.all():
        found[record, revision].append(value)
    return found


def _saved(seal: Seal, row: Any, values: Collection[list[Any]]) -> Saved:  # noqa: ANN401 - a row
    about = row._asdict()
    submitted_at = about.pop("submitted_at")
    with named(row.record):
        opened = opened_revision(seal, about | {"set_aside": {}})
        return Record(
            values=tuple(_opened(seal, value) for value in values), **opened
        ), submitted_at


def _opened(seal: Seal, value: list[Any]) -> RecordValue:
    open_value(seal, value)
    value[STATUS] = STATUSES[value[STATUS]]
    return RecordValue(*value)


def reviewed(
    connection: Connection, organisation: str, wanted: Filter
) -> Generator[Review, None, None]:
    """Stream what was said of those records, by record and in the order in which it was said."""
    column, seal = reviews.c, seal_of(connection)
    result = connection.execute(
        select(*(column[name] for name in Review._fields))
        .join(
            records,
            and_(records.c.organisation == column.organisation, records.c.id == column.record),
        )
        .where(column.organisation == organisation, _is_wanted(wanted))
        .order_by(column.record, column.number),
        execution_options={"yield_per": RECORDS},
    )
    with result:
        for row in result:
            found = Review(*row)
            with named(found.record):
                yield found._replace(comment=seal.open(column.comment, found.comment))


def decided(
    connection: Connection, organisation: str, projects: Collection[str], zone: ZoneInfo
) -> Iterator[Decided]:
    """Return what was decided about the occasions of projects; `zone` says on which day."""
    column = decisions.c
    names = (
        "project",
        "sheet",
        "moment",
        "subject",
        "number",
        "due",
        "reason",
        "assignee",
        "person",
    )
    rows = connection.execute(
        select(*(column[name] for name in names), column.decided_at)
        .where(column.organisation == organisation, column.project.in_(sorted(projects)))
        .order_by(*(column[name] for name in names[:5]))
    )
    return (
        Decided(*row[:9], decided_on=row.decided_at.astimezone(zone).date()) for row in rows.all()
    )
