"""Writes an export: every format from one consistent view of the database."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.auditing import sha256_of
from bot.config import SettingsProblem
from bot.world import World
from flows.audit import COMMAND_LINE, Act, Detail
from flows.crosswalks import Crosswalks
from flows.exports import FORMATS
from storage import organisations, records, sheets
from storage.database import Database

EVERYTHING = "everything"
"""The filter of an export that leaves nothing out."""


def export(database: Database, out: Path, language: str, world: World) -> list[tuple[Path, int]]:
    """Write the files and return each with its number of rows.

    They take their names only when all are complete and their entry stands in the audit: an
    export that fails leaves the one before it as it was, and a crash leaves no export without
    an entry. Raises SettingsProblem when the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        # On the disk of the folder itself, where a file is renamed and not copied.
        with TemporaryDirectory(dir=out, prefix=".export-") as folder:
            written = list(_written(database, Path(folder), language, world.crosswalks))
            _account(database, world, language, written)
            return [(path.replace(out / path.name), rows) for path, rows in written]
    except OSError as error:
        raise SettingsProblem(f"{out} cannot be written: {error.strerror}.") from error


def _account(
    database: Database, world: World, language: str, written: Sequence[tuple[Path, int]]
) -> None:
    files: dict[str, Detail] = {
        path.name: {"rows": rows, "sha256": sha256_of(path)} for path, rows in written
    }
    detail: dict[str, Detail] = {
        "filter": EVERYTHING,
        "language": language,
        "rows": sum(rows for _, rows in written),
        "files": files,
    }
    with database.writing() as connection:
        act = Act(COMMAND_LINE, "exported", "", detail)
        world.audit.write(connection, organisations.only(connection), [act], world.clock())


def _written(
    database: Database, folder: Path, language: str, crosswalks: Crosswalks
) -> Iterator[tuple[Path, int]]:
    with database.reading() as connection:
        organisation = organisations.only(connection)
        released = sheets.released(connection, organisation)
        areas = organisations.areas(connection, organisation)
        for form in FORMATS.values():
            path = folder / form.file
            with (
                path.open("w", encoding="utf-8", newline="") as file,
                closing(records.values(connection, organisation)) as rows,
            ):
                count = form.write(file, rows, released, areas, language, crosswalks)
                file.flush()
                os.fsync(file.fileno())
            path.chmod(0o640)
            yield path, count
