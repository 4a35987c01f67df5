"""Lets the days of a simulated project pass: only the instants at which something happens."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random

from bot.jobs import Jobs
from bot.simulation.acts import Acts
from bot.simulation.chats import CHANNEL
from bot.simulation.diary import Diary
from bot.simulation.people import MONTH, WORKER, Person, Span, july, on
from bot.simulation.plans import as_typed
from bot.simulation.telling import Inboxes, Told
from bot.simulation.town import Town
from flows.sending import Notification
from flows.set_up import PLAN
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

PUT_OFF, EXITS = time(9, 30), time(15)

SIGNALS_AT = (0.15, 0.4, 0.65, 0.9)
EXTENDED_FROM, ADJUSTED_AT, PLAN_CHANGES_AT = 0.2, 0.45, 0.55
"""When things happen once, as shares of the time."""


@dataclass
class _Life:
    """How far one simulated person is."""

    acts: Acts
    holidays: list[Span]
    blocked: Span | None = None
    muted: Span | None = None
    leaves_on: date | None = None
    is_gone: bool = False
    is_coming: bool = False
    newest: Notification | None = None


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
        self._rounds: set[datetime] = set()
        self._is_extended = False
        self._asked_on = date.min

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
                self._when(span.first, time(9), partial(acts.mutes, "on"))
                self._when(span.last, time(9), partial(acts.mutes, "off"))
            if span := life.blocked:
                self._when(span.last, time(9, 5), acts.comes_back)
            if (share := acts.person.habit.declines) is not None:
                self._when(self._share(share), time(9), acts.declines)
            if life.leaves_on:
                self._when(life.leaves_on, time(16), partial(self._goes, life))

    def _plan_rest(self) -> None:
        for share in SIGNALS_AT:
            self._when(self._share(share), time(16, 20), partial(self._does, "signal"))
        adjusts = partial(self._lead().acts.registers, "adjustment")
        self._when(self._share(ADJUSTED_AT), time(11), adjusts)
        self._when(self._share(PLAN_CHANGES_AT), time(11, 30), self._changes_plan)

    def _delivered(self) -> None:
        local = self.town.local
        for name in self.inboxes.refused:
            self.diary.note(local, name, "cannot be reached")
        self.inboxes.refused.clear()
        for told in sorted(self.inboxes.fresh, key=lambda item: item.person):
            life = self.lives[told.person]
            self.diary.note(local, told.person, told.short(), is_told=True)
            if told.is_overview:
                if life is self._lead():
                    hour = life.acts.person.habit.at
                    self._when(local.date(), hour, partial(self._oversees, told.notification))
            else:
                self._will_answer(life, told)
        self.inboxes.fresh.clear()

    def _will_answer(self, life: _Life, told: Told) -> None:
        """Decide when somebody answers, if they do."""
        habit, chance, today = life.acts.person.habit, life.acts.chance, self.town.local.date()
        life.newest = told.notification
        say = self.town.world.interface.say(self.town.setup.language)
        if life.is_coming:
            return
        is_ready = not habit.waits_to_be_asked and chance.random() >= habit.forgets
        if not is_ready and not told.is_asked(say):
            return
        if chance.random() < habit.puts_off:
            self._when(today, PUT_OFF, partial(life.acts.puts_off, told.notification))
            return
        day = self._workday(today + timedelta(days=chance.randint(habit.soonest, habit.latest)))
        while any(day in span for span in life.holidays):
            day = self._workday(day + timedelta(days=1))
        life.is_coming = True
        self._when(day, habit.at, partial(self._visits, life))

    def _visits(self, life: _Life) -> None:
        life.is_coming = False
        if not life.is_gone and life.newest is not None:
            life.acts.answers(life.newest)

    def _enrols(self) -> None:
        today = self.town.local.date()
        life = self._chance.choice(self._working(today))
        code = life.acts.enrols(is_begun=self._chance.random() < BEGUN_AT_ONCE)
        if self._chance.randrange(LEAVING_ONE_OF) == 0:
            day = self._workday(today + timedelta(days=self._chance.randint(60, 300)))
            self._when(day, EXITS, partial(self._loses, life, code))

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
        if not self._is_extended and today >= self._share(EXTENDED_FROM):
            self._is_extended = acts.extends()
        elif today - self._asked_on >= BETWEEN and acts.reminds(notification):
            self._asked_on = today
            self._round(self.town.clock.now + MINUTE)

    def _changes_plan(self) -> None:
        """Let measurements open a week earlier from now on, all else as it was."""
        plan = self.town.setup.project.plan
        wanted = as_typed(replace(plan, opens=plan.opens + 7))
        self._lead().acts.registers(PLAN, wanted)

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
