"""The time line of a project: what changed in it and around it, on which day."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from flows.evaluation.process import Figures
from flows.record import ExportedValue, Status
from flows.sheet import MEASUREMENTS

CHANGING = ("PR07", "PR08", "PR09", "PR10", "PR11", "PR12", "PR13")
"""The means and the surroundings: a change in these may explain an outcome."""

SINCE_BEFORE = ("PR10", "PR13")
"""What is measured as a change since the measurement before."""

NUMERIC = ("integer", "decimal", "calculate")


class Happened(NamedTuple):
    """A record of a log: what was chosen, and the sentence that explains it."""

    day: date
    indicator: str
    sheet: tuple[str, int]
    chosen: tuple[ExportedValue, ...]
    text: str


class Changed(NamedTuple):
    """A number of the project that another measurement found changed, and by how much."""

    day: date
    indicator: str
    question: str
    by: Decimal
    before: Decimal | None
    after: Decimal


def happened(figures: Figures) -> list[Happened]:
    """Return what was logged, by day."""
    found = []
    for event in sorted(figures.events, key=lambda event: (event.day, event.record)):
        answered = [row for row in event.values if row.status is Status.ANSWERED]
        chosen = [
            row
            for row in answered
            if row.type == "select_one" or (row.type == "select_multiple" and row.value == "1")
        ]
        texts = [row.value for row in answered if row.type == "text" and row.value]
        codes = sorted({row.indicator for row in event.values if row.indicator})
        first = event.values[0]
        sheet = (first.sheet, first.sheet_version)
        code = codes[0] if codes else ""
        found.append(Happened(event.day, code, sheet, tuple(chosen), " ".join(texts)))
    return found


def changes(figures: Figures) -> list[Changed]:
    """Return what changed in means and surroundings between measurements, by day."""
    questions = {
        (sheet, question): found.values[0].indicator
        for (sheet, question, _), found in figures.measured.items()
        if found.values[0].indicator in CHANGING and found.values[0].type in NUMERIC
    }
    found = [
        change
        for (sheet, question), code in questions.items()
        for change in _changes(figures, sheet, question, code)
    ]
    return sorted(found, key=lambda item: (item.day, item.indicator, item.question))


def _changes(figures: Figures, sheet: str, question: str, code: str) -> Iterator[Changed]:
    numbers = [
        (found.order.observed_on, number)
        for moment in MEASUREMENTS
        if (found := figures.measured.get((sheet, question, moment)))
        and (number := figures.number(sheet, question, moment)) is not None
    ]
    if code in SINCE_BEFORE:
        yield from _since_before(numbers, question, code)
        return
    for (_, before), (day, after) in pairwise(numbers):
        if before != after:
            yield Changed(day, code, question, after - before, before, after)


def _since_before(
    numbers: Iterable[tuple[date, Decimal]], question: str, code: str
) -> Iterator[Changed]:
    for day, number in numbers:
        if number:
            yield Changed(day, code, question, number, None, number)
