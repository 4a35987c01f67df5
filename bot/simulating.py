"""What `meetmoment simulate` does: a project's plan is gone through by simulated workers."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from bot import options
from bot.app import selection
from bot.config import Settings, SettingsProblem, settings
from bot.dataset import Order
from bot.exporting import export
from bot.keys import keys
from bot.opening import foreseen, world_of
from bot.overview import THEME
from bot.simulation.plans import SIGNALS, example
from bot.simulation.run import Simulation
from bot.simulation.town import FIRST_DAY, LAST_DAY, ORGANISATION, Setup, Town, built
from bot.world import World
from flows.exports import USUAL
from flows.pictures.completeness import png
from flows.pictures.grid import Grid
from flows.plan import impossible
from flows.project import Project
from flows.questionnaire import MOMENT_NAMES
from flows.retention import months_after
from flows.sheet import Sheet
from flows.texts import Say
from storage import organisations, own_sheets
from storage.database import Database

MOST_YEARS = 10
LEAST_DAYS = 90
"""An example is no shorter: its measurements need room."""

WORKERS, PARTICIPANTS = range(2, 51), range(501)

README = """\
Everything here is SIMULATED. Nobody did, said or answered any of it.

{project}, from {first} to {last}, with {workers} simulated workers and {participants} simulated
participants; seed {seed}. The same seed gives the same files again.

diary.txt      what happened, day by day
overviews/     what the coordinators were sent, and a picture of it once a month
export/        the files of `meetmoment export`, with the code book
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for on the command line."""

    first: str
    last: str
    workers: int
    participants: int
    seed: int
    language: str
    project: str
    organisation: str


class Sketches:
    """Keeps what the overviews of a simulation would show: the first of each month."""

    def __init__(self) -> None:
        self.kept: dict[date, Grid] = {}
        self.today: Callable[[], date] = date.today

    def __call__(self, grid: Grid, theme: str, say: Say) -> None:  # noqa: ARG002 - as World says
        """Keep the first grid of each month, to be drawn when all is over."""
        day = self.today()
        if not any((day.year, day.month) == (other.year, other.month) for other in self.kept):
            self.kept[day] = grid


def simulate(wanted: Wanted, out: Path | None) -> None:
    """Simulate, and write what comes of it into a folder, or print the diary."""
    with foreseen():
        chosen = settings()
        world = world_of(chosen)
        setup = _setup(wanted, chosen, world)
        if out is not None:
            _check(out)
        sketches = Sketches()
        with built(setup, world, sketches) as town:
            sketches.today = town.today
            simulation = Simulation(town)
            asyncio.run(simulation.run())
            if out is None:
                typer.echo(simulation.diary.text(), nl=False)
            else:
                _write(out, town, simulation, sketches.kept)


def _setup(wanted: Wanted, chosen: Settings, world: World) -> Setup:
    """Return what is to be simulated; SettingsProblem says what of it cannot be."""
    options.voice(world, wanted.language)
    for name, number, possible in (
        ("workers", wanted.workers, WORKERS),
        ("participants", wanted.participants, PARTICIPANTS),
    ):
        if number not in possible:
            few, many = possible[0], possible[-1]
            raise SettingsProblem(
                f"There can be {few} to {many} {name} in a simulation, not {number}."
            )
    project, own = _stored(wanted, chosen) if wanted.project else (None, ())
    plan = project.plan if project else None
    first = options.day(wanted.first) or (plan and plan.starts_on) or FIRST_DAY
    last = options.day(wanted.last) or (plan and plan.ends_on) or LAST_DAY
    if last < first:
        raise SettingsProblem(f"The end, {last}, comes before the beginning, {first}.")
    if last > months_after(first, 12 * MOST_YEARS):
        raise SettingsProblem(f"More than {MOST_YEARS} years cannot be simulated.")
    if project is None:
        if (last - first).days < LEAST_DAYS:
            raise SettingsProblem(f"The example takes at least {LEAST_DAYS} days.")
        project = example(first, last, [*selection(world), SIGNALS])
    say = world.interface.say(wanted.language)
    for fault in impossible(project.plan, say, MOMENT_NAMES):
        raise SettingsProblem(fault)
    return Setup(
        project,
        first,
        last,
        wanted.workers,
        wanted.participants,
        wanted.seed,
        wanted.language,
        own,
    )


def _stored(wanted: Wanted, chosen: Settings) -> tuple[Project, tuple[Sheet, ...]]:
    """Return a project of the user's own database, which is only read, and the own sheets there."""
    database = Database(chosen.database_url, keys(chosen))
    try:
        if database.location.path is not None and not database.location.path.exists():
            raise SettingsProblem(f"{database.location.label} is not there.")
        with database.reading() as connection:
            here = organisations.named(connection, wanted.organisation)
            found = organisations.project_named(connection, here, wanted.project)
            own = tuple(own_sheets.offered(connection, here).values())
    finally:
        database.close()
    if not found.dates and not found.rules:
        raise SettingsProblem(
            f"{found.name} has no plan yet: fill in its project sheet in the chat."
        )
    return found, own


def _check(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SettingsProblem(f"{out} is there already; name a folder that is empty or new.")


def _write(out: Path, town: Town, simulation: Simulation, kept: Mapping[date, Grid]) -> None:
    setup = town.setup
    (out / "overviews").mkdir(parents=True, exist_ok=True)
    about = README.format(
        project=town.project,
        first=setup.first,
        last=setup.last,
        workers=setup.workers,
        participants=setup.participants,
        seed=setup.seed,
    )
    (out / "README.txt").write_text(about, encoding="utf-8")
    (out / "diary.txt").write_text(simulation.diary.text(), encoding="utf-8")
    overviews = [told for told in simulation.inboxes.told if told.is_overview]
    for told in overviews:
        day = told.at.astimezone(town.world.time_zone).date()
        path = out / "overviews" / f"{day}-{told.person}.txt"
        words = [told.notification.text, told.notification.described]
        path.write_text("\n\n".join(filter(None, words)) + "\n", encoding="utf-8")
    say = town.world.interface.say(setup.language)
    for day, grid in kept.items():
        (out / "overviews" / f"{day}.png").write_bytes(png(grid, THEME, say))
    order = Order(USUAL, (setup.language,))
    files = export(town.database, out / "export", order, town.world, ORGANISATION)
    typer.echo(f"{out / 'diary.txt'}: what happened, all of it simulated.")
    typer.echo(f"{out / 'overviews'}: {len(overviews)} overviews, {len(kept)} pictures.")
    typer.echo(f"{out / 'export'}: {len(files)} files, {sum(rows for _, rows in files)} rows.")
