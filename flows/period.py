"""A stretch of time that somebody means: “this quarter”, “2026”, “1/1/2026 - 31/3/2026”."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from flows.local import read_date, read_month
from flows.texts import marked

Period = tuple[date, date]
"""The first day and the last one."""

MONTHS, QUARTER = 12, 3
EARLIEST, LATEST = 1900, 2100
A_DAY = timedelta(days=1)

_FROM = re.compile(r"(?:from|van|vanaf|du|de|vom|von)\s+", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\s+[-\u2013\u2014]\s+|\s*[\u2013\u2014]\s*"
    r"|\s+(?:to|until|tot en met|tot|t/m|bis|jusqu.au|au|à)\s+",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)


def _year(first: date) -> Period:
    return first.replace(month=1, day=1), first.replace(month=MONTHS, day=31)


def _quarter(day: date) -> Period:
    first = day.replace(month=(day.month - 1) // QUARTER * QUARTER + 1, day=1)
    return first, _months_on(first, QUARTER) - A_DAY


def _months_on(first: date, count: int) -> date:
    month = first.month - 1 + count
    return date(first.year + month // MONTHS, month % MONTHS + 1, 1)


PERIODS: Mapping[str, tuple[str, Callable[[date], Period]]] = {
    "this_year": (marked("This year"), _year),
    "last_year": (marked("Last year"), lambda today: _year(_year(today)[0] - A_DAY)),
    "this_quarter": (marked("This quarter"), _quarter),
    "last_quarter": (marked("Last quarter"), lambda today: _quarter(_quarter(today)[0] - A_DAY)),
}
"""Periods that have a button: what it says, and which days it means on a day."""


def read_period(text: str, language: str, today: date) -> Period | None:
    """Read two days, a year or a month; None when it is none of these.

    The days come as they are typed, also where the last one is before the first.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _YEAR.fullmatch(plain):
        return _year(date(int(plain), 1, 1))
    if month := read_month(plain, language, today):
        return (month, _months_on(month, 1) - A_DAY) if _is_near(month) else None
    parts = _BETWEEN.split(_FROM.sub("", plain, count=1))
    if len(parts) == 1 and plain.count("-") == 1:
        parts = plain.split("-")
    days = [day for part in parts if (day := read_date(part, language, today)) and _is_near(day)]
    return (days[0], days[1]) if len(days) == len(parts) == len(("first", "last")) else None


def _is_near(day: date) -> bool:
    return EARLIEST <= day.year < LATEST
