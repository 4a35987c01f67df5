"""Plans the messages of a day: what has come to a new stage, and whom that is told."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from bot.fault import place_of
from bot.world import World
from flows.access import OVERSEEING
from flows.plan import NO_PLAN, BadPlan, Plan, plan_of
from flows.schedule import MISSING, Occasion, Standing, is_for, reached, state_of
from flows.sending import BURDENING, DIGEST, REMINDER
from flows.wishes import Wishes
from flows.working_time import is_working_day, moment_to_send, working_day, working_day_before
from storage import agenda, organisations, reminders, sendings, wishes, workers
from storage.database import Connection, Database
from storage.people import Key
from storage.problems import DatabaseProblem
from storage.sendings import NOTHING, Recent
from storage.workers import Place, Worker

AT_ONCE = 250
"""Projects in one transaction, so that a bot beside it never waits long."""

WEEK = timedelta(days=7)

NO_WISHES = Wishes()

log = logging.getLogger(__name__)


class Told(NamedTuple):
    """A stage of an occasion that is told to one person."""

    person: Key
    occasion: Occasion
    stage: str


@dataclass(frozen=True)
class Day:
    """What one transaction of the planning works with."""

    connection: Connection
    world: World
    now: datetime
    today: date
    standings: Mapping[Place, Standing]
    crew: Mapping[Place, Collection[Worker]]
    wished: Mapping[Key, Wishes]
    recent: Mapping[Key, Recent]

    def wishes(self, key: Key) -> Wishes:
        """Return what somebody wishes, or what is usual."""
        return self.wished.get(key, NO_WISHES)


def plan(database: Database, world: World, channel: str, at_once: int = AT_ONCE) -> int:
    """Plan today's messages of every project that is not planned yet; return how many were.

    Whatever is planned stands in the database before anything is sent, and once only, however
    many processes do this at the same time.
    """
    now = world.clock()
    total, alone = 0, False
    while True:
        most = 1 if alone else at_once
        try:
            done = _some(database, world, channel, now, most)
        except Exception as error:
            if isinstance(error, DatabaseProblem) or alone:
                raise
            log.info("projects are planned one by one: %s", place_of(error))
            alone = True
            continue
        total += done
        if done < most:
            return total


def _some(database: Database, world: World, channel: str, now: datetime, most: int) -> int:
    today = now.astimezone(world.time_zone).date()
    with database.writing() as connection:
        places = organisations.unplanned(connection, today, most)
        if not places:
            return 0
        try:
            _plan(_day(connection, world, channel, now, places))
        except Exception as error:
            if most > 1 or isinstance(error, DatabaseProblem):
                raise
            # It is left out for today; the next day tries again.
            log.error("%s is not planned today: %s", "/".join(places[0]), place_of(error))
        organisations.note_planned(connection, places, today)
    return len(places)


def _day(
    connection: Connection,
    world: World,
    channel: str,
    now: datetime,
    places: Collection[Place],
) -> Day:
    zone, today = world.time_zone, now.astimezone(world.time_zone).date()
    projects = organisations.of_places(connection, places)
    working = workers.working(connection, places)
    here = {
        place: {worker.person: worker.roles for worker in found} for place, found in working.items()
    }
    crew = {
        place: [worker for worker in found if worker.channel == channel]
        for place, found in working.items()
    }
    everybody = {
        (organisation, worker.person)
        for (organisation, _), found in crew.items()
        for worker in found
    }
    return Day(
        connection,
        world,
        now,
        today,
        agenda.standings(connection, projects, zone, here),
        crew,
        wishes.of(connection, everybody),
        sendings.recent(connection, everybody, today - WEEK + timedelta(days=1), zone),
    )


def _plan(day: Day) -> None:
    found: list[Told] = []
    regions: dict[Key, str] = {}
    digests: dict[Key, str] = {}
    for place, standing in day.standings.items():
        plan = _plan_of(place, standing)
        crew = day.crew[place]
        told = list(_stages(day, place, standing, plan))
        found += told
        regions |= dict.fromkeys((item.person for item in told), plan.region)
        digests |= dict.fromkeys(_overseers(day, place, crew, plan.region), plan.region)
    fresh = reminders.add(day.connection, found, day.today)
    messages = [
        (key, kind, day.today, _time(day, key, region))
        for kind, people in (
            (REMINDER, {key: regions[key] for key in fresh}),
            (DIGEST, digests),
        )
        for key, region in sorted(people.items())
    ]
    sendings.plan(day.connection, messages)


def _plan_of(place: Place, standing: Standing) -> Plan:
    project = standing.project
    try:
        return plan_of(project.dates, project.rules)
    except BadPlan as error:
        log.error("the plan of %s is not used: %s", "/".join(place), error)
        return NO_PLAN


def _time(day: Day, key: Key, region: str) -> datetime:
    hours = day.wishes(key).hours
    return moment_to_send(day.now, day.today, hours, region, day.world.time_zone)


def _stages(day: Day, place: Place, standing: Standing, plan: Plan) -> Iterator[Told]:
    """Yield what those who want to hear of it today could be told about one project."""
    organisation = place[0]
    listening = [
        worker
        for worker in day.crew[place]
        if _may_be_told(day, (organisation, worker.person), plan.region, plan.most_messages)
    ]
    if not listening:
        return
    schedule = day.world.offer(day.connection, organisation).schedule
    for occasion in schedule.occasions(standing, day.today):
        if state_of(occasion, standing, day.today) not in MISSING:
            continue
        decision = standing.decided.get(occasion.key)
        # Whoever was told before it got more time is not told the same again.
        extended = (decision and decision.due and decision.on) or date.min
        for worker in listening:
            if is_for(occasion, standing, worker.person, worker.roles):
                key = organisation, worker.person
                days = day.wishes(key).hours.days
                before = partial(working_day_before, days=days, region=plan.region)
                # What comes to a later stage is told no earlier one any more.
                stage, since = reached(occasion, before, day.today)[-1]
                if since > extended:
                    yield Told(key, occasion, stage)


def _may_be_told(day: Day, key: Key, region: str, most: int) -> bool:
    """Whether somebody is told something today: not muted, not told already, not too much."""
    wished, had = day.wishes(key), day.recent.get(key, NOTHING)
    return (
        day.today not in (had.last.get(kind) for kind in BURDENING)
        and not wished.is_muted(day.today)
        and is_working_day(day.today, wished.hours.days, region)
        and had.burden < most
    )


def _overseers(day: Day, place: Place, crew: Iterable[Worker], region: str) -> Iterator[Key]:
    """Yield who gets an overview today."""
    for worker in crew:
        key = place[0], worker.person
        if not OVERSEEING.isdisjoint(worker.roles) and _is_digest_day(day, key, region):
            yield key


def _is_digest_day(day: Day, key: Key, region: str) -> bool:
    wished = day.wishes(key)
    days, today = wished.hours.days, day.today
    if wished.digest == "off" or wished.is_muted(today):
        return False
    if wished.digest == "daily":
        return is_working_day(today, days, region)
    # The first working day of the week, or the first one after it on which that can be made up for.
    first = working_day(today - timedelta(days=today.weekday()), days, region)
    last = day.recent.get(key, NOTHING).last.get(DIGEST, date.min)
    return first <= today and last < first and is_working_day(today, days, region)
