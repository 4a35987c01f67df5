"""When funders want their next reports."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from flows.retention import months_after

MONTHS: Mapping[str, int] = {"once": 0, "quarterly": 3, "half_yearly": 6, "yearly": 12}
"""How many months lie between two reports, by the answer of the sheet of a funder."""


class Funding(NamedTuple):
    """What one funder of a project wants, as the sheet `funding` says it; `record` is its id.

    Without a rhythm that is known there is one report.
    """

    project: str
    record: str
    funder: str
    first_report: date
    rhythm: str


class Report(NamedTuple):
    """A report that a funder wants on a day."""

    due: date
    funding: Funding


def reports(fundings: Iterable[Funding], since: date, until: date) -> list[Report]:
    """Return the reports that are due from one day up to another, the earliest first."""
    return sorted(
        Report(day, funding)
        for funding in fundings
        for day in _days(funding, until)
        if day >= since
    )


def _days(funding: Funding, until: date) -> Iterator[date]:
    months, number = MONTHS.get(funding.rhythm, 0), 0
    day = funding.first_report
    while day <= until:
        yield day
        if not months:
            return
        number += months
        # Counted from the first one, so that the 31st comes back after a shorter month.
        day = months_after(funding.first_report, number)
