"""Turns the rows of a survey into the rows of a handbook's sheet: its types, groups and columns."""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.columns import ANSWERED, COLUMNS, TEXTS
from flows.expressions import faults
from flows.xlsform.cells import cell_node, expression, words_list, words_of
from flows.xlsform.indicators import Indicators
from flows.xlsform.languages import Texts
from flows.xlsform.naming import is_name, proposal
from flows.xlsform.problems import Problems, line, row_of
from flows.xlsform.tables import Row, Table
from flows.xlsform.types import is_group_row, type_of
from flows.xlsform.words import DAY, HARMLESS, INDICATOR_COLUMNS, NO, NOT_KEPT, TYPES
from flows.yaml_nodes import Node

MOST = {"label": 300, "hint": 300, "constraint_message": 300, "warning_message": 300}
MOST_SAID = 1000
MOST_HEADING = 60

Named = Iterable[str]


@dataclass(frozen=True)
class Group:
    """A group that is open: what it is called, and when its questions are asked at all."""

    name: str
    place: int
    labelled: bool
    relevant: str
    at: int


class Survey:
    """The rows of a sheet, as they come about.

    `groups` are the names of groups, `not_kept` those of rows that Meetmoment leaves out, and
    `conditions` those of groups, with their place and what was asked before. `day` names the
    question of the day.
    """

    def __init__(  # noqa: PLR0913, PLR0917  a form has so many parts
        self,
        sheet: str,
        day: str,
        lists: Named,
        texts: Texts,
        indicators: Indicators,
        problems: Problems,
    ) -> None:
        self.nodes: list[Node] = []
        self.names: dict[str, int] = {}
        self.groups: set[str] = set()
        self.not_kept: set[str] = set()
        self.conditions: list[tuple[str, int, tuple[str, ...]]] = []
        self._sheet, self._day = sheet, day
        self._lists = list(lists)
        self._texts = texts
        self._indicators = indicators
        self._problems = problems
        self._open: list[Group] = []
        self._alike: dict[str, str] = {}
        self._asked: list[str] = []

    def read(self, table: Table) -> None:
        """Read every row, and say which groups were not closed."""
        for row in table.rows:
            self._row(row)
        for group in self._open:
            self._problems.report("group_open", group.place, what=group.name)
        if any(group.labelled for group in self._open):
            self._add({"type": Node(0, "end_group")}, 0)
        if not self.nodes:
            self._problems.report("survey_empty", line("survey", 0))

    def ask_day(self, spoken: dict[str, dict[str, str]]) -> None:
        """Put the question of the day first, which every record needs."""
        name, place = self._day, line("survey", 0)
        texts = {
            column: self._texts.say(f"{self._sheet}.{name}.{column}", said["en"], said)
            for column, said in spoken.items()
        }
        words = {"type": "date", "name": name, "required": "yes", **texts}
        node = {**words_of({**words, "constraint": ". <= today()"}, place)}
        self.nodes.insert(0, Node(place, node | {"missing": words_list((), place)}))

    def _row(self, row: Row) -> None:
        typed, list_name = type_of(row, self._lists, self._problems)
        if typed in NOT_KEPT:
            self.not_kept.add(row.text("name"))
        elif typed == "begin_group":
            self._begin(row)
        elif typed == "end_group":
            self._end(row)
        elif typed or not is_group_row(row):
            self._question(row, typed, list_name)

    def _question(self, row: Row, typed: str, list_name: str) -> None:
        name = self._name(row)
        if not typed:
            # Others may refer to it, and that is no fault of theirs.
            self._add(words_of({"type": "note", "name": name, "label": "…"}, row.place), row.place)
            self._asked.append(name)
            return
        typed = "date" if typed == DAY else typed
        node = words_of({"type": f"{typed} {list_name}".strip(), "name": name}, row.at("type"))
        for word in row.cells:
            if word not in COLUMNS or word in (*TEXTS, "type", "name", "indicator"):
                continue
            if (found := cell_node(row, word, self._problems)) is not None:
                node[word] = found
        for word in TEXTS:
            if word in row.cells:
                key, most = f"{self._sheet}.{name}.{word}", MOST.get(word, MOST_SAID)
                node[word] = Node(row.at(word), self._texts.put("survey", row, word, key, most))
        if typed in ANSWERED:
            node.setdefault("required", Node(row.place, "no"))
        if "moments" in node and self._indicators.is_always(node["moments"]):
            del node["moments"]
        self._under_groups(node)
        if name == self._day:
            self._always(row, node)
        else:
            self._indicator(row, node, typed)
        self._add(node, row.at("name"))
        self._asked.append(name)

    def _indicator(self, row: Row, node: dict[str, Node], typed: str) -> None:
        if code := self._indicators.of(row, node, typed):
            node["indicator"] = Node(row.at("indicator"), code)
        elif "indicator" in row.cells or any(word in row.cells for word in INDICATOR_COLUMNS):
            for word in ("indicator", *INDICATOR_COLUMNS):
                if word in row.cells and not self._indicators.is_registrar(row.text(word)):
                    self._problems.report("column_not_here", row.at(word), column=word, what=typed)

    def _always(self, row: Row, node: dict[str, Node]) -> None:
        """Ask the question of the day of every record, because each has one."""
        for word in ("relevant", "moments"):
            if word in node:
                self._problems.report("day_conditional", node[word].line, what=self._day)
        node |= {"required": Node(row.place, "yes"), "missing": words_list((), row.place)}

    def _under_groups(self, node: dict[str, Node]) -> None:
        """Ask a question only where its groups are: their conditions hold for all in them."""
        own = node.get("relevant")
        conditions = [group for group in self._open if group.relevant]
        if not conditions:
            return
        texts = [group.relevant for group in conditions] + ([own.text] if own else [])
        said = texts[0] if len(texts) == 1 else " and ".join(f"({text})" for text in texts)
        node["relevant"] = Node(own.line if own else conditions[-1].at, said)

    def _begin(self, row: Row) -> None:
        labelled = "label" in row.cells
        name = self._name(row) if labelled or row.text("name") else "…"
        self.groups.add(name)
        nested = labelled and any(group.labelled for group in self._open)
        if nested:
            self._problems.report("group_nested", row.at("name"), what=name)
        for word in row.cells:
            self._group_cell(row, word)
        relevant = expression(row.text("relevant"))
        if relevant:
            self.conditions.append((relevant, row.at("relevant"), tuple(self._asked)))
            relevant = "" if any(faults(relevant, self._asked)) else relevant
        self._open.append(
            Group(name, row.at("name"), labelled and not nested, relevant, row.at("relevant"))
        )
        if labelled and not nested:
            key = f"{self._sheet}.{name}.label"
            label = self._texts.put("survey", row, "label", key, MOST_HEADING)
            self._add(
                words_of({"type": "begin_group", "name": name, "label": label}, row.at("label")),
                row.at("name"),
            )

    def _group_cell(self, row: Row, word: str) -> None:
        text, place = row.text(word), row.at(word)
        drawn = word == "appearance" and set(text.lower().split()) <= HARMLESS
        optional = word == "required" and text.lower() in NO
        if word in ("type", "name", "label", "relevant") or drawn or optional:
            return
        self._problems.report("column_not_here", place, column=word, what="begin_group")

    def _end(self, row: Row) -> None:
        if not self._open:
            self._problems.report("group_closed", row.place)
        elif self._open.pop().labelled:
            self._add(words_of({"type": "end_group"}, row.place), row.place)

    def _name(self, row: Row) -> str:
        """Return the name of a row, or one in its place that nothing else has."""
        said, place = row.text("name"), row.at("name")
        stand_in = f"row_{row_of(row.place)}"
        alike = self._alike.setdefault(said.lower(), said) if said else ""
        if not said:
            self._problems.report("column_missing", row.place, what="name")
            said = stand_in
        elif said in self.names:
            first = self.names[said]
            self._problems.report("name_duplicate", place, what=said, first=first)
            said = stand_in
        elif alike != said:
            first = self.names[alike]
            self._problems.report("name_alike", place, what=said, other=alike, first=first)
        elif not is_name(said):
            idea = proposal(said, self.names)
            self._problems.report("name_invalid", place, what=said, proposal=idea)
        self.names[said] = row_of(row.place)
        return said

    def _add(self, node: dict[str, Node], place: int) -> None:
        self.nodes.append(Node(place, node))


def day_of(table: Table) -> str:
    """Return the name of the row that XLSForm fills in with the day; "" if there is none."""
    days = (row for row in table.rows if TYPES.get(row.text("type"), row.text("type")) == DAY)
    return next((row.text("name") for row in days), "")
