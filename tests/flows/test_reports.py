"""When funders want their next reports."""

from datetime import date

import pytest

from flows.reports import MONTHS, Funding, reports
from tests.builders import handbook


def funding(rhythm: str, first: date = date(2026, 1, 31), record: str = "r1") -> Funding:
    return Funding("kompas", record, "city", first, rhythm)


def test_every_rhythm_of_the_sheet_has_its_months() -> None:
    question = handbook()["funding"].by_name["rhythm"]
    assert [choice.name for choice in question.choices] == list(MONTHS)


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        ("once", [date(2026, 1, 31)]),
        ("", [date(2026, 1, 31)]),
        ("quarterly", [date(2026, 1, 31), date(2026, 4, 30), date(2026, 7, 31)]),
        ("half_yearly", [date(2026, 1, 31), date(2026, 7, 31)]),
        ("yearly", [date(2026, 1, 31)]),
    ],
)
def test_reports_come_back_on_the_same_day_of_the_month(rhythm: str, days: list[date]) -> None:
    found = reports([funding(rhythm)], date(2026, 1, 1), date(2026, 9, 30))
    assert [report.due for report in found] == days


def test_only_what_lies_ahead_is_told_with_both_days_and_the_first_one_first() -> None:
    both = [funding("yearly"), funding("quarterly", date(2025, 4, 1), "r2")]
    found = reports(both, date(2026, 4, 1), date(2027, 1, 31))
    assert [(report.due, report.funding.record) for report in found] == [
        (date(2026, 4, 1), "r2"),
        (date(2026, 7, 1), "r2"),
        (date(2026, 10, 1), "r2"),
        (date(2027, 1, 1), "r2"),
        (date(2027, 1, 31), "r1"),
    ]
