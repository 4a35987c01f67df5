"""What funders want of projects, as the latest revisions of their sheets say it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from flows.record import Status
from flows.reports import Funding
from storage.reviews import NOT_COUNTED, latest_review, of_record, review_state
from storage.statements import Lookup
from storage.tables import record_revisions, record_values, records

SHEET, FUNDER, FIRST, RHYTHM = "funding", "funder", "first_report", "rhythm"

Place = tuple[str, str]
"""An organisation and a project of it."""

_later = record_revisions.alias("later")
_ANSWERS = Lookup(
    select(
        records.c.organisation,
        records.c.project,
        records.c.id,
        record_values.c.question,
        record_values.c.value,
    )
    .select_from(records)
    .join(record_revisions)
    .join(record_values)
    .outerjoin(latest_review, of_record(records))
    .where(
        records.c.sheet == SHEET,
        # None of these is in somebody's own words, so none is sealed.
        record_values.c.question.in_((FUNDER, FIRST, RHYTHM)),
        record_values.c.status == Status.ANSWERED,
        record_revisions.c.complete,
        ~record_revisions.c.deleted,
        review_state(record_revisions) != NOT_COUNTED,
        ~select(_later.c.revision)
        .where(
            _later.c.organisation == record_revisions.c.organisation,
            _later.c.record == record_revisions.c.record,
            _later.c.revision > record_revisions.c.revision,
        )
        .exists(),
    )
    .order_by(records.c.id),
    records.c.organisation,
    records.c.project,
)


def fundings(connection: Connection, places: Collection[Place]) -> dict[Place, list[Funding]]:
    """Return who funds these projects and said when the next report is due."""
    answers: dict[tuple[Any, ...], dict[str, str]] = defaultdict(dict)
    for row in _ANSWERS.rows(connection, places):
        answers[row.organisation, row.project, row.id][row.question] = row.value
    found: dict[Place, list[Funding]] = {place: [] for place in places}
    for (organisation, project, record), said in answers.items():
        if day := said.get(FIRST):
            funding = Funding(
                project, record, said.get(FUNDER, ""), date.fromisoformat(day), said.get(RHYTHM, "")
            )
            found[organisation, project].append(funding)
    return found
