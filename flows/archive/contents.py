"""The manifest of an archive: what it says, and how it is read again."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.archive.holdings import Holdings
from flows.exports.manifest import File, manifest
from flows.plan import EARLIEST, FURTHEST

FORM = 1
"""Which form of an archive this program writes, and the newest that it reads."""

FILE = re.compile(r"([a-z][a-z_]*/)?[A-Za-z0-9_-]{1,80}\.(csv|json|md)")
"""A file in the archive or in a folder of it, and never anywhere else."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a manifest says: of whom, narrowed to what, and which files there are."""

    software: str
    organisation: str
    name: str
    as_of: date
    languages: tuple[str, ...]
    filter: Mapping[str, tuple[str, ...]]
    sheets: Mapping[tuple[str, int], str]
    current: Mapping[str, int]
    files: Mapping[str, File]


class NewerForm(ValueError):
    """An archive that a later program made."""


def stated(held: Holdings, files: Iterable[File], software: str) -> dict[str, object]:
    """Return what the manifest of an archive says."""
    said = manifest(held.data, files, software)
    # No small number is hidden in an archive.
    del said["small_number"]
    current = {name: sheet.version for name, sheet in sorted(held.data.current.items())}
    return {"archive": FORM, "organisation_name": held.name, **said, "current_sheets": current}


def parsed(text: str) -> Any:  # noqa: ANN401 - JSON
    """Return what JSON says; raises ValueError for what is none, or nested without end."""
    try:
        said = json.loads(text)
        # Whatever cannot be written again is refused at once.
        written = json.dumps(said, ensure_ascii=False)
        written.encode()
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("it holds half a character") from None
    if "\\u0000" in written:
        raise ValueError("it holds a character that cannot be stored")
    return said


def contents_of(text: str) -> Contents:
    """Read a manifest; raises ValueError for one that is none, NewerForm for a later one."""
    said = parsed(text)
    form = said.get("archive") if isinstance(said, dict) else None
    if type(form) is not int:
        raise ValueError("it is not the manifest of an archive, which `export --archive` makes")
    if form > FORM:
        raise NewerForm(str(said.get("software", "")))
    try:
        found = _contents(said)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"something is missing or of another kind ({error})") from None
    if not NAME.fullmatch(found.organisation) or not found.name:
        raise ValueError("it names no organisation")
    if not found.languages or not EARLIEST <= found.as_of <= FURTHEST:
        raise ValueError("it names no language, or a day that cannot be")
    for name, file in found.files.items():
        if not FILE.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a file in an archive")
        if not SHA256.fullmatch(file.sha256) or file.size < 0:
            raise ValueError(f"what it says of {name} is no size or no SHA-256")
    return found


def _contents(said: Mapping[str, Any]) -> Contents:
    files = [
        File(item["name"], item["rows"], item["bytes"], item["sha256"]) for item in said["files"]
    ]
    if not all([*map(type, file)] == [str, int, int, str] for file in files):
        raise ValueError("a file is not told as it should be")
    if len({file.name for file in files}) < len(files):
        raise ValueError("it names a file twice")
    return Contents(
        software=str(said["software"]),
        organisation=str(said["organisation"]),
        name=str(said["organisation_name"]),
        as_of=date.fromisoformat(said["as_of"]),
        languages=tuple(map(str, said["languages"])),
        filter={name: _listed(words) for name, words in said["filter"].items()},
        sheets={
            (str(item["sheet"]), int(item["version"])): str(item["sha256"])
            for item in said["sheets"]
        },
        current={str(name): int(version) for name, version in said["current_sheets"].items()},
        files={file.name: file for file in files},
    )


def _listed(words: object) -> tuple[str, ...]:
    return tuple(map(str, words)) if isinstance(words, list) else (str(words),)
