"""What the commands about exports do, and how they tell how far they are."""

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from bot.archiving import archive as write_archive
from bot.config import Settings, SettingsProblem
from bot.dataset import Order, Progress, untold
from bot.exporting import export as write
from bot.importing import Imported, import_archive
from bot.opening import check_keys, foreseen, opened_database, world_of
from bot.options import day, voice
from bot.world import World
from flows.archive.contents import Contents
from flows.archive.faults import ArchiveProblem
from flows.exports import FORMATS, USUAL, complete
from flows.exports.filter import FilterProblem
from flows.exports.format import ExportProblem
from storage.database import Database

INTERRUPTED = 130
ALL = "all"
DESCRIBING = (".json", ".R")
"""Files without rows of their own."""


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
            is_table = path.suffix not in DESCRIBING
            typer.echo(f"{path}: {rows} rows" if is_table else str(path))


def archive(
    out: Path,
    profiles: Sequence[str],
    languages: Sequence[str],
    narrowed: Mapping[str, Sequence[str]],
    on: str,
    organisation: str,
) -> None:
    """Write an archive to a new folder or a zip file, which appears only when it is complete."""
    with foreseen(FilterProblem), opened_database() as (chosen, database):
        if profiles or narrowed.get("status"):
            name = "--profile" if profiles else "--status"
            raise SettingsProblem(f"{name} is not for an archive, which keeps whole records.")
        world = ready(chosen, database)
        order = ordered(world, [], languages, narrowed, on)
        with interruptible(), telling() as progress:
            files = write_archive(database, out, order, world, organisation, progress=progress)
        typer.echo(f"{out}: {len(files)} files, {sum(file.rows for file in files)} rows")


def bring_in(path: Path) -> None:
    """Store an archive, and say how it is exported again."""
    with foreseen(ArchiveProblem), opened_database() as (chosen, database):
        world = ready(chosen, database)
        with interruptible("imported"), telling() as progress:
            done = import_archive(database, path, world, progress)
        for line in _told(done):
            typer.echo(line)


def _told(done: Imported) -> Iterator[str]:
    told = done.told
    yield (
        f"{told.name} is there: {done.records} records, saved {done.revisions} times. Nobody of it"
        " can write here; let somebody in with"
        f" `meetmoment invite --role admin --organisation {told.organisation}`."
    )
    if done.sheets:
        yield f"This program asks other versions of these sheets: {', '.join(done.sheets)}."
    if done.different:
        yield f"Exported again, these files are not the same: {', '.join(done.different)}."
    else:
        yield f"Exported again, all {len(told.files)} files are the same, byte for byte:"
    yield f"  {again(told)}"


def again(told: Contents) -> str:
    """Return the command that makes the same archive."""
    words = ["meetmoment", "export", "--archive", "--organisation", told.organisation]
    for language in told.languages:
        words += ["--language", language]
    for name, values in told.filter.items():
        for value in values:
            words += [f"--{name}", value]
    words += ["--on", told.as_of.isoformat(), "--out", f"{told.organisation}.zip"]
    return shlex.join(words)


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
        voice(world, language)
    said = tuple((name, tuple(words)) for name, words in narrowed.items() if words)
    return Order(_formats(profiles), spoken, said, day(on))


def _formats(profiles: Sequence[str]) -> tuple[str, ...]:
    wanted = FORMATS if ALL in profiles else dict.fromkeys(profiles or USUAL)
    for name in wanted:
        if name not in FORMATS:
            raise SettingsProblem(
                f"There is no profile {name!r}; there is {', '.join(FORMATS)}, and {ALL}."
            )
    return complete(wanted)


@contextmanager
def interruptible(what: str = "written") -> Iterator[None]:
    """Say that what was stopped left nothing behind."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"Stopped; nothing was {what}.", err=True)
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
