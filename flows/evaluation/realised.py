"""What a project has realised of an indicator, in one cell that a funder can read.

What is registered all the time is added up, what is measured is given as it was measured last,
and a small number of people is not told. Figures of participants are not for funders and never
appear here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from re import compile as pattern

from flows.evaluation.periods import PEOPLE
from flows.evaluation.suppression import THRESHOLD, Mark, cell, is_small
from flows.kinds import KINDS
from flows.record import SUM, ExportedValue
from flows.sheet import MOMENTS, Indicator, Sheet

CONTINUOUS = MOMENTS[-1]
NUMBER = pattern(r"-?\d+(\.\d+)?")
NUMERIC = ("integer", "decimal", "counts")

NOT_YET = "not registered yet"
OF_PARTICIPANTS = "registered for each participant; not given to funders"
WORKED_OUT = "worked out from {codes}; not in this file"
NO_SUM = "steps and shares cannot be added up"
SMALL = "a small number of people is not told"
PERSONS = "persons"
OF_THE_AREA = "a figure about the area, no proof of what the project did"


@dataclass(frozen=True, slots=True)
class Realised:
    """A figure, the moment or the days it is from, and what has to be said about it."""

    value: str = ""
    period: str = ""
    comments: tuple[str, ...] = ()


@dataclass
class Registered:
    """What one project has registered of one indicator; no record is kept.

    Kinds of activity that follow from contacts are kept by day and worker instead of added up:
    ten contacts of a round are one activity.
    """

    indicator: Indicator
    sums: dict[str, Decimal] = field(default_factory=dict)
    kinds: set[tuple[date, str, str]] = field(default_factory=set)
    days: tuple[date, date] | None = None
    measured: dict[str, str] = field(default_factory=dict)
    last: tuple[int, date, datetime, str] | None = None
    record: str = ""

    def take(self, row: ExportedValue, first: str) -> None:
        """Take an answered value; `first` is the question of its sheet that counts."""
        if row.moment == CONTINUOUS:
            self._add(row, first)
        else:
            self._measure(row)

    def _add(self, row: ExportedValue, first: str) -> None:
        early, late = self.days or (row.observed_on, row.observed_on)
        self.days = min(early, row.observed_on), max(late, row.observed_on)
        if self.indicator.value_type == "log":
            if row.record != self.record:
                self._sum("", Decimal(1))
        elif self.indicator.value_type != "counts":
            if _is_number(row):
                self._sum("", Decimal(row.value))
        elif row.question != first:
            # Others only describe what was counted, unless they are numbers of something else.
            if row.type in ("integer", "decimal"):
                self._sum(row.question, Decimal(row.value))
        elif _is_number(row) or row.type == "select_multiple" or row.provenance == SUM:
            self._sum("", Decimal(row.value))
        elif row.type == "calculate":
            self.kinds.add((row.observed_on, row.entered_for or row.person, row.value))
        else:
            self._sum("", Decimal(1))
        self.record = row.record

    def _measure(self, row: ExportedValue) -> None:
        key = MOMENTS.index(row.moment), row.observed_on, row.submitted_at, row.record
        if self.last is None or key > self.last:
            self.last, self.measured = key, {}
        if key == self.last and row.type != "text":
            name = f"{row.question}.{row.category}" if row.category else row.question
            if row.type != "select_multiple" or row.value == "1":
                self.measured[name] = row.value

    def _sum(self, part: str, number: Decimal) -> None:
        self.sums[part] = self.sums.get(part, Decimal()) + number

    def realised(self, threshold: int) -> Realised:
        """Return the figure; a number of people below `threshold` is not told."""
        if self.last is not None:
            return self._told(self.measured, MOMENTS[self.last[0]], threshold)
        if self.days is None:
            return Realised(comments=(NOT_YET,))
        if self.indicator.value_type in ("ordinal", "nominal") or self.indicator.unit == "percent":
            return Realised(comments=(NO_SUM,))
        sums = dict(self.sums)
        if self.kinds:
            sums[""] = sums.get("", Decimal()) + len(self.kinds)
        parts = {part: f"{sums[part].normalize():f}" for part in sorted(sums)}
        if not parts:
            return Realised(comments=(NOT_YET,))
        period = " - ".join(day.isoformat() for day in self.days)
        return self._told(parts, period, threshold)

    def _told(self, parts: Mapping[str, str], period: str, threshold: int) -> Realised:
        shown = {
            name: cell(int(value), Mark.SMALL, threshold)
            if self._is_small(name, value, threshold)
            else value
            for name, value in parts.items()
        }
        return Realised(_joined(shown), period, () if shown == parts else (SMALL,))

    def _is_small(self, name: str, value: str, threshold: int) -> bool:
        question = name.partition(".")[0]
        people = self.indicator.unit == PERSONS or (self.indicator.code, question) in PEOPLE
        return people and value.isdigit() and is_small(int(value), threshold)


class Figures:
    """What one project has registered, by indicator."""

    def __init__(
        self,
        catalogue: Iterable[Indicator],
        firsts: Mapping[tuple[str, int, str], str],
        threshold: int = THRESHOLD,
    ) -> None:
        self._found = {item.code: Registered(item) for item in catalogue}
        self._firsts = firsts
        self._threshold = threshold

    def take(self, row: ExportedValue) -> None:
        """Take an answered value of a record that counts."""
        found = self._found.get(row.indicator)
        if found is None or row.level == "participant":
            return
        found.take(row, self._firsts.get((row.sheet, row.sheet_version, row.indicator), ""))

    def of(self, code: str) -> Realised:
        """Return what is realised of an indicator, or why no figure is given."""
        indicator = self._found[code].indicator
        if indicator.level == "participant":
            return Realised(comments=(OF_PARTICIPANTS,))
        if indicator.derived_from and not indicator.registrar:
            return Realised(comments=(WORKED_OUT.format(codes=", ".join(indicator.derived_from)),))
        found = self._found[code].realised(self._threshold)
        if not _is_of_the_area(indicator):
            return found
        return Realised(found.value, found.period, (*found.comments, OF_THE_AREA))


def first_questions(sheets: Iterable[Sheet]) -> dict[tuple[str, int, str], str]:
    """Return by sheet, version and indicator the first question that stores an answer to it."""
    found: dict[tuple[str, int, str], str] = {}
    for sheet in sheets:
        for question in sheet.questions:
            if question.indicator and KINDS[question.type].stored:
                key = sheet.name, sheet.version, question.indicator
                found.setdefault(key, question.name)
    return found


def _is_of_the_area(indicator: Indicator) -> bool:
    wider = indicator.level == "target_group" and indicator.kind in ("outcome", "impact")
    return wider and "O" in indicator.cmo


def _is_number(row: ExportedValue) -> bool:
    numeric = row.type in NUMERIC or row.type == "calculate"
    return numeric and NUMBER.fullmatch(row.value) is not None


def _joined(parts: Mapping[str, str]) -> str:
    if len(parts) == 1:
        name, value = next(iter(parts.items()))
        return value if "." not in name else f"{name} = {value}"
    return " | ".join(f"{name} = {value}" if name else value for name, value in parts.items())
