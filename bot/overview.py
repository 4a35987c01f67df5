"""The overview of one coordinator, made from what is stored."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.offer import Offer
from bot.world import World
from flows.access import OVERSEEING, scope
from flows.completeness import grid
from flows.digest import AHEAD, Reader, digest
from flows.overview import Overview, overview
from flows.pictures.completeness import described
from flows.pictures.grid import Grid
from flows.reports import funder_name, reports
from flows.sending import DIGEST, Notification
from flows.texts import Say
from flows.wishes import Wishes
from storage import agenda, funding, organisations, sendings, wishes
from storage import overview as stored
from storage.database import Connection
from storage.people import Me
from storage.sendings import Sending

BEFORE = {"daily": timedelta(days=1), "weekly": timedelta(days=7), "off": timedelta(days=7)}
"""How far somebody looks back who never got an overview, by how often they want one."""

THEME = "light"


def render(
    connection: Connection,
    world: World,
    me: Me,
    language: str,
    sending: Sending,
    now: datetime,
) -> Notification | None:
    """Return somebody's overview as it is now; None when there is nothing to be said."""
    if OVERSEEING.isdisjoint(me.roles):
        # It was planned before the role was lost.
        return None
    return digest_of(connection, world, me, language, sending.day, now)


def digest_of(
    connection: Connection, world: World, me: Me, language: str, day: date, now: datetime
) -> Notification | None:
    """Return somebody's overview of a day, with its picture where something is planned."""
    today = now.astimezone(world.time_zone).date()
    wished = wishes.of(connection, [me.key]).get(me.key, Wishes())
    before = sendings.last(connection, me.key, DIGEST, day) or now - BEFORE[wished.digest]
    since = before.astimezone(world.time_zone).date()
    reader = Reader(me.person, me.roles, wished.digest, since, today)
    say, offer = world.interface.say(language), world.offer(connection, me.organisation)
    found = _overviews(connection, world, offer, me, say, before, today)
    told = digest(say, reader, found, offer.current)
    if told is None:
        return None
    drawn = grid(say, offer.schedule, offer.current, [of.standing for of in found], today)
    return _with_picture(told, say, world, drawn)


def _overviews(
    connection: Connection,
    world: World,
    offer: Offer,
    me: Me,
    say: Say,
    since: datetime,
    today: date,
) -> list[Overview]:
    projects = organisations.projects(connection, [me]).get(me.key, ())
    reached = scope(*me.key, me.roles, [project.id for project in projects]).projects
    places = {
        (me.organisation, project.id): project for project in projects if project.id in reached
    }
    crews = stored.members(connection, places, today, world.time_zone)
    here = {
        place: {member.person: member.roles for member in crew} for place, crew in crews.items()
    }
    standings = agenda.standings(connection, places, world.time_zone, here)
    changed = stored.changes(connection, places, since)
    wanted = {
        place: tuple(
            (funder_name(say, offer.current, item.funding), item.due)
            for item in reports(found, today, today + AHEAD)
        )
        for place, found in funding.fundings(connection, places).items()
    }
    return [
        overview(
            offer.schedule,
            standing,
            today,
            crew=tuple(crews[place]),
            changes=changed[place],
            reports=wanted[place],
        )
        for place, standing in standings.items()
    ]


def _with_picture(told: Notification, say: Say, world: World, drawn: Grid) -> Notification:
    if drawn.is_empty:
        return told
    return replace(told, drawing=world.draw(drawn, THEME, say), described=described(drawn, say))
