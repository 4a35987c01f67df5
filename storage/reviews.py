"""What coordinators said of saved records: each look is a row, the newest one counts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, insert, select

from flows.effects import ReviewRecord
from storage.people import Key
from storage.sealing import seal_of
from storage.tables import reviews

RECEIVED = "received"
"""What a revision is that nobody has looked at yet."""

NOT_COUNTED = "not_counted"

_newest = (
    select(reviews.c.organisation, reviews.c.record, func.max(reviews.c.number).label("number"))
    .group_by(reviews.c.organisation, reviews.c.record)
    .subquery("newest")
)
latest_review = (
    select(reviews)
    .join(
        _newest,
        and_(
            reviews.c.organisation == _newest.c.organisation,
            reviews.c.record == _newest.c.record,
            reviews.c.number == _newest.c.number,
        ),
    )
    .subquery("latest_review")
)
"""The newest review of each record that was looked at."""


def of_record(records: FromClause) -> ColumnElement[bool]:
    """Return the condition that joins latest_review to a record."""
    return and_(
        latest_review.c.organisation == records.c.organisation,
        latest_review.c.record == records.c.id,
    )


def review_state(revisions: FromClause) -> ColumnElement[str]:
    """Return the state of a revision: a later one is to be looked at anew.

    What does not count goes on not to count, until a coordinator says something else.
    """
    review = latest_review.c
    return case(
        (review.state == NOT_COUNTED, review.state),
        (review.revision == revisions.c.revision, review.state),
        else_=RECEIVED,
    )


def add(connection: Connection, key: Key, review: ReviewRecord, now: datetime) -> None:
    """Add a review of a record; `key` is the organisation and who looked."""
    organisation, person = key
    number = (
        select(func.coalesce(func.max(reviews.c.number), 0) + 1)
        .where(reviews.c.organisation == organisation, reviews.c.record == review.record)
        .scalar_subquery()
    )
    row: dict[str, Any] = {
        "organisation": organisation,
        "record": review.record,
        "revision": review.revision,
        "state": review.state,
        "comment": seal_of(connection).close(reviews.c.comment, review.comment),
        "person": person,
        "reviewed_at": now,
    }
    connection.execute(insert(reviews).values(number=number, **row))
