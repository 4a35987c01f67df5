"""How participants changed between two moments, with the numbers of all who started."""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.catalogue import EVALUATOR, Entry
from flows.evaluation.outcome import (
    EVERYBODY,
    STARTED,
    Divided,
    Protected,
    Way,
    asking,
    divided,
    is_comparable,
    protected,
    readings_of,
    ways_of,
    with_answers,
)
from flows.report.matter import Matter
from flows.report.shown import Count

PARTS = ("improved", "same", "worse")


@dataclass(frozen=True, slots=True)
class Shift:
    """One indicator between two moments: who started, who has both, and how these changed.

    The counts are shown as the outcome table shows them.
    """

    code: str
    name: str
    first: str
    second: str
    started: Count
    both: Count
    parts: tuple[Count, ...]
    is_comparable: bool

    @property
    def is_drawn(self) -> bool:
        """Whether a part of it may be seen, so that it can be drawn."""
        return self.started.is_shown and any(part.is_shown and part.value for part in self.parts)

    @property
    def is_whole(self) -> bool:
        """Whether all of it may be seen."""
        return all(count.is_shown for count in (self.started, self.both, *self.parts))


@dataclass(frozen=True, slots=True)
class Changes:
    """All indicators of a project, in the order of the handbook."""

    started: Count
    shifts: tuple[Shift, ...]


def changes(matter: Matter, language: str) -> Changes:
    """Return what became of participants; where nobody has both moments there is no shift."""
    entries = {code: item for code, item in matter.entries.items() if item.reader == EVALUATOR}
    among = divided(matter.cohort, asking(entries), matter.threshold)
    shifts = [
        shift
        for entry in entries.values()
        for way in ways_of(entry)
        for shift in _shifts(matter, entry, way, among, language)
    ]
    return Changes(_count(among.started, STARTED), tuple(shifts))


def _shifts(
    matter: Matter, entry: Entry, way: Way, among: Divided, language: str
) -> Iterator[Shift]:
    if not way.pairs or not matter.cohort.started:
        return
    values = readings_of(matter.cohort, way)
    counted = protected(with_answers(way, values), values, among)
    for first, second in way.pairs:
        both = _count(counted, f"both.{second}")
        if both.value:
            yield Shift(
                way.code,
                entry.name(language),
                first,
                second,
                _count(counted, STARTED),
                both,
                tuple(_count(counted, f"{part}.{second}") for part in PARTS),
                is_comparable(matter.cohort, way, matter.book.sheets),
            )


def _count(counted: Protected, name: str) -> Count:
    key = (EVERYBODY, name)
    return Count(counted.cells[key], counted.marks[key])
