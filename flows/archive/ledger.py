"""The ledger of corrections: every revision, and what it changed; replayed, it gives all values."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from flows.record import Record, RecordValue, Status

ADDED, CHANGED, REMOVED = "added", "changed", "removed"
WHAT = (ADDED, CHANGED, REMOVED)

Key = tuple[int, str]
"""Position and category, which tell a value of a record from the others."""
Values = Mapping[Key, RecordValue]
Saved = tuple[Record, datetime]
"""A revision with all its values, and when it was submitted."""


class LedgerProblem(ValueError):
    """A ledger that contradicts itself."""


class Revision(NamedTuple):
    """A revision without its values: who said when that it was so, and why once more."""

    record: str
    revision: int
    project: str
    sheet: str
    sheet_version: int
    level: str
    moment: str
    subject: str
    person: str
    entered_for: str
    provenance: str
    submitted_at: datetime
    observed_on: date
    complete: bool
    deleted: bool
    reason: str
    remark: str


class Change(NamedTuple):
    """What a revision changed of one value; what there was not is empty."""

    record: str
    revision: int
    position: int
    question: str
    category: str
    change: str
    indicator: str
    role: str
    type: str
    old_status: str
    old_reason: str
    old_value: str
    old_remark: str
    status: str
    reason: str
    value: str
    remark: str


_SHARED = tuple(name for name in Revision._fields if name != "submitted_at")


def revision_of(record: Record, submitted_at: datetime) -> Revision:
    """Return what the ledger says of a revision."""
    return Revision(submitted_at=submitted_at, **{name: getattr(record, name) for name in _SHARED})


def values_of(record: Record) -> dict[Key, RecordValue]:
    """Return a revision's values by what tells them apart."""
    return {(value.position, value.category): value for value in record.values}


def changes(before: Values, after: Record) -> Iterator[Change]:
    """Yield what a revision changed, by position and category."""
    now = values_of(after)
    for key in sorted(before.keys() | now.keys()):
        old, new = before.get(key), now.get(key)
        known = new or old
        if old == new or known is None:
            continue
        yield Change(
            after.record,
            after.revision,
            *(known.position, known.question, known.category),
            ADDED if old is None else REMOVED if new is None else CHANGED,
            *(known.indicator, known.role, known.type),
            *_said(old),
            *_said(new),
        )


def ledger(saved: Iterable[Saved]) -> Iterator[Change]:
    """Yield all changes of revisions, which come by record and revision."""
    name = ""
    before: Values = {}
    for record, _ in saved:
        if record.record != name:
            name, before = record.record, {}
        yield from changes(before, record)
        before = values_of(record)


def replay(revisions: Iterable[Revision], changed: Iterable[Change]) -> Iterator[Saved]:
    """Yield every revision with its values; both come by record and revision.

    No more than one record is held. Raises LedgerProblem where one does not follow from the other.
    """
    groups = groupby(changed, key=lambda change: (change.record, change.revision))
    group = next(groups, None)
    before: Revision | None = None
    values: dict[Key, RecordValue] = {}
    for item in revisions:
        if before is None or before.record != item.record:
            before, values = None, {}
        _require_next(before, item)
        if group is not None and group[0] == (item.record, item.revision):
            values = applied(values, group[1])
            group = next(groups, None)
        yield _record(item, values), item.submitted_at
        before = item
    if group is not None:
        record, number = group[0]
        raise LedgerProblem(f"revision {number} of record {record} is not among the revisions")


def applied(before: Values, changed: Iterable[Change]) -> dict[Key, RecordValue]:
    """Return the values after changes; raises LedgerProblem if they were made to other values."""
    found = dict(before)
    for item in changed:
        key = item.position, item.category
        old = found.pop(key, None)
        is_new = item.change == ADDED
        if is_new is not (old is None) or _said(old) != item[_OLD : _OLD + 4]:
            raise LedgerProblem(
                f"revision {item.revision} of record {item.record} changes {item.question!r} from"
                " something else than what it was"
            )
        if item.change != REMOVED:
            found[key] = _value(item)
    return dict(sorted(found.items()))


_OLD = Change._fields.index("old_status")
_NOTHING = ("", "", "", "")


def _said(value: RecordValue | None) -> tuple[str, str, str, str]:
    if value is None:
        return _NOTHING
    return value.status.value, value.reason, value.value, value.remark


def _value(of: Change) -> RecordValue:
    return RecordValue(
        position=of.position,
        question=of.question,
        category=of.category,
        indicator=of.indicator,
        role=of.role,
        type=of.type,
        status=Status(of.status),
        reason=of.reason,
        value=of.value,
        remark=of.remark,
    )


def _record(of: Revision, values: Values) -> Record:
    return Record(
        values=tuple(values.values()),
        set_aside={},
        **{name: getattr(of, name) for name in _SHARED},
    )


_ABOUT = ("project", "sheet", "sheet_version", "level", "moment", "subject")


def _require_next(before: Revision | None, item: Revision) -> None:
    where = f"revision {item.revision} of record {item.record}"
    if item.revision != (before.revision + 1 if before else 1):
        raise LedgerProblem(f"{where} does not follow on another one")
    if before and any(getattr(before, name) != getattr(item, name) for name in _ABOUT):
        raise LedgerProblem(f"{where} is about something else than the one before")
