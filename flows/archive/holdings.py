"""What an archive is made from: a dataset, and the history of what is in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.archive.documents import (
    PROJECTS,
    project_content,
    sheet_content,
    sheet_file,
)
from flows.archive.ledger import Saved, ledger, revision_of
from flows.archive.tables import (
    CHANGES,
    DECISIONS,
    PARTICIPANTS,
    REVIEWED,
    REVISIONS,
    Decided,
    Member,
    Review,
    marked_change,
)
from flows.exports import FORMATS
from flows.exports.dataset import Dataset
from flows.exports.manifest import json_text

PLACES = {
    "long": "data",
    "wide": "data",
    "grid": "",
    "comparability": "",
    "codebook": "",
}
"""The formats that an archive holds, each with the folder that it goes to."""

OF_WHOLE_PROJECTS = frozenset({"grid", "comparability"})
"""Formats that read all that a project registered, so a part of it could not give them again."""


@dataclass(frozen=True)
class Holdings:
    """A dataset of own records only, what its organisation is called, and every revision.

    `revisions`, by record and revision, and `reviews` are made anew at each call.
    """

    data: Dataset
    name: str
    revisions: Callable[[], Iterator[Saved]]
    reviews: Callable[[], Iterator[Review]]
    decisions: Sequence[Decided]

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats in which it is written."""
        stated = self.data.filter.stated().keys() - {"project"}
        return tuple(name for name in PLACES if not (stated and name in OF_WHOLE_PROJECTS))


def write(folder: Path, held: Holdings) -> dict[str, int]:
    """Write all that is registered and all that explains it; return the rows of each file."""
    rows: dict[str, int] = {}
    for name in held.formats:
        place = folder / PLACES[name]
        place.mkdir(exist_ok=True)
        found = FORMATS[name].write(place, held.data)
        rows |= {(place / file).relative_to(folder).as_posix(): n for file, n in found.items()}
    rows |= REVISIONS.write(folder, (revision_of(*saved) for saved in held.revisions()))
    rows |= CHANGES.write(folder, map(marked_change, ledger(held.revisions())))
    rows |= REVIEWED.write(folder, held.reviews())
    rows |= PARTICIPANTS.write(folder, _members(held.data))
    rows |= DECISIONS.write(folder, held.decisions)
    projects = sorted((item.project for item in held.data.standings), key=lambda item: item.id)
    rows |= _json(folder, PROJECTS, {"projects": [*map(project_content, projects)]})
    for (name, version), sheet in sorted(held.data.sheets.items()):
        rows |= _json(folder, sheet_file(name, version), sheet_content(sheet))
    return dict(sorted(rows.items()))


def _members(data: Dataset) -> Iterator[Member]:
    for standing in sorted(data.standings, key=lambda item: item.project.id):
        for code, since in sorted(standing.participants.items()):
            yield Member(standing.project.id, code, since)


def _json(folder: Path, name: str, content: Mapping[str, object]) -> dict[str, int]:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json_text(content), encoding="utf-8")
    return {name: 0}
