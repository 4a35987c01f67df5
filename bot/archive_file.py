"""Reads the files of an archive, from a folder or a zip file, without believing what they say."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, Protocol

from flows.archive.contents import Contents, NewerForm, contents_of
from flows.archive.faults import ArchiveProblem, Faults
from flows.archive.tables import strict_rows
from flows.exports.manifest import MANIFEST

LARGEST_DOCUMENT = 20_000_000
"""Bytes of a JSON file; those are read at once, and the tables row by row."""
LONGEST_LINE = 1_000_000
BLOCK = 1 << 20
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1


class Source(Protocol):
    """Where the files of an archive are: their sizes as they are told, and what is in them."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """The size of each file by its name, with / between folder and name."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        ...


class Zipped:
    """The files of a zip file; nothing is ever unpacked to the disk."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.sizes: dict[str, int] = {}
        for item in packed.infolist():
            if item.is_dir():
                continue
            if item.filename in self.sizes:
                raise ArchiveProblem(f"{item.filename} is in the zip file twice.")
            if item.compress_type not in COMPRESSIONS or item.flag_bits & ENCRYPTED:
                raise ArchiveProblem(f"{item.filename} is packed in a way that is not read here.")
            self.sizes[item.filename] = item.file_size

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        return self._packed.open(name)


class Folder:
    """The files of a folder; a link is none of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.sizes: dict[str, int] = {}
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise ArchiveProblem(f"{name} is no file of its own.")
            if path.is_file():
                self.sizes[name] = path.stat().st_size

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        return (self._folder / name).open("rb")


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Yield the files of an archive; raises ArchiveProblem for what is none, or is damaged."""
    try:
        if path.is_dir():
            yield Folder(path)
            return
        with zipfile.ZipFile(path) as packed:
            yield Zipped(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ArchiveProblem(
            f"{path} is no zip file, or it is damaged ({error}); get the archive once more."
        ) from None


def contents(source: Source) -> Contents:
    """Return what the manifest says, once the files are found to be those that it names."""
    if MANIFEST not in source.sizes:
        raise ArchiveProblem(f"This is no archive: {MANIFEST} is missing.")
    try:
        found = contents_of(document(source, MANIFEST))
    except NewerForm as error:
        raise ArchiveProblem(
            f"This archive was made by a newer program ({error}); bring this one up to date first."
        ) from None
    except ValueError as error:
        raise ArchiveProblem(f"{MANIFEST} cannot be used: {error}.") from None
    faults = Faults()
    for name in sorted(found.files.keys() - source.sizes.keys()):
        faults.add(name, 0, "", "this file is missing")
    for name in sorted(source.sizes.keys() - found.files.keys() - {MANIFEST}):
        faults.add(name, 0, "", "this file is none of the archive; take it out")
    faults.check()
    return found


def verify(source: Source, told: Contents) -> None:
    """Raise ArchiveProblem for every file that is not as the manifest tells it."""
    faults = Faults()
    for name, file in told.files.items():
        if source.sizes[name] != file.size or _digest(source, name, file.size) != file.sha256:
            faults.add(name, 0, "", "it was changed, or it is damaged; get the archive once more")
        elif name.endswith(".csv"):
            count = sum(1 for _ in strict_rows(lines(source, name), name, faults)) - 1
            if count != file.rows:
                faults.add(name, 0, "", f"it has {count} rows, and {MANIFEST} tells {file.rows}")
    faults.check()


def document(source: Source, name: str) -> str:
    """Return a short file as text; raises ValueError for a long one, or one that is not UTF-8."""
    with source.open(name) as file:
        content = file.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        raise ValueError(f"it is larger than {LARGEST_DOCUMENT // 1_000_000} MB")
    return content.decode()


def lines(source: Source, name: str) -> Iterator[str]:
    """Yield the lines of a table, with their ends."""
    with source.open(name) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        for line in iter(partial(text.readline, LONGEST_LINE), ""):
            if len(line) == LONGEST_LINE:
                raise csv.Error("a line is too long")
            yield line


def _digest(source: Source, name: str, size: int) -> str:
    """Return the SHA-256 of a file, of which no more is read than it should hold."""
    digest, left = sha256(), size + 1
    with source.open(name) as file:
        while left > 0 and (some := file.read(min(BLOCK, left))):
            digest.update(some)
            left -= len(some)
    return digest.hexdigest()
