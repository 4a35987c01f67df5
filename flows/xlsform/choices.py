"""Turns the worksheet of choices into the lists of a handbook."""

from collections.abc import Collection, Mapping

from flows.sheet import AREAS, INDICATOR_LISTS
from flows.xlsform.cells import cell_node
from flows.xlsform.languages import Texts
from flows.xlsform.naming import is_name, proposal
from flows.xlsform.problems import Problems
from flows.xlsform.tables import Row, Table
from flows.xlsform.words import SUPPORTED
from flows.yaml_nodes import Node

MOST = 100
"""So long is what a button can say."""


def lists_of(table: Table) -> tuple[str, ...]:
    """Return the names of the lists, in their order."""
    return tuple(dict.fromkeys(filter(None, (row.text("list_name") for row in table.rows))))


def read_choices(
    table: Table, read: Collection[tuple[str, str]], texts: Texts, problems: Problems
) -> dict[str, Node]:
    """Return the lists; `read` are the columns that a choice_filter reads, with their list."""
    lists: dict[str, list[Node]] = {}
    places: dict[str, int] = {}
    for row in table.rows:
        name = row.text("list_name")
        if not name:
            problems.report("column_missing", row.place, what="list_name")
            continue
        if name not in lists:
            lists[name], places[name] = [], row.at("list_name")
            _check_list(name, row, lists, problems)
        lists[name].append(_choice(name, row, texts, problems))
    _columns(table, read, problems)
    return {name: Node(places[name], [*nodes]) for name, nodes in lists.items()}


def _check_list(name: str, row: Row, lists: Mapping[str, object], problems: Problems) -> None:
    place = row.at("list_name")
    if name == AREAS or name in INDICATOR_LISTS:
        problems.report("list_reserved", place, what=name)
    elif not is_name(name):
        problems.report("name_invalid", place, what=name, proposal=proposal(name, lists))


def _choice(list_name: str, row: Row, texts: Texts, problems: Problems) -> Node:
    node: dict[str, Node] = {}
    for word in row.cells:
        if word == "label":
            key = f"choices.{list_name}.{row.text('name')}.label"
            label = texts.put("choices", row, word, key, MOST)
            node[word] = Node(row.at(word), label)
        elif word != "list_name" and (found := cell_node(row, word, problems)) is not None:
            node[word] = found
    name = row.text("name")
    if name and not is_name(name, choice=True):
        idea = proposal(name, choice=True)
        problems.report("choice_invalid", row.at("name"), what=name, proposal=idea)
    return Node(row.at("name"), node)


def _columns(table: Table, read: Collection[tuple[str, str]], problems: Problems) -> None:
    """Report a column that nothing reads: most likely a word misspelt."""
    known, told = SUPPORTED["choices"], set[tuple[str, str]]()
    for row in table.rows:
        for word, cell in row.cells.items():
            if word in known or (row.text("list_name"), word) in told:
                continue
            told.add((row.text("list_name"), word))
            if (row.text("list_name"), word) not in read:
                problems.report("column_unread", cell.place, what=word)
            elif not is_name(word):
                at = cell.place - (row.place - (row.place >> 40 << 40)) + (1 << 16)
                problems.report("name_invalid", at, what=word, proposal=proposal(word))
