"""When a sheet that comes again is due: periods by a recurrence rule of RFC 5545."""

import re
from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

from dateutil.rrule import rrulestr

RHYTHMS: Mapping[str, str] = {
    "weekly": "FREQ=WEEKLY;BYDAY=FR",
    "monthly": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "quarterly": "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
    "half_yearly": "FREQ=MONTHLY;BYMONTH=6,12;BYMONTHDAY=-1",
    "yearly": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1",
}
"""The usual rules by name; the day that a rule names is the last of a period and the due date."""

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")

DAYS = ("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")
"""What names days by itself; a rule without any of them takes the day of the start."""

MOST: Mapping[str, int] = {
    "INTERVAL": 366,
    "BYMONTH": 12,
    "BYMONTHDAY": 31,
    "BYYEARDAY": 366,
    "BYWEEKNO": 53,
    "BYSETPOS": 366,
}
"""The largest number of each part; dateutil takes any, and some for ever."""

FIRST = 16
"""So many days of a rule are looked up at first, and then twice as many each time."""

ONE_DAY = timedelta(days=1)

ONLY_FORWARD = ("INTERVAL", "BYMONTH")

NOT_HERE: Mapping[str, str] = {
    "COUNT": "has no COUNT: it goes on as long as its project",
    "UNTIL": "has no UNTIL: it goes on as long as its project",
    "DTSTART": "has no DTSTART: it begins with its project",
    "BYHOUR": "names days, so it has no BYHOUR",
    "BYMINUTE": "names days, so it has no BYMINUTE",
    "BYSECOND": "names days, so it has no BYSECOND",
}

_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
_ORDINAL = re.compile(r"([+-]?\d+)[A-Z]{2}")
_NEAR_THE_END = date(MAXYEAR - 39, 1, 1)


class Period(NamedTuple):
    """From the day after the previous due date, or the start, up to its own due date."""

    number: int
    begins: date
    due: date


class BadRule(ValueError):
    """A rule that cannot be used, with a sentence that says why."""


@lru_cache(maxsize=1024)
def checked(rule: str) -> str:
    """Return a rule in capitals and without "RRULE:", fit for `periods`; BadRule."""
    plain = rule.strip().upper().removeprefix("RRULE:")
    parts = _parts(plain)
    if parts.get("FREQ") not in FREQUENCIES:
        raise BadRule(f"a rule has a FREQ, one of {', '.join(FREQUENCIES)}: {rule!r}")
    for name, most in MOST.items():
        _check_numbers(name, parts.get(name, ""), most)
    _check_ordinals(parts)
    try:
        # Dateutil looks for a day up to the year 9999; from here it soon knows that there is none.
        found = next(_found(plain, _NEAR_THE_END), None)
    except (ValueError, TypeError, LookupError) as error:
        raise BadRule(f"this is no recurrence rule of RFC 5545: {rule!r} ({error})") from error
    if found is None:
        raise BadRule(f"the day of this rule never comes: {rule!r}")
    return plain


def _parts(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for name, reason in NOT_HERE.items():
        if re.search(rf"\b{name}\b", rule):
            raise BadRule(f"a rule {reason}: {rule!r}")
    for part in rule.split(";"):
        match = _PART.fullmatch(part)
        if match is None or match[1] not in {"FREQ", "WKST", *DAYS, *MOST}:
            raise BadRule(f"{part!r} is no part of a rule such as {RHYTHMS['monthly']!r}: {rule!r}")
        if match[1] in parts:
            raise BadRule(f"{match[1]} stands twice in the rule: {rule!r}")
        parts[match[1]] = match[2]
    return parts


def _check_numbers(name: str, value: str, most: int) -> None:
    for number in value.split(",") if value else ():
        forward = re.fullmatch(r"\+?\d{1,3}" if name in ONLY_FORWARD else r"[+-]?\d{1,3}", number)
        if not forward or not 1 <= abs(int(number)) <= most:
            backward = "" if name in ONLY_FORWARD else f", or from -1 to -{most}"
            raise BadRule(f"{name} is a number from 1 to {most}{backward}, not {number!r}")


def _check_ordinals(parts: Mapping[str, str]) -> None:
    is_year = parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts
    most = {"MONTHLY": 5, "YEARLY": 53 if is_year else 5}.get(parts["FREQ"], 0)
    for day in parts.get("BYDAY", "").split(","):
        match = _ORDINAL.fullmatch(day)
        if match and not most:
            raise BadRule(f"BYDAY takes a number only if the rule is MONTHLY or YEARLY: {day!r}")
        if match and not 1 <= abs(int(match[1])) <= most:
            raise BadRule(f"the number before a day is from 1 to {most}, not {day!r}")


def periods(rule: str, starts_on: date, until: date) -> Iterator[Period]:
    """Return the periods that begin on `until` or before, one after another; BadRule.

    The first begins at the start; the last may be due after `until`. INTERVAL counts from the
    start, and a rule that names no day takes that of the start: the 31st only in months that have
    one. Nothing comes of a rule whose days never meet its interval.
    """
    return _periods(_due_dates(checked(rule), starts_on), starts_on, until)


def _periods(due_dates: Iterator[date], starts_on: date, until: date) -> Iterator[Period]:
    begins = starts_on
    for number, due in enumerate(due_dates, start=1):
        if begins > until:
            return
        yield Period(number, begins, due)
        if due == date.max:
            return
        begins = due + ONE_DAY


def _due_dates(rule: str, starts_on: date) -> Iterator[date]:
    if _depends_on_start(rule):
        yield from _occurrences(rule, starts_on)
        return
    for year in range(starts_on.year, MAXYEAR + 1):
        yield from (day for day in _days_of(rule, year) if day >= starts_on)


@lru_cache(maxsize=1024)
def _depends_on_start(rule: str) -> bool:
    parts = _parts(rule)
    is_every = int(parts.get("INTERVAL", "1")) == 1
    names_days = parts["FREQ"] == "DAILY" or any(part in parts for part in DAYS)
    return not is_every or not names_days or "BYSETPOS" in parts


@lru_cache(maxsize=4096)
def _days_of(rule: str, year: int) -> tuple[date, ...]:
    return tuple(takewhile(lambda day: day.year == year, _found(rule, date(year, 1, 1))))


def _occurrences(rule: str, starts_on: date) -> Iterator[date]:
    before, count = 0, FIRST
    while True:
        found = _first(rule, starts_on, count)
        yield from found[before:]
        if len(found) < count:
            return
        before, count = count, count * 2


@lru_cache(maxsize=8192)
def _first(rule: str, starts_on: date, count: int) -> tuple[date, ...]:
    # Dateutil can remember by itself, but two readers of one such rule may wait for ever.
    return tuple(islice(_found(rule, starts_on), count))


def _found(rule: str, starts_on: date) -> Iterator[date]:
    return (at.date() for at in rrulestr(rule, dtstart=datetime.combine(starts_on, time())))
