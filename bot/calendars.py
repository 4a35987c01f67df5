"""Makes the calendar file that a coordinator asked for in the chat."""

from datetime import datetime

from bot.world import World
from flows.access import scope
from flows.sending import Notification
from storage import agenda, funding, organisations
from storage.database import Connection
from storage.people import Me
from storage.sendings import Sending

NAME = "meetmoment.ics"


def calendar(
    connection: Connection,
    world: World,
    me: Me,
    language: str,
    sending: Sending,  # noqa: ARG001 - as of every kind
    now: datetime,
) -> Notification | None:
    """Return the plans of somebody's projects as one calendar file; None if nothing is planned."""
    # Few ask for it, and the library takes a while to read.
    from flows.calendar_file import calendar_file

    projects = organisations.projects(connection, [me]).get(me.key, ())
    reached = scope(*me.key, me.roles, [project.id for project in projects]).projects
    places = {
        (me.organisation, project.id): project for project in projects if project.id in reached
    }
    fundings = funding.fundings(connection, places)
    planned = [
        (standing, fundings.get(place, ()))
        for place, standing in agenda.standings(connection, places, world.time_zone, {}).items()
    ]
    say, offer = world.interface.say(language), world.offer(connection, me.organisation)
    content = calendar_file(planned, offer.schedule, offer.current, say, now)
    if not content:
        return None
    text = say("The plan as a calendar file: open it to put the days into your own calendar.")
    return Notification(text, len(planned), file=content, file_name=NAME)
