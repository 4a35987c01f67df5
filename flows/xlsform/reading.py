"""Reads an XLSForm into a sheet that runs as a conversation, or says everything that is in the way.

What is supported is declared in flows/xlsform/words.py and docs/xlsform.md. A form is taken as a
whole or not at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from flows import catalogues
from flows.cells import Cells
from flows.checking import RULES
from flows.expressions import tokens
from flows.loading import CHOICES, INDICATORS, Handbook, Reader
from flows.sheet import Sheet
from flows.texts import Interface, interface, marked
from flows.xlsform.choices import lists_of, read_choices
from flows.xlsform.indicators import Indicators
from flows.xlsform.judging import MOST_QUESTIONS, judge
from flows.xlsform.languages import Tables, Texts, called, default_language, offered_languages
from flows.xlsform.problems import WORKSHEETS, FormProblem, Problems, line
from flows.xlsform.settings import head_of, name_of, settings_row, wanted_words
from flows.xlsform.survey import Survey, day_of
from flows.xlsform.tables import table
from flows.xlsform.workbook import worksheets
from flows.yaml_nodes import Node

__all__ = ["FormProblem", "Wanted", "read"]

DAY = "observed_on"
DAY_LABEL = marked("On which day was it?")
DAY_RULE = marked("Today or an earlier day.")
MOST_LINES = 2 * MOST_QUESTIONS
"""With more rows than that there are too many questions, whatever else they are."""
NEEDED = {"survey": ("type", "name"), "choices": ("list_name", "name", "label")}


@dataclass(frozen=True)
class Wanted:
    """What an XLSForm does not say about the sheet that is made of it; what it says itself wins.

    Without a `name` the sheet is called by the form_id. `language` is that of columns without a
    language where the form names no default_language.
    """

    name: str = ""
    version: int = 1
    level: str = "participant"
    moments: tuple[str, ...] = ("baseline", "interim", "final")
    registrar: str = "practitioner"
    language: str = ""


NOTHING = Wanted()


def read(content: bytes, wanted: Wanted = NOTHING) -> Sheet | tuple[FormProblem, ...]:
    """Return the sheet of a form, or every fault by worksheet and row; never half of a form."""
    problems = Problems()
    grids = worksheets(content, problems)
    if not grids.get("survey"):
        return problems.told()
    tables = {name: table(name, grids.get(name, {}), problems) for name in WORKSHEETS}
    if _has_columns(tables, problems):
        sheet = _Form(tables, wanted, problems).sheet()
        if not problems:
            return sheet
    return problems.told()


def _has_columns(tables: Tables, problems: Problems) -> bool:
    """Whether the columns are there without which every row would be faulty."""
    lacking = [
        (name, word)
        for name, words in NEEDED.items()
        for word in words
        if tables[name].columns
        and word not in {column.word for column in tables[name].columns.values()}
    ]
    for name, word in lacking:
        problems.report("column_missing", line(name, 1), what=word)
    if (count := len(tables["survey"].rows)) > MOST_LINES:
        problems.report("questions_many", line("survey", 0), count=count, most=MOST_QUESTIONS)
        return False
    return not lacking and all(table.whole for table in tables.values())


class _Form:
    """One form on its way to a sheet."""

    def __init__(self, tables: Tables, wanted: Wanted, problems: Problems) -> None:
        self._tables = tables
        self._problems = problems
        settings = settings_row(tables["settings"], problems)
        default = default_language(tables, wanted.language, problems)
        self._name = name_of(settings, wanted.name, problems)
        self._texts = Texts(tables, default, problems)
        said = wanted_words(
            wanted.version, wanted.level, wanted.moments, wanted.registrar, settings.place
        )
        self._head = head_of(self._name, settings, said, self._texts, problems)
        about = {word: self._head[word] for word in ("level", "registrar", "moments", "source")}
        self._indicators = Indicators(self._name, about, self._texts, problems)

    def sheet(self) -> Sheet:
        """Return the sheet; what is wrong with it stands in the problems."""
        survey = self._survey()
        lists = self._lists(survey.nodes)
        survey_node = Node(line("survey", 0), [*survey.nodes])
        reader = _FormReader(
            {
                INDICATORS: Node(0, self._indicators.nodes),
                CHOICES: Node(0, {**lists}),
                self._name: Node(self._head["sheet"].line, self._head | {"survey": survey_node}),
            },
            self._problems,
        )
        handbook = reader.read([Path(f"{self._name}.yaml")])
        sheet = handbook.sheets[self._name]
        self._judge(handbook, sheet, survey)
        return replace(sheet, language=self._texts.written, texts=self._spoken(sheet))

    def _survey(self) -> Survey:
        table = self._tables["survey"]
        lists = lists_of(self._tables["choices"])
        day = self._head.setdefault(DAY, Node(line("survey", 0), day_of(table) or DAY)).text
        survey = Survey(self._name, day, lists, self._texts, self._indicators, self._problems)
        survey.read(table)
        if day == DAY and day not in survey.names:
            survey.ask_day(_day_texts(self._texts.languages))
        return survey

    def _lists(self, nodes: Iterable[Node]) -> dict[str, Node]:
        read: set[tuple[str, str]] = set()
        for node in nodes:
            said = node.columns.get("choice_filter", Node(0, "")).text
            list_name = node.columns["type"].text.partition(" ")[2]
            read |= {(list_name, token.text) for token in tokens(said) if token.kind == "name"}
        return read_choices(self._tables["choices"], read, self._texts, self._problems)

    def _judge(self, handbook: Handbook, sheet: Sheet, survey: Survey) -> None:
        places = {key: place for key, (_, place) in handbook.lines.items()}
        judge(sheet, survey, self._texts, places, self._problems)
        for rule in RULES:
            rule(handbook, sheet)
        for problem in handbook.problems:
            self._problems.take(problem)
        offered = offered_languages()
        if not set(offered) & set(self._texts.languages) and not self._problems:
            what = ", ".join(called(code) for code in self._texts.languages)
            possible = ", ".join(called(code) for code in offered)
            self._problems.report(
                "language_not_offered", line("survey", 1), what=what, possible=possible
            )

    def _spoken(self, sheet: Sheet) -> dict[str, dict[str, str]]:
        return {
            language: {key: said.get(key) or text for key, text in sheet.sources.items()}
            for language, said in self._texts.spoken.items()
        }


class _FormCells(Cells):
    """Notes what is wrong with a cell where it stands in the form."""

    def __init__(self, problems: Problems) -> None:
        super().__init__([])
        self._form = problems

    def report(
        self, code: str, path: Path, line: int, near: Iterable[str] = (), **fields: object
    ) -> None:
        """Note a problem of a form."""
        del path
        if self._form.is_new(code, line):
            self._form.report(code, line, near, **fields)


class _FormReader(Reader):
    """Reads what a form says as it would read the files of a handbook."""

    def __init__(self, nodes: Mapping[str, Node], problems: Problems) -> None:
        super().__init__(Path())
        self._nodes = nodes
        self._cells = _FormCells(problems)

    def _root(self, path: Path) -> Node:
        return self._nodes.get(path.stem, Node(0, {}))

    def _crosswalks(self, path: Path) -> None:
        """Read none: own indicators are matched with no other registration."""


def _day_texts(languages: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the question of the day in these languages, as the bot says it."""
    voices, spoken = _voices(), ["en", *languages]
    return {
        column: {language: voices.say(language)(text) for language in spoken}
        for column, text in (("label", DAY_LABEL), ("constraint_message", DAY_RULE))
    }


@cache
def _voices() -> Interface:
    return interface(catalogues.load().domains["bot"])
