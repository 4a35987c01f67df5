"""Turns the settings of a form into the words of a handbook's sheet."""

from collections.abc import Mapping
from pathlib import Path

from flows.loading import HANDBOOK, is_sheet
from flows.xlsform.cells import cell_node, words_list, words_of
from flows.xlsform.languages import Texts
from flows.xlsform.naming import is_name, proposal
from flows.xlsform.problems import Problems, line
from flows.xlsform.tables import Row, Table
from flows.yaml_nodes import Node

MOST_TITLE = 60
MOST_PURPOSE = 300
MOST_VERSION = 2**31 - 1
OWN = ("menu", "order", "single", "remarks", "source", "observed_on")
STAND_IN = "form"
"""What a form without a usable name is called while its other faults are looked for."""


def settings_row(table: Table, problems: Problems) -> Row:
    """Return the one row of settings; one without cells where there is none."""
    for row in table.rows[1:]:
        problems.report("settings_rows", row.place)
    return table.rows[0] if table.rows else Row(line("settings", 0), {}, {})


def name_of(row: Row, wanted: str, problems: Problems) -> str:
    """Return the name of the sheet: its own word, the one that is wanted, or the form_id."""
    word = "sheet" if row.text("sheet") else "form_id"
    name = row.text("sheet") or wanted or row.text("form_id")
    place = row.at(word)
    if not name:
        problems.report("form_id_missing", place)
    elif not is_name(name):
        problems.report("name_invalid", place, what=name, proposal=proposal(name))
    elif name in handbook_sheets():
        problems.report("sheet_taken", place, what=name)
    else:
        return name
    return STAND_IN


def handbook_sheets() -> frozenset[str]:
    """Return the names of the handbook's own sheets."""
    return frozenset(path.stem for path in Path(HANDBOOK).glob("*.yaml") if is_sheet(path))


def head_of(
    name: str, row: Row, wanted: Mapping[str, Node], texts: Texts, problems: Problems
) -> dict[str, Node]:
    """Return the words of a sheet above its questions; `wanted` is what the form may say too."""
    place = row.place
    head = dict(wanted)
    for word in ("level", "registrar", "moments", *OWN):
        if word in row.cells and (found := cell_node(row, word, problems)) is not None:
            head[word] = found
    if version := row.text("version"):
        head["version"] = Node(row.at("version"), _version(row, version, problems))
    title = name.replace("_", " ").capitalize()
    for word, cell, most in (
        ("title", "form_title", MOST_TITLE),
        ("purpose",) * 2 + (MOST_PURPOSE,),
    ):
        key = f"{name}.{word}"
        said = title if word == "title" else ""
        text = (
            texts.put("settings", row, cell, key, most)
            if cell in row.cells
            else texts.say(key, said, {})
        )
        head[word] = Node(row.at(cell), text)
    head.setdefault("source", Node(place, head["title"].text))
    return words_of({"sheet": name}, place) | head


def wanted_words(
    version: int, level: str, moments: tuple[str, ...], registrar: str, place: int
) -> dict[str, Node]:
    """Return what a form need not say, as words of a sheet."""
    words = {"version": str(version), "level": level, "registrar": registrar}
    return words_of(words, place) | {"moments": words_list(moments, place)}


def _version(row: Row, said: str, problems: Problems) -> str:
    if said.isascii() and said.isdigit() and 1 <= int(said[:12]) <= MOST_VERSION:
        return str(int(said))
    problems.report("version_wrong", row.at("version"), what=said)
    return "1"
