"""Small numbers: which counts of people are shown, so that none of the others can be computed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

THRESHOLD = 5
"""A count of people below this, and above zero, is not shown."""

WITHHELD = "withheld"

Key = tuple[str, ...]
Range = tuple[int, int]

ANY_NUMBER = 10**9
MOST_ROUNDS = 100
# Sums are solved modulo a prime: as exact as fractions for sums of cells, and much faster.
PRIME = 2**61 - 1


class Mark(Enum):
    """What a reader sees of a cell: its number, that it is small, that it is withheld, nothing."""

    SHOWN = 1
    SMALL = 2
    WITHHELD = 3
    UNSEEN = 4


class Sum(NamedTuple):
    """A total that a reader knows to be made up of these parts."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class Table:
    """Cells, and the sums they are in.

    `given` are marks that were decided elsewhere and stay as they are: a number that is shown in
    any case, one that is withheld, one that stands nowhere but takes part in a sum. `kept` are
    numbers that a table is made for: they are withheld only where no other one would do.
    """

    cells: Mapping[Key, int]
    sums: tuple[Sum, ...]
    given: Mapping[Key, Mark] = field(default_factory=dict)
    kept: Collection[Key] = frozenset()


def protect(table: Table, threshold: int = THRESHOLD) -> dict[Key, Mark]:
    """Return how each cell is shown.

    Where a small cell could be computed from what is shown, the smallest other cell of its sum
    that is not zero is withheld too, until nothing can be computed any more.
    """
    marks = {
        key: table.given.get(key, Mark.SMALL if is_small(value, threshold) else Mark.SHOWN)
        for key, value in table.cells.items()
    }
    around: dict[Key, list[Sum]] = {key: [] for key in table.cells}
    for item in table.sums:
        for key in (item.total, *item.parts):
            around[key].append(item)
    while found := exposed(table, marks, threshold):
        if not _hide_more(table, marks, around, found):
            return {key: table.given.get(key, Mark.WITHHELD) for key in marks}
    return marks


def is_small(value: int, threshold: int = THRESHOLD) -> bool:
    """Whether a count of people is too small to be shown; zero says nothing about anybody."""
    return 0 < value < threshold


def cell(value: int, mark: Mark, threshold: int = THRESHOLD) -> str:
    """Return what stands in an export for a count."""
    if mark is Mark.SHOWN:
        return str(value)
    return f"<{threshold}" if mark is Mark.SMALL else WITHHELD if mark is Mark.WITHHELD else ""


def exposed(table: Table, marks: Mapping[Key, Mark], threshold: int) -> dict[Key, bool]:
    """Return the cells that a reader can compute, if any of them is small.

    The value says whether sums alone give it away; otherwise it takes that a number marked as
    small is one to four, and that none is negative.
    """
    hidden = {key for key, mark in marks.items() if mark in {Mark.SMALL, Mark.WITHHELD}}
    sensitive = {key for key in hidden if is_small(table.cells[key], threshold)}
    if not sensitive:
        return {}
    solved = hidden & _solved(table.sums, marks)
    if solved & sensitive:
        return dict.fromkeys(sorted(solved), True)
    bounds = _bounds(table, marks, threshold)
    return {key: False for key in sorted(sensitive) if bounds[key][0] == bounds[key][1]}


def _bounds(table: Table, marks: Mapping[Key, Mark], threshold: int) -> dict[Key, Range]:
    """Return the least and the most that each cell can be, for all that a reader knows."""
    bounds = {key: _seen(table.cells[key], mark, threshold) for key, mark in marks.items()}
    for _ in range(MOST_ROUNDS):
        changes = [_narrow(bounds, item) for item in table.sums]
        if not any(changes):
            break
    return bounds


def _seen(value: int, mark: Mark, threshold: int) -> Range:
    if mark is Mark.SHOWN:
        return value, value
    return (1, threshold - 1) if mark is Mark.SMALL else (0, ANY_NUMBER)


