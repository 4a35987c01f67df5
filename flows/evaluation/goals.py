"""The goals of a project: which value of which indicator it plans to come to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flows.evaluation.measures import counts_at_all
from flows.record import ExportedValue, Status

GOAL = "goal"
"""The sheet of which each record is a goal."""


@dataclass(slots=True)
class Goal:
    """A record of `goal`; `planned` is a number, or "" where none was given."""

    text: str = ""
    indicator: str = ""
    planned: str = ""


@dataclass
class Goals:
    """What the records of one project set as goals, in the order in which they come."""

    found: dict[str, Goal] = field(default_factory=dict)

    def watching(self, rows: Iterable[ExportedValue]) -> Iterator[ExportedValue]:
        """Yield rows as they are, and keep the goals among them."""
        for row in rows:
            self.take(row)
            yield row

    def take(self, row: ExportedValue) -> None:
        """Keep a value if it is of a goal that counts."""
        if row.sheet != GOAL or row.status is not Status.ANSWERED or not counts_at_all(row):
            return
        goal = self.found.setdefault(f"{row.organisation} {row.record}", Goal())
        if row.question == "goal":
            goal.text = row.value
        elif row.question == "goal_indicator":
            goal.indicator = row.value
        elif row.question == "planned":
            goal.planned = row.value

    def of(self, indicator: str) -> list[Goal]:
        """Return the goals that an indicator shows."""
        return [goal for goal in self.found.values() if goal.indicator == indicator]
