"""Writes a CSV table: for analysis, or for the Excel of somebody in Belgium."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from babel.dates import get_day_names, get_month_names

BOM = "\ufeff"
LANGUAGES = ("en", "nl", "fr", "de")
TRUTHS = ("true", "false", "waar", "onwaar", "vrai", "faux", "wahr", "falsch")


def _words_of_days() -> set[str]:
    """Return what months and days are called where these exports are opened."""
    return {
        word.lower().rstrip(".")
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for names in (
            get_month_names(width, locale=language),
            get_day_names(width, locale=language),
        )
        for word in names.values()
    } | {"am", "pm", "e", "eur"}


@cache
def _converted() -> re.Pattern[str]:
    listed = sorted(map(re.escape, _words_of_days()), key=len, reverse=True)
    of_days, truths = "|".join(listed), "|".join(TRUTHS)
    number = rf"(?=\D*\d)[\d\W]*(?:(?<![^\W\d])(?:{of_days})(?![^\W\d])[\d\W]*)*"
    return re.compile(rf"{number}|\s*(?:{truths})\s*", re.IGNORECASE)


def is_converted(text: str) -> bool:
    """Whether a spreadsheet takes a text for a number, a day, a time or a truth."""
    is_short = len(text) <= MOST_CONVERTED and not text.startswith("'")
    return is_short and _converted().fullmatch(text) is not None


MOST_CONVERTED = 40
"""What is longer is a text for a spreadsheet too."""


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
        """Return a text that stays one: where a spreadsheet would read 1-4 as a day, marked so.

        A spreadsheet knows one line end within a cell.
        """
        if not self.keeps_texts:
            return text
        marked = f"'{text}" if is_converted(text) else text
        return marked.replace("\r\n", "\n").replace("\r", "\n")


ANALYSIS = Dialect()
"""RFC 4180, for whoever reads it with a program."""

EXCEL = Dialect("-excel", BOM, ";", ",", keeps_texts=True)
"""As Excel opens it by a double click where a comma is the decimal sign."""


class Line:
    """Writes lines one by one as texts, for whoever puts a line together from pieces."""

    def __init__(self, dialect: Dialect) -> None:
        self._out = io.StringIO(newline="")
        self._writer = csv.writer(self._out, delimiter=dialect.delimiter)

    def whole(self, *cells: object) -> str:
        """Return a line with its end."""
        self._out.seek(0)
        self._out.truncate()
        self._writer.writerow(cells)
        return self._out.getvalue()

    def begun(self, *cells: object) -> str:
        """Return cells as the beginning of a line that goes on."""
        return self.whole(*cells, "").removesuffix("\r\n")


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
