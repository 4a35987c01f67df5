"""Wide CSV: a row per record, a column for each value of each sheet."""

from collections.abc import Iterator
from pathlib import Path

from flows.exports.csv_file import ANALYSIS, Dialect, csv_file
from flows.exports.dataset import Block, Dataset, Sheets
from flows.exports.format import BY_CATEGORY, YES_OR_NO, is_plain, moment_of_time, reasoned, safe
from flows.kinds import KINDS
from flows.record import ExportedRecord
from flows.sheet import Question, Sheet
from flows.texts import marked

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


class Wide:
    """One row for each record.

    A value stands under `sheet.question` or `sheet.question.category`, and why it is there or
    missing under `status.sheet.question`. Columns depend on the sheets only, not on the data.
    """

    shared = False

    def __init__(self, dialect: Dialect = ANALYSIS) -> None:
        self.dialect = dialect
        self.file = f"wide{dialect.suffix}.csv"
        self.title = TITLES[dialect.suffix]

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the records as they come."""
        columns = columns_of(data.sheets)
        rows = (_row(block, columns, self.dialect) for block in data.blocks())
        return csv_file(folder / self.file, (*ABOUT, *columns), rows, self.dialect)


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


def _row(block: Block, columns: list[str], dialect: Dialect) -> list[object]:
    # Of a sum, what is counted stands before how often nothing was answered.
    cells = dict(reversed([*_cells(block, dialect)]))
    return [*_about(block[0], dialect), *(cells.get(column, "") for column in columns)]


def _about(of: ExportedRecord, dialect: Dialect) -> tuple[object, ...]:
    return (
        *(dialect.text(safe(text)) for text in (of.organisation, of.project, of.project_name)),
        of.level,
        of.moment,
        dialect.text(safe(of.subject)),
        of.sheet,
        of.sheet_version,
        of.record,
        of.revision,
        YES_OR_NO[of.complete],
        of.review,
        of.provenance,
        of.observed_on.isoformat(),
        moment_of_time(of.submitted_at),
        dialect.text(safe(of.record_remark)),
    )


def _cells(block: Block, dialect: Dialect) -> Iterator[tuple[str, str]]:
    about, answers = block
    for answer in answers:
        name = f"{about.sheet}.{answer.question}"
        yield f"status.{name}", reasoned(answer)
        value = answer.value
        cell = dialect.number(value) if is_plain(answer) else dialect.text(safe(value))
        yield (f"{name}.{answer.category}" if answer.category else name), cell


TITLES = {
    "": marked("Records side by side, for analysis (CSV)"),
    "-excel": marked("Records side by side, for Excel (CSV)"),
}
