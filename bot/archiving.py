"""Writes an archive: a folder or a zip file, which appears only when it is complete."""

from dataclasses import replace
from pathlib import Path

from bot.config import SettingsProblem
from bot.dataset import Order, Progress, holdings, untold
from bot.exporting import (
    account,
    described,
    not_collecting,
    nothing_of,
    software,
    stopping_kindly,
)
from bot.files import beside, pack, secured
from bot.world import World
from flows.archive.contents import stated
from flows.archive.holdings import Holdings, write
from flows.archive.package import PACKAGE, package
from flows.archive.readme import README, readme
from flows.audit import COMMAND_LINE
from flows.exports.manifest import MANIFEST, File, json_text
from storage.database import Database

ZIP = ".zip"


def archive(
    database: Database,
    out: Path,
    order: Order,
    world: World,
    organisation: str = "",
    *,
    person: str = COMMAND_LINE,
    progress: Progress = untold,
) -> list[File]:
    """Write an archive of the own records and return its files.

    A name that ends in .zip is one file; any other is a folder, which may not hold anything yet.
    Raises SettingsProblem when it cannot be written, FilterProblem when nothing is left.
    """
    _require_free(out)
    with (
        stopping_kindly(),
        not_collecting(),
        holdings(database, organisation, replace(order, own=True), world, progress) as held,
        beside(out.parent) as folder,
    ):
        _require_something(held)
        made, packed = folder / "archive", folder / "archive.zip"
        made.mkdir(mode=0o750)
        files = written(made, held, world)
        if is_zip(out):
            pack(made, packed)
        secured(folder)
        besides = described(made, {MANIFEST: 0})
        besides += described(folder, {packed.name: 0}) if is_zip(out) else []
        account(database, world, held.data, [*files, *besides], person)
        (packed if is_zip(out) else made).replace(out)
    return files


def written(folder: Path, held: Holdings, world: World) -> list[File]:
    """Write the files of an archive into a folder and return all but the manifest."""
    rows = write(folder, held)
    text = readme(world.interface.say(held.data.language), held.name, rows)
    (folder / README).write_text(text, encoding="utf-8")
    files = described(folder, {README: 0} | rows)
    content = json_text(package(held, folder, files))
    (folder / PACKAGE).write_text(content, encoding="utf-8")
    files += described(folder, {PACKAGE: 0})
    files.sort()
    said = json_text(stated(held, files, software()))
    (folder / MANIFEST).write_text(said, encoding="utf-8")
    return files


def is_zip(path: Path) -> bool:
    """Whether an archive of this name is one file."""
    return path.suffix.lower() == ZIP


def _require_free(out: Path) -> None:
    is_taken = out.is_dir() if is_zip(out) else out.exists() and not _is_empty(out)
    if is_taken:
        raise SettingsProblem(
            f"{out} is there already; name a folder that is not there yet, or a .zip file."
        )


def _is_empty(out: Path) -> bool:
    return out.is_dir() and next(out.iterdir(), None) is None


def _require_something(held: Holdings) -> None:
    if held.data.filter.stated() and next(held.revisions(), None) is None:
        raise nothing_of(held.data)
