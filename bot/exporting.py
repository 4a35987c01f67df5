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
from flows.exports import formats
from flows.exports.format import Areas, Sheets
from flows.own import is_own_sheet
from flows.sheet import Sheet
from storage import agreements, organisations, records, sheets
from storage.database import Connection, Database

EVERYTHING = "everything"
"""The filter of an export that leaves nothing out."""


def export(
    database: Database, out: Path, language: str, world: World, organisation: str = ""
) -> list[tuple[Path, int]]:
    """Write the files and return each with its number of rows.

    They take their names only when all are complete and their entry stands in the audit: an
    export that fails leaves the one before it as it was, and a crash leaves no export without
    an entry. Raises SettingsProblem when the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        # On the disk of the folder itself, where a file is renamed and not copied.
        with TemporaryDirectory(dir=out, prefix=".export-") as folder:
            into = Path(folder)
            written = list(_written(database, into, language, world, organisation))
            _account(database, world, language, organisation, written)
            return [(path.replace(out / path.name), rows) for path, rows in written]
    except OSError as error:
        raise SettingsProblem(f"{out} cannot be written: {error.strerror}.") from error


def _account(
    database: Database,
    world: World,
    language: str,
    organisation: str,
    written: Sequence[tuple[Path, int]],
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
        here = organisations.named(connection, organisation)
        world.audit.write(connection, here, [act], world.clock())


def _written(
    database: Database, folder: Path, language: str, world: World, wanted: str
) -> Iterator[tuple[Path, int]]:
    with database.reading() as connection:
        organisation = organisations.named(connection, wanted)
        shared = agreements.shared(connection, organisation)
        released, areas = _known(connection, organisation, shared)
        for form in formats(world.small_number).values():
            path = folder / form.file
            with (
                path.open("w", encoding="utf-8", newline="") as file,
                closing(records.values(connection, organisation, shared)) as rows,
            ):
                count = form.write(file, rows, released, areas, language, world.crosswalks)
                file.flush()
                os.fsync(file.fileno())
            path.chmod(0o640)
            yield path, count


def _known(
    connection: Connection, organisation: str, shared: agreements.Shared
) -> tuple[Sheets, Areas]:
    """Return sheets and areas, also of what others registered of projects that are shared.

    Sheets that another one brought are not among them, as none of their records is.
    """
    released: dict[tuple[str, int], Sheet] = {}
    areas: dict[tuple[str, str], str] = {}
    for other in {party for party, _ in shared}:
        released |= {
            version: sheet
            for version, sheet in sheets.released(connection, other).items()
            if not is_own_sheet(sheet.name)
        }
        theirs = organisations.areas(connection, other)
        areas |= {
            (shared[other, project], name): label
            for (project, name), label in theirs.items()
            if (other, project) in shared
        }
    released |= sheets.released(connection, organisation)
    return released, areas | organisations.areas(connection, organisation)
