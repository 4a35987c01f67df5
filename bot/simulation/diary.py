"""What happened in a simulation, for people to read: a line for each thing, day by day."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple


class Happened(NamedTuple):
    """One thing: when, to whom or by whom, and what."""

    at: datetime
    who: str
    what: str


TOLD, DID, MARK = "-> ", "", "   "


class Diary:
    """Collects what happens and writes it down."""

    def __init__(self) -> None:
        self._happened: list[Happened] = []

    def note(self, at: datetime, who: str, what: str) -> None:
        """Add one thing; what happens to several people at once is one line."""
        self._happened.append(Happened(at, who, what))

    def lines(self) -> Iterator[str]:
        """Yield the diary: a head for each day, and a line for each thing that happened."""
        for day, of_day in groupby(self._happened, key=lambda item: item.at.date()):
            yield ""
            yield _head(day)
            for (at, what), alike in _alike(list(of_day)):
                people = ", ".join(sorted(alike, key=_order))
                yield f"  {at:%H:%M}  {people}: {what}"

    def text(self) -> str:
        """Return the whole diary."""
        return "\n".join(self.lines()).lstrip("\n") + "\n"


def _alike(of_day: list[Happened]) -> Iterator[tuple[tuple[datetime, str], list[str]]]:
    """Yield what happened at the same time in the same words, with those it happened to."""
    found: dict[tuple[datetime, str], list[str]] = {}
    for item in of_day:
        found.setdefault((item.at, item.what), []).append(item.who)
    yield from found.items()


def _order(name: str) -> tuple[str, int, str]:
    letters = name.rstrip("0123456789")
    number = name[len(letters) :]
    return letters, int(number or 0), name


def _head(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
