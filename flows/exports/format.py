"""What every export format can do, and how all of them write a cell."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flows.exports.dataset import Areas, Dataset
from flows.record import ExportedAnswer, ExportedRecord, ExportedValue
from flows.retention import WITHOUT
from flows.sheet import AREAS, Question, Sheet, choice_key

NUMBER = re.compile(r"-?\d+(\.\d+)?")
FORMULA = re.compile(
    r"[\s\x00-\x1f\x7f\ufeff\u200b-\u200f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]"
)
MARKED = re.compile(rf"'*(?:{FORMULA.pattern})")
"""What gets a mark: a formula, and what looks like a marked one, so that it can be undone."""
BY_CATEGORY = ("select_multiple", "counts")
"""Types with a value for each category."""

NUMERIC = ("integer", "decimal", "counts", "calculate", "select_multiple")
"""Types whose values can be numbers, and not the names of choices."""

YES_OR_NO = {True: "yes", False: "no", None: ""}
WITH_UNIT = ("integer", "decimal", "counts", "calculate")


class ExportProblem(Exception):
    """Data that a format cannot hold; says which, and what to do."""


def without_column(of: ExportedRecord, question: str) -> ExportProblem:
    """Return the problem of a category that nothing asks, so that it has no column."""
    return ExportProblem(
        f"Record {of.record} has a category of {of.sheet}.{question} that no version of the sheet"
        " has; correct it, or export long instead."
    )


class Format(Protocol):
    """An export format: what people call it, and how it writes a dataset.

    `title` is a marked text. `shared` formats are meant to be passed on, so they show no small
    counts of people.
    """

    title: str
    shared: bool

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write its files into a folder; return the number of rows of each, by file name.

        The same dataset gives the same bytes. Names are relative to the folder.
        """
        ...


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; never used on numbers."""
    return f"'{text}" if MARKED.match(text) else text


def unsafe(text: str) -> str:
    """Return the text that `safe` was given."""
    return text[1:] if text[:1] == "'" and MARKED.match(text[1:]) else text


def reasoned(answer: ExportedAnswer) -> str:
    """Return a status with its reason, where both stand in one cell."""
    return f"{answer.status.value}:{answer.reason}" if answer.reason else answer.status.value


def summed(answer: ExportedAnswer) -> tuple[str, str]:
    """Return what a value of a monthly sum counts: a category, and a status."""
    if answer.category.startswith(WITHOUT):
        return "", answer.category.removeprefix(WITHOUT)
    return answer.category, answer.status.value


def is_number(answer: ExportedAnswer | ExportedValue) -> bool:
    """Whether a value is a number, and no text that looks like one."""
    return answer.type != "text" and NUMBER.fullmatch(answer.value) is not None


def is_plain(answer: ExportedAnswer | ExportedValue) -> bool:
    """Whether a value is a number or a day, which every program may take for one."""
    return answer.type == "date" or is_number(answer)


def value_cell(answer: ExportedAnswer | ExportedValue) -> str:
    """Return a value: numbers as they are, texts made safe."""
    return answer.value if is_number(answer) else safe(answer.value)


def choice_cell(name: str) -> str:
    """Return the name of a choice: a number such as -2 as it is, so that it stays one."""
    return name if NUMBER.fullmatch(name) else safe(name)


def moment_of_time(moment: datetime) -> str:
    """Return a moment in UTC as ISO 8601, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unit_of(answer: ExportedAnswer | ExportedValue, sheet: Sheet, language: str) -> str:
    """Return the unit of a number, "" for everything else."""
    if answer.type not in WITH_UNIT or not answer.indicator:
        return ""
    return sheet.text(language, f"indicators.{answer.indicator}.unit")


def value_label(row: ExportedValue, sheet: Sheet, areas: Areas, language: str) -> str:
    """Return the label of a chosen or counted choice, as the record's own version has it."""
    return answer_label(row, row.project, sheet, areas, language)


def answer_label(
    answer: ExportedAnswer | ExportedValue, project: str, sheet: Sheet, areas: Areas, language: str
) -> str:
    """Return the label of a chosen or counted choice; an area is called what its project says."""
    question = sheet.by_name.get(answer.question)
    name = answer.category or (answer.value if answer.type == "select_one" else "")
    if question is None or not name:
        return ""
    return choice_label(question, name, sheet, language, areas.get((project, name), name))


def choice_label(question: Question, name: str, sheet: Sheet, language: str, area: str = "") -> str:
    """Return a choice's label."""
    return area if question.list_name == AREAS else sheet.text(language, choice_key(question, name))
