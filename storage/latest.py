"""Which revisions count: the latest one of each record, unless it was deleted or set aside."""

from sqlalchemy import and_, exists

from storage.reviews import NOT_COUNTED, review_state
from storage.tables import record_revisions

_later = record_revisions.alias("later")

IS_LATEST = ~exists().where(
    _later.c.organisation == record_revisions.c.organisation,
    _later.c.record == record_revisions.c.record,
    _later.c.revision > record_revisions.c.revision,
)
"""The condition that there is no later revision of the same record."""

COUNTS = and_(
    record_revisions.c.complete,
    ~record_revisions.c.deleted,
    review_state(record_revisions) != NOT_COUNTED,
    IS_LATEST,
)
"""The condition that a revision is in; it needs latest_review joined to the record."""
