"""Exports read the latest revision of each record, in one order, however many there are."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, case, or_, select

from flows.exports.dataset import Block
from flows.exports.filter import EVERYTHING, Filter
from flows.record import STATUSES, ExportedAnswer, ExportedRecord, ExportedValue
from storage.latest import IS_LATEST
from storage.own_sheets import is_own
from storage.reviews import latest_review, of_record, review_state
from storage.sealed import is_free
from storage.sealed_values import REMARK, STATUS, TYPE, VALUE, named, open_value
from storage.sealing import Seal, seal_of
from storage.tables import projects, record_revisions, record_values, records

RECORDS = 1000
"""Records that an export holds in memory at once, with their values."""

MOST_KNOWN = 20_000
"""Values that are kept because they come again and again."""

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
    unnamed, seal = _Unnamed(organisation), seal_of(connection)
    answers = _Answers(connection, _values(parties, wanted))
    with latest:
        for rows in latest.partitions():
            found = answers.of([row.id for row in rows])
            for row in rows:
                if theirs := found.get((row.organisation, row.id, row.revision)):
                    yield _opened(seal, unnamed.about(row)), theirs


def values(
    connection: Connection,
    organisation: str,
    shared: Mapping[Place, str] = ALONE,
    wanted: Filter = EVERYTHING,
) -> Generator[ExportedValue, None, None]:
    """Stream values, each with what is known of its record; see `blocks`."""
    for about, answers in blocks(connection, organisation, shared, wanted):
        for answer in answers:
            yield ExportedValue(*about, *answer)


def of(connection: Connection, organisation: str, listed: list[str]) -> list[list[ExportedValue]]:
    """Return the values of these records as an export has them, record by record.

    One that is deleted, or has no value, is left out.
    """
    statement = _latest(organisation, ALONE, EVERYTHING).where(records.c.id.in_(listed))
    latest, seal = connection.execute(statement).all(), seal_of(connection)
    found = _Answers(connection, _values([organisation], EVERYTHING)).of(listed)
    return [
        [ExportedValue(*_opened(seal, list(row)), *answer) for answer in answers]
        for row in latest
        if (answers := found.get((organisation, row.id, row.revision)))
    ]


def _opened(seal: Seal, about: list[Any]) -> ExportedRecord:
    """Open what is sealed of a record."""
    with named(about[RECORD]):
        about[ABOUT_REMARK] = seal.open(record_revisions.c.remark, about[ABOUT_REMARK])
    return ExportedRecord._make(about)


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
    of_handbook = ~is_own(record.sheet)
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
    first.c.submitted_at.label("entered_at"),
)
"""What an ExportedRecord says of its record, in its order, after organisation and project."""


RECORD, PERSON, ENTERED_FOR, ABOUT_REMARK = (
    ExportedRecord._fields.index(name)
    for name in ("record", "person", "entered_for", "record_remark")
)


def _values(parties: Sequence[str], wanted: Filter) -> Select[Any]:
    column = record_values.c
    found = select(*(column[name] for name in (*VALUE, *KEY))).where(
        column.organisation.in_(parties)
    )
    if wanted.statuses:
        found = found.where(column.status.in_(wanted.statuses))
    return found.order_by(*(column[name] for name in KEY), column.position, column.category)


class _Answers:
    """Reads the values of records; the same content becomes the same answer, again and again."""

    def __init__(self, connection: Connection, values: Select[Any]) -> None:
        self._connection, self._values = connection, values
        self._seal = seal_of(connection)
        self._known: dict[tuple[Any, ...], ExportedAnswer] = {}

    def of(self, listed: list[str]) -> dict[Key, list[ExportedAnswer]]:
        """Return the answers of records by revision, in their order."""
        result = self._connection.execute(self._values.where(record_values.c.record.in_(listed)))
        # Straight from the driver: these columns need no conversion, and there are millions.
        rows = result.cursor.fetchall() if result.cursor else []
        result.close()
        known, read = self._known.get, self._read
        found: dict[Key, list[ExportedAnswer]] = {}
        for key, group in groupby(rows, _KEY):
            with named(key[1]):
                found[key] = [known(value) or read(value) for value in map(_VALUE, group)]
        return found

    def _read(self, value: tuple[Any, ...]) -> ExportedAnswer:
        opened = [*value]
        is_sealed = value[REMARK] or is_free(value[TYPE])
        if is_sealed:
            open_value(self._seal, opened)
        opened[STATUS] = STATUSES[opened[STATUS]]
        answer = ExportedAnswer._make(opened)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        if not is_sealed:
            self._known[value] = answer
        elif answer.type != "text" and not answer.remark:
            # What was worked out is sealed each time otherwise, and is often the same number.
            return self._known.setdefault(answer, answer)
        return answer


_VALUE = itemgetter(slice(len(VALUE)))
_KEY = itemgetter(*range(len(VALUE), len(VALUE) + len(KEY)))
