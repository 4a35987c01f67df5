"""What is stored already, as one person may look at it: records to compare and to change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
)

from flows.access import Scope, reaches_all
from flows.context import Known
from flows.record import Record, Status, StoredRecord
from flows.retention import Announced
from flows.sheet import MEASUREMENTS, REGISTRARS
from storage import agreements, mydata, notices
from storage.latest import IS_LATEST
from storage.own_sheets import is_own
from storage.records import load
from storage.reviews import NOT_COUNTED, latest_review, of_record, review_state
from storage.sealing import seal_of
from storage.tables import (
    handovers,
    memberships,
    organisations,
    people,
    record_revisions,
    record_values,
    records,
    reviews,
)

MOST = 100
"""How many records a list goes back."""


_GIVEN_BACK = (
    select(reviews.c.record)
    .where(reviews.c.organisation == bindparam("organisation"), reviews.c.state == "returned")
    .limit(1)
)


def _handed_to(person: str) -> ColumnElement[bool]:
    """Return the condition that somebody goes on with a record that a colleague registered."""
    return exists().where(
        handovers.c.organisation == records.c.organisation,
        handovers.c.record == records.c.id,
        handovers.c.heir == person,
    )


@dataclass
class Looked:
    """What was looked up for any person of one organisation in a transaction."""

    complete: dict[tuple[str, ...], Sequence[Record]] = field(default_factory=dict)
    given_back: bool | None = None


class StoredArchive:
    """What is stored in one person's scope; what lies outside is not found.

    A coordinator also sees what other organisations registered of a project that they have
    agreed to share, and cannot change it: `organisation` then says whose it is, and nobody there
    is named.
    """

    def __init__(self, connection: Connection, scope: Scope, looked: Looked | None = None) -> None:
        self._connection = connection
        self._scope = scope
        self._organisation = scope.organisation
        self._looked = looked or Looked()
        self._shared: Mapping[tuple[str, str], str] | None = None

    def record(
        self, record: str, revision: int | None = None, organisation: str = ""
    ) -> Record | None:
        """Return a revision of a record, the latest one without a number."""
        of = organisation or self._organisation
        column = record_revisions.c
        newest = self._connection.scalar(
            select(func.max(column.revision))
            .join(records)
            .where(column.record == record, self._is_found(of))
        )
        if newest is None:
            return None
        found = load(self._connection, of, record, revision or newest)
        if found is None or of == self._organisation:
            return found
        own = self._others()[of, found.project]
        return replace(found, project=own, person="", entered_for="")

    def complete(self, project: str, sheet: str, moment: str, subject: str) -> Sequence[Record]:
        """Return the complete records of one subject at one moment that count, oldest first."""
        key = (project, sheet, moment, subject)
        if key not in self._looked.complete:
            rows = self._connection.execute(
                self._latest()
                .where(
                    records.c.organisation == self._organisation,
                    records.c.project == project,
                    records.c.sheet == sheet,
                    records.c.moment == moment,
                    records.c.subject == subject,
                    record_revisions.c.complete,
                    review_state(record_revisions) != NOT_COUNTED,
                )
                .order_by(record_revisions.c.submitted_at, records.c.id)
            )
            found = [
                load(self._connection, self._organisation, row.record, row.revision)
                for row in rows.all()
            ]
            self._looked.complete[key] = [record for record in found if record is not None]
        return self._looked.complete[key] if project in self._scope.projects else []

    def recent(self, receipt: str = "") -> Sequence[StoredRecord]:
        """Return the latest records that the person may open, newest first.

        A receipt, or a whole identifier, is also found among those that are older.
        """
        record, revision = records.c, record_revisions.c
        of = self._newest(receipt).limit(MOST).subquery("of")
        statement = (
            self._latest()
            .join(of, and_(of.c.organisation == record.organisation, of.c.record == record.id))
            .where(self._is_reached(records), ~revision.deleted)
            .order_by(revision.submitted_at.desc(), record.organisation, record.id)
        )
        return self._stored(statement)

    def _newest(self, receipt: str) -> Select[Any]:
        """Select the identifiers of the records that a list is about, the latest ones first."""
        record, revision = records.c, record_revisions.c
        person = "" if self._scope.is_coordinator else self._scope.person
        if receipt:
            of_person = exists().where(
                revision.organisation == record.organisation,
                revision.record == record.id,
                or_(revision.person == person, _handed_to(person)),
            )
            return (
                select(record.organisation, record.id.label("record"))
                .where(
                    self._is_reached(records),
                    record.id.startswith(receipt, autoescape=True),
                    of_person if person else true(),
                )
                .order_by(record.id)
            )
        if person:
            return (
                select(
                    revision.organisation,
                    revision.record,
                    func.max(revision.submitted_at).label("at"),
                )
                .where(revision.organisation == self._organisation, revision.person == person)
                .group_by(revision.organisation, revision.record)
                .order_by(func.max(revision.submitted_at).desc())
            )
        return (
            select(record.organisation, record.id.label("record"))
            .where(self._is_reached(records))
            .order_by(record.created_at.desc())
        )

    def returned(self) -> Sequence[StoredRecord]:
        """Return the person's records that a coordinator gave back."""
        if self._looked.given_back is None:
            # The menu asks this for everybody, and mostly there is nothing.
            given = {"organisation": self._organisation}
            first = self._connection.execute(_GIVEN_BACK, given).first()
            self._looked.given_back = first is not None
        if not self._looked.given_back:
            return []
        statement = (
            self._latest()
            .where(
                self._is_own(records),
                review_state(record_revisions) == "returned",
                or_(
                    record_revisions.c.person == self._scope.person,
                    _handed_to(self._scope.person),
                ),
                ~record_revisions.c.deleted,
            )
            .order_by(latest_review.c.reviewed_at, records.c.id)
        )
        return self._stored(statement)

    def measured(self, project: str) -> Collection[str]:
        """Return the indicators that a measurement of a project has an answer for."""
        of_record = and_(
            record_values.c.organisation == records.c.organisation,
            record_values.c.record == records.c.id,
        )
        found = (
            select(record_values.c.indicator)
            .join(records, of_record)
            .where(
                self._is_own(records),
                records.c.project == project,
                records.c.moment.in_(MEASUREMENTS),
                record_values.c.status == Status.ANSWERED.value,
                record_values.c.indicator != "",
            )
            .distinct()
        )
        return frozenset(self._connection.scalars(found))

    def roles(self, project: str) -> Sequence[str]:
        """Return the roles of those who work for a project."""
        return list(dict.fromkeys(role for row in self._members(project) for role in row.roles))

    def colleagues(self, project: str) -> Sequence[str]:
        """Return who registers for a project, by their codes."""
        return [row.id for row in self._members(project) if not {*REGISTRARS}.isdisjoint(row.roles)]

    def known(self, person: str) -> Known:
        """Return what is stored of a person."""
        return mydata.known(self._connection, self._organisation, person)

    def announced(self, projects: Collection[str]) -> Sequence[Announced]:
        """Return what will be deleted of these projects, the first that is due first."""
        return notices.announced(self._connection, self._organisation, projects)

    def ambassador(self) -> str:
        """Return whom people may ask about registering; "" for nobody."""
        column = organisations.c
        statement = select(column.ambassador).where(column.id == self._organisation)
        found = self._connection.scalar(statement) or ""
        return seal_of(self._connection).open(organisations.c.ambassador, found)

    def _is_found(self, organisation: str) -> ColumnElement[bool]:
        """Return the condition that a record, asked for by its identifier, may be looked at."""
        if organisation == self._organisation:
            in_hand = and_(
                records.c.organisation == organisation,
                records.c.id.in_(sorted(self._scope.in_hand)),
            )
            return or_(self._is_own(records), in_hand)
        return and_(records.c.organisation == organisation, self._is_reached(records))

    def _is_own(self, table: FromClause) -> ColumnElement[bool]:
        column = table.c
        projects = column.project.in_(sorted(self._scope.projects))
        return and_(column.organisation == self._organisation, projects)

    def _is_reached(self, table: FromClause) -> ColumnElement[bool]:
        """Return the condition that a row is of a project of the person, or shared with one.

        What another organisation asks beside the handbook is its own affair.
        """
        column = table.c
        shared = [
            and_(
                column.organisation == organisation,
                column.project == project,
                ~is_own(column.sheet),
            )
            for organisation, project in self._others()
        ]
        return or_(self._is_own(table), *shared)

    def _others(self) -> Mapping[tuple[str, str], str]:
        """Return the projects of others that a coordinator sees, each with that of one's own."""
        if self._shared is None:
            projects = self._scope.projects if self._scope.is_coordinator else ()
            self._shared = agreements.shared(self._connection, self._organisation, projects)
        return self._shared

    def _members(self, project: str) -> Sequence[Row[Any]]:
        is_member = exists().where(
            memberships.c.organisation == people.c.organisation,
            memberships.c.person == people.c.id,
            memberships.c.project == project,
        )
        rows = self._connection.execute(
            select(people.c.id, people.c.roles, people.c.everywhere, is_member.label("is_member"))
            .where(
                people.c.organisation == self._organisation,
                people.c.left_at.is_(None),
                or_(is_member, people.c.everywhere),
            )
            .order_by(people.c.id)
        )
        found = [
            row for row in rows if row.is_member or reaches_all(row.roles, given=row.everywhere)
        ]
        return found if project in self._scope.projects else []

    def _latest(self) -> Select[Any]:
        record, revision = records.c, record_revisions.c
        return (
            select(
                record.organisation,
                record.id.label("record"),
                revision.revision,
                record.project,
                record.sheet,
                record.sheet_version,
                record.moment,
                record.subject,
                revision.person,
                revision.observed_on,
                revision.submitted_at,
                revision.complete,
                review_state(record_revisions).label("review"),
                func.coalesce(latest_review.c.comment, "").label("comment"),
            )
            .select_from(records)
            .join(record_revisions)
            .outerjoin(latest_review, of_record(records))
            .where(IS_LATEST)
        )

    def _stored(self, statement: Select[Any]) -> list[StoredRecord]:
        return [self._of(row) for row in self._connection.execute(statement)]

    def _of(self, row: Row[Any]) -> StoredRecord:
        comment = seal_of(self._connection).open(reviews.c.comment, row.comment)
        found = StoredRecord(**row._asdict() | {"comment": comment})
        if found.organisation == self._organisation:
            return replace(found, organisation="")
        own = self._others()[found.organisation, found.project]
        return replace(found, project=own, person="", comment="")