def _narrow(bounds: dict[Key, Range], item: Sum) -> bool:
    least = sum(bounds[key][0] for key in item.parts)
    most = sum(bounds[key][1] for key in item.parts)
    low, high = bounds[item.total]
    low, high = max(low, least), min(high, most)
    changed = (low, high) != bounds[item.total]
    bounds[item.total] = low, high
    for key in item.parts:
        part = bounds[key]
        fits = max(part[0], low - (most - part[1])), min(part[1], high - (least - part[0]))
        if fits != part:
            bounds[key], changed = fits, True
            least, most = least + fits[0] - part[0], most + fits[1] - part[1]
    return changed


def _solved(sums: Iterable[Sum], marks: Mapping[Key, Mark]) -> set[Key]:
    """Return the cells that the equations alone determine: Gauss and Jordan, on sparse rows."""
    rows: dict[Key, dict[Key, int]] = {}
    holding: dict[Key, set[Key]] = {}
    for item in sums:
        row = {key: 1 for key in item.parts if marks[key] is not Mark.SHOWN}
        if marks[item.total] is not Mark.SHOWN:
            row[item.total] = PRIME - 1
        for pivot in [key for key in row if key in rows]:
            _subtract(row, rows[pivot], row[pivot])
        if not row:
            continue
        pivot = min(row, key=lambda key: len(holding.get(key, ())))
        scale = pow(row[pivot], -1, PRIME)
        rows[pivot] = {key: value * scale % PRIME for key, value in row.items()}
        for other in list(holding.get(pivot, ())):
            before = set(rows[other])
            _subtract(rows[other], rows[pivot], rows[other][pivot])
            for key in before - rows[other].keys():
                holding[key].discard(other)
            for key in rows[other].keys() - before:
                holding.setdefault(key, set()).add(other)
        for key in rows[pivot]:
            holding.setdefault(key, set()).add(pivot)
    return {pivot for pivot, row in rows.items() if len(row) == 1}


def _subtract(row: dict[Key, int], other: Mapping[Key, int], times: int) -> None:
    for key, value in other.items():
        left = (row.get(key, 0) - times * value) % PRIME
        if left:
            row[key] = left
        else:
            row.pop(key, None)


def _hide_more(
    table: Table,
    marks: dict[Key, Mark],
    around: Mapping[Key, list[Sum]],
    found: Mapping[Key, bool],
) -> bool:
    """Withhold one more cell near each exposed one; false when there is nothing left to hide.

    Those that one sum gives away come first, and the one with the least choice before the others:
    what is hidden for it mostly helps them too.
    """
    changed: set[Key] = set()
    alone = {key: _gives_away(key, around[key], marks) for key in found}

    def choice(key: Key) -> tuple[bool, int]:
        return not alone[key], sum(other not in table.given for other in alone[key])

    for key in sorted(found, key=choice):
        if changed and not alone[key]:
            break
        by_sums = found[key]
        near = alone[key] or sorted({other for item in around[key] for other in _members(item)})
        if changed.intersection(near):
            continue
        free = [other for other in near if other not in table.given]
        # That a number is one to four can say too much: 8 made of two such numbers is 4 and 4.
        small = [other for other in free if marks[other] is Mark.SMALL]
        hidden = small if small and not by_sums else _smallest(table, marks, free)
        if not hidden:
            hidden = _smallest(table, marks, [other for other in marks if other not in table.given])
        for other in hidden:
            marks[other] = Mark.WITHHELD
        changed.update(hidden)
    return bool(changed)


def _gives_away(key: Key, sums: Iterable[Sum], marks: Mapping[Key, Mark]) -> list[Key]:
    """Return the cells of the first sum that gives a cell away by itself."""
    for item in sums:
        if all(marks[other] is Mark.SHOWN for other in _members(item) - {key}):
            return sorted(_members(item))
    return []


def _members(item: Sum) -> set[Key]:
    return {item.total, *item.parts}


def _smallest(table: Table, marks: Mapping[Key, Mark], keys: Iterable[Key]) -> list[Key]:
    shown = [key for key in keys if marks[key] is Mark.SHOWN]

    def order(key: Key) -> tuple[bool, bool, int, Key]:
        return not table.cells[key], key in table.kept, table.cells[key], key

    return sorted(shown, key=order)[:1]
