"""Recurrence: periods follow each other without a gap, and every one has its due date."""

from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.recurrence import RHYTHMS, BadRule, Period, checked, periods

RULES = (
    *RHYTHMS.values(),
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=10",
    "FREQ=DAILY;BYDAY=MO,WE",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU",
    "FREQ=WEEKLY;BYDAY=MO,TH;BYSETPOS=1",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=4",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYYEARDAY=-1",
    "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO",
    "FREQ=YEARLY;BYDAY=53FR",
)
starts = st.dates(date(2023, 1, 1), date(2028, 12, 31))


def dues(rule: str, starts_on: date, until: date) -> list[str]:
    return [str(period.due) for period in periods(rule, starts_on, until)]


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        ("weekly", ["2026-01-16", "2026-01-23", "2026-01-30", "2026-02-06"]),
        ("monthly", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("quarterly", ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]),
        ("half_yearly", ["2026-06-30", "2026-12-31", "2027-06-30", "2027-12-31"]),
        ("yearly", ["2026-12-31", "2027-12-31", "2028-12-31", "2029-12-31"]),
    ],
)
def test_a_rhythm_is_due_on_the_last_day_of_its_period(rhythm: str, expected: list[str]) -> None:
    found = islice(periods(RHYTHMS[rhythm], date(2026, 1, 13), date.max), 4)
    assert [str(period.due) for period in found] == expected
    assert checked(RHYTHMS[rhythm]) == RHYTHMS[rhythm]


def test_a_start_within_a_month_makes_the_first_period_shorter() -> None:
    assert list(periods(RHYTHMS["monthly"], date(2026, 1, 13), date(2026, 2, 1))) == [
        Period(1, date(2026, 1, 13), date(2026, 1, 31)),
        Period(2, date(2026, 2, 1), date(2026, 2, 28)),
    ]


def test_a_start_on_a_due_date_is_a_period_of_one_day() -> None:
    first, second = islice(periods(RHYTHMS["weekly"], date(2026, 1, 16), date.max), 2)
    assert first == Period(1, date(2026, 1, 16), date(2026, 1, 16))
    assert second == Period(2, date(2026, 1, 17), date(2026, 1, 23))


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_due_of_what_has_not_begun(rule: str) -> None:
    assert dues(rule, date(2026, 3, 2), date(2026, 3, 1)) == []
    assert len(dues(rule, date(2026, 3, 2), date(2026, 3, 2))) == 1


