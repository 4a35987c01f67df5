"""Writes a CSV table: for analysis, or for the Excel of somebody in Belgium."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BOM = "\ufeff"
CONVERTED = re.compile(r"\s*[+-]?[\d.,/:\-\s]*\d[\d.,/:\-\s]*(e\s*[+-]?\d+|%)?\s*", re.IGNORECASE)
"""What a spreadsheet takes for a number, a day or a time."""


class Writable(Protocol):
    """Where a table goes."""

    def write(self, text: str, /) -> object:
        """Take a piece of text."""
        ...


@dataclass(frozen=True)
class Dialect:
    """How a table is written; `suffix` tells its file from that of another dialect."""

    suffix: str = ""
    start: str = ""
    delimiter: str = ","
    decimal: str = "."
    keeps_texts: bool = False

    def number(self, text: str) -> str:
        """Return a number with the decimal sign of the dialect."""
        return text.replace(".", self.decimal)

    def text(self, text: str) -> str:
        """Return a text that stays one: where a spreadsheet would read 1-4 as a day, marked so."""
        return f"'{text}" if self.keeps_texts and CONVERTED.fullmatch(text) else text


ANALYSIS = Dialect()
"""RFC 4180, for whoever reads it with a program."""

EXCEL = Dialect("-excel", BOM, ";", ",", keeps_texts=True)
"""As Excel opens it by a double click where a comma is the decimal sign."""


def csv_text(cells: Iterable[object], dialect: Dialect = ANALYSIS) -> str:
    """Return one line, with its end."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=dialect.delimiter).writerow(cells)
    return out.getvalue()


def table(
    out: Writable,
    columns: Iterable[str],
    rows: Iterable[Sequence[object]],
    dialect: Dialect = ANALYSIS,
) -> int:
    """Write a table and return the number of rows."""
    out.write(dialect.start)
    writer = csv.writer(out, delimiter=dialect.delimiter)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count


def csv_file(
    path: Path,
    columns: Iterable[str],
    rows: Iterable[Sequence[object]],
    dialect: Dialect = ANALYSIS,
) -> dict[str, int]:
    """Write a table as a file and return its number of rows by its name."""
    with path.open("w", encoding="utf-8", newline="") as out:
        return {path.name: table(out, columns, rows, dialect)}


def header(path: Path) -> list[str]:
    """Return the columns of a table that was written as a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])
