"""What `meetmoment plan` does: shows when a project registers what, or writes it for calendars."""

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import typer

from bot import options
from bot.config import SettingsProblem
from bot.offer import Offer
from bot.opening import foreseen, opened_database, world_of
from bot.world import World
from flows.calendar_file import calendar_file
from flows.plan import impossible
from flows.questionnaire import MOMENT_NAMES
from flows.schedule import Occasion, Standing, state_of
from flows.texts import Say
from storage import agenda, funding, organisations
from storage.database import Connection

AHEAD = timedelta(days=366)
"""How far a project without an end is shown."""

COLUMNS = (
    *("sheet", "moment", "number", "participant"),
    *("opens", "due", "late_from", "locked_from", "state"),
)


def show(project: str, on: str, language: str, organisation: str, *, as_csv: bool) -> None:
    """Print every occasion of a plan, and what in it cannot be."""
    with foreseen(), opened_database() as (chosen, database):
        world = world_of(chosen)
        say = options.voice(world, language)
        day = options.day(on) or world.clock().astimezone(world.time_zone).date()
        database.migrate()
        with database.reading() as connection:
            here = organisations.named(connection, organisation)
            standing = _standing(connection, world, here, project)
            offer = world.offer(connection, here)
        for fault in impossible(standing.project.plan, say, MOMENT_NAMES):
            typer.echo(fault, err=True)
        rows = _rows(standing, offer, say, day)
        typer.echo(_csv(rows) if as_csv else _table(rows, standing.project.name), nl=False)


def ics(project: str, out: Path, language: str, organisation: str) -> None:
    """Write a plan as a calendar file."""
    with foreseen(), opened_database() as (chosen, database):
        world = world_of(chosen)
        say = options.voice(world, language)
        database.migrate()
        with database.reading() as connection:
            here = organisations.named(connection, organisation)
            standing = _standing(connection, world, here, project)
            place, offer = (here, standing.project.id), world.offer(connection, here)
            wanted = funding.fundings(connection, [place])[place]
        content = calendar_file(
            [(standing, wanted)], offer.schedule, offer.current, say, world.clock()
        )
        if not content:
            raise SettingsProblem(
                f"{standing.project.name} has no plan yet: fill in its project sheet in the chat."
            )
        out.write_bytes(content)
        typer.echo(f"{out}: the plan of {standing.project.name}.")


def _standing(connection: Connection, world: World, here: str, wanted: str) -> Standing:
    project = organisations.project_named(connection, here, wanted)
    place = here, project.id
    return agenda.standings(connection, {place: project}, world.time_zone, {})[place]


def _rows(standing: Standing, offer: Offer, say: Say, day: date) -> list[list[str]]:
    until = max(standing.project.plan.ends_on or date.min, day + AHEAD)
    found = sorted(offer.schedule.occasions(standing, until), key=lambda item: (item.due, item.key))
    return [_row(occasion, standing, offer, say, day) for occasion in found]


def _row(occasion: Occasion, standing: Standing, offer: Offer, say: Say, day: date) -> list[str]:
    sheet = offer.current[occasion.sheet]
    days = (occasion.opens, occasion.due, occasion.late_from, occasion.locked_from)
    return [
        sheet.text(say.language, f"{sheet.name}.title"),
        say(MOMENT_NAMES[occasion.moment]),
        str(occasion.number),
        occasion.subject,
        *("" if moment == date.max else moment.isoformat() for moment in days),
        state_of(occasion, standing, day),
    ]


def _csv(rows: Iterable[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *rows])
    return out.getvalue()


def _table(rows: Iterable[list[str]], title: str) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(*(name.replace("_", " ") for name in COLUMNS), title=title, box=None)
    for row in rows:
        table.add_row(*row)
    out = io.StringIO()
    Console(file=out, width=_WIDE, no_color=True).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


_WIDE = 120
