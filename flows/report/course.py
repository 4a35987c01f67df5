"""What a project did in the course of time, and what changed in it and around it meanwhile."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flows.catalogue import TEAM
from flows.evaluation.periods import Summed
from flows.evaluation.suppression import Key, Mark, Sum, Table, is_small, protect
from flows.evaluation.time_line import happened
from flows.exports.format import value_label
from flows.report.matter import Matter
from flows.report.shown import Count
from flows.report.steps import Step, steps

COUNTED = (
    ("PR17", "activity"),
    ("DG01", "met"),
    ("DG02", "contacts"),
    ("DG03", "new_met"),
    ("DG09", "referrals"),
)
"""What is drawn, in the order of the handbook; one that never came up is left out."""

MARKING = ("adjustment", "context_change")
"""The sheets whose records are marked."""

WHOLE: Key = ("whole",)


@dataclass(frozen=True, slots=True)
class Series:
    """One thing that is counted, step by step."""

    name: str
    total: Count
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """An adjustment, or a change around the project, with the number that marks it."""

    number: int
    day: date
    sheet: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Course:
    """All of it; without steps nothing was counted."""

    steps: tuple[Step, ...]
    series: tuple[Series, ...]
    events: tuple[Event, ...]


def course(matter: Matter, language: str) -> Course:
    """Return what was counted and what was marked, in the language of the reader."""
    days = {
        (code, measure): found
        for code, measure in COUNTED
        if code in matter.entries
        and (code, measure) not in matter.registered.figures.several
        and (found := _days(matter, code, measure))
    }
    events = _events(matter, language)
    seen = {day for counted in days.values() for day in counted} if days else set()
    if not seen:
        return Course((), (), events)
    time = tuple(steps(*_between(matter, seen | {event.day for event in events})))
    periods = matter.sums(TEAM)
    series = tuple(
        _series(matter, key, counted, time, periods, language) for key, counted in days.items()
    )
    return Course(time, series, events)


def _days(matter: Matter, code: str, measure: str) -> Counter[date]:
    found: Counter[date] = Counter()
    for (known, asked, _), days in matter.registered.figures.tallies.items():
        if (known, asked) == (code, measure):
            found.update({day: int(count) for day, count in days.items()})
    return +found


def _between(matter: Matter, seen: set[date]) -> tuple[date, date]:
    """Return the first and the last day: a time in which nothing was done is part of it."""
    plan, span = matter.standing.project.plan, matter.span
    first = min(seen)
    if span.first:
        first = min(first, max(span.first, plan.starts_on or first))
    ends = (plan.ends_on, span.last, matter.day)
    return first, max(*seen, min(end for end in ends if end))


def _series(  # noqa: PLR0913, PLR0917 - one row of what is counted, and how it is shown
    matter: Matter,
    key: tuple[str, str],
    days: Counter[date],
    time: Sequence[Step],
    periods: Sequence[Summed],
    language: str,
) -> Series:
    counts = [sum(days[day] for day in days if step.first <= day <= step.last) for step in time]
    marks: dict[Key, Mark] = {}
    if matter.counts_people(*key):
        marks = _protected(days, time, [item for item in periods if (*key, "") in item.sums], key)
    return Series(
        matter.entries[key[0]].name(language),
        Count(sum(counts), marks.get(WHOLE, Mark.SHOWN)),
        tuple(
            Count(count, marks.get(_step(number), Mark.SHOWN))
            for number, count in enumerate(counts)
        ),
    )


def _step(number: int) -> Key:
    return ("step", str(number))


def _protected(
    days: Counter[date], time: Sequence[Step], periods: Sequence[Summed], key: tuple[str, str]
) -> dict[Key, Mark]:
    """Decide what is shown, for whoever also reads the sums between measurements.

    Steps and these periods are held against each other day by day. Of a period whose sum is not
    shown there, nothing is shown here.
    """
    cells: dict[Key, int] = {WHOLE: days.total()}
    given: dict[Key, Mark] = {}
    parts: dict[Key, list[Key]] = {WHOLE: []}
    for number, step in enumerate(time):
        cells[_step(number)] = 0
        parts[WHOLE].append(_step(number))
        for item in periods:
            within = [day for day in days if step.first <= day <= step.last]
            count = sum(days[day] for day in within if item.period.holds(day))
            if not count:
                continue
            part: Key = ("part", str(number), item.period.name)
            total: Key = ("period", item.period.name)
            # It stands nowhere, but a small one can be what two numbers differ by.
            is_hidden = is_small(count, item.threshold)
            cells[part], given[part] = count, Mark.WITHHELD if is_hidden else Mark.UNSEEN
            cells[_step(number)] += count
            cells[total] = cells.get(total, 0) + count
            parts.setdefault(_step(number), []).append(part)
            parts.setdefault(total, []).append(part)
            given[total] = item.marks[(*key, "")]
            if given[total] is Mark.WITHHELD:
                given |= {_step(number): Mark.WITHHELD, WHOLE: Mark.WITHHELD}
    sums = tuple(Sum(total, tuple(found)) for total, found in parts.items())
    threshold = periods[0].threshold
    return protect(Table(cells, sums, given), threshold)


def _events(matter: Matter, language: str) -> tuple[Event, ...]:
    book = matter.book
    found = []
    logged = [item for item in happened(matter.registered.figures) if item.sheet[0] in MARKING]
    for number, item in enumerate(logged, 1):
        sheet = book.sheets[item.sheet]
        labels = [value_label(row, sheet, book.areas, language) for row in item.chosen]
        words = ". ".join(filter(None, [", ".join(labels), item.text]))
        title = sheet.text(language, f"{sheet.name}.title")
        found.append(Event(number, item.day, sheet.name, title, words))
    return tuple(found)
