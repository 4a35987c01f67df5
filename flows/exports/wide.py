"""Wide CSV: a row per record, a column for each value of each sheet."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from flows.crosswalks import NONE, Crosswalks
from flows.exports.format import Areas, Sheets, Writable, moment_of_time, safe, table, value_cell
from flows.kinds import KINDS
from flows.record import ExportedValue
from flows.sheet import Question, Sheet

ABOUT = (
    "organisation",
    "project",
    "project_name",
    "level",
    "moment",
    "subject",
    "sheet",
    "sheet_version",
    "record",
    "revision",
    "complete",
    "review",
    "provenance",
    "observed_on",
    "submitted_at",
    "remark",
)
BY_CATEGORY = ("select_multiple", "counts")


class Wide:
    """One row for each record.

    A value stands under `sheet.question` or `sheet.question.category`, and why it is there or
    missing under `status.sheet.question`. Columns depend on the sheets only, not on the data.
    """

    file = "wide.csv"

    def write(
        self,
        out: Writable,
        rows: Iterable[ExportedValue],
        sheets: Sheets,
        areas: Areas,  # noqa: ARG002  wide data holds codes; labels are in the code book
        language: str,  # noqa: ARG002  the same
        crosswalks: Crosswalks = NONE,  # noqa: ARG002  it holds answers only
    ) -> int:
        """Write the records as they come."""
        columns = columns_of(sheets)
        return table(out, (*ABOUT, *columns), _lines(rows, columns))


def columns_of(sheets: Sheets) -> list[str]:
    """Return the columns for all versions of these sheets, by sheet and in reading order."""
    return list(
        dict.fromkeys(
            column
            for _, sheet in sorted(sheets.items())
            for question in sheet.questions
            if KINDS[question.type].stored
            for column in question_columns(sheet, question)
        )
    )


def question_columns(sheet: Sheet, question: Question) -> list[str]:
    """Return the columns of one question, its status first."""
    name = f"{sheet.name}.{question.name}"
    if question.type in BY_CATEGORY:
        return [f"status.{name}", *(f"{name}.{choice.name}" for choice in question.choices)]
    return [f"status.{name}", name]


def _lines(rows: Iterable[ExportedValue], columns: list[str]) -> Iterator[list[object]]:
    for _, values in groupby(rows, key=lambda row: (row.organisation, row.project, row.record)):
        record = list(values)
        # Of a sum, what is counted stands before how often nothing was answered.
        cells = dict(reversed([*_cells(record)]))
        yield [*_about(record[0]), *(cells.get(column, "") for column in columns)]


def _about(row: ExportedValue) -> tuple[object, ...]:
    return (
        safe(row.organisation),
        safe(row.project),
        safe(row.project_name),
        row.level,
        row.moment,
        safe(row.subject),
        row.sheet,
        row.sheet_version,
        row.record,
        row.revision,
        "yes" if row.complete else "no",
        row.review,
        row.provenance,
        row.observed_on.isoformat(),
        moment_of_time(row.submitted_at),
        safe(row.record_remark),
    )


def _cells(record: Iterable[ExportedValue]) -> Iterator[tuple[str, str]]:
    for row in record:
        name = f"{row.sheet}.{row.question}"
        yield (
            f"status.{name}",
            f"{row.status.value}:{row.reason}" if row.reason else row.status.value,
        )
        yield (f"{name}.{row.category}" if row.category else name), value_cell(row)
