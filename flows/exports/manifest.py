"""The manifest of an export: what it holds, of what, and how to see that nothing was changed."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flows.exports.dataset import Dataset

MANIFEST = "manifest.json"


class File(NamedTuple):
    """A file of an export: its name in the folder, rows, bytes and SHA-256."""

    name: str
    rows: int
    size: int
    sha256: str


def manifest(data: Dataset, files: Iterable[File], software: str) -> dict[str, object]:
    """Return what a manifest says; it names no time, so that the same data gives the same bytes.

    `as_of` is the day that decided what was due, and no time of making.
    """
    versions = [
        {"sheet": name, "version": version, "sha256": sheet.digest}
        for (name, version), sheet in sorted(data.sheets.items())
    ]
    return {
        "software": software,
        "organisation": data.organisation,
        "as_of": data.as_of.isoformat(),
        "languages": list(data.languages),
        "small_number": data.threshold,
        "filter": data.filter.stated(),
        "sheets": versions,
        "files": [
            {"name": file.name, "rows": file.rows, "bytes": file.size, "sha256": file.sha256}
            for file in files
        ],
    }


def json_text(content: Mapping[str, object]) -> str:
    """Return JSON as people read it, in the order in which it is given."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
