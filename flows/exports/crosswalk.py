"""The crosswalk: what other registrations call each indicator."""

from collections.abc import Iterator
from pathlib import Path

from flows.catalogue import catalogue_of
from flows.crosswalks import Crosswalks
from flows.exports.csv_file import csv_file
from flows.exports.dataset import Dataset, Sheets
from flows.exports.format import safe
from flows.texts import marked

COLUMNS = (
    "indicator",
    "name",
    "set",
    "level",
    "registrar",
    "system",
    "system_title",
    "item",
    "status",
    "note",
    "source",
)


class Crosswalk:
    """One row for each match of an indicator; the same for every project."""

    title = marked("Crosswalk: what other registrations call each indicator (CSV)")
    shared = False
    file = "crosswalk.csv"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the matches by level and indicator, and then as the handbook orders them."""
        lines = _lines(data.sheets, data.language, data.crosswalks)
        return csv_file(folder / self.file, COLUMNS, lines)


def _lines(sheets: Sheets, language: str, crosswalks: Crosswalks) -> Iterator[tuple[str, ...]]:
    for code, entry in catalogue_of(sheets).items():
        indicator, sheet = entry.indicator, entry.sheet
        for match in crosswalks.matches.get(code, ()):
            yield (
                safe(code),
                safe(sheet.text(language, f"indicators.{code}.name")),
                indicator.set,
                indicator.level,
                indicator.registrar,
                match.system,
                safe(crosswalks.systems[match.system].title),
                safe(match.item),
                match.status,
                safe(match.note),
                safe(match.source),
            )
