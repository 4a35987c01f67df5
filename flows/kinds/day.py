"""A date, tapped or typed; or only its month, where the day would tell too much."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from flows.calendar import month_rows, year_rows
from flows.expressions import EPOCH, day_number
from flows.kinds.kind import Asking, Cell, Offered, Outcome, Partial, Refused, Taken
from flows.local import read_date, read_month, show_date, show_month
from flows.matching import NOTHING, Option
from flows.record import Value
from flows.sheet import Question

MONTHS_OFFERED = 3
EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
MOST_DAYS = 31
OPEN = "open:"
OPENS = f"v:{OPEN}"
"""What the button does that opens the calendar, on whatever day it is tapped."""


class Dates:
    """A day, kept as ISO 8601; with the appearance month-year the first day of its month.

    While a calendar is open the entry names what it shows: "2026-03", or "2026" for months.
    """

    digits = False
    stored = True
    seconds = 6

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return the days, or months, that are meant nearly always, or the calendar."""
        if opened := _opened(asking):
            return _calendar(opened, asking)
        if _by_month(asking.question):
            months = [asking.today.replace(day=1)]
            while len(months) < MONTHS_OFFERED:
                months.append((months[-1] - timedelta(days=1)).replace(day=1))
            return [
                [
                    Option(show_month(day, asking.language), f"v:{day.isoformat()}")
                    for day in months
                ],
                [Option(asking.say("An earlier month"), OPENS)],
            ]
        yesterday = asking.today - timedelta(days=1)
        named = {asking.today: asking.say("Today"), yesterday: asking.say("Yesterday")}
        if day := _default(asking.default):
            named.setdefault(day, show_date(day, asking.language))
        possible = {day: label for day, label in named.items() if asking.permits(day.isoformat())}
        rows = [[Option(label, f"v:{day.isoformat()}") for day, label in possible.items()]]
        return [*(row for row in rows if row), [Option(asking.say("Another day"), OPENS)]]

    def accepts(self, asking: Asking) -> str:
        """Say how a date may be typed."""
        if _by_month(asking.question):
            return asking.say(
                "Please tap a month, or type it as month/year, for instance {example}.",
                example=asking.today.strftime("%m/%Y"),
            )
        return asking.say(
            "Please tap a day, or type a date as day/month/year, for instance {example}.",
            example=asking.today.strftime("%d/%m/%Y"),
        )

    def read(self, text: str, asking: Asking) -> Outcome:
        """Read a date, or a month, in the worker's own words; a number in an open calendar."""
        day = _numbered(text, asking)
        if day is None and _by_month(asking.question):
            day = read_month(text, asking.language, asking.today)
        if day is None:
            day = read_date(text, asking.language, asking.today)
        if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            return Refused(self.accepts(asking))
        return self._taken(day, asking.question)

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Take the day on the button, or turn to another month or year."""
        offered = {option.action for row in self.options(asking) for option in row}
        if f"v:{argument}" not in offered:
            return Refused(self.accepts(asking))
        if f"v:{argument}" == NOTHING:
            return Partial(asking.entry)
        if argument.startswith(OPEN):
            return Partial(argument.removeprefix(OPEN) or _named(asking.today, asking))
        return self._taken(date.fromisoformat(argument), asking.question)

    def show(self, value: Value, asking: Asking) -> str:
        """Write the date with its weekday, or the month."""
        day = date.fromisoformat(str(value))
        return (show_month if _by_month(asking.question) else show_date)(day, asking.language)

    def node(self, value: Value) -> str:
        """Write the day number, so that dates compare."""
        return str(day_number(date.fromisoformat(str(value))))

    def fits(self, value: Value, offered: Offered) -> bool:  # noqa: ARG002
        """Return true: a day stays a day."""
        return True

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return the ISO date."""
        return [("", str(value))]

    def value(self, cells: Sequence[Cell]) -> Value:
        """Return the date."""
        return cells[0][1]

    def _taken(self, day: date, question: Question) -> Outcome:
        return Taken((day.replace(day=1) if _by_month(question) else day).isoformat())


def _default(text: str) -> date | None:
    """Return the day of a default: written as a date, or worked out as a day number."""
    try:
        return date.fromisoformat(text) if "-" in text[1:] else EPOCH + timedelta(days=int(text))
    except (ValueError, OverflowError):
        return None


def _opened(asking: Asking) -> date | None:
    """Return the first day of the month or year that the calendar shows; None if it is closed."""
    by_month, entry = _by_month(asking.question), asking.entry
    written = r"\d{4}" if by_month else r"\d{4}-\d{2}"
    if not isinstance(entry, str) or re.fullmatch(written, entry, re.ASCII) is None:
        return None
    try:
        opened = date.fromisoformat(f"{entry}-01-01" if by_month else f"{entry}-01")
    except ValueError:
        return None
    return opened if EARLIEST_YEAR <= opened.year <= LATEST_YEAR else None


def _calendar(opened: date, asking: Asking) -> list[list[Option]]:
    def permits(day: date) -> bool:
        return asking.permits(day.isoformat())

    today = asking.today
    if _by_month(asking.question):
        before = str(opened.year - 1) if opened.year > EARLIEST_YEAR else ""
        after = str(opened.year + 1) if opened.year < today.year else ""
        return year_rows(
            opened.year,
            asking.language,
            lambda month: month <= today and permits(month),
            (before, after),
        )
    earlier, later = opened - timedelta(days=1), opened + timedelta(days=MOST_DAYS)
    before = _named(earlier, asking) if earlier.year >= EARLIEST_YEAR else ""
    after = _named(later, asking) if later.year <= LATEST_YEAR and _leads_on(later, asking) else ""
    return month_rows(opened, asking.language, permits, (before, after))


def _leads_on(later: date, asking: Asking) -> bool:
    """Whether there is anything to tap in a month: always up to now, in the future if permitted."""
    first = later.replace(day=1)
    days = (first + timedelta(days=number) for number in range(MOST_DAYS))
    return first <= asking.today or any(asking.permits(day.isoformat()) for day in days)


def _numbered(text: str, asking: Asking) -> date | None:
    """Read "12" as the twelfth of the month that is open, or as December of the year."""
    opened = _opened(asking)
    if opened is None or re.fullmatch(r"\s*\d{1,2}\s*", text) is None:
        return None
    month, day = (int(text), 1) if _by_month(asking.question) else (opened.month, int(text))
    try:
        return opened.replace(month=month, day=day)
    except ValueError:
        return None


def _named(day: date, asking: Asking) -> str:
    """Return what the calendar that shows a day is called."""
    return day.isoformat()[: len("2026" if _by_month(asking.question) else "2026-03")]


def _by_month(question: Question) -> bool:
    return "month-year" in question.appearance.split()
