"""What a plan asks for: every occasion to register something, and how it stands on a day."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from flows.plan import NEVER, Plan
from flows.project import Project
from flows.questionnaire import moments
from flows.recurrence import RHYTHMS, periods
from flows.retention import months_after
from flows.sheet import MEASUREMENTS, REGISTRARS, Sheet

STAGES = ("open", "half_way", "day_before", "overdue")
"""When somebody is reminded of what is missing, in this order."""

STATES = ("planned", "open", "overdue", "late", "locked", "done", "not_done")
"""How an occasion stands; overdue is after the due day, and late after the days of grace too."""

WORTH_HALF_WAY = timedelta(days=7)
"""Where less time is left than this, nobody is reminded half-way."""

AFTER_LEAVING = timedelta(days=14)
"""How long the final measurement of a participant who left can still be taken on time."""

LAST_DAYS = timedelta(days=6)
"""A sheet of a period can be filled in all the time, and is asked for in the last seven days."""

DAY = timedelta(days=1)


class Occasion(NamedTuple):
    """One thing that the plan asks for: a sheet of a project at a moment, of a subject.

    Several interims, and the periods of a sheet that is filled in regularly, have numbers from 1
    on. A record counts for the occasion if its day lies from `begins` to `ends`. `roles` may
    register it.
    """

    project: str
    sheet: str
    moment: str
    subject: str
    number: int
    begins: date
    ends: date
    opens: date
    due: date
    late_from: date
    locked_from: date
    roles: frozenset[str]

    @property
    def key(self) -> str:
        """What tells it from every other occasion of an organisation, whatever its days."""
        return "/".join((self.project, self.sheet, self.moment, self.subject, str(self.number)))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a coordinator decided about an occasion: another due day, why not, or who.

    `on` is the day on which that was decided, once it is stored.
    """

    due: date | None = None
    reason: str = ""
    assignee: str = ""
    on: date | None = None

    @property
    def what(self) -> str:
        """What was decided, as the audit calls it."""
        parts = {"extended": self.due, "not_done": self.reason, "reassigned": self.assignee}
        return "+".join(name for name, value in parts.items() if value) or "taken_back"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides how a project stands.

    `participants` says since when they take part and `left` when they left, by code; `held` has
    the days of the complete records of a sheet, moment and subject; `decided` is by the key of an
    occasion; `seen_by` is who registered a participant last, where that person still works here.
    `crew` has the roles of those who work here; nobody is known of an empty one.
    """

    project: Project
    participants: Mapping[str, date] = field(default_factory=dict)
    left: Mapping[str, date] = field(default_factory=dict)
    held: Mapping[tuple[str, str, str], Collection[date]] = field(default_factory=dict)
    decided: Mapping[str, Decision] = field(default_factory=dict)
    seen_by: Mapping[str, str] = field(default_factory=dict)
    crew: Mapping[str, Collection[str]] = field(default_factory=dict)

    def of(self, project: Project) -> "Standing":
        """Return how it would stand if the project were this."""
        return replace(self, project=project)


class Schedule:
    """Works out occasions; what sheets ask for which choice of indicators is remembered."""

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self._sheets = tuple(sheets)
        self._known: dict[tuple[object, ...], tuple[_Asked, ...]] = {}

    def occasions(self, standing: Standing, until: date) -> Iterator[Occasion]:
        """Yield everything that opens up to a day, in no particular order."""
        plan = standing.project.plan
        found = self._planned(standing, plan, until)
        yield from _moved(found, standing.decided, plan) if standing.decided else found

    def occasion(
        self, standing: Standing, what: tuple[str, str, str], day: date, until: date
    ) -> Occasion | None:
        """Return what a record of a day counts for, if that has opened until another day.

        `what` is its sheet, moment and subject.
        """
        for occasion in self.occasions(standing, until):
            about = occasion.sheet, occasion.moment, occasion.subject
            if about == what and occasion.begins <= day <= occasion.ends:
                return occasion
        return None

    def _planned(self, standing: Standing, plan: Plan, until: date) -> Iterator[Occasion]:
        project = standing.project.id
        for asked in self._asked(standing.project):
            if asked.moment == "continuous":
                yield from _periodic(project, plan, asked, until)
            elif asked.sheet.level == "participant":
                yield from _of_participants(standing, plan, asked, until)
            else:
                yield from _measured(project, plan, asked, until)

    def _asked(self, project: Project) -> "tuple[_Asked, ...]":
        """Return which sheets are asked at which moment by whom; the same for many projects."""
        key = project.selection, tuple(sorted(project.registrars.items()))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(_all_asked(self._sheets, project))
        return found


_Times = tuple[date, date, date, date]
"""From which day to which a record counts, when it opens, and when it is due."""


class _Asked(NamedTuple):
    sheet: Sheet
    moment: str
    roles: frozenset[str]


def _all_asked(sheets: Iterable[Sheet], project: Project) -> Iterator[_Asked]:
    for sheet in sheets:
        if sheet.menu == "set_up":
            continue
        by_role = {role: moments(sheet, project, (role,)) for role in REGISTRARS}
        for moment in (*MEASUREMENTS, "continuous"):
            roles = frozenset(role for role in REGISTRARS if moment in by_role[role])
            if roles:
                yield _Asked(sheet, moment, roles)


def _measured(project: str, plan: Plan, asked: _Asked, until: date) -> Iterator[Occasion]:
    days = plan.measurements.get(asked.moment, ())
    begun = [date.min, *(max(due - plan.before, last + DAY) for last, due in pairwise(days))]
    for number, (begins, due) in enumerate(zip(begun, days, strict=False), start=1):
        opens = max(begins, due - plan.before)
        if opens > until:
            return
        # What is registered up to the day on which one is due counts for that one.
        ends = begun[number] - DAY if number < len(days) else date.max
        yield _occasion(project, plan, asked, ("", number), (begins, ends, opens, due))


def _of_participants(
    standing: Standing, plan: Plan, asked: _Asked, until: date
) -> Iterator[Occasion]:
    if asked.moment not in plan.measurements:
        return
    before = plan.before
    for code, since in standing.participants.items():
        left = standing.left.get(code)
        due = _due_of(plan, asked.moment, since, left)
        if due is None:
            continue
        opens = max(since, due - before)
        if left is not None and due == left + AFTER_LEAVING:
            # It was not foreseen before that day.
            opens = max(opens, left)
        if opens <= until:
            times = date.min, date.max, opens, due
            yield _occasion(standing.project.id, plan, asked, (code, 1), times)


def _due_of(plan: Plan, moment: str, since: date, left: date | None) -> date | None:
    """Return when a participant is to be measured; None where that comes too late or never."""
    if moment == "baseline":
        return since + timedelta(days=plan.baseline_within)
    months = plan.interim_after if moment == "interim" else plan.final_after
    if months == NEVER:
        return None
    due = months_after(since, months)
    if moment == "final":
        ends = [due, *([plan.ends_on] if plan.ends_on else [])]
        return min([*ends, *([left + AFTER_LEAVING] if left else [])])
    over = min(left or date.max, plan.ends_on or date.max)
    return due if due < over else None


def _periodic(project: str, plan: Plan, asked: _Asked, until: date) -> Iterator[Occasion]:
    rule = RHYTHMS.get(plan.periodic.get(asked.sheet.name, ""))
    if rule is None or plan.starts_on is None:
        return
    last = min(until, plan.ends_on) if plan.ends_on else until
    for number, begins, due in periods(rule, plan.starts_on, last):
        opens = max(begins, due - LAST_DAYS)
        if opens <= until and (plan.counts_from is None or due >= plan.counts_from):
            yield _occasion(project, plan, asked, ("", number), (begins, due, opens, due))


def _occasion(
    project: str, plan: Plan, asked: _Asked, subject: tuple[str, int], times: _Times
) -> Occasion:
    sheet, moment, roles = asked
    closing = _closing(plan, times[-1])
    return Occasion(project, sheet.name, moment, *subject, *times, *closing, roles)


def _closing(plan: Plan, due: date) -> tuple[date, date]:
    """Return from when something that is due on a day is late, and from when it is locked."""
    late_from = due + timedelta(days=plan.grace + 1)
    if plan.locks == NEVER:
        return late_from, date.max
    return late_from, due + timedelta(days=plan.locks + 1)


def _moved(
    found: Iterable[Occasion], decided: Mapping[str, Decision], plan: Plan
) -> Iterator[Occasion]:
    """Yield occasions with the due days that a coordinator gave some of them."""
    for occasion in found:
        decision = decided.get(occasion.key)
        # A plan that was moved since leaves an earlier day behind.
        if decision is None or decision.due is None or decision.due < occasion.opens:
            yield occasion
        else:
            late_from, locked_from = _closing(plan, decision.due)
            yield occasion._replace(due=decision.due, late_from=late_from, locked_from=locked_from)


def is_late(occasion: Occasion, day: date) -> bool:
    """Whether what is entered on a day is labelled late; it counts all the same."""
    return day >= occasion.late_from


def is_locked(occasion: Occasion, day: date) -> bool:
    """Whether nothing can be begun for it any more."""
    return day >= occasion.locked_from


def state_of(occasion: Occasion, standing: Standing, day: date) -> str:
    """Return how an occasion stands on a day, one of STATES."""
    key = occasion.sheet, occasion.moment, occasion.subject
    if any(occasion.begins <= held <= occasion.ends for held in standing.held.get(key, ())):
        return "done"
    decision = standing.decided.get(occasion.key) if standing.decided else None
    if decision is not None and decision.reason:
        return "not_done"
    if is_locked(occasion, day):
        return "locked"
    if is_late(occasion, day):
        return "late"
    if day > occasion.due:
        return "overdue"
    return "open" if day >= occasion.opens else "planned"


MISSING = frozenset({"open", "overdue", "late"})
"""The states in which something is still to be registered, and can be."""


def is_for(occasion: Occasion, standing: Standing, person: str, roles: Collection[str]) -> bool:
    """Whether somebody is to register it: who was told to, who knows the participant, or all."""
    decision = standing.decided.get(occasion.key) if standing.decided else None
    if occasion.roles.isdisjoint(roles):
        return False
    theirs = [decision.assignee] if decision is not None and decision.assignee else []
    if occasion.subject and (seen_by := standing.seen_by.get(occasion.subject)):
        theirs.append(seen_by)
    # Whoever can no longer register it holds up nobody else.
    able = (item for item in theirs if _can(occasion, standing, item))
    return next(able, person) == person


def _can(occasion: Occasion, standing: Standing, person: str) -> bool:
    crew = standing.crew
    return not crew or not occasion.roles.isdisjoint(crew.get(person, ()))


class Due(NamedTuple):
    """Something that one person is to register, and how that stands."""

    occasion: Occasion
    state: str


def work(
    schedule: Schedule,
    standings: Iterable[Standing],
    person: str,
    roles: Collection[str],
    day: date,
) -> list[Due]:
    """Return what one person has to register on a day, the most urgent first."""
    found = [
        Due(occasion, state)
        for standing in standings
        for occasion in schedule.occasions(standing, day)
        if is_for(occasion, standing, person, roles)
        and (state := state_of(occasion, standing, day)) in MISSING
    ]
    return sorted(found, key=lambda item: (item.occasion.due, item.occasion.key))


def stages(occasion: Occasion, before: Callable[[date], date]) -> Iterator[tuple[str, date]]:
    """Yield the stages of an occasion with their days; `before` is the last working day before."""
    yield "open", occasion.opens
    if occasion.due - occasion.opens >= WORTH_HALF_WAY:
        yield "half_way", occasion.opens + (occasion.due - occasion.opens) // 2
    if (day := before(occasion.due)) > occasion.opens:
        yield "day_before", day
    yield "overdue", occasion.due + DAY


def reached(
    occasion: Occasion, before: Callable[[date], date], day: date
) -> tuple[tuple[str, date], ...]:
    """Return the stages that an occasion has come to by a day, each with its own day.

    The last of them is told.
    """
    return tuple((stage, since) for stage, since in stages(occasion, before) if since <= day)
