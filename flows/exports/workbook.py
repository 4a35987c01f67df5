"""Writes the pages of an Excel workbook row by row, so that memory does not grow with them."""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from flows.exports.format import ExportProblem

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None

MOST_ROWS, MOST_COLUMNS, MOST_SIGNS = 1_048_576, 16_384, 32_767
"""What Excel takes; texts are counted as Excel does, in UTF-16."""

LONGEST_NAME = 31
FIRST_YEAR = 1901
"""Excel has no days before 1900, and counts one too many in that year."""

NARROWEST, WIDEST, EXACT = 12, 40, 15
"""Widths of columns, which a day fits into; and how many digits of a number Excel keeps."""
WIDER = {"submitted_at": 20, "record": 17, "About": 16, "status": 16, "meaning": 18}
"""What is as wide as that under a short title."""


@contextmanager
def workbook(path: Path, made: date) -> Iterator["Book"]:
    """Yield a workbook that says it was made on that day; it is written at the end.

    Raises OSError when it cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # What is written in between stands beside the file, and goes with it.
        "tmpdir": str(path.parent),
    }
    book = Workbook(str(path), options)
    book.use_zip64()
    book.set_properties({"author": "", "created": datetime.combine(made, time())})
    try:
        yield Book(book)
    finally:
        # Also what is given up has files to close.
        try:
            book.close()
        except XlsxWriterException as error:
            raise OSError(errno.EIO, str(error)) from error


class Book:
    """A workbook and the pages in it."""

    def __init__(self, book: "Workbook") -> None:
        self.book = book
        self.header = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._taken: set[str] = set()

    def page(self, name: str, columns: Sequence[str], most_rows: int = MOST_ROWS) -> "Page":
        """Begin a page; raises ExportProblem for more columns than there may be."""
        if len(columns) > MOST_COLUMNS:
            raise ExportProblem(
                f"{name} has {len(columns)} columns and Excel takes {MOST_COLUMNS}; export long"
                " instead."
            )
        return Page(self, name, columns, most_rows)

    def begin(self, name: str) -> "Worksheet":
        """Add a worksheet; a second one of a name gets a number."""
        number, found = 1, name[:LONGEST_NAME]
        while found.lower() in self._taken:
            number += 1
            found = f"{name[: LONGEST_NAME - 5]} ({number})"
        self._taken.add(found.lower())
        return self.book.add_worksheet(found)


class Page:
    """Rows under a header that stays in view; they go on on another worksheet where one is full."""

    def __init__(self, book: Book, name: str, columns: Sequence[str], most_rows: int) -> None:
        self._book, self._name, self._columns = book, name, columns
        self._most_rows = most_rows
        self.rows = 0
        self._begin()

    def add(self, cells: Sequence[Cell]) -> None:
        """Write a row."""
        if self._row == self._most_rows:
            self._end()
            self._begin()
        for column, cell in enumerate(cells):
            if cell is not None and cell != "":
                self._write(column, cell)
        self._row += 1
        self.rows += 1

    def end(self) -> None:
        """Say how far the rows go, for the filter."""
        self._end()

    def _begin(self) -> None:
        self._sheet = self._book.begin(self._name)
        self._sheet.freeze_panes(1, 0)
        for column, title in enumerate(self._columns):
            self._sheet.set_column(column, column, _width(title))
            self._sheet.write_string(0, column, title, self._book.header)
        self._row = 1

    def _end(self) -> None:
        if self._columns:
            self._sheet.autofilter(0, 0, max(self._row - 1, 0), len(self._columns) - 1)

    def _write(self, column: int, cell: Cell) -> None:
        sheet, row = self._sheet, self._row
        if isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell, self._book.moment)
        elif isinstance(cell, date) and cell.year >= FIRST_YEAR:
            sheet.write_datetime(row, column, cell, self._book.day)
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell)
        else:
            self._write_text(column, str(cell))

    def _write_text(self, column: int, text: str) -> None:
        if len(text.encode("utf-16-le", "surrogatepass")) // 2 > MOST_SIGNS:
            raise ExportProblem(
                f"A text under {self._columns[column]} of {self._name} is longer than the"
                f" {MOST_SIGNS} signs that Excel takes; shorten it, or export long instead."
            )
        self._sheet.write_string(self._row, column, text)


def number_or_text(text: str) -> Cell:
    """Return a number that Excel keeps exactly, or the text of one that it would round."""
    digits = text.strip("-").replace(".", "").lstrip("0")
    if len(digits) > EXACT:
        return text
    return float(text) if "." in text else int(text)


def _width(title: str) -> int:
    return min(max(len(title) + 3, NARROWEST, WIDER.get(title, 0)), WIDEST)