def test_a_period_that_has_begun_is_there_before_it_is_due() -> None:
    assert dues(RHYTHMS["quarterly"], date(2026, 1, 1), date(2026, 3, 31)) == ["2026-03-31"]
    assert len(dues(RHYTHMS["quarterly"], date(2026, 1, 1), date(2026, 4, 1))) == 2


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        (RHYTHMS["monthly"], "2028-02-29", ["2028-02-29", "2028-03-31"]),
        (RHYTHMS["monthly"], "2027-02-01", ["2027-02-28", "2027-03-31"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-01-01", ["2028-02-29", "2032-02-29"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "2027-01-01", ["2027-02-28", "2028-02-29"]),
        ("FREQ=YEARLY", "2028-02-29", ["2028-02-29", "2032-02-29"]),
        ("FREQ=MONTHLY", "2026-01-31", ["2026-01-31", "2026-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=30", "2026-01-31", ["2026-03-30", "2026-04-30"]),
        ("FREQ=WEEKLY;BYDAY=SU", "2026-03-23", ["2026-03-29", "2026-04-05"]),
        ("FREQ=WEEKLY;BYDAY=SU", "2026-10-19", ["2026-10-25", "2026-11-01"]),
    ],
)
def test_short_months_leap_years_and_the_change_of_clocks_shift_no_due_date(
    rule: str, start: str, expected: list[str]
) -> None:
    found = islice(periods(rule, date.fromisoformat(start), date.max), 2)
    assert [str(period.due) for period in found] == expected


def test_an_interval_counts_from_the_start_of_each_project() -> None:
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"
    assert dues(rule, date(2026, 1, 5), date(2026, 1, 20)) == ["2026-01-09", "2026-01-23"]
    assert dues(rule, date(2026, 1, 12), date(2026, 1, 20)) == ["2026-01-16", "2026-01-30"]


def test_a_rule_that_never_meets_its_start_has_no_periods() -> None:
    rule = "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29"
    assert dues(rule, date(2025, 1, 1), date(2400, 1, 1)) == []
    assert dues(rule, date(2024, 1, 1), date(2024, 3, 1)) == ["2024-02-29", "2028-02-29"]


def test_periods_end_with_the_calendar() -> None:
    assert dues("FREQ=DAILY", date(9999, 12, 30), date.max) == ["9999-12-30", "9999-12-31"]
    assert dues(RHYTHMS["weekly"], date(9999, 12, 30), date.max) == ["9999-12-31"]


@pytest.mark.parametrize("rule", ["freq=weekly;byday=fr", " RRULE:FREQ=WEEKLY;BYDAY=FR\n"])
def test_a_rule_may_be_written_as_in_a_calendar_file(rule: str) -> None:
    assert checked(rule) == RHYTHMS["weekly"]
    assert dues(rule, date(2026, 1, 13), date(2026, 1, 13)) == ["2026-01-16"]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("", "'' is no part of a rule"),
        ("monthly", "is no part of a rule such as 'FREQ=MONTHLY;BYMONTHDAY=-1': 'MONTHLY'"),
        ("FREQ=WEEKLY;", "'' is no part"),
        ("FREQ=WEEKLY;COLOUR=1", "'COLOUR=1' is no part"),
        ("FREQ=YEARLY;BYEASTER=0", "'BYEASTER=0' is no part"),
        ("FREQ=WEEKLY\nEXDATE:20260101", "is no part"),
        ("BYDAY=FR", "a rule has a FREQ, one of DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("FREQ=HOURLY", "a rule has a FREQ"),
        ("FREQ=MINUTELY", "a rule has a FREQ"),
        ("FREQ=SECONDLY;INTERVAL=5", "a rule has a FREQ"),
        ("FREQ=WEEKLY;COUNT=3", "a rule has no COUNT: it goes on as long as its project"),
        ("FREQ=WEEKLY;UNTIL=20270101", "a rule has no UNTIL"),
        ("DTSTART:20260101T000000\nRRULE:FREQ=WEEKLY", "a rule has no DTSTART"),
        ("FREQ=DAILY;BYHOUR=3", "a rule names days, so it has no BYHOUR"),
        ("FREQ=DAILY;BYMINUTE=3", "so it has no BYMINUTE"),
        ("FREQ=DAILY;BYSECOND=3", "so it has no BYSECOND"),
        ("FREQ=WEEKLY;BYDAY=FR;BYDAY=MO", "BYDAY stands twice"),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL is a number from 1 to 366, not '0'"),
        ("FREQ=WEEKLY;INTERVAL=-1", "INTERVAL is a number from 1 to 366, not '-1'"),
        ("FREQ=WEEKLY;INTERVAL=1,2", "this is no recurrence rule of RFC 5545"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH is a number from 1 to 12, not '13'"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "from 1 to 31, or from -1 to -31, not '0'"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-32", "not '-32'"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,", "not ''"),
        ("FREQ=YEARLY;BYYEARDAY=367", "BYYEARDAY is a number from 1 to 366"),
        ("FREQ=WEEKLY;BYDAY=XX", "this is no recurrence rule of RFC 5545"),
        ("FREQ=WEEKLY;BYDAY=2MO", "only if the rule is MONTHLY or YEARLY: '2MO'"),
        ("FREQ=MONTHLY;BYDAY=9FR", "the number before a day is from 1 to 5, not '9FR'"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=6FR", "is from 1 to 5, not '6FR'"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "the day of this rule never comes"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "the day of this rule never comes"),
    ],
)
def test_a_rule_that_cannot_be_used_says_why(rule: str, why: str) -> None:
    with pytest.raises(BadRule) as refused:
        checked(rule)
    assert why in str(refused.value)
    with pytest.raises(BadRule):
        periods(rule, date(2026, 1, 1), date(2027, 1, 1))


@given(st.sampled_from(RULES), starts, st.integers(0, 900))
@settings(deadline=None)
def test_every_day_since_the_start_belongs_to_one_period(
    rule: str, starts_on: date, length: int
) -> None:
    until = starts_on + timedelta(days=length)
    found = list(periods(rule, starts_on, until))
    # A rule that takes the day of its start may never come: 31 April.
    assume(found)
    assert found[0].begins == starts_on
    assert found[-1].begins <= until <= found[-1].due
    assert [period.number for period in found] == list(range(1, len(found) + 1))
    assert all(period.begins <= period.due for period in found)
    assert all(second.begins - first.due == timedelta(1) for first, second in pairwise(found))


@given(st.sampled_from(RULES), starts)
@settings(deadline=None)
def test_due_dates_are_those_of_the_rule_from_that_start(rule: str, starts_on: date) -> None:
    # What is remembered is shared between starts; a rule read from its own start is the truth.
    expected = rrulestr(rule, dtstart=datetime.combine(starts_on, time()))
    found = islice(periods(rule, starts_on, date.max), 40)
    assert [period.due for period in found] == [at.date() for at in islice(expected, 40)]
