"""The crosswalk: what other registrations call each indicator."""

from collections.abc import Iterable, Iterator

from flows.catalogue import catalogue_of
from flows.crosswalks import NONE, Crosswalks
from flows.exports.format import Areas, Sheets, Writable, safe, table
from flows.record import ExportedValue

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

    file = "crosswalk.csv"

    def write(
        self,
        out: Writable,
        rows: Iterable[ExportedValue],  # noqa: ARG002  it is about the indicators
        sheets: Sheets,
        areas: Areas,  # noqa: ARG002  the same
        language: str,
        crosswalks: Crosswalks = NONE,
    ) -> int:
        """Write the matches by level and indicator, and then as the handbook orders them."""
        return table(out, COLUMNS, _lines(sheets, language, crosswalks))


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
