"""Tidy long CSV: a row per value."""

from collections.abc import Iterable, Iterator

from flows.crosswalks import NONE, Crosswalks
from flows.exports.format import (
    Areas,
    Sheets,
    Writable,
    moment_of_time,
    safe,
    table,
    value_cell,
    value_label,
)
from flows.record import ExportedValue

COLUMNS = (
    "organisation",
    "project",
    "project_name",
    "level",
    "moment",
    "subject",
    "sheet",
    "indicator",
    "question",
    "category",
    "type",
    "value",
    "label",
    "unit",
    "status",
    "reason",
    "remark",
    "record_remark",
    "record",
    "revision",
    "complete",
    "review",
    "provenance",
    "sheet_version",
    "role",
    "observed_on",
    "submitted_at",
)

WITH_UNIT = ("integer", "decimal", "counts", "calculate")


class Long:
    """One row for each value; a missing one says why in `status` and `reason`."""

    file = "long.csv"

    def write(
        self,
        out: Writable,
        rows: Iterable[ExportedValue],
        sheets: Sheets,
        areas: Areas,
        language: str,
        crosswalks: Crosswalks = NONE,  # noqa: ARG002  it holds answers only
    ) -> int:
        """Write the values as they come."""
        return table(out, COLUMNS, _lines(rows, sheets, areas, language))


def _lines(
    rows: Iterable[ExportedValue], sheets: Sheets, areas: Areas, language: str
) -> Iterator[tuple[object, ...]]:
    for row in rows:
        sheet = sheets[row.sheet, row.sheet_version]
        counted = row.type in WITH_UNIT and row.indicator
        unit = sheet.text(language, f"indicators.{row.indicator}.unit") if counted else ""
        yield (
            safe(row.organisation),
            safe(row.project),
            safe(row.project_name),
            row.level,
            row.moment,
            safe(row.subject),
            row.sheet,
            safe(row.indicator),
            row.question,
            row.category,
            row.type,
            value_cell(row),
            safe(value_label(row, sheet, areas, language)),
            safe(unit),
            row.status.value,
            row.reason,
            safe(row.remark),
            safe(row.record_remark),
            row.record,
            row.revision,
            "yes" if row.complete else "no",
            row.review,
            row.provenance,
            row.sheet_version,
            row.role,
            row.observed_on.isoformat(),
            moment_of_time(row.submitted_at),
        )
