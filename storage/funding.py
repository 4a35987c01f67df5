"""What funders want of projects, as the latest revisions of their sheets say it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from flows.record import Status
from flows.reports import Funding
from storage.latest import COUNTS
from storage.reviews import latest_review, of_record
from storage.statements import Lookup
from storage.tables import record_revisions, record_values, records

SHEET, FUNDER, FIRST, RHYTHM = "funding", "funder", "first_report", "rhythm"

Place = tuple[str, str]
"""An organisation and a project of it."""

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
        COUNTS,
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
