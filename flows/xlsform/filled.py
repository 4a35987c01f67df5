"""Looks through the XML of a worksheet before a library reads it, and keeps the filled rows alone.

A library believes what a worksheet says: a merge of everything, a link on every cell and a
million formatted rows would keep it busy for hours.
"""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

MOST_ROWS = 5000
MOST_COLUMNS = 300
MOST_CELLS = 200_000
MOST_TOLD = 50

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_ROW, _MERGE, _COLUMN = (f"{{{NAMESPACE}}}{tag}" for tag in ("row", "mergeCell", "col"))
_HOLDING = {f"{{{NAMESPACE}}}{tag}" for tag in ("v", "is", "f")}
# Rows and cells that hold nothing are nearly all where somebody formatted whole columns.
_ATTRIBUTES = rb"""(?:\s+[\w:]+="[^<>"]*")*"""
_BARE = re.compile(
    rb"<(?:row|c)" + _ATTRIBUTES + rb"""?\s+r="[A-Z]{0,3}\d+\"""" + _ATTRIBUTES + rb"\s*/>"
)
_FAULTY = "the rows of a worksheet are out of order"


@dataclass
class Facts:
    """What a worksheet says beside its cells: merges, what is hidden, how far it is filled."""

    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    columns: set[int] = field(default_factory=set)
    last: int = 0
    cells: int = 0


def looked_through(part: bytes) -> tuple[Facts, bytes]:
    """Return the facts of a worksheet, and a worksheet with nothing but its filled rows.

    Raises ValueError where rows or cells are not in order, because a library drops those.
    """
    facts, kept, before = Facts(), [], 0
    shorter = _BARE.sub(b"", part)
    placed = len(shorter) < len(part)
    elements = etree.iterparse(
        BytesIO(shorter), tag=(_ROW, _MERGE, _COLUMN), resolve_entities=False, no_network=True
    )
    for _, element in elements:
        if element.tag == _ROW:
            number = int(element.get("r") or before + 1)
            if number <= before or (placed and not _is_placed(element)):
                raise ValueError(_FAULTY)
            before = number
            filled = _is_filled(element, number, facts)
            if filled and number <= MOST_ROWS and facts.cells <= MOST_CELLS:
                element.set("r", str(number))
                kept.append(etree.tostring(element, with_tail=False))
        else:
            _beside(element, facts)
        _forget(element)
    rows = b"".join(kept)
    return facts, (
        b'<worksheet xmlns="%b"><dimension ref="A1"/><sheetData>%b</sheetData></worksheet>'
        % (NAMESPACE.encode(), rows)
    )


def _is_filled(row: Any, number: int, facts: Facts) -> bool:  # noqa: ANN401  lxml's elements have no public type
    from openpyxl.utils.cell import coordinate_to_tuple

    before, filled = 0, False
    for cell in row:
        at = cell.get("r")
        found, column = coordinate_to_tuple(at) if at else (number, before + 1)
        if found != number or column <= before:
            raise ValueError(_FAULTY)
        before = column
        if any(child.tag in _HOLDING for child in cell):
            filled = True
            facts.cells += 1
            facts.columns.add(column)
    if filled:
        facts.last = number
        if _is_hidden(row) and len(facts.hidden_rows) < MOST_TOLD:
            facts.hidden_rows.append(number)
    return filled


def _is_placed(row: Any) -> bool:  # noqa: ANN401
    """Whether a row and its cells say where they stand; else they stand behind the one before."""
    return bool(row.get("r")) and all(cell.get("r") for cell in row)


def _beside(element: Any, facts: Facts) -> None:  # noqa: ANN401
    if element.tag == _MERGE and len(facts.merged) < MOST_TOLD:
        facts.merged.append(str(element.get("ref")))
    if element.tag == _COLUMN and _is_hidden(element) and len(facts.hidden_columns) < MOST_TOLD:
        facts.hidden_columns.append((int(element.get("min", "0")), int(element.get("max", "0"))))


def _is_hidden(element: Any) -> bool:  # noqa: ANN401
    return element.get("hidden") in ("1", "true")


def _forget(element: Any) -> None:  # noqa: ANN401
    """Let go of what was read, so that memory does not grow with the file."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
