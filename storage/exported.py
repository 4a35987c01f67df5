"""Exports read the latest revision of each record, in one order, however many there are."""

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, case, or_, select

from flows.exports.dataset import Block
from flows.exports.filter import EVERYTHING, Filter
from flows.record import STATUSES, ExportedAnswer, ExportedRecord, ExportedValue
from storage.latest import IS_LATEST
from storage.reviews import latest_review, of_record, review_state
from storage.sealed import is_free
from storage.sealed_values import REMARK, STATUS, TYPE, VALUE, named, open_value
from storage.sealing import Seal, seal_of
from storage.tables import projects, record_revisions, record_values, records

RECORDS = 1000
"""Records that an export holds in memory at once, with their values."""

Place = tuple[str, str]
"""An organisation and a project of it."""

ALONE: Mapping[Place, str] = {}
KEY = ("organisation", "record", "revision")
Key = tuple[str, str, int]


def blocks(
    connection: Connection,
    organisation: str,
    shared: Mapping[Place, str] = ALONE,
    wanted: Filter = EVERYTHING,
) -> Generator[Block, None, None]:
    """Stream each record's latest revision with its values, in the same order on each database.

    They come by project, level, moment, subject, day and time, and then by record, position and
    category; a record of which no value is wanted is left out. Read them within the transaction:
    to the end, or close the generator.

    `shared` are projects of other organisations, each with the own one that it is one with: their
    records come under that one, and their people get numbers instead of their codes.
    """
    # Only the records are sorted; their values are found in order, so that nothing wide and long
    # has to be sorted by the database or held here.
    statement = _latest(organisation, shared, wanted)
    latest = connection.execute(statement, execution_options={"yield_per": RECORDS})
    parties = [organisation, *{party for party, _ in shared}]
    unnamed, values = _Unnamed(organisation), _values(parties, wanted)
    with latest:
        for rows in latest.partitions():
            found = _by_revision(connection, values, [row.id for row in rows])
            for row in rows:
                answers = found.get((row.organisation, row.id, row.revision))
                if answers:
                    yield _opened(seal_of(connection), unnamed.about(row), answers)


def values(
    connection: Connection, organisation: str, shared: Mapping[Place, str] = ALONE
) -> Generator[ExportedValue, None, None]:
    """Stream all values, each with what is known of its record; see `blocks`."""
    for about, answers in blocks(connection, organisation, shared):
        for answer in answers:
            yield ExportedValue(*about, *answer)


def of(connection: Connection, organisation: str, listed: list[str]) -> list[list[ExportedValue]]:
    """Return the values of these records as an export has them, record by record.

    One that is deleted, or has no value, is left out.
    """
    statement = _latest(organisation, ALONE, EVERYTHING).where(records.c.id.in_(listed))
    latest, seal = connection.execute(statement).all(), seal_of(connection)
    found = _by_revision(connection, _values([organisation], EVERYTHING), listed)
    opened = (
        _opened(seal, list(row), found.get((organisation, row.id, row.revision), ()))
        for row in latest
    )
    return [
        [ExportedValue(*about, *answer) for answer in answers]
        for about, answers in opened
        if answers
    ]


def _opened(seal: Seal, about: list[Any], answers: Iterable[Any]) -> Block:
    """Open what is sealed of a record."""
    with named(about[RECORD]):
        about[ABOUT_REMARK] = seal.open(record_revisions.c.remark, about[ABOUT_REMARK])
        return ExportedRecord(*about), [_opened_answer(seal, answer) for answer in answers]


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


def _latest(organisation: str, shared: Mapping[Place, str], wanted: Filter) -> Select[Any]:
    record, revision = records.c, record_revisions.c
    project, of = _projects(organisation, shared)
    named = projects.alias("named")
    return (
        select(record.organisation, project, named.c.name, *_EXPORTED)
        .select_from(records)
        .join(named, and_(named.c.organisation == organisation, named.c.id == project))
        .join(record_revisions)
        .join(first, and_(first.c.organisation == record.organisation, first.c.record == record.id))
        .outerjoin(latest_review, of_record(records))
        .where(of, IS_LATEST, ~revision.deleted, first.c.revision == 1)
        .where(*narrowed(wanted, project, record_revisions))
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


def narrowed(
    wanted: Filter, project: ColumnElement[str], latest: FromClause
) -> Iterator[ColumnElement[bool]]:
    """Return the conditions of a filter on records and on the latest revision of each."""
    if wanted.projects:
        yield project.in_(wanted.projects)
    if wanted.moments:
        yield records.c.moment.in_(wanted.moments)
    if wanted.since:
        yield latest.c.observed_on >= wanted.since
    if wanted.until:
        yield latest.c.observed_on <= wanted.until
    if wanted.versions:
        yield or_(
            *(
                and_(records.c.sheet == sheet, records.c.sheet_version == version)
                for sheet, version in wanted.versions
            )
        )


def _projects(
    organisation: str, shared: Mapping[Place, str]
) -> tuple[ColumnElement[str], ColumnElement[bool]]:
    """Return the own project of each record, and the condition that says which records count."""
    record = records.c
    own = record.organisation == organisation
    theirs = [
        (and_(record.organisation == party, record.project == name), mine)
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
"""What an ExportedRecord says of its record, in its order, after organisation and project."""


RECORD, PERSON, ENTERED_FOR, ABOUT_REMARK = (
    ExportedRecord._fields.index(name)
    for name in ("record", "person", "entered_for", "record_remark")
)


def _values(parties: Sequence[str], wanted: Filter) -> Select[Any]:
    column = record_values.c
    found = select(*(column[name] for name in (*KEY, *VALUE))).where(
        column.organisation.in_(parties)
    )
    if wanted.statuses:
        found = found.where(column.status.in_(wanted.statuses))
    return found.order_by(*(column[name] for name in KEY), column.position, column.category)


def _by_revision(
    connection: Connection, values: Select[Any], of: list[str]
) -> dict[Key, list[Sequence[Any]]]:
    rows = connection.execute(values.where(record_values.c.record.in_(of)))
    found: dict[Key, list[Sequence[Any]]] = defaultdict(list)
    for row in rows.all():
        found[row[:3]].append(row[3:])
    return found


def _opened_answer(seal: Seal, row: Sequence[Any]) -> ExportedAnswer:
    # Nearly all values hold nothing that is sealed; an export asks this millions of times.
    value = [*row]
    if value[REMARK] or is_free(value[TYPE]):
        open_value(seal, value)
    value[STATUS] = STATUSES[value[STATUS]]
    return ExportedAnswer(*value)
