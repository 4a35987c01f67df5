"""Makes the reminder of one person, as things are when it is sent."""

from datetime import datetime
from functools import partial

from bot.agenda import StoredAgenda
from bot.world import World
from flows.access import scope
from flows.reminder import reminder
from flows.schedule import Standing, reached, work
from flows.sending import Notification
from flows.working_time import working_day_before
from storage import organisations
from storage.database import Connection
from storage.people import Me
from storage.sendings import Sending


def remind(
    connection: Connection, world: World, me: Me, language: str, sending: Sending, now: datetime
) -> Notification | None:
    """Return what somebody has to register now; None when that has been done meanwhile."""
    today = now.astimezone(world.time_zone).date()
    projects = organisations.projects(connection, [me]).get(me.key, ())
    within = scope(me.organisation, me.person, me.roles, [project.id for project in projects])
    offer = world.offer(connection, me.organisation)
    agenda = StoredAgenda(connection, world, offer, within, projects)
    standings = {item.project.id: item for item in agenda.of(within.projects)}
    due = work(offer.schedule, standings.values(), me.person, me.roles, today)
    if not due:
        return None
    days = agenda.wishes().hours.days
    stages = {
        item.occasion.key: reached(
            item.occasion,
            partial(
                working_day_before, days=days, region=_region(standings[item.occasion.project])
            ),
            today,
        )[-1][0]
        for item in due
    }
    say = world.interface.say(language)
    named = {project.id: project for project in projects}
    return reminder(say, me.person, due, named, offer.current, stages, sending.kind, today)


def _region(standing: Standing) -> str:
    return standing.project.plan.region
