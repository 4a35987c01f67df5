"""What the database holds that must have an entry in the audit, for comparing the two."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, or_, select

from storage.tables import record_revisions, reviews


def revisions(
    connection: Connection, organisation: str, since: datetime
) -> Iterator[tuple[str, int]]:
    """Return record and revision of what was changed, deleted, taken back or entered for others.

    That is, after a time: what deletes, what follows on a complete revision, and what says how it
    came from a colleague.
    """
    revision, before = record_revisions.c, record_revisions.alias("before")
    follows = exists().where(
        before.c.organisation == revision.organisation,
        before.c.record == revision.record,
        before.c.revision == revision.revision - 1,
        before.c.complete,
    )
    rows = connection.execute(
        select(revision.record, revision.revision)
        .where(
            revision.organisation == organisation,
            revision.submitted_at > since,
            or_(
                revision.provenance != "",
                and_(revision.revision > 1, or_(revision.deleted, follows)),
            ),
        )
        .order_by(revision.record, revision.revision)
    )
    return ((row.record, row.revision) for row in rows)


def looked_at(
    connection: Connection, organisation: str, since: datetime
) -> Counter[tuple[str, int, str]]:
    """Return how often a revision of a record was given a review state after a time."""
    column = reviews.c
    rows = connection.execute(
        select(column.record, column.revision, column.state, func.count().label("times"))
        .where(column.organisation == organisation, column.reviewed_at > since)
        .group_by(column.record, column.revision, column.state)
        .order_by(column.record, column.revision, column.state)
    )
    return Counter({(row.record, row.revision, row.state): row.times for row in rows})
