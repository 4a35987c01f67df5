"""Reads worksheets as tables: row 1 names the columns, with their language, in any spelling."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from babel import Locale

from flows.local import language_name
from flows.xlsform.lists import ADDED, MARK, MISSING
from flows.xlsform.problems import Problems, line
from flows.xlsform.rows import REQUIRED
from flows.xlsform.words import ALIASES, IGNORED, REFUSED, SUPPORTED, TRANSLATED
from flows.xlsform.workbook import REFUSED as UNUSABLE
from flows.xlsform.workbook import Cell, Grid

_WITH_CODE = re.compile(r".*\(\s*([A-Za-z]{2,3})(?:[-_][A-Za-z]{2,4})?\s*\)")
_ALONE = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{2,4})?")
_OWN_NAMES = ("en", "nl", "fr", "de", "es", "it", "pt", "pl", "ro", "tr", "ar", "bg", "uk", "ru")
_OR_MISSING = f" or {MARK} = '{MISSING}'"
"""What an export adds to a choice_filter, so that reasons for a missing answer stay."""

MAY_BE_DATES = ("default",)
MAY_BE_BOOLEANS = (
    *("required", "read_only", "exclusive", "single", "remarks", "previous", "relevant"),
    *("auto_send", "auto_delete", "clean_text_values", "allow_choice_duplicates"),
)


class Column(NamedTuple):
    """A column: its word, the language of its texts ("" if none is named), and its header."""

    word: str
    language: str
    header: str


@dataclass(frozen=True)
class Row:
    """A row below the header, with its filled cells by word; texts also by language."""

    place: int
    cells: Mapping[str, Cell]
    spoken: Mapping[str, Mapping[str, Cell]]
    """By word and language; the language is "" where the column names none."""

    def text(self, word: str) -> str:
        """Return the text of a cell; "" if it is empty."""
        return self.cells[word].text if word in self.cells else ""

    def at(self, word: str) -> int:
        """Return the place of a cell, or of the row where the cell is empty."""
        return self.cells[word].place if word in self.cells else self.place


@dataclass(frozen=True)
class Table:
    """A worksheet as a table; `whole` says whether every column has a name that can be read."""

    columns: Mapping[int, Column]
    rows: tuple[Row, ...]
    whole: bool = True


def table(name: str, grid: Grid, problems: Problems) -> Table:
    """Read a worksheet; cells that have no meaning go into `problems`."""
    columns = _columns(name, grid, problems)
    rows = []
    for number, cells in grid.items():
        for column, cell in cells.items():
            if number > 1 and column not in grid.get(1, {}):
                problems.report("header_missing", cell.place)
        kept = dict(_kept(name, cells, columns, problems)) if number > 1 else {}
        if kept and (row := _ours(_row(line(name, number), kept))) is not None:
            rows.append(row)
    whole = not any(cell.kind == UNUSABLE for cell in grid.get(1, {}).values())
    return Table(columns, tuple(rows), whole)


@lru_cache
def language_code(said: str) -> str:
    """Return the code of a language: "Nederlands (nl)", "nl" and "Dutch" are all nl; "" if none."""
    text = " ".join(said.split())
    match = _WITH_CODE.fullmatch(text) or _ALONE.fullmatch(text.lower())
    if match and match[1].lower() in Locale("en").languages:
        return match[1].lower()
    return _languages().get(text.partition("(")[0].strip().lower(), "")


@lru_cache
def _languages() -> Mapping[str, str]:
    named = {name.lower(): code for code, name in Locale("en").languages.items() if len(code) <= 3}  # noqa: PLR2004
    return named | {language_name(code).lower(): code for code in _OWN_NAMES}


def _columns(name: str, grid: Grid, problems: Problems) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    for number, cell in grid.get(1, {}).items():
        if cell.kind == UNUSABLE:
            continue
        column = _column(name, cell, problems)
        same = [held for held in columns.values() if held[:2] == column[:2]]
        if same and column.word not in IGNORED[name] and column.word not in REFUSED[name]:
            problems.report("header_duplicate", cell.place, what=same[0].header)
        else:
            columns[number] = column
    return columns


def _column(name: str, cell: Cell, problems: Problems) -> Column:
    header = cell.text
    first, said = _split(name, header)
    word = ALIASES[name].get(first, first)
    if not said or word not in TRANSLATED[name]:
        known = word in SUPPORTED[name] or word in IGNORED[name] or word in REFUSED[name]
        # A choice_filter names a column of the choices as it is written.
        return Column(word if known or name != "choices" else header, "", header)
    code = language_code(said)
    if not code:
        problems.report("language_unknown", cell.place, what=said)
    return Column(word, code or said, header)


def _split(name: str, header: str) -> tuple[str, str]:
    first, found, said = header.partition("::")
    if not found and ":" in header:
        begin, _, rest = header.partition(":")
        if _snake(begin) in TRANSLATED[name] or _snake(begin) in ALIASES[name]:
            first, said = begin, rest
    return _snake(first), said.strip()


def _snake(text: str) -> str:
    return "_".join(text.split()).lower()


def _kept(
    name: str, cells: Mapping[int, Cell], columns: Mapping[int, Column], problems: Problems
) -> Iterator[tuple[Column, Cell]]:
    for number, cell in cells.items():
        column = columns.get(number)
        if column is None or (word := column.word) in IGNORED[name]:
            continue
        if word in REFUSED[name]:
            remedy = REFUSED[name][word]
            problems.report("column_refused", cell.place, what=column.header, remedy=remedy)
        elif name != "choices" and word not in SUPPORTED[name]:
            at = line(name, 1, number)
            problems.report("column_unknown", at, SUPPORTED[name], what=column.header)
        elif _is_meant(name, word, cell, problems):
            yield column, cell
        else:
            problems.refuse(cell.place, word)


def _is_meant(name: str, word: str, cell: Cell, problems: Problems) -> bool:
    """Whether a cell holds what was typed, and not what a program made of it."""
    if cell.kind == UNUSABLE:
        return False
    if cell.kind == "date" and not (name == "survey" and word in MAY_BE_DATES):
        problems.report("cell_date", cell.place)
        return False
    if cell.kind == "boolean" and word not in MAY_BE_BOOLEANS:
        problems.report("cell_boolean", cell.place, what=cell.text)
        return False
    return True


def _ours(row: Row) -> Row | None:
    """Return a row of an exported sheet as it was there; None where an export added it."""
    mark, required = row.cells.get(MARK), row.cells.get(REQUIRED)
    if mark is not None and mark.text in (ADDED, MISSING):
        return None
    cells = {word: cell for word, cell in row.cells.items() if word not in (MARK, REQUIRED)}
    if mark is not None:
        cells["type"] = mark
        cells.pop("calculation", None)
    if required is not None:
        cells["required"] = required
    if (left := cells.get("choice_filter")) and left.text.endswith(_OR_MISSING):
        cells["choice_filter"] = left._replace(text=left.text.removesuffix(_OR_MISSING))
    return replace(row, cells=cells)


def _row(place: int, kept: Mapping[Column, Cell]) -> Row:
    cells: dict[str, Cell] = {}
    spoken: dict[str, dict[str, Cell]] = {}
    for column, cell in kept.items():
        cells.setdefault(column.word, cell)
        spoken.setdefault(column.word, {})[column.language] = cell
    return Row(place, cells, spoken)
