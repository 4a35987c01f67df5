"""Writes an export: every format from one consistent view of the database."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.config import SettingsProblem
from flows.exports import FORMATS
from storage import organisations, records, sheets
from storage.database import Database


def export(database: Database, out: Path, language: str) -> Iterator[tuple[Path, int]]:
    """Write the files and yield each with its number of rows.

    A file takes its name only when it is complete, so an interrupted export leaves no half file.
    Raises SettingsProblem when the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        yield from _written(database, out, language)
    except OSError as error:
        raise SettingsProblem(f"{out} cannot be written: {error.strerror}.") from error


def _written(database: Database, out: Path, language: str) -> Iterator[tuple[Path, int]]:
    with database.reading() as connection:
        organisation = organisations.only(connection)
        released = sheets.released(connection, organisation)
        areas = organisations.areas(connection, organisation)
        for form in FORMATS.values():
            with NamedTemporaryFile(
                "w", dir=out, encoding="utf-8", newline="", delete=False
            ) as file:
                try:
                    rows = records.values(connection, organisation)
                    count = form.write(file, rows, released, areas, language)
                    file.flush()
                    os.fsync(file.fileno())
                except BaseException:
                    Path(file.name).unlink()
                    raise
            Path(file.name).chmod(0o640)
            yield Path(file.name).replace(out / form.file), count
