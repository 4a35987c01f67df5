"""Gives every question that stores an answer an indicator of its own."""

from flows.kinds import KINDS
from flows.sheet import MISSING, OWN
from flows.xlsform.cells import cell_node, words_list, words_of
from flows.xlsform.languages import Texts
from flows.xlsform.naming import CODE, own_code
from flows.xlsform.problems import Problems, row_of
from flows.xlsform.tables import Row
from flows.xlsform.values import NUMBER, kind_of
from flows.xlsform.words import INDICATOR_COLUMNS
from flows.yaml_nodes import Node

TEXTS = ("name", "unit", "definition", "reason", "example")
MOST = 1000
VALUE_TYPES = {
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "counts": "counts",
    "text": "log",
}
"""What kind of value a question gives, where the form does not say it; a choice is nominal."""

SENSITIVITIES = {"participant": "pseudonymous", "target_group": "aggregate", "project": "none"}
"""How sensitive an answer is, by the level of its sheet, where the form does not say it."""


class Indicators:
    """The indicators of a form, by code, as a handbook's catalogue has them.

    `about` says of the sheet what holds for each: level, registrar, moments, source.
    """

    def __init__(
        self, sheet: str, about: dict[str, Node], texts: Texts, problems: Problems
    ) -> None:
        self.nodes: dict[str, Node] = {}
        self._sheet = sheet
        self._about = about
        self._texts = texts
        self._problems = problems
        self._first: dict[str, tuple[Row, str]] = {}
        self._kinds: dict[str, str] = {}

    def of(self, row: Row, node: dict[str, Node], typed: str) -> str:
        """Return the code of a question's indicator; "" when the question stores nothing."""
        if not KINDS[typed].stored:
            return ""
        name, said = node["name"].text, row.text("indicator")
        calculation = node["calculation"].text if "calculation" in node else ""
        self._kinds[name] = kind_of(typed, calculation, self._kinds)
        if said and not CODE.fullmatch(said):
            self._problems.report("code_wrong", row.at("indicator"), what=said)
            said = ""
        code = said or own_code(self._sheet, name)
        if code not in self.nodes:
            self._first[code] = row, name
            self.nodes[code] = Node(row.place, self._node(row, node, code, typed))
        elif not said or not self._first[code][0].text("indicator"):
            other = self._first[code][1]
            self._problems.report("code_clash", row.at("name"), what=name, other=other, code=code)
        else:
            self._same(row, code)
        return code

    def is_always(self, moments: Node) -> bool:
        """Whether these are all moments of the sheet, which needs no saying."""
        every = {item.text for item in self._about["moments"].items}
        return {item.text for item in moments.items} == every

    def is_registrar(self, said: str) -> bool:
        """Whether this is who answers all of the sheet, which holds for each of its rows."""
        return said == self._about["registrar"].text

    def _node(self, row: Row, node: dict[str, Node], code: str, typed: str) -> dict[str, Node]:
        level = self._about["level"].text
        words = {
            "set": OWN,
            "kind": "output",
            "value_type": self._value_type(node, typed),
            "sensitivity": SENSITIVITIES.get(level, "pseudonymous"),
        }
        found = words_of(words, row.place) | self._about
        found["cmo"] = words_list((), row.place)
        found["missing"] = node.get("missing") or words_list(MISSING, row.place)
        found["moments"] = node.get("moments") or self._about["moments"]
        for column, word in INDICATOR_COLUMNS.items():
            if column not in row.cells or word in TEXTS:
                continue
            if (said := cell_node(row, column, self._problems)) is not None:
                found[word] = said
        for word in TEXTS:
            found[word] = Node(row.at(word), self._text(row, code, word))
        return found

    def _value_type(self, node: dict[str, Node], typed: str) -> str:
        if typed == "calculate":
            return "decimal" if self._kinds[node["name"].text] == NUMBER else VALUE_TYPES["text"]
        return VALUE_TYPES.get(typed, "nominal")

    def _text(self, row: Row, code: str, word: str) -> str:
        """Keep a text of an indicator; where the form has none, the question's own words."""
        key = f"indicators.{code}.{word}"
        column = "indicator_name" if word == "name" else word
        if column in row.cells:
            return self._texts.put("survey", row, column, key, MOST)
        said = {"name": ("label",), "definition": ("guidance_hint", "label")}.get(word, ())
        for other in said:
            if other in row.cells:
                return self._texts.put("survey", row, other, key)
        return self._texts.say(key, row.text("name") if said else "", {})

    def _same(self, row: Row, code: str) -> None:
        first = self._first[code][0]
        for column in INDICATOR_COLUMNS:
            if column in row.cells and row.text(column) != first.text(column):
                number = row_of(first.place)
                self._problems.report(
                    "indicator_differs", row.at(column), what=code, column=column, first=number
                )
