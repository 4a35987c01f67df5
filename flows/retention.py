"""How long things are kept, and how the daily records of a month become one record of sums."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from flows.evaluation.measures import counts_at_all
from flows.evaluation.periods import plain
from flows.evaluation.process import LOG_SHEETS, NO_NUMBER, counted
from flows.record import ExportedValue, RecordValue, Status
from flows.sheet import Sheet
from flows.texts import marked

NOTICE = timedelta(days=30)
"""Nothing is deleted that was not announced so long before."""

WITHOUT = "~"
"""What the category of a sum begins with that says how often nothing was answered, and why."""

LEAST, MOST = 1, 240

KEPT_SHEETS = (*LOG_SHEETS, "exit")
"""Continuous sheets that stay: what happened to a project, and why somebody left, is no number."""


KEPT_REASONS = (
    *("mistake", "learned", "misplaced", "twice", "changed", "undone"),
    *("not_reached", "refused", "left", "no_time", "no_data", "other"),
)
"""Reasons of a list; every other one is in somebody's own words."""


@dataclass(frozen=True, slots=True)
class Period:
    """After how many months something happens, and the sentence that announces it.

    The sentence takes `day`, on which it happens, `until`, up to when it applies, and `count`.
    """

    months: int
    notice: str


PERIODS: dict[str, Period] = {
    "daily": Period(
        24, marked("On {day} the daily records up to {until} become monthly sums: {count}.")
    ),
    "texts": Period(
        24, marked("On {day} the remarks, comments and reasons up to {until} are deleted: {count}.")
    ),
    "participants": Period(
        12, marked("On {day} the participants get new codes that no list leads to: {count}.")
    ),
    "drafts": Period(
        6, marked("On {day} what was begun and left alone since {until} is deleted: {count}.")
    ),
}
"""By kind; an organisation may set other months."""


class Announced(NamedTuple):
    """Something that will be deleted: what, of which project, when, up to when, how much."""

    kind: str
    project: str
    due: date
    until: date
    rows: int


class Dated(NamedTuple):
    """A record that takes part in a sum, as far as that decides into which."""

    record: str
    revision: int
    project: str
    sheet: str
    sheet_version: int
    level: str
    subject: str
    observed_on: date


class Group(NamedTuple):
    """What becomes one record; `day` is the last day of its month or of what is before it."""

    project: str
    sheet: str
    sheet_version: int
    level: str
    subject: str
    day: date


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def over(day: date, months: int) -> date:
    """Return the last day of the newest month that on a day is so many months past."""
    end = day.replace(day=1) - timedelta(days=1)
    while months_after(end, months) > day:
        end = end.replace(day=1) - timedelta(days=1)
    return end


def planned(until: date, months: int, today: date) -> date:
    """Return the day on which something happens that is announced today."""
    return max(months_after(until, months), today + NOTICE)


def is_daily(sheet: Sheet) -> bool:
    """Whether records of a sheet become monthly sums."""
    is_continuous = "continuous" in sheet.moments and not sheet.menu
    return is_continuous and sheet.name not in KEPT_SHEETS


def groups(
    records: Iterable[Dated], measured: Mapping[str, Sequence[date]]
) -> dict[Group, list[Dated]]:
    """Divide records into months; one with a measurement in it is divided by that day.

    `measured` has the days of each project's measurements, so that no sum moves into another
    period. A participant's records are summed apart: who was there is a number too.
    """
    found: dict[Group, list[Dated]] = {}
    for item in records:
        day = item.observed_on
        end = day.replace(day=monthrange(day.year, day.month)[1])
        end = min((at for at in measured.get(item.project, ()) if day <= at < end), default=end)
        group = Group(*item[2:7], end)
        found.setdefault(group, []).append(item)
    return found


def summed(records: Iterable[Sequence[ExportedValue]]) -> tuple[RecordValue, ...]:
    """Return the values of the record that takes the place of these: whole sums and counts.

    What is chosen is counted by choice, and what was not answered by status. Texts, dates and
    whatever belongs to no indicator are left out, and so is a record that does not count.
    """
    sums = _Sums()
    activities: set[tuple[date, str, str]] = set()
    for record in records:
        if not counts_at_all(record[0]):
            continue
        answers = {row.question: row.value for row in record if row.status is Status.ANSWERED}
        for row in record:
            if row.indicator and row.status in NO_NUMBER:
                sums.add(row, f"{WITHOUT}{row.status.value}", Decimal(1))
            if row.indicator and row.type == "select_multiple" and row.status is Status.ANSWERED:
                # That something can be chosen is known, also where nobody chose it.
                sums.add(row, row.category, Decimal())
            for category, count in counted(row, answers, activities):
                sums.add(row, category, count)
    return sums.values()


class _Sums:
    def __init__(self) -> None:
        self._found: dict[tuple[int, str], tuple[ExportedValue, Decimal]] = {}

    def add(self, row: ExportedValue, category: str, count: Decimal) -> None:
        first, before = self._found.get((row.position, category), (row, Decimal()))
        self._found[row.position, category] = first, before + count

    def values(self) -> tuple[RecordValue, ...]:
        return tuple(
            RecordValue(
                position=position,
                question=row.question,
                category=category,
                indicator=row.indicator,
                role=row.role,
                type=row.type,
                status=row.status,
                reason="",
                value=plain(count),
                remark="",
            )
            for (position, category), (row, count) in sorted(self._found.items())
        )
