"""Writes the cells of a form as a handbook's author would: plain words, lists, expressions."""

import re
from collections.abc import Mapping

from flows.columns import EXPRESSIONS
from flows.xlsform.problems import Problems
from flows.xlsform.tables import Row
from flows.xlsform.words import HARMLESS, NO, QUOTES, YES
from flows.xlsform.workbook import Cell
from flows.yaml_nodes import Node

LISTS = ("moments", "missing", "quick", "cmo")
YES_NO = ("required", "read_only", "exclusive", "single", "remarks", "previous")


def cell_node(row: Row, word: str, problems: Problems) -> Node | None:
    """Return a cell as the handbook has it; None where it says nothing or what cannot be used."""
    cell = row.cells[word]
    if word in YES_NO:
        return _yes_no(word, cell, problems)
    if word in LISTS:
        return listed(cell)
    if word == "appearance":
        kept = [name for name in cell.text.split() if name.lower() not in HARMLESS]
        return Node(cell.place, " ".join(kept)) if kept else None
    if word in EXPRESSIONS:
        return Node(cell.place, expression(cell.text))
    return Node(cell.place, cell.text)


def listed(cell: Cell) -> Node:
    """Return a cell as a list: words with spaces, commas or semicolons between them."""
    words = re.split(r"[\s,;]+", cell.text.strip("[] "))
    return Node(cell.place, [Node(cell.place, word) for word in words if word])


def expression(text: str) -> str:
    """Return an expression with straight quotes, and a plain yes or no as what it means."""
    if text.lower() in ("yes", "true", "true()"):
        return "true()"
    return "false()" if text.lower() in ("no", "false", "false()") else text.translate(QUOTES)


def words_of(texts: Mapping[str, str], place: int) -> dict[str, Node]:
    """Return words that the form does not have itself."""
    return {word: Node(place, text) for word, text in texts.items()}


def words_list(words: tuple[str, ...], place: int) -> Node:
    """Return a list that the form does not have itself."""
    return Node(place, [Node(place, word) for word in words])


def _yes_no(word: str, cell: Cell, problems: Problems) -> Node | None:
    said = cell.text.lower()
    if said in YES:
        return Node(cell.place, "yes")
    if said in NO:
        # Where nothing is said, XLSForm means no; `required` on a note would be a fault otherwise.
        return Node(cell.place, "no") if word in ("remarks", "previous") else None
    code = "required_expression" if word == "required" else "yes_no_wrong"
    problems.report(code, cell.place, what=cell.text)
    return None
