"""How much registering asks of people: what is planned for the coming weeks, in taps and minutes.

It is said of roles and moments, and never of one person beside another.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from flows.kinds import KINDS
from flows.overview import Member
from flows.project import Project
from flows.questionnaire import questionnaire
from flows.schedule import MISSING, Occasion, Schedule, Standing, state_of
from flows.sheet import MOMENTS, REGISTRARS, Sheet

WEEKS = 4
COMING = timedelta(weeks=WEEKS)

TAPS_AROUND = 2
"""To begin and to save."""

MINUTE = 60


class Load(NamedTuple):
    """What one registration takes, or several."""

    taps: int = 0
    seconds: int = 0

    def shared(self, among: int) -> "Load":
        """Return what it takes of each of some people."""
        return Load(ceil(self.taps / among), ceil(self.seconds / among))

    @property
    def minutes(self) -> int:
        """About how many minutes, at least one."""
        return max(1, round(self.seconds / MINUTE))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the plan asks of a role at a moment: `count` registrations for `people` who share it."""

    role: str
    moment: str
    count: int
    people: int
    load: Load

    @property
    def each(self) -> int:
        """About how many registrations each of them has."""
        return ceil(self.count / max(1, self.people))

    @property
    def load_of_each(self) -> Load:
        """About what it takes of each of them."""
        return self.load.shared(max(1, self.people))


def asked(
    schedule: Schedule,
    sheets: Mapping[str, Sheet],
    standings: Iterable[tuple[Standing, Iterable[Member]]],
    today: date,
) -> list[Asked]:
    """Return what is missing and what opens within four weeks, by role and moment.

    What several roles may register is counted for the first of them in the order of REGISTRARS.
    """
    counts: dict[tuple[str, str], list[Load]] = defaultdict(list)
    people: dict[str, set[str]] = defaultdict(set)
    for standing, crew in standings:
        for member in crew:
            for role in member.roles:
                people[role].add(member.person)
        for occasion in schedule.occasions(standing, today + COMING):
            if state_of(occasion, standing, today) in {*MISSING, "planned"}:
                role = next(role for role in REGISTRARS if role in occasion.roles)
                load = load_of(sheets[occasion.sheet], standing.project, occasion)
                counts[role, occasion.moment].append(load)
    return [
        Asked(role, moment, len(loads), len(people[role]), _sum(loads))
        for role in REGISTRARS
        for moment in MOMENTS
        if (loads := counts[role, moment])
    ]


def load_of(sheet: Sheet, project: Project, occasion: Occasion) -> Load:
    """Return about what one registration takes: a tap for each question that is always asked."""
    questions = questionnaire(
        sheet, occasion.moment, project.selection, occasion.roles, project.registrars
    )
    certain = [question for question in questions if question.is_asked and not question.relevant]
    seconds = sum(KINDS[question.type].seconds for question in certain)
    return Load(len(certain) + TAPS_AROUND, seconds)


def _sum(loads: Iterable[Load]) -> Load:
    listed = list(loads)
    return Load(sum(load.taps for load in listed), sum(load.seconds for load in listed))
