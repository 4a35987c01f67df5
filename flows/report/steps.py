"""Time divided into weeks, months or quarters, so that a phone has room for each."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from flows.local import month_names, show_date, show_month
from flows.texts import marked

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MOST_WEEKS, MOST_MONTHS = 17, 36
MONTHS_OF = {"month": 1, "quarter": 3}
EACH = {
    "week": marked("Week by week."),
    "month": marked("Month by month."),
    "quarter": marked("Quarter by quarter."),
}


class Step(NamedTuple):
    """Some days in a row, both ends included."""

    kind: str
    first: date
    last: date

    def share(self, day: date) -> float:
        """Return how far into it a day is, from 0 to 1."""
        return (day - self.first).days / ((self.last - self.first).days + 1)

    def name(self, language: str) -> str:
        """Return what it is called in a table."""
        if self.kind == "month":
            return show_month(self.first, language)
        if self.kind == "quarter":
            return f"{show_month(self.first, language)} – {show_month(self.last, language)}"
        return show_date(self.first, language)

    def short(self, language: str) -> str:
        """Return what it is called below a bar."""
        if self.kind == "week":
            return f"{self.first.day}/{self.first.month}"
        return month_names(language, "abbreviated")[self.first.month - 1]


def steps(first: date, last: date) -> list[Step]:
    """Return the time between two days in whole steps, as few as can be read at once."""
    if last - first < MOST_WEEKS * WEEK:
        return list(_weeks(first, last))
    months = 12 * (last.year - first.year) + last.month - first.month
    return list(_months("month" if months < MOST_MONTHS else "quarter", first, last))


def _weeks(first: date, last: date) -> Iterator[Step]:
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        yield Step("week", monday, monday + WEEK - DAY)
        monday += WEEK


def _months(kind: str, first: date, last: date) -> Iterator[Step]:
    size = MONTHS_OF[kind]
    begin = date(first.year, (first.month - 1) // size * size + 1, 1)
    while begin <= last:
        months = 12 * begin.year + begin.month - 1 + size
        after = date(months // 12, months % 12 + 1, 1)
        yield Step(kind, begin, after - DAY)
        begin = after


def ticks(found: list[Step], pitch: float, room: float) -> Callable[[int], bool]:
    """Return which of these steps have room for a name, when they are so far apart."""
    if found[0].kind == "week":
        every = next(count for count in range(1, len(found) + 2) if count * pitch >= room)
        return lambda number: number % every == 0
    size = MONTHS_OF[found[0].kind]
    months = next((count for count in (1, 3, 6) if count / size * pitch >= room), 12)
    return lambda number: (found[number].first.month - 1) % months == 0
