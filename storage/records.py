"""Records: revisions are added and never changed, and exports read the latest ones."""

from collections import defaultdict
from collections.abc import Container, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    insert,
    or_,
    select,
)

from flows.own import OWN_SHEET
from flows.record import STATUSES, ExportedValue, Record, RecordValue, Status
from storage.problems import ContentDamaged
from storage.reviews import latest_review, of_record, review_state
from storage.sealed import is_free
from storage.sealing import Seal, UnknownKey, seal_of
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
Place = tuple[str, str]
"""An organisation and a project of it."""
ALONE: Mapping[Place, str] = {}
VALUE = tuple(item.name for item in fields(RecordValue))
TYPE, STATUS, TEXT, REMARK = map(VALUE.index, ("type", "status", "value", "remark"))
TYPED = ("remark", "reason")
"""What somebody typed about a revision."""


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
        dict(zip(KEY, _key(*item), strict=True)) | _sealed_value(seal, value)
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
    with _named(record):
        revised = _opened_revision(seal_of(connection), row._asdict())
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


def values(
    connection: Connection, organisation: str, shared: Mapping[Place, str] = ALONE
) -> Generator[ExportedValue, None, None]:
    """Stream the values of each record's latest revision, in the same order on each database.

    They come by project, level, moment, subject, day and time, and then by record, position and
    category. Read them within the transaction: to the end, or close the generator.

    `shared` are projects of other organisations, each with the own one that it is one with: their
    records come under that one, and their people get numbers instead of their codes.
    """
    # Only the records are sorted; their values are found in order, so that nothing wide and long
    # has to be sorted by the database or held here.
    seal, statement = seal_of(connection), _latest(organisation, shared)
    latest = connection.execute(statement, execution_options={"yield_per": RECORDS})
    parties = [organisation, *{party for party, _ in shared}]
    unnamed = _Unnamed(organisation)
    with latest:
        for rows in latest.partitions():
            found = _values_by_revision(connection, parties, [row.id for row in rows])
            for row in rows:
                theirs = found[row.organisation, row.id, row.revision]
                yield from _opened(seal, unnamed.about(row), theirs)


def _sealed_value(seal: Seal, value: RecordValue) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(value, name) for name in VALUE}
    column = record_values.c
    if is_free(value.type):
        found["value"] = seal.close(column.value, value.value)
    found["remark"] = seal.close(column.remark, value.remark)
    return found


def _open_value(seal: Seal, value: list[Any]) -> None:
    """Open the texts of a value, in the order of VALUE."""
    column = record_values.c
    # Nearly all are neither; an export asks this millions of times.
    if value[TEXT] and is_free(value[TYPE]):
        value[TEXT] = seal.open(column.value, value[TEXT])
    if value[REMARK]:
        value[REMARK] = seal.open(column.remark, value[REMARK])


def _sealed_revision(seal: Seal, revision: dict[str, Any]) -> dict[str, Any]:
    column = record_revisions.c
    texts = {name: seal.close(column[name], revision[name]) for name in TYPED}
    set_aside = seal.close_json(column.set_aside, revision["set_aside"])
    return {**revision, **texts, "set_aside": set_aside}


def _opened_revision(seal: Seal, revision: dict[str, Any]) -> dict[str, Any]:
    column = record_revisions.c
    texts = {name: seal.open(column[name], revision[name]) for name in TYPED}
    set_aside = seal.open_json(column.set_aside, revision["set_aside"])
    return {**revision, **texts, "set_aside": set_aside}


@contextmanager
def _named(record: str) -> Iterator[None]:
    """Say of which record it is that something is damaged."""
    try:
        yield
    except UnknownKey:
        raise
    except ContentDamaged as error:
        raise ContentDamaged(f"Record {record} cannot be read: {error}") from None


def of(connection: Connection, organisation: str, listed: list[str]) -> list[list[ExportedValue]]:
    """Return the values of these records as an export has them, record by record.

    One that is deleted, or has no value, is left out.
    """
    statement = _latest(organisation, ALONE).where(records.c.id.in_(listed))
    latest, seal = connection.execute(statement).all(), seal_of(connection)
    found = _values_by_revision(connection, [organisation], listed)
    opened = (_opened(seal, list(row), found[organisation, row.id, row.revision]) for row in latest)
    return [values for values in opened if values]


