"""Comparability CSV: what was asked in another way at a later moment."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from flows.catalogue import catalogue_of
from flows.evaluation.comparability import KINDS_OF_CHANGE, Change, Pair, Versions
from flows.exports.csv_file import csv_file
from flows.exports.dataset import Block, Dataset
from flows.exports.format import safe
from flows.texts import marked

COLUMNS = (
    *("project", "project_name", "indicator", "name", "sheet", "question", "compared"),
    *("version_before", "version_after", "change", "choice", "language", "before", "after"),
)


class Comparability:
    """One row for each change between the versions of a sheet that two moments of a project used.

    A text that changed has a row in each language of the export in which it did; one that changed
    in other languages only has a row in these, because somebody may have answered in them. All
    records of a project decide, whatever the filter leaves out; a filter on moments keeps what is
    about one of them.
    """

    title = marked("What was asked in another way at a later moment (CSV)")
    shared = False
    file = "comparability.csv"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write one project after the other."""
        return csv_file(folder / self.file, COLUMNS, _lines(data))


def _lines(data: Dataset) -> Iterator[list[object]]:
    catalogue = catalogue_of(data.sheets)
    named = groupby(data.unnarrowed(), lambda block: (block[0].project, block[0].project_name))
    for (project, name), blocks in named:
        for pair, change in _changed(data, blocks):
            entry = catalogue.get(change.indicator)
            yield [
                *(safe(project), safe(name), safe(change.indicator)),
                safe(entry.name(data.language)) if entry else "",
                *(pair.sheet, change.question, "_to_".join(pair.moments), *pair.versions),
                *(change.kind, safe(change.choice), change.language),
                *(safe(change.before), safe(change.after)),
            ]


def _changed(data: Dataset, blocks: Iterable[Block]) -> Iterator[tuple[Pair, Change]]:
    versions = Versions(data.sheets)
    for block in blocks:
        versions.add(*block)
    wanted = data.filter.moments
    for pair in versions.pairs():
        if not wanted or set(pair.moments).intersection(wanted):
            for change in spoken(versions.changes(pair), data.languages):
                yield pair, change


def spoken(changes: Iterable[Change], languages: Sequence[str]) -> Iterator[Change]:
    """Yield changes in these languages; what changed in none of them, in those in which it did."""
    order = {kind: place for place, kind in enumerate(KINDS_OF_CHANGE)}
    # Questions come one after the other; within one, languages are between the kinds.
    for _, of_question in groupby(changes, lambda change: change.question):
        found = sorted(of_question, key=lambda change: (order[change.kind], change.choice))
        for _, same in groupby(found, lambda change: (change.kind, change.choice)):
            told = list(same)
            yield from [item for item in told if item.language in languages] or told
