"""What a project did in a period: sums with small numbers made safe, and what follows from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

from flows.catalogue import Entry
from flows.evaluation.measures import NOT_KNOWN
from flows.evaluation.process import ATTENDANCE, Figures, Period, Tally, ratio
from flows.evaluation.suppression import THRESHOLD, Key, Mark, Sum, Table, cell, is_small, protect

PEOPLE = {
    *(("DG01", "met"), ("DG03", "new_met"), ("DG04", "age"), ("DG04", "gender")),
    *(("DG06", "group_size"), ("DG09", "referrals"), ("DG09", "referral_status")),
    *(("DG10", "outcomes"), ("DG10", "arrived"), ("DG17", "survey_people")),
    *(("DG23", "naloxone_trained"), ("DG24", "counselling"), ("DG26", "intermediaries")),
    *(("PR17", "present"), (ATTENDANCE, "participants")),
}
"""What counts people; a referral is one of somebody."""

MET: Tally = ("DG01", "met", "")
REFERRALS: Tally = ("DG09", "referrals", "")
ARRIVED: Tally = ("DG10", "arrived", "")
ARRIVALS: tuple[Tally, ...] = (
    ("DG09", "referral_status", "arrived"),
    ("DG10", "outcomes", "arrived"),
)
PARTICIPANTS: Tally = (ATTENDANCE, "participants", "")
TIMES: Tally = (ATTENDANCE, "times_attended", "")

PERSONS = "persons"
"""The unit of indicators of which every number counts people."""

SMALL_NUMBER = "small_number"
NO_MEASUREMENT = "no_measurement"
NOTHING_REGISTERED = "nothing_registered"


class Number(NamedTuple):
    """A number as it is shown, or why there is none."""

    value: str
    reason: str = ""


@dataclass(frozen=True)
class Summed:
    """The sums of one period; `persons` are further indicators of which every number is people."""

    figures: Figures
    period: Period
    codes: tuple[str, ...]
    persons: frozenset[str] = frozenset()
    threshold: int = THRESHOLD

    @cached_property
    def sums(self) -> dict[Tally, Decimal]:
        """Every number of the period; the category "" is the total of the others.

        Where several can be chosen at once there is no such total.
        """
        found: dict[Tally, Decimal] = {}
        for code in self.codes:
            for measure, categories in self.figures.categories(code).items():
                counts = {
                    name: self.figures.total((code, measure, name), self.period)
                    for name in sorted(categories)
                }
                if (code, measure) not in self.figures.several:
                    counts = counts | {"": sum(counts.values(), Decimal())}
                found |= {(code, measure, name): count for name, count in counts.items()}
        people, times = self.figures.attendance(self.period)
        if self.figures.attended:
            found |= {PARTICIPANTS: Decimal(people), TIMES: Decimal(times)}
        arrivals = [found[key] for key in ARRIVALS if key in found]
        return found | ({ARRIVED: sum(arrivals, Decimal())} if arrivals else {})

    @cached_property
    def marks(self) -> Mapping[Key, Mark]:
        """How each count of people is shown."""
        cells: dict[Key, int] = {
            key: int(count)
            for key, count in self.sums.items()
            if key[:2] in PEOPLE or key[0] in self.persons
        }
        return protect(Table(cells, tuple(_sums(cells))), self.threshold)

    def number(self, key: Tally) -> Number:
        """Return a sum as it is shown."""
        if key not in self.sums:
            return Number("", NOTHING_REGISTERED)
        value = self.sums[key]
        if key == TIMES:
            return (
                Number(plain(value)) if self._is_shown(PARTICIPANTS) else Number("", SMALL_NUMBER)
            )
        if key not in self.marks or self.marks[key] is Mark.SHOWN:
            return Number(plain(value))
        return Number(cell(int(value), self.marks[key], self.threshold), SMALL_NUMBER)

    def share(self, part: Tally, whole: Tally) -> Number:
        """Return one sum as a percentage of another."""
        return self._divided(self.sums.get(part), self.sums.get(whole), (part, whole), 100)

    def coverage(self, size: Decimal | None) -> Number:
        """Return the people met as a percentage of the estimated size of the group."""
        if size is not None and is_small(int(size), self.threshold):
            return Number("", SMALL_NUMBER)
        return self._divided(self.sums.get(MET), size, (MET,), 100)

    def cost(self, budget: Decimal | None) -> Number:
        """Return the budget for each person met."""
        return self._divided(budget, self.sums.get(MET), (MET,), 1)

    def median_step(self, code: str, measure: str) -> Number:
        """Return the middle step of a scale over records, the lower one of two."""
        steps = [
            int(name)
            for (known, asked, name), count in self.sums.items()
            if (known, asked) == (code, measure) and name.isdigit()
            for _ in range(int(count))
        ]
        return Number(str(median_low(steps))) if steps else Number("", NOT_KNOWN)

    def _divided(
        self, part: Decimal | None, whole: Decimal | None, keys: tuple[Tally, ...], times: int
    ) -> Number:
        if not all(self._is_shown(key) for key in keys if key in self.sums):
            return Number("", SMALL_NUMBER)
        return Number(*ratio(part, whole, times))

    def _is_shown(self, key: Tally) -> bool:
        return self.marks.get(key, Mark.SHOWN) is Mark.SHOWN


def sums_of(
    figures: Figures, entries: Mapping[str, Entry], threshold: int = THRESHOLD
) -> list[Summed]:
    """Return the sums of each period between measurements, of all these indicators."""
    people = frozenset(code for code, entry in entries.items() if entry.indicator.unit == PERSONS)
    return [
        Summed(figures, period, tuple(entries), people, threshold) for period in figures.periods()
    ]


def plain(number: Decimal) -> str:
    """Write a number without an exponent and without zeros at the end of its decimals."""
    return f"{number.normalize():f}" if number else "0"


def _sums(cells: Mapping[Key, int]) -> Iterator[Sum]:
    """Return what a reader knows of how counts of people add up."""
    measures = dict.fromkeys(key[:2] for key in cells)
    for measure in measures:
        parts = tuple(key for key in cells if key[:2] == measure and key[2])
        total = (*measure, "")
        if parts and total in cells:
            yield Sum(total, parts)
    if ARRIVED in cells:
        yield Sum(ARRIVED, tuple(key for key in ARRIVALS if key in cells))
    # The same people, seen twice: what hides one total has to hide the other.
    totals = [key for key in (MET, ("DG04", "age", ""), ("DG04", "gender", "")) if key in cells]
    for first, second in pairwise(totals):
        if cells[first] == cells[second]:
            yield Sum(first, (second,))
