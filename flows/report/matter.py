"""What a report of one project is made from, read once and in whatever order records come."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from flows.catalogue import Entry, catalogue_of
from flows.evaluation.measures import Cohort, cohort_of
from flows.evaluation.periods import PEOPLE, PERSONS, Summed, sums_of
from flows.evaluation.process import Figures
from flows.evaluation.suppression import THRESHOLD
from flows.exports.dataset import Areas, Sheets
from flows.record import ExportedValue
from flows.schedule import Schedule, Standing
from flows.sheet import Sheet


class Span(NamedTuple):
    """The days that a report is about, both included; None leaves an end open."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        after = self.first is None or day >= self.first
        return after and (self.last is None or day <= self.last)


class Book(NamedTuple):
    """Where texts and plans come from: sheets as they were used, and those that are begun now."""

    sheets: Sheets
    areas: Areas
    current: Mapping[str, Sheet]
    schedule: Schedule


@dataclass
class Registered:
    """What was registered of one project within a span: figures, and who takes part.

    `count` are its records without those of participants, so that nobody is counted by it.
    """

    figures: Figures = field(default_factory=Figures)
    participants: list[ExportedValue] = field(default_factory=list)
    count: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return not (self.count or self.participants)


@dataclass(frozen=True)
class Matter:
    """All that a report says something about, as things stood at the end of `day`."""

    organisation: str
    standing: Standing
    span: Span
    day: date
    registered: Registered
    book: Book
    threshold: int = THRESHOLD

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every indicator, in the order of the handbook."""
        return catalogue_of(self.book.sheets)

    @cached_property
    def cohort(self) -> Cohort:
        """The participants and their answers."""
        return cohort_of(self.registered.participants)

    def sums(self, reader: str) -> list[Summed]:
        """Return the sums between measurements, as a table for that reader has them."""
        entries = {code: item for code, item in self.entries.items() if item.reader == reader}
        return sums_of(self.registered.figures, entries, self.threshold)

    def counts_people(self, code: str, measure: str) -> bool:
        """Whether a number counts people."""
        unit = self.entries[code].indicator.unit
        return unit == PERSONS or (code, measure) in PEOPLE


def registered(rows: Iterable[ExportedValue], span: Span) -> Registered:
    """Collect the values of one project, those of a record one after the other."""
    found = Registered()
    for _, values in groupby(rows, lambda row: (row.organisation, row.record)):
        record = tuple(values)
        if not span.holds(record[0].observed_on):
            continue
        found.figures.add(record)
        if record[0].level == "participant":
            found.participants += record
        else:
            found.count += 1
    return found


def standing_on(standing: Standing, day: date) -> Standing:
    """Return how a project stood on a day: what was registered about a later one is not there."""

    def until(days: Collection[date]) -> list[date]:
        return sorted(item for item in days if item <= day)

    return replace(
        standing,
        participants={who: since for who, since in standing.participants.items() if since <= day},
        left={who: on for who, on in standing.left.items() if on <= day},
        held={about: kept for about, days in standing.held.items() if (kept := until(days))},
    )
