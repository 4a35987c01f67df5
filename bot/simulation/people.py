"""Who works in a simulated project, and what each is like."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import cycle, islice
from typing import NamedTuple

COORDINATOR, CITY, WORKER = "project_coordinator", "city_coordinator", "practitioner"

DAYS_OFF = timedelta(days=14)
MONTH = timedelta(days=30)


class Span(NamedTuple):
    """From one day up to and including another."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody deals with what is due.

    They answer `soonest` to `latest` days after they were told, at the hour `at`; with
    `waits_to_be_asked` only when a coordinator asks. `puts_off` and `forgets` say how often they
    tap that it does not suit, and do nothing. In July they are away for two weeks if `takes_july`.
    `blocks`, `mutes` and `leaves` say after which share of the project they cannot be reached for
    a month, want to hear nothing for two, and stop working there; `declines` after which they want
    no overview any more.
    """

    at: time
    soonest: int = 0
    latest: int = 0
    waits_to_be_asked: bool = False
    puts_off: float = 0.0
    forgets: float = 0.0
    takes_july: bool = False
    blocks: float | None = None
    mutes: float | None = None
    leaves: float | None = None
    declines: float | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody simulated; the name is also the code and the address."""

    name: str
    roles: tuple[str, ...]
    habit: Habit


LEADS = (
    ((COORDINATOR,), Habit(time(10, 15), 0, 2, forgets=0.5, takes_july=True)),
    ((CITY,), Habit(time(11, 40), 2, 6, forgets=0.8, declines=0.25)),
)
"""Who coordinates: the first one decides, the second one registers what is about the area.

Who coordinates alone does both.
"""

WORKERS = (
    Habit(time(17, 10), forgets=0.5),
    Habit(time(12, 30), 1, 3, forgets=0.9, takes_july=True),
    Habit(time(16, 45), 0, 1, puts_off=0.3, forgets=0.5),
    Habit(time(9, 20), 6, 16, forgets=0.8),
    Habit(time(14, 5), 1, 1, waits_to_be_asked=True),
    Habit(time(15, 30), 0, 4, forgets=0.6, leaves=0.5),
    Habit(time(13, 15), 0, 2, forgets=0.9, blocks=0.35),
    Habit(time(10, 50), 1, 2, forgets=0.6, mutes=0.6),
)
"""The habits of those who work in the street; with more people they come again."""

LEADS_OF = 5
"""One of so many people coordinates."""


def everybody(count: int) -> Sequence[Person]:
    """Return so many people, the coordinators first; at least one of either kind."""
    leads = max(1, count // LEADS_OF)
    found = [
        Person(f"lead{number}", roles if leads > 1 else (COORDINATOR, CITY), habit)
        for number, (roles, habit) in enumerate(islice(cycle(LEADS), leads), start=1)
    ]
    found += [
        Person(f"worker{number}", (WORKER,), habit)
        for number, habit in enumerate(islice(cycle(WORKERS), count - leads), start=1)
    ]
    return found


def on(first: date, last: date, share: float) -> date:
    """Return the day at a share of a time."""
    return first + timedelta(days=round((last - first).days * share))


def july(first: date, last: date) -> list[Span]:
    """Return two weeks of each July."""
    return [
        Span(date(year, 7, 6), date(year, 7, 6) + DAYS_OFF)
        for year in range(first.year, last.year + 1)
    ]
