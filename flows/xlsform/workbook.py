"""Reads the worksheets of a workbook as plain texts: nothing is worked out, followed or run."""

import re
import warnings
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from flows.xlsform.filled import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Facts, looked_through
from flows.xlsform.parts import Parts, packed, parts_of
from flows.xlsform.problems import WORKSHEETS, Problems, line
from flows.xlsform.words import REFUSED_WORKSHEETS
from flows.yaml_nodes import UNREADABLE

MOST_TEXT = 2000

_WORKSHEET = re.compile(rb"<(\w+:)?worksheet[\s>]")
# Marks that nobody sees: they change how a text is drawn, or make two equal names differ.
_UNSEEN = dict.fromkeys(
    [0xAD, *range(0x200B, 0x200D), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)


REFUSED = "refused"


class Cell(NamedTuple):
    """A cell's text on one line, its kind (text, number, boolean, date, refused), and its place."""

    text: str
    kind: str
    place: int


Grid = Mapping[int, Mapping[int, Cell]]
"""The cells of a worksheet that hold something, by row and column, both from 1."""


def worksheets(content: bytes, problems: Problems) -> dict[str, Grid]:
    """Return the worksheets of a form by name; what cannot be used as it is goes into `problems`.

    A fault of the file itself leaves nothing to read.
    """
    parts = parts_of(content, problems)
    if not parts:
        return {}
    try:
        with warnings.catch_warnings():
            # openpyxl warns about what it leaves out: pictures, rules for colours.
            warnings.simplefilter("ignore")
            return _read(parts, problems)
    except Exception as error:  # noqa: BLE001  openpyxl fails at a damaged part with anything
        problems.file("file_damaged", what=type(error).__name__)
        return {}


def _read(parts: Parts, problems: Problems) -> dict[str, Grid]:
    from openpyxl import load_workbook

    facts: dict[str, Facts] = {}
    for path, part in parts.items():
        if _WORKSHEET.search(part[:2000]):
            facts[path], parts[path] = looked_through(part)
    if any(item.cells > MOST_CELLS for item in facts.values()):
        problems.file("file_large", what=f"more than {MOST_CELLS:,} cells in a worksheet")
        return {}
    book = load_workbook(packed(parts), read_only=True, keep_links=False)
    found: dict[str, Grid] = {}
    known = [sheet for sheet in book.worksheets if _name(sheet.title) in WORKSHEETS]
    for sheet in known:
        name = _name(sheet.title)
        if name in found:
            problems.worksheet("worksheet_duplicate", name, what=name)
            continue
        if sheet.sheet_state != "visible":
            problems.worksheet("worksheet_hidden", name)
        path = str(sheet._worksheet_path)  # type: ignore[attr-defined]  # noqa: SLF001  told nowhere else
        found[name] = _grid(sheet, name, facts[path], problems)
    for title in book.sheetnames:
        if remedy := REFUSED_WORKSHEETS.get(_name(title)):
            problems.worksheet("worksheet_refused", _name(title), what=title, remedy=remedy)
    if "survey" not in found:
        problems.worksheet("worksheet_missing", "survey", book.sheetnames, what="survey")
    return found


def _name(title: str) -> str:
    return _plain(title).lower()


def _grid(sheet: Any, name: str, facts: Facts, problems: Problems) -> Grid:  # noqa: ANN401
    from openpyxl.utils.cell import get_column_letter

    last = min(facts.last, MOST_ROWS)
    width = min(max(facts.columns, default=0), MOST_COLUMNS)
    if facts.last > MOST_ROWS:
        problems.worksheet("worksheet_long", name, most=MOST_ROWS)
    if max(facts.columns, default=0) > MOST_COLUMNS:
        problems.worksheet("worksheet_wide", name, most=MOST_COLUMNS)
    problems.headers |= {
        (name, column): get_column_letter(column) for column in range(1, width + 1)
    }
    if not last or not width:
        if name == "survey":
            problems.worksheet("worksheet_empty", name)
        return {}
    rows = sheet.iter_rows(min_row=1, min_col=1, max_row=last, max_col=width)
    grid: dict[int, dict[int, Cell]] = {}
    for number, row in enumerate(rows, 1):
        cells = {
            column: held
            for column, cell in enumerate(row, 1)
            if any((held := _cell(cell, line(name, number, column), problems))[:2])
        }
        if cells:
            grid[number] = cells
        if number == 1:
            problems.headers |= {
                (name, column): cell.text for column, cell in cells.items() if cell.text
            }
    _surroundings(name, facts, problems)
    return grid


def _surroundings(name: str, facts: Facts, problems: Problems) -> None:
    for ref in facts.merged:
        # Only what is written with letters and digits is a range.
        match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}\d{1,7}", ref)
        row = int(match[2]) if match else 0
        problems.report("merged", line(name, row), what=ref if match else "somewhere")
    for number in facts.hidden_rows:
        problems.report("row_hidden", line(name, min(number, MOST_ROWS)))
    for first, past in facts.hidden_columns:
        for column in sorted(facts.columns):
            if first <= column <= past:
                problems.report("column_hidden", line(name, 0, column))


def _cell(cell: Any, place: int, problems: Problems) -> Cell:  # noqa: ANN401
    value, kind = cell.value, "text"
    if value is None:
        return Cell("", "", place)
    if cell.data_type in ("f", "e"):
        code = "cell_formula" if cell.data_type == "f" else "cell_error"
        problems.report(code, place, what=str(value))
        return Cell("", REFUSED, place)
    if isinstance(value, bool):
        return Cell(str(value).upper(), "boolean", place)
    if isinstance(value, int | float):
        return Cell(_number(value), "number", place)
    if isinstance(value, date | time | timedelta):
        if isinstance(value, datetime) and value.time() == time():
            value = value.date()
        return Cell(str(value), "date", place)
    text = _text(str(value), place, problems)
    return Cell(text or "", REFUSED if text is None else kind if text else "", place)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else format(value, ".15g")


def _text(value: str, place: int, problems: Problems) -> str | None:
    from openpyxl.utils.escape import unescape

    text = _plain(unescape(value))
    if UNREADABLE.search(text):
        problems.report("cell_unreadable", place)
        return None
    if len(text) > MOST_TEXT:
        problems.report("cell_long", place, count=len(text), most=MOST_TEXT)
        return text[:MOST_TEXT]
    return text


def _plain(text: str) -> str:
    return " ".join(text.translate(_UNSEEN).split())
