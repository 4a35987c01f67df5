"""What the commands about exports do, and how they tell how far they are."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import typer

from bot.config import Settings, SettingsProblem
from bot.dataset import Order, Progress, untold
from bot.exporting import export as write
from bot.opening import check_keys, foreseen, opened_database, world_of
from bot.world import World
from flows.exports import FORMATS, USUAL, complete
from flows.exports.filter import FilterProblem
from flows.exports.format import ExportProblem
from storage.database import Database

INTERRUPTED = 130
ALL = "all"


def export(
    out: Path,
    profiles: Sequence[str],
    languages: Sequence[str],
    narrowed: Mapping[str, Sequence[str]],
    on: str,
    organisation: str,
) -> None:
    """Write the wanted formats to a folder; a file appears only when it is complete."""
    with foreseen(FilterProblem, ExportProblem), opened_database() as (chosen, database):
        world = ready(chosen, database)
        order = ordered(world, profiles, languages, narrowed, on)
        with interruptible(), telling() as progress:
            written = write(database, out, order, world, organisation, progress=progress)
        for path, rows in written:
            typer.echo(f"{path}: {rows} rows")


def ready(chosen: Settings, database: Database) -> World:
    """Return what is exported with, once the database is up to date and its keys are there."""
    world = world_of(chosen)
    database.migrate()
    with database.reading() as connection:
        check_keys(chosen, connection)
    return world


def ordered(
    world: World,
    profiles: Sequence[str],
    languages: Sequence[str],
    narrowed: Mapping[str, Sequence[str]],
    on: str,
) -> Order:
    """Return what is wanted; raises SettingsProblem for what there is not."""
    spoken = tuple(dict.fromkeys(languages or ["en"]))
    for language in spoken:
        if language not in world.interface.languages:
            offered = ", ".join(world.interface.languages)
            raise SettingsProblem(
                f"{language!r} is not a language of the handbook; use one of {offered}."
            )
    said = tuple((name, tuple(words)) for name, words in narrowed.items() if words)
    return Order(_formats(profiles), spoken, said, _day(on))


def _formats(profiles: Sequence[str]) -> tuple[str, ...]:
    wanted = FORMATS if ALL in profiles else dict.fromkeys(profiles or USUAL)
    for name in wanted:
        if name not in FORMATS:
            raise SettingsProblem(
                f"There is no profile {name!r}; there is {', '.join(FORMATS)}, and {ALL}."
            )
    return complete(wanted)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsProblem(f"{text!r} is not a day; write it like 2026-03-02.") from None


@contextmanager
def interruptible() -> Iterator[None]:
    """Say that what was stopped left nothing behind."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Stopped; nothing was written.", err=True)
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def telling() -> Iterator[Progress]:
    """Yield what tells a terminal how many records were read; nobody else is told."""
    if not sys.stderr.isatty():
        yield untold
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed:,} records read"), TimeElapsedColumn()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda count: bar.advance(task, count)
