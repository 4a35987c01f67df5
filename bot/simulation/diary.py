"""What happened in a simulation, for people to read: a line for each thing, day by day."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple


class Happened(NamedTuple):
    """One thing: when, to whom or by whom, and what; `is_told` if it is a message to them."""

    at: datetime
    who: str
    what: str
    is_told: bool


class Diary:
    """Collects what happens and writes it down."""

    def __init__(self) -> None:
        self.happened: list[Happened] = []

    def note(self, at: datetime, who: str, what: str, *, is_told: bool = False) -> None:
        """Add one thing."""
        self.happened.append(Happened(at, who, what, is_told))

    def text(self) -> str:
        """Return the diary: a head for each day, and a line for what happened alike that day."""
        days = groupby(self.happened, key=lambda item: item.at.date())
        parts = ["\n".join([_head(day), *_lines(of_day)]) for day, of_day in days]
        return "\n\n".join(parts) + "\n"


def _lines(of_day: Iterable[Happened]) -> Iterator[str]:
    alike: dict[tuple[bool, str], list[Happened]] = {}
    for item in of_day:
        alike.setdefault((item.is_told, item.what), []).append(item)
    for (is_told, what), items in alike.items():
        people = _people(dict.fromkeys(item.who for item in items))
        yield f"  {items[0].at:%H:%M}  {'-> ' if is_told else ''}{people}: {what}"


def _people(names: Iterable[str]) -> str:
    """Return names with numbers as "worker1-3, worker5"."""
    runs: list[list[tuple[str, int]]] = []
    for letters, number in sorted(_parts(name) for name in names):
        if runs and runs[-1][-1] == (letters, number - 1):
            runs[-1].append((letters, number))
        else:
            runs.append([(letters, number)])
    return ", ".join(
        f"{run[0][0]}{run[0][1]}" + (f"-{run[-1][1]}" if len(run) > 1 else "") for run in runs
    )


def _parts(name: str) -> tuple[str, int]:
    letters = name.rstrip("0123456789")
    return letters, int(name[len(letters) :])


def _head(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
