"""What every export format can do, and how all of them write a cell."""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from flows.crosswalks import NONE, Crosswalks
from flows.record import ExportedValue
from flows.sheet import AREAS, Question, Sheet, choice_key

Sheets = Mapping[tuple[str, int], Sheet]
Areas = Mapping[tuple[str, str], str]

NUMBER = re.compile(r"-?\d+(\.\d+)?")
FORMULA = re.compile(
    r"[\s\x00-\x1f\x7f\ufeff\u200b-\u200f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]"
)


class Writable(Protocol):
    """Where an export goes."""

    def write(self, text: str, /) -> object:
        """Take a piece of text."""
        ...


class Format(Protocol):
    """An export format: its file name, and how it writes the values of many records.

    `rows` come ordered, the values of a record one after the other; they are read once and
    never held together. `areas` gives the label of a project's area by (project, name);
    `crosswalks` are those of the handbook in use.
    """

    file: str

    def write(
        self,
        out: Writable,
        rows: Iterable[ExportedValue],
        sheets: Sheets,
        areas: Areas,
        language: str,
        crosswalks: Crosswalks = NONE,
    ) -> int:
        """Write everything and return the number of rows."""
        ...


def table(out: Writable, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> int:
    """Write a CSV table (RFC 4180) and return the number of rows."""
    writer = csv.writer(out)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; never used on numbers."""
    return f"'{text}" if FORMULA.match(text) else text


def value_cell(row: ExportedValue) -> str:
    """Return a value: numbers as they are, texts made safe."""
    numeric = row.type != "text" and NUMBER.fullmatch(row.value)
    return row.value if numeric else safe(row.value)


def moment_of_time(moment: datetime) -> str:
    """Return a moment in UTC as ISO 8601, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def value_label(row: ExportedValue, sheet: Sheet, areas: Areas, language: str) -> str:
    """Return the label of a chosen or counted choice, as the record's own version has it."""
    question = sheet.by_name.get(row.question)
    name = row.category or (row.value if row.type == "select_one" else "")
    if question is None or not name:
        return ""
    return choice_label(question, name, sheet, language, areas.get((row.project, name), name))


def choice_label(question: Question, name: str, sheet: Sheet, language: str, area: str = "") -> str:
    """Return a choice's label."""
    return area if question.list_name == AREAS else sheet.text(language, choice_key(question, name))
