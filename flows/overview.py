"""How a project stands for those who oversee it: what is in, what is missing, and whose it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from flows.schedule import MISSING, Due, Occasion, Schedule, Standing, is_for, state_of
from flows.sheet import REGISTRARS

EXIT = "exit"
"""The sheet that says that a participant left."""

NOTED = ("adjustment", "signal", "side_effect", "context_change")
"""The sheets of which those who oversee a project hear how often something was written down."""


class Member(NamedTuple):
    """Somebody who works in a project; `burden` counts the messages of the last seven days.

    Whoever registers in a terminal gets none (`has_chat`), and is not said to be out of reach.
    """

    person: str
    roles: tuple[str, ...]
    is_reachable: bool = True
    burden: int = 0
    has_chat: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened in a project since the last overview, beside its plan.

    `noted` counts by sheet. `questioned` are the records that a coordinator put a question mark
    on or sent back, and that nobody took up since; they are counted from the beginning.
    """

    joined: int = 0
    left: int = 0
    noted: Mapping[str, int] = field(default_factory=dict)
    questioned: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.joined or self.left or self.questioned or any(self.noted.values()))


@dataclass(frozen=True)
class Overview:
    """One project as an overview tells it.

    `dues` is everything that has opened by `today`, however it stands. `reports` are the days on
    which a funder expects something.
    """

    standing: Standing
    today: date
    dues: tuple[Due, ...]
    crew: tuple[Member, ...] = ()
    changes: Changes = field(default_factory=Changes)
    reports: tuple[tuple[str, date], ...] = ()

    def count(self, *states: str) -> int:
        """Return how many occasions stand so."""
        return sum(due.state in states for due in self.dues)

    @cached_property
    def missing(self) -> list[Due]:
        """What is missing and can still be registered, the most urgent first."""
        return sorted((due for due in self.dues if due.state in MISSING), key=urgency)

    @cached_property
    def unreachable(self) -> list[str]:
        """Whose chat cannot be reached, in the order of their codes."""
        return sorted(member.person for member in self.crew if not member.is_reachable)

    @cached_property
    def held_back(self) -> int:
        """How many people miss something and are not reminded of it, because they were too often.

        Only how many: who was told how often is nobody's business but theirs.
        """
        most = self.standing.project.plan.most_messages
        full = [member for member in self.crew if member.burden >= most]
        return sum(any(_is_theirs(member, due, self) for due in self.missing) for member in full)


def overview(schedule: Schedule, standing: Standing, today: date, **more: object) -> Overview:
    """Return a project as it stands today; `more` are further fields of Overview."""
    dues = tuple(
        Due(occasion, state_of(occasion, standing, today))
        for occasion in schedule.occasions(standing, today)
    )
    return Overview(standing, today, dues, **more)  # type: ignore[arg-type]


def urgency(due: Due) -> tuple[bool, date, str]:
    """Return what puts the most urgent first; what cannot be registered any more is last."""
    return due.state not in MISSING, due.occasion.due, due.occasion.key


def responsible(standing: Standing, crew: Iterable[Member], occasion: Occasion) -> list[Member]:
    """Return who is to register an occasion, in the order of their codes."""
    found = [item for item in crew if is_for(occasion, standing, item.person, item.roles)]
    return sorted(found)


class Whose(NamedTuple):
    """By whom something is to be registered: people by their codes, or all of some roles."""

    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


def whose(standing: Standing, crew: Iterable[Member], occasion: Occasion) -> Whose:
    """Return by whom an occasion is to be registered; nobody where no such person works here."""
    found = responsible(standing, crew, occasion)
    decision = standing.decided.get(occasion.key)
    is_told = bool(decision and decision.assignee)
    if is_told or (occasion.subject and occasion.subject in standing.seen_by):
        return Whose(people=tuple(member.person for member in found))
    roles = {role for member in found for role in member.roles} & occasion.roles
    return Whose(roles=tuple(role for role in REGISTRARS if role in roles))


def _is_theirs(member: Member, due: Due, of: Overview) -> bool:
    return is_for(due.occasion, of.standing, member.person, member.roles)
