"""Reads the handbook: YAML files become sheets, and every fault gets its file, line and remedy."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.cells import Cells
from flows.columns import (
    APPEARANCES,
    CHOICE_NAME,
    CHOICE_WORDS,
    CODE,
    COLUMNS,
    EXPRESSIONS,
    GROUPS,
    INDICATOR_COLUMNS,
    INDICATOR_MAY_LACK,
    INDICATOR_TEXTS,
    INDICATOR_WORDS,
    NAME,
    SHEET_MAY_LACK,
    SHEET_WORDS,
    TEXTS,
    WITH_LIST,
    YES_NO,
)
from flows.crosswalks import CROSSWALKS, NONE, Crosswalks
from flows.crosswalks import read as read_crosswalks
from flows.identity import FIELDS, REMARK
from flows.problems import Problem
from flows.sheet import (
    AREAS,
    INDICATOR_LISTS,
    LAST,
    LEVELS,
    MENUS,
    MISSING,
    MOMENTS,
    REGISTRARS,
    Choice,
    Indicator,
    Question,
    Section,
    Sheet,
)
from flows.yaml_nodes import Node, read

HANDBOOK = Path(__file__).parent / "handbook"
INDICATORS, CHOICES = "indicators", "choices"
"""What the files of the catalogue and of the lists are called, alone or as `choices_long.yaml`."""


def files_of(folder: Path, name: str) -> list[Path]:
    """Return a folder's files of the catalogue or of the lists; the main one, even if missing."""
    return [folder / f"{name}.yaml", *sorted(folder.glob(f"{name}_*.yaml"))]


def is_sheet(path: Path) -> bool:
    """Whether a file of a handbook holds a sheet, by its name."""
    return path.stem != CROSSWALKS and path.stem.split("_")[0] not in (INDICATORS, CHOICES)


