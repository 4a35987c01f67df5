"""Process: what one project did, registered all the time and summed up in periods."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from flows.evaluation.measures import NOT_KNOWN, Order, counts_at_all, order_of
from flows.record import SUM, ExportedValue, Status
from flows.sheet import MEASUREMENTS

ATTENDANCE = "DN17"
ACTIVITIES = ("PR17", "activity")
CONTACT = "contact"
LOGS = ("PR20", "PR24")
"""Indicators of which the records themselves are counted."""

LOG_SHEETS = ("adjustment", "side_effect", "context_change")

RECORDS = "records"
COUNTED = "counted"
FLAGS = {("DG01", "met"): "how_counted", ("DG21", "syringes_in"): "how_counted_in"}
"""Numbers with a question beside them that says whether they were counted or estimated."""
FLAG_QUESTIONS = {(code, flag) for (code, _), flag in FLAGS.items()}

SAME = {
    ("DG03", "how_many_new"): "new_met",
    ("DG09", "referred_to"): "referrals",
}
"""Questions that ask on one sheet what another sheet asks under another name."""

NOTHING_TO_DIVIDE_BY = "nothing_to_divide_by"
NO_NUMBER = (Status.DONT_KNOW, Status.REFUSED, Status.NOT_DONE)

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)

Tally = tuple[str, str, str]
"""An indicator, what is counted of it, and the category, "" if there is none."""


class Period(NamedTuple):
    """The days after one measurement up to the next one, that day included."""

    name: str
    after: date | None
    until: date | None
    ends_with: str = ""

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        after = self.after is None or day > self.after
        return after and (self.until is None or day <= self.until)


class Measured(NamedTuple):
    """The latest answer to a question of the project at a moment: its values by category."""

    order: Order
    values: tuple[ExportedValue, ...]


class Event(NamedTuple):
    """Something that changed on a day: a record of a log."""

    day: date
    record: str
    values: tuple[ExportedValue, ...]


@dataclass
class Figures:
    """What was registered of one project; it grows with its days, not with its records."""

    measured: dict[tuple[str, str, str], Measured] = field(default_factory=dict)
    days: dict[str, tuple[Order, date]] = field(default_factory=dict)
    tallies: dict[Tally, dict[date, Decimal]] = field(default_factory=dict)
    unanswered: dict[tuple[str, str], Counter[date]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    several: set[tuple[str, str]] = field(default_factory=set)
    activities: set[tuple[date, str, str]] = field(default_factory=set)
    attended: dict[str, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))
    events: list[Event] = field(default_factory=list)

    def add(self, record: Sequence[ExportedValue]) -> None:
        """Take the values of one record, all at once; records come in any order."""
        first = record[0]
        if not counts_at_all(first):
            return
        if first.level == "participant":
            self._attend(record)
        elif first.moment in MEASUREMENTS:
            self._measure(record)
        else:
            self._tally(record)

    def periods(self) -> list[Period]:
        """Divide the time by the days of the measurements; one that shares a day has none."""
        found, after, before = [], None, ""
        for moment, (_, day) in sorted(
            self.days.items(), key=lambda item: (item[1][1], MEASUREMENTS.index(item[0]))
        ):
            if day != after:
                name = f"{before}_to_{moment}" if before else f"up_to_{moment}"
                found.append(Period(name, after, day, moment))
            after, before = day, moment
        return [*found, Period(f"after_{before}" if before else "whole_time", after, None)]

    def total(self, tally: Tally, period: Period) -> Decimal:
        """Return a sum over a period."""
        days = self.tallies.get(tally, {})
        return sum((count for day, count in days.items() if period.holds(day)), Decimal())

    def categories(self, code: str) -> dict[str, set[str]]:
        """Return what is counted of an indicator, with the categories that occur."""
        found: dict[str, set[str]] = {}
        for known, measure, category in self.tallies:
            if known == code:
                found.setdefault(measure, set()).add(category)
        for known, measure in self.unanswered:
            if known == code:
                found.setdefault(measure, set())
        return found

    def without_number(self, code: str, measure: str, period: Period) -> int:
        """Return how many records of a period should hold a number and do not."""
        days = self.unanswered.get((code, measure), Counter())
        return sum(count for day, count in days.items() if period.holds(day))

    def attendance(self, period: Period) -> tuple[int, int]:
        """Return how many participants were asked about in a period, and how often they came."""
        times = [
            [count for day, count in days.items() if period.holds(day)]
            for days in self.attended.values()
        ]
        return sum(bool(counts) for counts in times), sum(map(sum, times))

    def number(self, sheet: str, question: str, moment: str) -> Decimal | None:
        """Return a number as it was measured at a moment, None if it was not."""
        found = self.measured.get((sheet, question, moment))
        answered = found and found.values[0].status is Status.ANSWERED
        return Decimal(found.values[0].value) if found and answered else None

    def latest(self, sheet: str, question: str, moment: str) -> Decimal | None:
        """Return a number as it was last measured up to a moment."""
        until = MEASUREMENTS[: MEASUREMENTS.index(moment) + 1]
        found = (self.number(sheet, question, earlier) for earlier in reversed(until))
        return next((number for number in found if number is not None), None)

    def _measure(self, record: Sequence[ExportedValue]) -> None:
        first = record[0]
        order = order_of(first)
        is_done = first.status is not Status.NOT_DONE
        if (
            first.level == "project"
            and is_done
            and self.days.get(first.moment, (order,))[0] <= order
        ):
            self.days[first.moment] = order, first.observed_on
        by_question: dict[str, list[ExportedValue]] = {}
        for row in record:
            if row.indicator:
                by_question.setdefault(row.question, []).append(row)
        for question, rows in by_question.items():
            key = first.sheet, question, first.moment
            if key not in self.measured or self.measured[key].order < order:
                self.measured[key] = Measured(order, tuple(rows))

    def _attend(self, record: Sequence[ExportedValue]) -> None:
        for row in record:
            counted = row.indicator == ATTENDANCE and row.type == "integer"
            if counted and row.status is Status.ANSWERED:
                self.attended[f"{row.organisation} {row.subject}"][row.observed_on] += int(
                    row.value
                )
            elif counted and row.status in NO_NUMBER:
                self.unanswered[ATTENDANCE, row.question][row.observed_on] += without_answer(row)

    def _tally(self, record: Sequence[ExportedValue]) -> None:
        first = record[0]
        if first.sheet in LOG_SHEETS:
            self.events.append(Event(first.observed_on, first.record, tuple(record)))
        answers = {row.question: row.value for row in record if row.status is Status.ANSWERED}
        for row in record:
            measure = SAME.get((row.indicator, row.question), row.question)
            if row.type == "select_multiple" and measure == row.question:
                self.several.add((row.indicator, measure))
            if row.indicator and row.status in NO_NUMBER:
                self.unanswered[row.indicator, measure][row.observed_on] += without_answer(row)
            for category, count in counted(row, answers, self.activities):
                self._count((row.indicator, measure, category), row.observed_on, count)
        for code in {row.indicator for row in record}.intersection(LOGS):
            self._count((code, RECORDS, ""), first.observed_on, Decimal(1))

    def _count(self, tally: Tally, day: date, count: Decimal) -> None:
        days = self.tallies.setdefault(tally, {})
        days[day] = days.get(day, Decimal()) + count


def without_answer(row: ExportedValue) -> int:
    """Return in how many records a value is missing that a row says is missing."""
    return int(row.value) if row.provenance == SUM else 1


def counted(
    row: ExportedValue, answers: Mapping[str, str], activities: set[tuple[date, str, str]]
) -> Iterator[tuple[str, Decimal]]:
    """Return what a value adds to the sums, by category; `answers` are those of its record.

    `activities` holds what contacts were part of so far, and grows.
    """
    key = row.indicator, row.question
    is_counted = row.indicator and row.status is Status.ANSWERED and key not in FLAG_QUESTIONS
    if not is_counted or row.type in {"text", "date"}:
        return
    if row.provenance == SUM:
        if (row.type, row.value) != ("select_multiple", "0"):
            yield row.category, Decimal(row.value)
    elif key == ACTIVITIES and row.sheet == CONTACT:
        activity = row.observed_on, row.entered_for or row.person, row.value
        if activity not in activities:
            activities.add(activity)
            yield row.value, Decimal(1)
    else:
        yield from _of_answer(row, answers)


def _of_answer(row: ExportedValue, answers: Mapping[str, str]) -> Iterator[tuple[str, Decimal]]:
    key = row.indicator, row.question
    if key in FLAGS:
        yield answers.get(FLAGS[key], COUNTED), Decimal(row.value)
    elif row.type == "select_multiple":
        if row.value == "1":
            yield row.category, Decimal(1)
    elif row.type == "select_one" or key == ACTIVITIES:
        yield row.value, Decimal(1)
    elif _NUMBER.fullmatch(row.value):
        # What an own sheet works out may be a text, which adds nothing up.
        yield row.category, Decimal(row.value)


def ratio(part: Decimal | None, whole: Decimal | None, times: int = 1) -> tuple[str, str]:
    """Return part ÷ whole as a plain number, or "" and the reason why there is none.

    With `times` 100 it is a percentage, in whole percents as the sheets work them out.
    """
    if whole is not None and not whole:
        return "", NOTHING_TO_DIVIDE_BY
    if part is None or whole is None:
        return "", NOT_KNOWN
    digits = Decimal("0.01") if times == 1 else Decimal(1)
    return str((part * times / whole).quantize(digits, ROUND_HALF_UP)), ""