def _opened(seal: Seal, about: list[Any], values: list[list[Any]]) -> list[ExportedValue]:
    """Open what is sealed of a record; its fields stand before those of each value."""
    with _named(about[RECORD]):
        about[ABOUT_REMARK] = seal.open(record_revisions.c.remark, about[ABOUT_REMARK])
        for value in values:
            _open_value(seal, value)
    return [ExportedValue(*about, *value) for value in values]


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
        | _sealed_revision(seal, {name: getattr(item[1], name) for name in REVISED})
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
        _open_value(seal_of(connection), value)
        value[STATUS] = Status(value[STATUS])
    return tuple(RecordValue(*value) for value in found)


def _ordered(record: Record) -> Record:
    values = sorted(record.values, key=lambda value: (value.position, value.category))
    return replace(record, values=tuple(values))


class _Unnamed:
    """What an export says of each record; people of another organisation are told apart only."""

    def __init__(self, organisation: str) -> None:
        self._organisation = organisation
        self._numbers: dict[tuple[str, str], str] = {}

    def about(self, row: Row[Any]) -> list[Any]:
        """Return the fields of a record in the order of _EXPORTED."""
        found = list(row)
        if row.organisation == self._organisation:
            return found
        for place in (PERSON, ENTERED_FOR):
            if found[place]:
                key = row.organisation, found[place]
                number = self._numbers.setdefault(key, str(len(self._numbers) + 1))
                found[place] = f"{row.organisation} {number}"
        return found


def _latest(organisation: str, shared: Mapping[Place, str]) -> Select[Any]:
    record, revision = records.c, record_revisions.c
    later = record_revisions.alias("later")
    superseded = exists().where(
        later.c.organisation == revision.organisation,
        later.c.record == revision.record,
        later.c.revision > revision.revision,
    )
    project, of = _projects(organisation, shared)
    named = projects.alias("named")
    return (
        select(record.organisation, project, named.c.name, *_EXPORTED)
        .select_from(records)
        .join(named, and_(named.c.organisation == organisation, named.c.id == project))
        .join(record_revisions)
        .join(first, and_(first.c.organisation == record.organisation, first.c.record == record.id))
        .outerjoin(latest_review, of_record(records))
        .where(of, ~superseded, ~revision.deleted, first.c.revision == 1)
        .order_by(
            project,
            record.level,
            record.moment,
            record.subject,
            revision.observed_on,
            revision.submitted_at,
            record.organisation,
            record.id,
        )
    )


def _projects(
    organisation: str, shared: Mapping[Place, str]
) -> tuple[ColumnElement[str], ColumnElement[bool]]:
    """Return the own project of each record, and the condition that says which records count."""
    record = records.c
    own = record.organisation == organisation
    of_handbook = ~record.sheet.startswith(OWN_SHEET, autoescape=True)
    theirs = [
        (and_(record.organisation == party, record.project == name, of_handbook), mine)
        for (party, name), mine in shared.items()
    ]
    if not theirs:
        return record.project, own
    project = case(*theirs, else_=record.project)
    return project, or_(own, *(condition for condition, _ in theirs))


first = record_revisions.alias("first")
"""Whoever registered it, whoever corrected it later."""

_EXPORTED = (
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
"""What an ExportedValue says of its record, in its order, after organisation and project."""

RECORD, PERSON, ENTERED_FOR, ABOUT_REMARK = (
    ExportedValue._fields.index(name)
    for name in ("record", "person", "entered_for", "record_remark")
)


def _values_by_revision(
    connection: Connection, parties: Sequence[str], of: list[str]
) -> dict[Key, list[list[Any]]]:
    column = record_values.c
    rows = connection.execute(
        select(*(column[name] for name in (*KEY, *VALUE)))
        .where(column.organisation.in_(parties), column.record.in_(of))
        .order_by(*(column[name] for name in KEY), column.position, column.category)
    )
    found: dict[Key, list[list[Any]]] = defaultdict(list)
    for organisation, record, revision, *value in rows.all():
        value[STATUS] = STATUSES[value[STATUS]]
        found[organisation, record, revision].append(value)
    return found
