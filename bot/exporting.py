"""Writes an export: every format from one consistent view of the database, with its manifest."""

import gc
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import FrameType

from bot.auditing import sha256_of
from bot.dataset import Order, Progress, dataset, untold
from bot.files import beside, placed, secured
from bot.world import World
from flows.audit import COMMAND_LINE, Act, Detail
from flows.exports import ABOUT_SHEETS, FORMATS
from flows.exports.dataset import Dataset
from flows.exports.filter import FilterProblem
from flows.exports.manifest import MANIFEST, File, json_text, manifest
from storage.database import Database

EVERYTHING = "everything"
"""The filter of an export that leaves nothing out."""

PLANNED = "grid.csv"
"""The file that says something where nothing is registered, if it was planned."""

Written = list[tuple[Path, int]]
Make = Callable[[Path, Dataset], list[File]]
"""Writes files into a folder and says what it wrote."""


def software() -> str:
    """Return what this program is called in a manifest."""
    return f"meetmoment {version('meetmoment')}"


def export(
    database: Database,
    out: Path,
    order: Order,
    world: World,
    organisation: str = "",
    *,
    person: str = COMMAND_LINE,
    progress: Progress = untold,
) -> Written:
    """Write the files and return each with its number of rows, the manifest last.

    They take their names only when all are complete and their entry stands in the audit: an
    export that fails leaves the one before it as it was, and a crash leaves no export without
    an entry. Raises SettingsProblem when the folder cannot be written, FilterProblem when nothing
    is left of what was registered.
    """
    with (
        stopping_kindly(),
        not_collecting(),
        dataset(database, organisation, order, world, progress) as data,
        beside(out) as folder,
    ):
        files = [*_written(folder, data, order.formats)]
        _require_something(data, order.formats, files)
        said = manifest(data, files, software())
        (folder / MANIFEST).write_text(json_text(said), encoding="utf-8")
        secured(folder)
        account(database, world, data, [*files, *described(folder, {MANIFEST: 0})], person)
        found = [(out / file.name, file.rows) for file in files]
        placed(folder, out, [*(file.name for file in files), MANIFEST])
    return found


def described(folder: Path, rows: dict[str, int]) -> list[File]:
    """Return what a manifest says of files with these numbers of rows."""
    return [
        File(name, count, (folder / name).stat().st_size, sha256_of(folder / name))
        for name, count in rows.items()
    ]


def account(
    database: Database, world: World, data: Dataset, files: Sequence[File], person: str
) -> None:
    """Write into the audit who exported what."""
    listed: dict[str, Detail] = {
        file.name: {"rows": file.rows, "sha256": file.sha256} for file in files
    }
    detail: dict[str, Detail] = {
        "filter": data.filter.stated() or EVERYTHING,
        "language": "+".join(data.languages),
        "rows": sum(file.rows for file in files),
        "files": listed,
    }
    with database.writing() as connection:
        act = Act(person, "exported", "", detail)
        world.audit.write(connection, data.organisation, [act], world.clock())


@contextmanager
def not_collecting() -> Iterator[None]:
    """Leave rubbish to be counted away: millions of rows have no cycles to be looked for."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def stopping_kindly() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does, so that nothing half-written stays behind."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:
        # Only the main thread is told of signals.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _written(folder: Path, data: Dataset, formats: Iterable[str]) -> Iterator[File]:
    for name in formats:
        yield from described(folder, FORMATS[name].write(folder, data))


def _require_something(data: Dataset, formats: Iterable[str], files: Iterable[File]) -> None:
    if not data.filter.stated() or ABOUT_SHEETS.issuperset(formats):
        return
    is_planned = any(file.rows for file in files if file.name == PLANNED)
    if next(data.blocks(), None) is None and not is_planned:
        raise nothing_of(data)


def nothing_of(data: Dataset) -> FilterProblem:
    """Return the problem of a filter that leaves nothing of what was registered."""
    parts = [
        f"{name} {', '.join(value) if isinstance(value, list) else value}"
        for name, value in data.filter.stated().items()
    ]
    said = "; ".join(parts)
    return FilterProblem(f"Nothing is registered that has {said}; nothing was written.")
