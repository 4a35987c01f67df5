"""The outcome of one project as tables: for all participants and for sub-groups, made safe."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from flows.catalogue import Entry
from flows.evaluation.comparability import differ
from flows.evaluation.measures import (
    EXIT_REASON,
    LEFT,
    NOT_KNOWN,
    STILL_THERE,
    Cohort,
    Values,
    change,
    distribution,
    exits,
    months_in_project,
    steps_at,
    sub_groups,
    values_at,
    versions_of,
)
from flows.evaluation.suppression import THRESHOLD, Key, Mark, Sum, Table, is_small, protect
from flows.sheet import MEASUREMENTS, Question, Sheet

HIDDEN = ("seen.", "not_both.", "before_only.", "after_only.", "neither.")
"""Counts that stand nowhere, but that a reader can make out of two that stand side by side."""

KEPT = ("both.", "improved.", "same.", "worse.")
"""What an outcome is about: how many were there at each moment is withheld before these."""

CHARACTERISTICS = ("DN02", "DN03", "DN06", "DN07")
"""What participants are divided by, one at a time: an outcome and a characteristic are two."""

WITHOUT_CHANGE = ("DN18",)
"""A scale on which two moments cannot be compared: each time something else was agreed."""

DURATION = "DN23"
"""Months in the project, worked out and not asked."""

EVERYBODY = ""
STARTED = "started"
BASELINE = MEASUREMENTS[0]
Group = tuple[str, tuple[str, ...]]
Pair = tuple[str, str]
Readings = Mapping[str, Values]


@dataclass(frozen=True)
class Way:
    """How an indicator is read: where it is asked, and what is counted.

    A scale that is asked from the baseline on is compared in pairs of moments. Everything else is
    a distribution over `categories`, and with neither only who answered is counted.
    """

    code: str
    question: str
    moments: tuple[str, ...]
    scale: bool = False
    pairs: tuple[Pair, ...] = ()
    categories: tuple[str, ...] = ()


class Protected(NamedTuple):
    """The counts of one indicator by (group, name), and how each of them is shown."""

    cells: Mapping[Key, int]
    marks: Mapping[Key, Mark]


@dataclass(frozen=True)
class Divided:
    """All who started, and their sub-groups by characteristic, each called like `DN02:18_24`.

    `started` says how the sizes of these groups are shown.
    """

    everybody: Group
    characteristics: Mapping[str, tuple[Group, ...]]
    started: Protected
    threshold: int = THRESHOLD

    @property
    def groups(self) -> list[Group]:
        """All who started first, then the sub-groups."""
        parts = [group for groups in self.characteristics.values() for group in groups]
        return [self.everybody, *parts]


def asking(entries: Mapping[str, Entry]) -> dict[str, str]:
    """Return which question asks a characteristic that participants are divided by."""
    return {
        code: way.question
        for code in CHARACTERISTICS
        if code in entries
        for way in ways_of(entries[code])
    }


def is_asked(cohort: Cohort, way: Way) -> bool:
    """Whether anybody was asked it, answered or not; what is worked out needs no question."""
    if way.question in {EXIT_REASON, DURATION}:
        return True
    return any(question == way.question for _, _, question in cohort.readings)


def is_comparable(cohort: Cohort, way: Way, sheets: Mapping[tuple[str, int], Sheet]) -> bool:
    """Whether an indicator was asked in the same way at all its moments."""
    used = versions_of(cohort, way.question, way.moments)
    return not differ([sheets[version] for version in sorted(used)], way.question)


def ways_of(entry: Entry) -> list[Way]:
    """Return how an indicator is read: a way for each of its choices, or one for all else.

    Whether somebody left at all is told by the reason; it is the same question.
    """
    code = entry.indicator.code
    if code == DURATION:
        return [Way(code, DURATION, ("final",))]
    asked = {question.name: (sheet, question) for sheet, question in entry.asked.values()}
    chosen = {
        name: item for name, item in asked.items() if item[1].type == "select_one" and name != LEFT
    }
    found = [_way(entry, *item) for item in (chosen or asked).values()]
    return found or [Way(code, "", ())]


def with_answers(way: Way, values: Readings) -> Way:
    """Return a distribution with answers that only an older version of its sheet knew."""
    seen = {value for found in values.values() for value in found.values()}
    extra = sorted(seen.difference(way.categories)) if way.categories else ()
    return replace(way, categories=(*way.categories, *extra))


def readings_of(cohort: Cohort, way: Way) -> Readings:
    """Return the answers by moment and participant."""
    if way.question == EXIT_REASON:
        return {"final": exits(cohort)}
    if way.question == DURATION:
        return {"final": {who: str(count) for who, count in months_in_project(cohort).items()}}
    read = steps_at if way.scale else values_at
    return {moment: read(cohort, way.question, moment) for moment in way.moments}


def divided(cohort: Cohort, questions: Mapping[str, str], threshold: int = THRESHOLD) -> Divided:
    """Divide all who started; `questions` says which question asks a characteristic.

    The number of all who started is always shown, unless it is small itself.
    """
    characteristics = {}
    total: Key = (EVERYBODY, STARTED)
    cells = {total: len(cohort.started)}
    sums = []
    for code in CHARACTERISTICS:
        found = sub_groups(cohort, questions[code]) if code in questions else {}
        groups = tuple((f"{code}:{name}", who) for name, who in found.items())
        if groups:
            characteristics[code] = groups
            cells |= {(name, STARTED): len(who) for name, who in groups}
            sums.append(Sum(total, tuple((name, STARTED) for name, _ in groups)))
    known = {} if is_small(cells[total], threshold) else {total: Mark.SHOWN}
    started = Protected(cells, protect(Table(cells, tuple(sums), known), threshold))
    return Divided((EVERYBODY, cohort.started), characteristics, started, threshold)


def protected(way: Way, values: Readings, among: Divided) -> Protected:
    """Count one indicator for all and for each sub-group, and decide what is shown.

    Of a sub-group whose size is not shown nothing is shown. Then nothing about its size can be
    learned from an indicator, and indicators need not be held against each other.
    """
    if way.code in CHARACTERISTICS:
        return _characteristic(way, values, among)
    cells: dict[Key, int] = {}
    sums: list[Sum] = []
    given: dict[Key, Mark] = {}
    for name, who in among.groups:
        own = _counts(way, values, who) | {STARTED: len(who)}
        cells |= {(name, cell): count for cell, count in own.items()}
        sums += _sums_within(way, name)
        given |= _given(name, own, among.started.marks[name, STARTED], among.threshold)
    for groups in among.characteristics.values():
        for column in _counts(way, values, ()):
            sums.append(Sum((EVERYBODY, column), tuple((name, column) for name, _ in groups)))
    kept = {key for key in cells if key[-1].startswith(KEPT)}
    return Protected(cells, protect(Table(cells, tuple(sums), given, kept), among.threshold))


def _way(entry: Entry, sheet: Sheet, question: Question) -> Way:
    code = entry.indicator.code
    names = tuple(choice.name for choice in question.choices)
    if question.name == EXIT_REASON:
        return Way(code, question.name, ("final",), categories=(*names, STILL_THERE))
    asked = question.moments or entry.indicator.moments
    moments = tuple(item for item in MEASUREMENTS if item in asked and item in sheet.moments)
    scale = bool(names) and all(name.lstrip("-").isdigit() for name in names)
    compared = moments[1:] if scale and code not in WITHOUT_CHANGE else ()
    pairs = tuple((moments[0], later) for later in compared)
    whole = pairs and moments[0] == BASELINE
    return Way(code, question.name, moments, scale, pairs, () if whole else names)


def _characteristic(way: Way, values: Readings, among: Divided) -> Protected:
    """Count what participants are divided by: at the baseline these are the sub-groups."""
    later = replace(way, code="", moments=tuple(item for item in way.moments if item != BASELINE))
    whole = replace(among, characteristics={})
    found = protected(later, values, whole)
    cells, marks = dict(found.cells), dict(found.marks)
    names = {f"{name}.{BASELINE}": name for name in way.categories}
    for column, name in (names | {f"missing.{BASELINE}": NOT_KNOWN}).items():
        group: Key = (f"{way.code}:{name}", STARTED)
        cells[EVERYBODY, column] = among.started.cells.get(group, 0)
        marks[EVERYBODY, column] = among.started.marks.get(group, Mark.SHOWN)
    if way.code not in among.characteristics:
        cells[EVERYBODY, f"missing.{BASELINE}"] = cells[EVERYBODY, STARTED]
        marks[EVERYBODY, f"missing.{BASELINE}"] = marks[EVERYBODY, STARTED]
    return Protected(cells, marks)


def _given(group: str, own: Mapping[str, int], mark: Mark, threshold: int) -> dict[Key, Mark]:
    """Return what is decided before: a small count that stands nowhere must not be made out."""
    found: dict[Key, Mark] = {
        (group, name): Mark.WITHHELD if is_small(count, threshold) else Mark.UNSEEN
        for name, count in own.items()
        if name.startswith(HIDDEN)
    }
    if mark is not Mark.SHOWN:
        found = {(group, name): Mark.WITHHELD for name in own}
    return found | {(group, STARTED): mark}


def _patterns(way: Way) -> list[str]:
    """Return every way of being there or missing at the moments, like `seen.101`."""
    if not way.pairs:
        return []
    return ["seen." + "".join(item) for item in product("01", repeat=len(way.moments))]


def _counts(way: Way, values: Readings, who: tuple[str, ...]) -> dict[str, int]:
    counts = dict.fromkeys(_patterns(way), 0)
    for subject in who if way.pairs else ():
        there = "".join("1" if subject in values[moment] else "0" for moment in way.moments)
        counts[f"seen.{there}"] += 1
    for moment in way.moments:
        found = distribution(values[moment], who)
        counts[f"n.{moment}"] = found.total()
        counts[f"missing.{moment}"] = len(who) - found.total()
        counts |= {f"{name}.{moment}": found[name] for name in way.categories}
    for first, second in way.pairs:
        changed = change(values[first], values[second], who)
        for part in ("both", "improved", "same", "worse"):
            counts[f"{part}.{second}"] = getattr(changed, part)
        counts[f"before_only.{second}"] = counts[f"n.{first}"] - changed.both
        counts[f"after_only.{second}"] = counts[f"n.{second}"] - changed.both
        counts[f"neither.{second}"] = counts[f"missing.{first}"] - counts[f"after_only.{second}"]
        counts[f"not_both.{second}"] = len(who) - changed.both
    return counts


def _sums_within(way: Way, group: str) -> list[Sum]:
    def made_of(total: str, *parts: str) -> Sum:
        return Sum((group, total), tuple((group, part) for part in parts))

    sums = []
    patterns = _patterns(way)
    if patterns:
        sums.append(made_of(STARTED, *patterns))
    for index, moment in enumerate(way.moments):
        sums.append(made_of(STARTED, f"n.{moment}", f"missing.{moment}"))
        place = index + len("seen.")
        if patterns:
            sums.append(made_of(f"n.{moment}", *(item for item in patterns if item[place] == "1")))
        if way.categories:
            sums.append(made_of(f"n.{moment}", *(f"{name}.{moment}" for name in way.categories)))
    for first, second in way.pairs:
        places = [way.moments.index(item) + len("seen.") for item in (first, second)]
        there = [item for item in patterns if all(item[place] == "1" for place in places)]
        sums.append(made_of(f"both.{second}", *there))
        sums.append(made_of(STARTED, f"both.{second}", f"not_both.{second}"))
        sums.append(made_of(f"n.{first}", f"both.{second}", f"before_only.{second}"))
        sums.append(made_of(f"n.{second}", f"both.{second}", f"after_only.{second}"))
        sums.append(made_of(f"missing.{first}", f"after_only.{second}", f"neither.{second}"))
        sums.append(made_of(f"missing.{second}", f"before_only.{second}", f"neither.{second}"))
        changed = (f"{part}.{second}" for part in ("improved", "same", "worse"))
        sums.append(made_of(f"both.{second}", *changed))
    return sums
