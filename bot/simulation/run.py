"""Lets the days of a simulated project pass: only the instants at which something happens."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import NamedTuple

from bot.jobs import Jobs, Later
from bot.simulation.acts import Acts
from bot.simulation.chats import action_of
from bot.simulation.diary import Diary
from bot.simulation.people import COORDINATOR, MONTH, WORKER, Person, Span, july, on
from bot.simulation.plans import as_typed
from bot.simulation.town import CHANNEL, Town
from flows.reminder import WHY
from flows.sending import NUDGE, Notification, Outcome
from flows.working_time import working_day

SEND = time(8, 30)
"""When everybody is told who wished nothing else."""

WORKING = frozenset(range(5))
MINUTE = timedelta(minutes=1)
BETWEEN = timedelta(days=42)
"""A coordinator asks no oftener than this."""

BEGUN_AT_ONCE = 0.8
LEAVING_ONE_OF = 6
ENROLLING = 0.6
"""Participants come in this first part of the time."""


class Told(NamedTuple):
    """What somebody was sent, and when."""

    at: datetime
    person: str
    notification: Notification

    @property
    def is_overview(self) -> bool:
        """Whether it says how projects stand."""
        return any(
            action_of(button.token) == "!overview"
            for row in self.notification.rows
            for button in row
        )


@dataclass
class Inboxes:
    """What sends messages into simulated chats; `away` says who cannot be reached."""

    away: Callable[[str], bool]
    clock: Callable[[], datetime]
    rate: float = 0
    told: list[Told] = field(default_factory=list)
    fresh: list[Told] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def notify(self, address: str, notification: Notification) -> Outcome | Later:
        """Deliver a message, unless its person has blocked the bot."""
        if self.away(address):
            self.refused.append(address)
            return "blocked"
        self.fresh.append(Told(self.clock(), address, notification))
        return "sent"


@dataclass
class _Life:
    """How far one simulated person is."""

    acts: Acts
    holidays: list[Span]
    blocked: Span | None = None
    muted: Span | None = None
    leaves_on: date | None = None
    is_gone: bool = False
    visit: bool = False
    newest: Notification | None = None
    mine: list[str] = field(default_factory=list)


class Simulation:
    """One run of a project, from its first to its last day."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.diary = Diary()
        self.inboxes = Inboxes(self._is_away, town.clock)
        self.lives = {person.name: self._life(person) for person in town.people}
        self._number = count()
        self._ahead: list[tuple[datetime, int, Callable[[], None]]] = []
        self._chance: Random = town.chance("town")
        self._is_extended = False
        self._asked_on = date.min
        self._rounds: set[datetime] = set()

    async def run(self) -> None:
        """Let all days pass."""
        self._begin()
        jobs = Jobs(
            self.town.database, self.town.world, CHANNEL, self.inboxes, self.town.setup.language
        )
        try:
            while self._ahead:
                at, _, does = heappop(self._ahead)
                self.town.clock.move(at)
                if at in self._rounds:
                    self._rounds.discard(at)
                    await jobs.round()
                    self._delivered()
                does()
        finally:
            jobs.close()

    def _begin(self) -> None:
        setup = self.town.setup
        for life in self.lives.values():
            life.acts.comes_in()
        day = setup.first
        while day <= setup.last:
            if day == self._workday(day):
                self._round(self.town.at(day, SEND))
            day += timedelta(days=1)
        self._plan_participants()
        self._plan_people()
        self._plan_rest()

    # What is ahead

    def _when(self, day: date, hour: time, does: Callable[[], None]) -> None:
        if day <= self.town.setup.last:
            heappush(self._ahead, (self.town.at(day, hour), next(self._number), does))

    def _round(self, at: datetime) -> None:
        self._rounds.add(at)
        heappush(self._ahead, (at, -1, _nothing))

    def _share(self, share: float) -> date:
        setup = self.town.setup
        return self._workday(on(setup.first, setup.last, share))

    def _workday(self, day: date) -> date:
        return working_day(day, WORKING, self.town.setup.project.plan.region)

    def _plan_participants(self) -> None:
        setup, chance = self.town.setup, self._chance
        for _ in range(setup.participants):
            day = self._share(chance.random() * ENROLLING)
            self._when(day, time(14, chance.randrange(60)), self._enrols)

    def _plan_people(self) -> None:
        for life in self.lives.values():
            acts = life.acts
            if span := life.muted:
                self._when(span.first, time(9), lambda acts=acts: acts.mutes("on"))
                self._when(span.last, time(9), lambda acts=acts: acts.mutes("off"))
            if span := life.blocked:
                self._when(span.last, time(9, 5), acts.works_off)
            if life.leaves_on:
                self._when(life.leaves_on, time(16), lambda life=life: self._goes(life))

    def _plan_rest(self) -> None:
        for share in (0.15, 0.4, 0.65, 0.9):
            self._when(self._share(share), time(16, 20), lambda: self._does("signal"))
        lead = self._lead()
        self._when(self._share(0.45), time(11), lambda: lead.acts.registers("adjustment"))
        self._when(self._share(0.55), time(11, 30), self._changes_plan)

    # What people do

    def _delivered(self) -> None:
        now, local = self.town.clock.now, self.town.local
        for name in self.inboxes.refused:
            self.diary.note(local, name, "cannot be reached")
        self.inboxes.refused.clear()
        for told in sorted(self.inboxes.fresh, key=lambda item: item.person):
            life = self.lives[told.person]
            self.diary.note(local, told.person, self._short(told), is_told=True)
            if told.is_overview:
                if COORDINATOR in life.acts.person.roles:
                    hour = life.acts.person.habit.at
                    notification = told.notification
                    self._when(local.date(), hour, lambda n=notification: self._oversees(n))
                continue
            self._will_answer(life, told.notification, now)
        self.inboxes.told += self.inboxes.fresh
        self.inboxes.fresh.clear()

    def _short(self, told: Told) -> str:
        head, *listed, _ = filter(None, told.notification.text.splitlines())
        said = "; ".join(line.removeprefix("• ") for line in listed)
        return f"overview: {said}" if told.is_overview else f"{head} {said}"

    def _is_asked(self, notification: Notification) -> bool:
        say = self.town.world.interface.say(self.town.setup.language)
        why = say(WHY[NUDGE], projects="\n").partition("\n")[0]
        return notification.text.splitlines()[-1].startswith(why)

    def _will_answer(self, life: _Life, notification: Notification, now: datetime) -> None:
        person, local = life.acts.person, self.town.local
        life.newest = notification
        if life.visit or (person.habit.waits_to_be_asked and not self._is_asked(notification)):
            return
        chance = life.acts.chance
        if chance.random() < person.habit.forgets and not self._is_asked(notification):
            return
        if chance.random() < person.habit.puts_off:
            self._when(local.date(), time(9, 30), lambda: life.acts.puts_off(notification))
            return
        days = chance.randint(person.habit.soonest, person.habit.latest)
        day = self._workday(local.date() + timedelta(days=days))
        while any(day in span for span in life.holidays):
            day = self._workday(day + timedelta(days=1))
        life.visit = True
        self._when(day, person.habit.at, lambda: self._visits(life))

    def _visits(self, life: _Life) -> None:
        life.visit = False
        if not life.is_gone and life.newest is not None:
            life.acts.answers(life.newest)

    def _enrols(self) -> None:
        today = self.town.local.date()
        life = self._chance.choice(self._working(today))
        code = life.acts.enrols(is_begun=self._chance.random() < BEGUN_AT_ONCE)
        life.mine.append(code)
        if self._chance.randrange(LEAVING_ONE_OF) == 0:
            day = self._workday(today + timedelta(days=self._chance.randint(60, 300)))
            self._when(day, time(15), lambda: self._loses(life, code))

    def _loses(self, life: _Life, code: str) -> None:
        today = self.town.local.date()
        who = life if life in self._working(today) else self._working(today)[0]
        who.acts.leaves_one(code)

    def _does(self, sheet: str) -> None:
        self._chance.choice(self._working(self.town.local.date())).acts.registers(sheet)

    def _working(self, day: date) -> list[_Life]:
        """Return who works in the street on a day."""
        workers = [life for life in self.lives.values() if WORKER in life.acts.person.roles]
        here = [
            life
            for life in workers
            if not life.is_gone
            and not any(day in span for span in life.holidays)
            and not self._is_away(life.acts.person.name)
        ]
        return here or workers

    def _lead(self) -> _Life:
        return next(iter(self.lives.values()))

    def _goes(self, life: _Life) -> None:
        self._lead().acts.lets_go(life.acts.person.name)
        life.is_gone = True

    def _oversees(self, notification: Notification) -> None:
        lead, today = self._lead(), self.town.local.date()
        if any(today in span for span in lead.holidays):
            return
        acts = lead.acts
        if not self._is_extended and today >= self._share(0.2):
            self._is_extended = acts.extends()
        elif today - self._asked_on >= BETWEEN and acts.reminds(notification):
            self._asked_on = today
            self._round(self.town.clock.now + MINUTE)

    def _changes_plan(self) -> None:
        """Let measurements open a week earlier from now on, all else as it was."""
        plan = self.town.setup.project.plan
        wanted = as_typed(replace(plan, opens=plan.opens + 7))
        self._lead().acts.registers("plan", wanted)

    def _is_away(self, name: str) -> bool:
        blocked = self.lives[name].blocked
        return blocked is not None and self.town.local.date() in blocked

    def _life(self, person: Person) -> _Life:
        setup, habit = self.town.setup, person.habit
        first, last = setup.first, setup.last
        life = _Life(Acts(self.town, self.diary, person), [])
        if habit.takes_july:
            life.holidays = july(first, last)
        if habit.blocks is not None:
            day = on(first, last, habit.blocks)
            life.blocked = Span(day, self._workday(day + MONTH))
            life.holidays = [*life.holidays, Span(day, life.blocked.last - timedelta(days=1))]
        if habit.mutes is not None:
            day = self._workday(on(first, last, habit.mutes))
            life.muted = Span(day, self._workday(day + 2 * MONTH))
        if habit.leaves is not None:
            life.leaves_on = self._share(habit.leaves)
        return life


def _nothing() -> None:
    pass
