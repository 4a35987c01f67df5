"""Archives for tests: of a town in which much was corrected, and how their files are read."""

import zipfile
from contextlib import closing
from pathlib import Path

from storage.database import Database
from tests.bot.program import Program
from tests.histories import lived
from tests.keys import HEX, KEYS


def archived(program: Program, out: Path, *more: str) -> Path:
    """Write an archive."""
    result = program.run("export", "--archive", "--out", out, *more)
    assert (result.exit_code, result.stderr) == (0, "")
    return out


def files_of(path: Path) -> dict[str, bytes]:
    """Return the files of an archive by name."""
    if path.is_dir():
        return {
            item.relative_to(path).as_posix(): item.read_bytes()
            for item in path.rglob("*")
            if item.is_file()
        }
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def town(folder: Path) -> Path:
    """Write the archive of a town in which much was corrected."""
    url = f"sqlite:///{folder}/town.db"
    with closing(Database(url, KEYS)) as database:
        lived(database)
    return archived(Program(url, keys=HEX), folder / "whole")
