"""What is old enough to be deleted, kind by kind."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    func,
    or_,
    select,
    true,
    union,
    update,
)

from flows.record import SUM
from flows.retention import KEPT_REASONS, Dated
from flows.set_up import PROJECT_SHEET
from flows.sheet import MEASUREMENTS
from storage.latest import IS_LATEST
from storage.sealing import seal_of
from storage.tables import participants, record_revisions, record_values, records, reviews

ENDS_ON = "ends_on"

record, revision = records.c, record_revisions.c


@dataclass(frozen=True, slots=True)
class Old:
    """A record that is old enough, and when it was begun."""

    dated: Dated
    created_at: datetime


def daily(
    connection: Connection, organisation: str, sheets: Collection[str], until: date
) -> list[Old]:
    """Return the records of these sheets up to a day; those that are sums already are left out."""
    statement = _latest(organisation, until).where(
        record.sheet.in_(list(sheets)), revision.provenance != SUM
    )
    return _old(connection, statement)


def worded(connection: Connection, organisation: str, until: date) -> list[Old]:
    """Return the records up to a day that have a remark, a comment or a reason in own words."""
    given = {name for name, _ in _own_reasons(connection, organisation)}
    with_texts = given | set(connection.scalars(_texts(organisation)))
    has_some = or_(record.id.in_(_texts(organisation)), record.id.in_(_reasons(organisation)))
    found = _old(connection, _latest(organisation, until).where(has_some))
    return [item for item in found if item.dated.record in with_texts]


def measured(connection: Connection, organisation: str) -> dict[str, list[date]]:
    """Return the days on which each project was measured, in order."""
    rows = connection.execute(
        select(record.project, revision.observed_on)
        .join(record_revisions)
        .where(
            record.organisation == organisation,
            record.level == "project",
            record.moment.in_(MEASUREMENTS),
        )
        .distinct()
        .order_by(record.project, revision.observed_on)
    )
    found: dict[str, list[date]] = defaultdict(list)
    for project, day in rows:
        found[project].append(day)
    return found


def planned_ends(connection: Connection, organisation: str) -> dict[str, date]:
    """Return the day on which each project ends, as its sheet says last."""
    value = record_values.c
    rows = connection.execute(
        select(record.project, value.value)
        .select_from(records)
        .join(record_revisions)
        .join(record_values)
        .where(
            record.organisation == organisation,
            record.sheet == PROJECT_SHEET,
            IS_LATEST,
            ~revision.deleted,
            revision.complete,
            value.question == ENDS_ON,
            value.value != "",
        )
        .order_by(revision.submitted_at, record.id)
    )
    return {project: date.fromisoformat(day) for project, day in rows}


def taking_part(connection: Connection, organisation: str) -> dict[str, list[tuple[str, datetime]]]:
    """Return who takes part in each project, and since when."""
    rows = connection.execute(
        select(participants.c.project, participants.c.code, participants.c.created_at)
        .where(participants.c.organisation == organisation)
        .order_by(participants.c.project, participants.c.code)
    )
    found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    for project, code, since in rows:
        found[project].append((code, since))
    return found


def unchanged(connection: Connection, organisation: str, found: Iterable[Dated]) -> bool:
    """Whether the latest revisions of these records are still the same."""
    expected = {item.record: item.revision for item in found}
    rows = connection.execute(
        select(revision.record, func.max(revision.revision).label("revision"))
        .where(revision.organisation == organisation, revision.record.in_(list(expected)))
        .group_by(revision.record)
    )
    return {row.record: row.revision for row in rows} == expected


def empty(connection: Connection, organisation: str, listed: Sequence[str]) -> int:
    """Empty the remarks, comments and reasons of records, and return how many records those are.

    A reason of a list stays: it is no text.
    """
    nothing = (
        (record_revisions, revision.record, {"remark": ""}),
        (record_values, record_values.c.record, {"remark": ""}),
        (reviews, reviews.c.record, {"comment": ""}),
    )
    for table, column, values in nothing:
        here = (table.c.organisation == organisation, column.in_(list(listed)))
        connection.execute(update(table).where(*here).values(values))
    for name, number in _own_reasons(connection, organisation, listed):
        statement = update(record_revisions).where(
            revision.organisation == organisation,
            revision.record == name,
            revision.revision == number,
        )
        connection.execute(statement.values(reason=""))
    return len(listed)


def _latest(organisation: str, until: date) -> Select[Any]:
    return (
        select(
            record.id,
            revision.revision,
            record.project,
            record.sheet,
            record.sheet_version,
            record.level,
            record.subject,
            revision.observed_on,
            record.created_at,
        )
        .select_from(records)
        .join(record_revisions)
        .where(record.organisation == organisation, IS_LATEST, revision.observed_on <= until)
        .order_by(record.project, record.sheet, revision.observed_on, record.id)
    )


def _old(connection: Connection, statement: Select[Any]) -> list[Old]:
    return [Old(Dated(*row[:-1]), row.created_at) for row in connection.execute(statement)]


def _texts(organisation: str) -> Any:  # noqa: ANN401 - a union of selects
    value, review = record_values.c, reviews.c
    return union(
        select(revision.record).where(revision.organisation == organisation, revision.remark != ""),
        select(value.record).where(value.organisation == organisation, value.remark != ""),
        select(review.record).where(review.organisation == organisation, review.comment != ""),
    )


def _reasons(organisation: str) -> Select[Any]:
    return select(revision.record).where(
        revision.organisation == organisation, revision.reason != ""
    )


def _own_reasons(
    connection: Connection, organisation: str, listed: Sequence[str] | None = None
) -> list[tuple[str, int]]:
    """Return the revisions whose reason is in somebody's own words, and not one of a list."""
    rows = connection.execute(
        select(revision.record, revision.revision, revision.reason).where(
            revision.organisation == organisation,
            revision.reason != "",
            true() if listed is None else revision.record.in_(list(listed)),
        )
    )
    seal = seal_of(connection)
    return [
        (name, number)
        for name, number, reason in rows
        if seal.open(revision.reason, reason) not in KEPT_REASONS
    ]
