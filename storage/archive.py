"""What is stored already, as a conversation may look at it: records to compare and to change."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, func, select, true

from flows.context import Known
from flows.record import Record, Status, StoredRecord
from flows.retention import Announced
from flows.sheet import MEASUREMENTS
from storage import mydata, notices
from storage.records import load
from storage.reviews import NOT_COUNTED, latest_review, of_record, review_state
from storage.tables import (
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

_later = record_revisions.alias("later")
_is_latest = ~exists().where(
    _later.c.organisation == record_revisions.c.organisation,
    _later.c.record == record_revisions.c.record,
    _later.c.revision > record_revisions.c.revision,
)


_GIVEN_BACK = (
    select(reviews.c.record)
    .where(reviews.c.organisation == bindparam("organisation"), reviews.c.state == "returned")
    .limit(1)
)


class StoredArchive:
    """The records of one organisation."""

    def __init__(self, connection: Connection, organisation: str) -> None:
        self._connection = connection
        self._organisation = organisation
        self._found: dict[tuple[str, ...], Sequence[Record]] = {}
        self._given_back: bool | None = None

    def record(self, record: str, revision: int | None = None) -> Record | None:
        """Return a revision of a record, the latest one without a number."""
        if revision is None:
            column = record_revisions.c
            revision = self._connection.scalar(
                select(func.max(column.revision)).where(
                    column.organisation == self._organisation, column.record == record
                )
            )
        if revision is None:
            return None
        return load(self._connection, self._organisation, record, revision)

    def complete(self, project: str, sheet: str, moment: str, subject: str) -> Sequence[Record]:
        """Return the complete records of one subject at one moment that count, oldest first."""
        key = (project, sheet, moment, subject)
        if key not in self._found:
            rows = self._connection.execute(
                self._latest()
                .where(
                    records.c.project == project,
                    records.c.sheet == sheet,
                    records.c.moment == moment,
                    records.c.subject == subject,
                    record_revisions.c.complete,
                    review_state(record_revisions) != NOT_COUNTED,
                )
                .order_by(record_revisions.c.submitted_at, records.c.id)
            )
            found = [self.record(row.record, row.revision) for row in rows.all()]
            self._found[key] = [record for record in found if record is not None]
        return self._found[key]

    def recent(
        self, projects: Sequence[str], person: str, receipt: str = ""
    ) -> Sequence[StoredRecord]:
        """Return the latest records of these projects, newest first; "" means of everybody.

        A receipt, or a whole identifier, is also found among those that are older.
        """
        record, revision = records.c, record_revisions.c
        of = self._newest(projects, person, receipt).limit(MOST).subquery("of")
        statement = (
            self._latest()
            .join(of, of.c.record == record.id)
            .where(record.project.in_(list(projects)), ~revision.deleted)
            .order_by(revision.submitted_at.desc(), record.id)
        )
        return self._stored(statement)

    def _newest(self, projects: Sequence[str], person: str, receipt: str) -> Select[Any]:
        """Select the identifiers of the records that a list is about, the latest ones first."""
        record, revision = records.c, record_revisions.c
        if receipt:
            of_person = exists().where(
                revision.organisation == record.organisation,
                revision.record == record.id,
                revision.person == person,
            )
            return (
                select(record.id.label("record"))
                .where(
                    record.organisation == self._organisation,
                    record.id.startswith(receipt, autoescape=True),
                    of_person if person else true(),
                )
                .order_by(record.id)
            )
        if person:
            return (
                select(revision.record, func.max(revision.submitted_at).label("at"))
                .where(revision.organisation == self._organisation, revision.person == person)
                .group_by(revision.record)
                .order_by(func.max(revision.submitted_at).desc())
            )
        return (
            select(record.id.label("record"))
            .where(record.organisation == self._organisation, record.project.in_(list(projects)))
            .order_by(record.created_at.desc())
        )

    def returned(self, person: str) -> Sequence[StoredRecord]:
        """Return this person's records that a coordinator gave back."""
        if self._given_back is None:
            # The menu asks this for everybody, and mostly there is nothing.
            given = {"organisation": self._organisation}
            self._given_back = self._connection.execute(_GIVEN_BACK, given).first() is not None
        if not self._given_back:
            return []
        statement = (
            self._latest()
            .where(
                review_state(record_revisions) == "returned",
                record_revisions.c.person == person,
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
                records.c.organisation == self._organisation,
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
        rows = self._connection.execute(self._members(project)).all()
        return list(dict.fromkeys(role for row in rows for role in row.roles))

    def colleagues(self, project: str) -> Sequence[str]:
        """Return who works for a project, by their codes."""
        return [row.id for row in self._connection.execute(self._members(project))]

    def known(self, person: str) -> Known:
        """Return what is stored of a person."""
        return mydata.known(self._connection, self._organisation, person)

    def announced(self, projects: Collection[str]) -> Sequence[Announced]:
        """Return what will be deleted of these projects, the first that is due first."""
        return notices.announced(self._connection, self._organisation, projects)

    def ambassador(self) -> str:
        """Return whom people may ask about registering; "" for nobody."""
        found = organisations.c
        statement = select(found.ambassador).where(found.id == self._organisation)
        return self._connection.scalar(statement) or ""

    def _members(self, project: str) -> Select[Any]:
        same = and_(
            people.c.organisation == memberships.c.organisation, people.c.id == memberships.c.person
        )
        return (
            select(people.c.id, people.c.roles)
            .join(memberships, same)
            .where(
                memberships.c.organisation == self._organisation, memberships.c.project == project
            )
            .order_by(people.c.id)
        )

    def _latest(self) -> Select[Any]:
        record, revision = records.c, record_revisions.c
        return (
            select(
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
            .where(record.organisation == self._organisation, _is_latest)
        )

    def _stored(self, statement: Select[Any]) -> list[StoredRecord]:
        return [StoredRecord(**row._asdict()) for row in self._connection.execute(statement)]
