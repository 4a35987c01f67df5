"""Makes the charts that a coordinator asked for in the chat: those of the report of a project."""

from datetime import datetime

from bot.reporting import matters
from bot.world import World
from flows.access import scope
from flows.report.charts import charts
from flows.report.matter import Span
from flows.report.report import report
from flows.sending import Chart, Notification
from storage import organisations
from storage.database import Connection
from storage.people import Me
from storage.sendings import Sending

MOST = 10
"""Charts that are sent at once: more would fill the chat."""

THEME = "light"


def pictures(
    connection: Connection,
    world: World,
    me: Me,
    language: str,
    sending: Sending,  # noqa: ARG001 - as of every kind
    now: datetime,
) -> Notification:
    """Return the charts of somebody's projects, as things are now."""
    say, today = world.interface.say(language), now.astimezone(world.time_zone).date()
    projects = organisations.projects(connection, [me]).get(me.key, ())
    reached = scope(*me.key, me.roles, [project.id for project in projects]).projects
    mine = [project for project in projects if project.id in reached]
    found = [
        Chart(chart.spec, f"{chart.title}\n{chart.described}")
        for matter in matters(connection, me.organisation, mine, Span(), today, world)
        for chart in charts(report(matter, say), THEME)
    ]
    if not found:
        return Notification(say("There is nothing to draw yet: nothing was registered."), 0)
    text = say(
        "The charts of your projects as they stand today. You may show them to others: small"
        " numbers of people are left out."
    )
    if len(found) > MOST:
        text += "\n" + say(
            "These are the first {count}; whoever runs the program can make a page with all of"
            " them.",
            count=MOST,
        )
    return Notification(text, len(found[:MOST]), charts=tuple(found[:MOST]))
