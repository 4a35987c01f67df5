"""Completeness as it is drawn and told: how much of what was planned is in, row by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a cell stands; each looks different, and not by its colour alone."""

    ALL_IN = "all_in"
    COMING = "coming"
    LATE = "late"
    NOT_OPEN = "not_open"
    UNPLANNED = "unplanned"


@dataclass(frozen=True, slots=True)
class Cell:
    """How much of what was planned is in.

    `late` counts what is missing and overdue. Without `is_due` it is planned, but not open yet;
    with nothing expected, nothing was planned. Where it must not be counted how much is in,
    because few people are meant, `is_told` is false, and only the state is shown.
    """

    expected: int
    done: int
    late: int = 0
    is_due: bool = True
    is_told: bool = True

    @property
    def missing(self) -> int:
        """What is not in; more than was planned makes up for nothing elsewhere."""
        return max(self.expected - self.done, 0)

    @property
    def overdue(self) -> int:
        """What is late, and never more than what is missing."""
        return max(min(self.late, self.missing), 0)

    @property
    def state(self) -> State:
        """Return how the cell stands; what is overdue was open, whatever `is_due` says."""
        if self.expected <= 0:
            return State.UNPLANNED
        if not self.missing:
            return State.ALL_IN
        if self.overdue:
            return State.LATE
        return State.COMING if self.is_due else State.NOT_OPEN

    @property
    def text(self) -> str:
        """Return what stands in the cell, with the mark of its state."""
        if not self.is_told:
            return UNTOLD[self.state]
        if self.state is State.NOT_OPEN and not self.done:
            return MARKS[State.NOT_OPEN]
        if self.state is State.UNPLANNED and not self.done:
            return ""
        mark = MARKS.get(self.state, "")
        return f"{self.done}/{self.expected} {mark}".rstrip()


MARKS = {State.LATE: "!", State.NOT_OPEN: "–"}
UNTOLD = {
    State.ALL_IN: "100%",
    State.COMING: "…",
    State.LATE: "… !",
    State.NOT_OPEN: MARKS[State.NOT_OPEN],
    State.UNPLANNED: "",
}
"""What stands in a cell of which is not told how much is in."""
NOTHING = Cell(0, 0)


@dataclass(frozen=True, slots=True)
class Grid:
    """Completeness of a project, or of several, with labels in the reader's language.

    A cell that is left out is one for which nothing was planned. Labels may hold anything; the
    order of rows and columns is kept.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[int, int], Cell]

    def row(self, number: int) -> list[Cell]:
        """Return the cells of a row, one for each column."""
        return [self.cells.get((number, column), NOTHING) for column, _ in enumerate(self.columns)]

    @property
    def states(self) -> set[State]:
        """The states that occur."""
        return {cell.state for number, _ in enumerate(self.rows) for cell in self.row(number)}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is planned at all."""
        return self.states <= {State.UNPLANNED}
