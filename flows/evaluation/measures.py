"""Outcome: what became of the participants of one project between two moments."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median_low
from typing import NamedTuple

from flows.record import ExportedRecord, ExportedValue, Status

NOT_COUNTED = "not_counted"

NOT_A_STEP = "9"
"""Not known, on forms that number their answers; never a step of a scale."""

JOINED, LEFT, EXIT_MONTH, EXIT_REASON = "joined_month", "left", "exit_month", "exit_reason"
STILL_THERE = "still_there"
NOT_KNOWN = "not_known"


class Order(NamedTuple):
    """What makes one record count before another: done at all, then how late it is."""

    is_done: bool
    observed_on: date
    submitted_at: datetime
    record: str


Values = Mapping[str, str]


class Reading(NamedTuple):
    """One answer about a participant, or why there is none."""

    order: Order
    status: Status
    value: str
    version: tuple[str, int]


@dataclass(frozen=True)
class Cohort:
    """The participants of one project, by code.

    `started` are all with a record at the baseline, whatever became of them. `readings` holds the
    latest answer by (participant, moment, question).
    """

    started: tuple[str, ...]
    readings: Mapping[tuple[str, str, str], Reading]


class Change(NamedTuple):
    """How participants with both measurements changed, in steps of an ordered scale.

    Medians are steps that occur, the lower one of two in the middle: between two steps of such a
    scale there is nothing. They are None when nobody has both.
    """

    both: int
    improved: int
    same: int
    worse: int
    median_before: int | None
    median_after: int | None


def counts_at_all(row: ExportedRecord | ExportedValue) -> bool:
    """Whether a record or value counts: it is complete and no coordinator set it aside."""
    return row.complete and row.review != NOT_COUNTED


def order_of(row: ExportedValue) -> Order:
    """Return what a record, or a value of it, is ordered by."""
    is_done = row.status is not Status.NOT_DONE
    return Order(is_done, row.observed_on, row.submitted_at, row.record)


def cohort_of(rows: Iterable[ExportedValue]) -> Cohort:
    """Collect the participants of one project from its values, in whatever order they come."""
    started: set[str] = set()
    readings: dict[tuple[str, str, str], Reading] = {}
    for row in rows:
        if row.level != "participant" or not counts_at_all(row):
            continue
        # Two organisations that share a project may both have a K7-N.
        who = f"{row.organisation} {row.subject}"
        if row.moment == "baseline":
            started.add(who)
        if row.category:
            continue
        key, order = (who, row.moment, row.question), order_of(row)
        if key not in readings or readings[key].order < order:
            version = (row.sheet, row.sheet_version)
            readings[key] = Reading(order, row.status, row.value, version)
    return Cohort(tuple(sorted(started)), readings)


def values_at(cohort: Cohort, question: str, moment: str) -> dict[str, str]:
    """Return what was answered, by participant; who did not answer, or never started, is missing.

    Not known, declined and not done are no answers.
    """
    return {
        subject: reading.value
        for subject in cohort.started
        if (reading := cohort.readings.get((subject, moment, question)))
        and reading.status is Status.ANSWERED
    }


def steps_at(cohort: Cohort, question: str, moment: str) -> dict[str, str]:
    """Return the steps of a scale by participant; a 9 is not known, and never a number."""
    found = values_at(cohort, question, moment)
    return {
        subject: value
        for subject, value in found.items()
        if value.lstrip("-").isdigit() and value != NOT_A_STEP
    }


def change(before: Values, after: Values, subjects: Iterable[str]) -> Change:
    """Compare two moments over those who have both; the higher step is the better one."""
    pairs = [
        (int(before[subject]), int(after[subject]))
        for subject in subjects
        if subject in before and subject in after
    ]
    return Change(
        both=len(pairs),
        improved=sum(later > earlier for earlier, later in pairs),
        same=sum(later == earlier for earlier, later in pairs),
        worse=sum(later < earlier for earlier, later in pairs),
        median_before=median_low([earlier for earlier, _ in pairs]) if pairs else None,
        median_after=median_low([later for _, later in pairs]) if pairs else None,
    )


def distribution(values: Values, subjects: Iterable[str]) -> Counter[str]:
    """Return how many of these participants gave each answer."""
    return Counter(values[subject] for subject in subjects if subject in values)


def exits(cohort: Cohort) -> dict[str, str]:
    """Return why each participant left, or that they are still there.

    Whoever left without a known reason is missing. A final measurement and a message that
    somebody leaves tell the same; the later one counts.
    """
    found = {}
    for subject in cohort.started:
        told = _latest(cohort, subject, EXIT_REASON)
        asked = cohort.readings.get((subject, "final", LEFT))
        stays = asked is None or asked.value == "no"
        if told is None or (asked and stays and told.order <= asked.order):
            if stays:
                found[subject] = STILL_THERE
        elif told.status is Status.ANSWERED:
            found[subject] = told.value
    return found


def months_in_project(cohort: Cohort) -> dict[str, int]:
    """Return the months between joining and leaving, for those of whom both are known."""
    left, joined = exits(cohort), values_at(cohort, JOINED, "baseline")
    found = {}
    for subject, month in joined.items():
        told = _latest(cohort, subject, EXIT_MONTH)
        gone = left.get(subject) != STILL_THERE
        if gone and told is not None and told.status is Status.ANSWERED:
            start, end = date.fromisoformat(month), date.fromisoformat(told.value)
            months = 12 * (end.year - start.year) + end.month - start.month
            if months >= 0:
                found[subject] = months
    return found


def sub_groups(cohort: Cohort, question: str) -> dict[str, tuple[str, ...]]:
    """Divide all who started by one characteristic, as it was at the baseline.

    Nobody is in two groups or in none, so groups add up; it is empty where nobody answered.
    """
    values = values_at(cohort, question, "baseline")
    if not values:
        return {}
    groups: dict[str, list[str]] = {}
    for subject in cohort.started:
        groups.setdefault(values.get(subject, NOT_KNOWN), []).append(subject)
    return {name: tuple(groups[name]) for name in sorted(groups)}


def versions_of(cohort: Cohort, question: str, moments: Collection[str]) -> set[tuple[str, int]]:
    """Return the sheets, with their versions, in which a question was answered."""
    return {
        reading.version
        for (_, moment, name), reading in cohort.readings.items()
        if name == question and moment in moments and reading.status is Status.ANSWERED
    }


def _latest(cohort: Cohort, subject: str, question: str) -> Reading | None:
    found: Iterator[Reading] = (
        reading
        for moment in ("continuous", "final")
        if (reading := cohort.readings.get((subject, moment, question)))
        and reading.status is not Status.SKIPPED
    )
    return max(found, key=lambda reading: reading.order, default=None)
