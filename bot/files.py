"""Files that appear only when they are complete: written beside their place, then renamed."""

import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config import SettingsProblem

READABLE = 0o640
"""By their owner and group only."""

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can name; its files have no time of their own."""

UNIX, A_FILE = 3, 0o100000
AT_ONCE = 1 << 20


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """Yield a folder for files that are not complete yet; raises SettingsProblem if there is none.

    It is on the disk of the other folder, where a file is renamed and not copied.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=out, prefix=".export-") as folder:
            yield Path(folder)
    except OSError as error:
        raise SettingsProblem(f"{out} cannot be written: {error.strerror}.") from error


def secured(folder: Path) -> None:
    """See to it that the files of a folder are on the disk, for their owner and group only."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
            path.chmod(READABLE)


def placed(folder: Path, out: Path, names: Iterable[str]) -> None:
    """Give files their names, one after the other."""
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).replace(out / name)


def pack(folder: Path, path: Path) -> None:
    """Put the files of a folder into a zip file, in the order of their names and without times."""
    names = sorted(
        item.relative_to(folder).as_posix() for item in folder.rglob("*") if item.is_file()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            info = zipfile.ZipInfo(name, FIRST_DAY)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, UNIX
            info.external_attr = (A_FILE | READABLE) << 16
            # Known before, so that a large file gets the room that it needs.
            info.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as file, packed.open(info, "w") as entry:
                while some := file.read(AT_ONCE):
                    entry.write(some)
