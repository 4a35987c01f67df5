"""What was promised, held against what one run of all parts found."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.telegram.table import number, table

Figures = Mapping[str, float]
"""What was found, by the names in BUDGETS."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A bound on one figure: at least `bound`, or at most where `at_most` says so."""

    what: str
    bound: float
    aim: float | None = None
    at_most: bool = False

    def row(self, found: float) -> list[str]:
        """Return what was found beside what was wanted."""
        met = found <= self.bound if self.at_most else found >= self.bound
        bound = f"{'≤' if self.at_most else '≥'} {number(self.bound)}"
        aim = number(self.aim) if self.aim else "-"
        return [self.what, number(found), bound, aim, "yes" if met else "no"]


BUDGETS: Mapping[str, Budget] = {
    "aiogram": Budget("answers a second on SQLite, × aiogram 3 in memory", 1.5, aim=2),
    "ptb": Budget("answers a second on SQLite, × stock python-telegram-bot", 4, aim=5),
    "p99": Budget("from tap to next question at half load, p99 in ms", 50, at_most=True),
    "full": Budget("answers a second with a million records, × empty", 0.95),
    "peak": Budget("memory with 10,000 conversations under way, peak MB", 120, at_most=True),
}


def held(figures: Figures) -> str:
    """Show every budget of which something was measured."""
    rows = [budget.row(figures[name]) for name, budget in BUDGETS.items() if name in figures]
    return table(["Meetmoment", "Found", "Budget", "Aim", "Met"], rows)