@dataclass
class Handbook:
    """What was read: the sheets by name, and where each text and row stands."""

    folder: Path
    sheets: dict[str, Sheet] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    crosswalks: Crosswalks = NONE
    lines: dict[str, tuple[Path, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Reader:
    """Reads the files of one folder into a Handbook; keeps going after a fault."""

    def __init__(self, folder: Path) -> None:
        self.handbook = Handbook(folder)
        self.choices: dict[str, tuple[Choice, ...]] = {}
        self._cells = Cells(self.handbook.problems)

    def read(self, sheets: Iterable[Path]) -> Handbook:
        """Read the catalogue, the choices and these sheets."""
        for path in files_of(self.handbook.folder, INDICATORS):
            self._indicators(path)
        for path in files_of(self.handbook.folder, CHOICES):
            self._choices(path)
        self.choices |= dict(zip(INDICATOR_LISTS, self._catalogue(), strict=True))
        for path in sheets:
            self._sheet(path)
        self._crosswalks(self.handbook.folder / f"{CROSSWALKS}.yaml")
        return self.handbook

    def _root(self, path: Path) -> Node:
        root = read(path, self.handbook.problems)
        if not root.columns and not any(item.file == path for item in self.handbook.problems):
            wanted = "a mapping (word: value)"
            self._cells.report("value_shape", path, root.line, what=path.name, wanted=wanted)
        return root

    def _indicators(self, path: Path) -> None:
        for code, node in self._root(path).columns.items():
            if not CODE.fullmatch(code):
                self._cells.report("code_invalid", path, node.line, what=code)
            words = (*INDICATOR_TEXTS, *INDICATOR_WORDS, *INDICATOR_COLUMNS, *INDICATOR_MAY_LACK)
            required = [word for word in words if word not in INDICATOR_MAY_LACK]
            self._cells.words(path, node, words, required)
            if code in self.handbook.indicators:
                self._cells.report("yaml_duplicate", path, node.line, what=code)
            texts = {name: self._cells.text(path, node, name) for name in INDICATOR_TEXTS}
            chosen = {
                name: self._cells.one_of(path, node, name, possible)
                for name, possible in INDICATOR_WORDS.items()
            }
            lists = {
                name: self._cells.list_of(path, node, name, possible)
                for name, possible in INDICATOR_COLUMNS.items()
            }
            derived = node.columns.get("derived_from", Node(node.line, [])).items
            previous = self._cells.one_of(path, node, "previous", YES_NO, default="yes") == "yes"
            self.handbook.indicators[code] = Indicator(
                code=code,
                derived_from=tuple(item.text for item in derived),
                previous=previous,
                **texts,  # type: ignore[arg-type]  # the three tables name the other fields
                **chosen,  # type: ignore[arg-type]
                **lists,  # type: ignore[arg-type]
            )
            if not chosen["registrar"] and not derived:
                self._cells.report("column_missing", path, node.line, what="registrar")
            self._line(f"indicators.{code}", path, node.line)
            for name in ("name", "unit", "definition", "reason", "example"):
                self._line(f"indicators.{code}.{name}", path, node.columns.get(name, node).line)

    def _choices(self, path: Path) -> None:
        for name, node in self._root(path).columns.items():
            if not NAME.fullmatch(name):
                self._cells.report("name_invalid", path, node.line, what=name)
            if name == AREAS:
                continue
            if name in self.choices or name in INDICATOR_LISTS:
                self._cells.report("yaml_duplicate", path, node.line, what=name)
            if not node.items:
                self._cells.report("list_empty", path, node.line, what=name)
            self.choices[name] = tuple(self._choice(path, name, item) for item in node.items)
            self._distinct(path, name, node)

    def _choice(self, path: Path, list_name: str, node: Node) -> Choice:
        for column in ("name", "label"):
            if not node.columns.get(column, node).text:
                self._cells.report("column_missing", path, node.line, what=column)
        name = self._cells.text(path, node, "name")
        if name and not CHOICE_NAME.fullmatch(name):
            self._cells.report("name_invalid", path, node.columns["name"].line, what=name)
        exclusive = self._cells.one_of(path, node, "exclusive", YES_NO, default="no") == "yes"
        columns = {
            key: value.text for key, value in node.columns.items() if key not in CHOICE_WORDS
        }
        for key in columns:
            if not NAME.fullmatch(key):
                self._cells.report("name_invalid", path, node.columns[key].line, what=key)
        self._line(f"choices.{list_name}.{name}.label", path, node.columns.get("label", node).line)
        codes = tuple(self._cells.text(path, node, "indicators").split())
        for code in codes:
            if code not in self.handbook.indicators:
                line, known = node.columns["indicators"].line, self.handbook.indicators
                self._cells.report("indicator_unknown", path, line, known, what=code)
        return Choice(name, self._cells.text(path, node, "label"), exclusive, codes, columns)

    def _crosswalks(self, path: Path) -> None:
        self.handbook.crosswalks, lines = read_crosswalks(path, self.handbook.problems)
        for code, line in lines.items():
            self._line(f"{CROSSWALKS}.{code}", path, line)

    def _catalogue(self) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
        """Return the choices of the two lists that hold indicators."""
        every = [
            Choice(
                code,
                indicator.name,
                columns={
                    column: getattr(indicator, column)
                    for column in ("set", "level", "kind", "registrar")
                },
            )
            for code, indicator in self.handbook.indicators.items()
        ]
        return tuple(every), tuple(replace(item, indicators=(item.name,)) for item in every)

    def _distinct(self, path: Path, list_name: str, node: Node) -> None:
        for column, code in (("name", "choice_duplicate"), ("label", "label_duplicate")):
            seen: set[str] = set()
            for item in node.items:
                text = item.columns.get(column, item).text
                if text and text in seen:
                    self._cells.report(code, path, item.line, what=text, list=list_name)
                seen.add(text)

    def _sheet(self, path: Path) -> None:
        root = self._root(path)
        if not root.columns:
            return
        name = self._head(path, root)
        survey = root.columns.get("survey", root)
        if "survey" in root.columns and not survey.items:
            wanted = "a list of questions"
            self._cells.report("value_shape", path, survey.line, what="survey", wanted=wanted)
        sections, questions = self._survey(path, name, survey.items)
        known = self.handbook.indicators
        codes = dict.fromkeys(question.indicator for question in questions)
        # A list of indicators shows their names, so the sheet carries those of the catalogue.
        if any(question.list_name in INDICATOR_LISTS for question in questions):
            codes |= dict.fromkeys(known)
        self.handbook.sheets[name] = Sheet(
            name=name,
            version=self._cells.number(path, root, "version", 1, least=1),
            level=self._cells.one_of(path, root, "level", LEVELS),
            moments=self._cells.list_of(path, root, "moments", MOMENTS),
            title=self._cells.text(path, root, "title"),
            purpose=self._cells.text(path, root, "purpose"),
            source=self._cells.text(path, root, "source"),
            observed_on=self._cells.text(path, root, "observed_on"),
            remarks=self._cells.one_of(path, root, "remarks", YES_NO, default="yes") == "yes",
            sections=tuple(sections),
            questions=tuple(questions),
            indicators=tuple(known[code] for code in codes if code in known),
            order=self._cells.number(path, root, "order", LAST, least=1),
            menu=self._cells.one_of(path, root, "menu", MENUS),
            registrar=self._cells.one_of(path, root, "registrar", REGISTRARS),
            single=self._cells.one_of(path, root, "single", YES_NO, default="no") == "yes",
        )

    def _head(self, path: Path, root: Node) -> str:
        required = tuple(word for word in SHEET_WORDS if word not in SHEET_MAY_LACK)
        self._cells.words(path, root, SHEET_WORDS, required=required)
        called, name = self._cells.text(path, root, "sheet"), path.stem
        if called and called != name:
            line = root.columns["sheet"].line
            self._cells.report("name_of_file", path, line, what=called, file=path.name)
        if not NAME.fullmatch(name):
            self._cells.report("name_invalid", path, root.line, what=name)
        for word in ("title", "purpose"):
            self._line(f"{name}.{word}", path, root.columns.get(word, root).line)
        self._line(name, path, root.line)
        return name

    def _survey(
        self, path: Path, sheet: str, rows: list[Node]
    ) -> tuple[list[Section], list[Question]]:
        sections: list[Section] = []
        questions: list[Question] = []
        opened: tuple[str, int] | None = None
        lines: dict[str, int] = {}
        for row in rows:
            type_name, list_name = self._type(path, row)
            section = opened[0] if opened else ""
            name = self._cells.text(path, row, "name")
            self._columns(path, row, type_name)
            if name in lines:
                first = lines[name]
                self._cells.report("name_duplicate", path, row.line, what=name, first=first)
            elif name:
                lines[name] = row.line
            if type_name == "begin_group":
                if opened:
                    self._cells.report("group_nested", path, row.line, what=name)
                opened = (name, row.line)
                sections.append(Section(name, self._cells.text(path, row, "label")))
                self._line(f"{sheet}.{name}.label", path, row.columns.get("label", row).line)
            elif type_name == "end_group":
                if not opened:
                    self._cells.report("group_closed", path, row.line)
                opened = None
            elif type_name:
                typed = (type_name, list_name)
                questions.append(self._question(path, sheet, row, typed, section))
        if opened:
            self._cells.report("group_open", path, opened[1], what=opened[0])
        return sections, questions

    def _type(self, path: Path, row: Node) -> tuple[str, str]:
        words = row.columns["type"].text.split() if "type" in row.columns else []
        if not words:
            self._cells.report("column_missing", path, row.line, what="type")
            return "", ""
        type_name = "_".join(words[:2]) if words[0] in ("begin", "end") else words[0]
        line = row.columns["type"].line
        if type_name not in COLUMNS["type"]:
            self._cells.report(
                "type_unknown",
                path,
                line,
                COLUMNS["type"],
                what=words[0],
                possible=", ".join(COLUMNS["type"]),
            )
            return "", ""
        rest = [] if type_name in GROUPS else words[1:]
        if type_name in WITH_LIST and len(rest) != 1:
            self._cells.report("list_missing", path, line, what=type_name)
        elif rest and type_name not in WITH_LIST:
            self._cells.report("list_not_here", path, line, what=type_name, list=" ".join(rest))
        elif rest == [AREAS] and type_name != "select_one":
            self._cells.report("list_of_areas", path, line, what=type_name)
        elif rest and rest[0] != AREAS and rest[0] not in self.choices:
            self._cells.report("list_unknown", path, line, [AREAS, *self.choices], what=rest[0])
        return type_name, rest[0] if rest else ""

    def _columns(self, path: Path, row: Node, type_name: str) -> None:
        for word, node in row.columns.items():
            if word not in COLUMNS:
                self._cells.report("column_unknown", path, node.line, COLUMNS, what=word)
            elif type_name and type_name not in COLUMNS[word]:
                self._cells.report("column_not_here", path, node.line, column=word, what=type_name)

    def _question(
        self, path: Path, sheet: str, row: Node, typed: tuple[str, str], section: str
    ) -> Question:
        name, cells = self._cells.text(path, row, "name"), self._cells
        self._line(f"{sheet}.{name}", path, row.line)
        for column, node in row.columns.items():
            self._line(f"{sheet}.{name}.{column}", path, node.line)
        return Question(
            type=typed[0],
            name=name,
            list_name=typed[1],
            choices=self.choices.get(typed[1], ()),
            indicator=self._indicator(path, row),
            section=section,
            moments=cells.list_of(path, row, "moments", MOMENTS),
            missing=self._missing(path, row),
            required=cells.one_of(path, row, "required", YES_NO, default="yes") == "yes",
            appearance=cells.one_of(path, row, "appearance", APPEARANCES),
            read_only=cells.one_of(path, row, "read_only", YES_NO, default="no") == "yes",
            step=cells.number(path, row, "step", 1, least=1),
            max_length=cells.number(path, row, "max_length", 140, least=1),
            free_text=cells.one_of(path, row, "free_text", tuple(FIELDS), default=REMARK),
            quick=tuple(self._quick(path, row, typed[0])),
            **{column: cells.text(path, row, column) for column in (*TEXTS, *EXPRESSIONS)},
        )

    def _indicator(self, path: Path, row: Node) -> str:
        code, known = self._cells.text(path, row, "indicator"), self.handbook.indicators
        if code and code not in known:
            line = row.columns["indicator"].line
            self._cells.report("indicator_unknown", path, line, known, what=code)
        return code

    def _missing(self, path: Path, row: Node) -> tuple[str, ...]:
        if "missing" in row.columns:
            return self._cells.list_of(path, row, "missing", MISSING)
        indicator = self.handbook.indicators.get(self._cells.text(path, row, "indicator"))
        return indicator.missing if indicator else MISSING

    def _quick(self, path: Path, row: Node, type_name: str) -> Iterable[str]:
        quick = row.columns.get("quick")
        if quick is not None and not isinstance(quick.value, list):
            wanted = "a list, like [1, 2]"
            self._cells.report("value_shape", path, quick.line, what="quick", wanted=wanted)
        pattern = r"\d{1,9}" if type_name == "integer" else r"\d{1,9}(\.\d{1,6})?"
        for node in row.columns["quick"].items if "quick" in row.columns else ():
            if re.fullmatch(pattern, node.text, re.ASCII):
                yield node.text
            else:
                self._cells.report(
                    "number_wrong", path, node.line, column="quick", what=node.text, least=0
                )

    def _line(self, key: str, path: Path, line: int) -> None:
        self.handbook.lines.setdefault(key, (path, line))
