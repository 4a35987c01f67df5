"""Small numbers: what is published never lets anybody compute a number that is not."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.evaluation.suppression import THRESHOLD, Key, Mark, Sum, Table, cell, is_small, protect

TOTAL: Key = ("total",)


def sum_of(*counts: int) -> Table:
    cells: dict[Key, int] = {(f"part {index}",): count for index, count in enumerate(counts)}
    return Table({TOTAL: sum(counts), **cells}, (Sum(TOTAL, tuple(cells)),))


def crossed(rows: list[list[int]]) -> Table:
    """Two ways of dividing the same people, with both margins."""
    inside: dict[Key, int] = {
        (str(row), str(column)): count
        for row, counts in enumerate(rows)
        for column, count in enumerate(counts)
    }
    across = [str(row) for row in range(len(rows))]
    down = [str(column) for column in range(len(rows[0]))]
    sums = [Sum((row, "all"), tuple((row, column) for column in down)) for row in across]
    sums += [Sum(("all", column), tuple((row, column) for row in across)) for column in down]
    sums += [
        Sum(("all", "all"), tuple(("all", column) for column in down)),
        Sum(("all", "all"), tuple((row, "all") for row in across)),
    ]
    cells = dict(inside)
    for item in sums:
        cells[item.total] = sum(cells[part] for part in item.parts)
    return Table(cells, tuple(sums))


def shown(table: Table, threshold: int = THRESHOLD) -> list[str]:
    marks = protect(table, threshold)
    return [cell(count, marks[key], threshold) for key, count in table.cells.items()]


def computed(table: Table, marks: dict[Key, Mark]) -> set[Key]:
    """Return the hidden cells that the sums determine, by exact elimination."""
    unknown = [key for key in table.cells if marks[key] is not Mark.SHOWN]
    rows = [
        [Fraction((key in item.parts) - (key == item.total)) for key in unknown]
        for item in table.sums
    ]
    done = 0
    for column in range(len(unknown)):
        pivot = next((row for row in range(done, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        scale = rows[done][column]
        rows[done] = [value / scale for value in rows[done]]
        for other in range(len(rows)):
            if other != done and (times := rows[other][column]):
                rows[other] = [
                    value - times * pivoted
                    for value, pivoted in zip(rows[other], rows[done], strict=True)
                ]
        done += 1
    alone = [[column for column, value in enumerate(row) if value] for row in rows]
    return {unknown[columns[0]] for columns in alone if len(columns) == 1}


def possible(table: Table, marks: dict[Key, Mark], free: list[Key]) -> dict[Key, set[int]]:
    """Return every number that each cell can be, trying all numbers of the cells `free`."""
    most = max(table.cells.values())
    found: dict[Key, set[int]] = {key: set() for key in table.cells}
    for numbers in product(*(_allowed(table, marks, key, most) for key in free)):
        cells = dict(zip(free, numbers, strict=True))
        for item in table.sums:
            cells.setdefault(item.total, sum(cells[part] for part in item.parts))
        consistent = all(
            cells[item.total] == sum(cells[part] for part in item.parts) for item in table.sums
        )
        if consistent and all(_fits(table, marks, key, cells[key]) for key in cells):
            for key, number in cells.items():
                found[key].add(number)
    return found


def _allowed(table: Table, marks: dict[Key, Mark], key: Key, most: int) -> Iterator[int]:
    return (number for number in range(most + 2) if _fits(table, marks, key, number))


def _fits(table: Table, marks: dict[Key, Mark], key: Key, number: int) -> bool:
    if marks[key] is Mark.SHOWN:
        return number == table.cells[key]
    return number in range(1, THRESHOLD) if marks[key] is Mark.SMALL else True


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_count_from_one_to_four_is_not_shown(count: int) -> None:
    assert cell(count, protect(Table({TOTAL: count}, ()))[TOTAL]) == "<5"


@pytest.mark.parametrize("count", [0, 5, 117])
def test_zero_and_five_are_shown(count: int) -> None:
    assert cell(count, protect(Table({TOTAL: count}, ()))[TOTAL]) == str(count)


def test_the_threshold_can_be_raised() -> None:
    assert shown(sum_of(9, 11, 12), threshold=10) == ["32", "<10", "withheld", "12"]
    assert shown(sum_of(9, 11, 12)) == ["32", "9", "11", "12"]


def test_a_second_cell_of_the_same_sum_is_withheld_the_smallest_that_is_not_zero() -> None:
    assert shown(sum_of(3, 0, 20, 8)) == ["31", "<5", "0", "20", "withheld"]


def test_two_small_cells_protect_each_other() -> None:
    assert shown(sum_of(3, 2, 20)) == ["25", "<5", "<5", "20"]


def test_two_small_cells_that_leave_one_possibility_do_not_say_that_they_are_small() -> None:
    assert shown(sum_of(4, 4, 20)) == ["28", "withheld", "withheld", "20"]


def test_a_number_that_stands_in_any_case_is_never_the_one_that_is_withheld() -> None:
    table = sum_of(3, 5)
    kept = Table(table.cells, table.sums, {TOTAL: Mark.SHOWN})
    assert shown(kept) == ["8", "<5", "withheld"]


def test_in_a_crossed_table_nothing_can_be_computed_in_either_direction() -> None:
    table = crossed([[3, 10, 11], [12, 13, 14], [15, 16, 17]])
    marks = protect(table)
    hidden = [key for key, mark in marks.items() if mark is not Mark.SHOWN]
    assert len(hidden) == 4
    assert computed(table, marks) == set()


counts = st.integers(0, 9)


@given(st.lists(counts, min_size=1, max_size=4))
@settings(deadline=None)
def test_no_small_part_of_a_sum_can_be_found_by_trying_all_numbers(parts: list[int]) -> None:
    table = sum_of(*parts)
    marks = protect(table)
    found = possible(table, marks, [key for key in table.cells if key != TOTAL])
    for key, count in table.cells.items():
        assert count in found[key]
        assert not is_small(count) or len(found[key]) > 1


@given(st.lists(st.lists(counts, min_size=2, max_size=2), min_size=2, max_size=2))
@settings(deadline=None, max_examples=40)
def test_no_small_cell_of_a_crossed_table_can_be_found_by_trying_all_numbers(
    rows: list[list[int]],
) -> None:
    table = crossed(rows)
    marks = protect(table)
    found = possible(table, marks, [key for key in table.cells if "all" not in key])
    for key, count in table.cells.items():
        assert count in found[key]
        assert not is_small(count) or len(found[key]) > 1


@given(
    st.integers(2, 6).flatmap(
        lambda wide: st.lists(
            st.lists(st.integers(0, 40), min_size=wide, max_size=wide), min_size=2, max_size=7
        )
    )
)
@settings(deadline=None)
def test_no_small_cell_can_be_computed_from_the_sums(rows: list[list[int]]) -> None:
    table = crossed(rows)
    marks = protect(table)
    small = {key for key, count in table.cells.items() if is_small(count)}
    assert small.isdisjoint(key for key, mark in marks.items() if mark is Mark.SHOWN)
    assert small.isdisjoint(computed(table, marks))


@given(st.lists(counts, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_what_is_shown_does_not_depend_on_the_order_of_the_cells(
    parts: list[int], random: Random
) -> None:
    table = sum_of(*parts)
    keys = list(table.cells)
    random.shuffle(keys)
    other = Table({key: table.cells[key] for key in keys}, table.sums)
    assert protect(other) == protect(table)
