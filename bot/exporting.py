"""Writes an export: every format from one consistent view of the database."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config import SettingsProblem
from flows.crosswalks import Crosswalks
from flows.exports import formats
from storage import organisations, records, sheets
from storage.database import Database


def export(
    database: Database, out: Path, language: str, crosswalks: Crosswalks, threshold: int
) -> list[tuple[Path, int]]:
    """Write the files and return each with its number of rows.

    What is shared shows no count of people below `threshold`.

    They take their names only when all are complete, so an export that fails leaves the one
    before it as it was. Raises SettingsProblem when the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        # On the disk of the folder itself, where a file is renamed and not copied.
        with TemporaryDirectory(dir=out, prefix=".export-") as folder:
            written = list(_written(database, Path(folder), language, crosswalks, threshold))
            return [(path.replace(out / path.name), rows) for path, rows in written]
    except OSError as error:
        raise SettingsProblem(f"{out} cannot be written: {error.strerror}.") from error


def _written(
    database: Database, folder: Path, language: str, crosswalks: Crosswalks, threshold: int
) -> Iterator[tuple[Path, int]]:
    with database.reading() as connection:
        organisation = organisations.only(connection)
        released = sheets.released(connection, organisation)
        areas = organisations.areas(connection, organisation)
        for form in formats(threshold).values():
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
