"""Gathers the records of each sheet as columns, for formats that write them all at once."""

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import nan

from flows.exports.dataset import Block, Dataset
from flows.exports.format import NUMBER, ExportProblem, summed, without_column
from flows.exports.missing_codes import ANSWERED, CODES, is_missing_code
from flows.exports.names import named
from flows.exports.variables import Variable, joined, key_of, variables_of
from flows.record import LEFT_OUT, NOT_YET_ASKED, SUM, ExportedAnswer, ExportedRecord, Status

SUMS = "monthly_sums"
"""The table of what took the place of many records; it has a row for each sum."""


@dataclass
class Column:
    """A column: numbers with a missing code or nothing among them, days, or texts.

    A day is its ordinal, a time the seconds since 1970.
    """

    name: str
    kind: str
    label: str
    measure: str = "nominal"
    labels: dict[int, str] = field(default_factory=dict)
    coded: bool = False
    decimals: bool = False
    is_status: bool = False
    variable: Variable | None = None
    numbers: "array[float]" = field(default_factory=lambda: array("d"))
    texts: list[str] = field(default_factory=list)

    def add(self, value: str | float) -> None:
        """Put a value at the end."""
        if isinstance(value, str):
            self.texts.append(value.replace("\x00", ""))
        else:
            self.numbers.append(value)

    @property
    def nothing(self) -> str | float:
        """What stands where a record says nothing about this column."""
        return "" if self.kind == "text" else nan


@dataclass
class RecordsTable:
    """The records of one sheet: a row for each."""

    name: str
    columns: list[Column]
    rows: int = 0


About = Callable[[ExportedRecord, Mapping[str, ExportedAnswer]], str | float]

YES_NO = {1: "yes", 0: "no"}
ABOUT: Mapping[str, tuple[str, str, dict[int, str], About]] = {
    "organisation": ("text", "Organisation", {}, lambda of, _: of.organisation),
    "project": ("text", "Project", {}, lambda of, _: of.project),
    "project_name": ("text", "Name of the project", {}, lambda of, _: of.project_name),
    "moment": ("text", "Moment of measurement", {}, lambda of, _: of.moment),
    "subject": ("text", "Code of the participant", {}, lambda of, _: of.subject),
    "record": ("text", "Record", {}, lambda of, _: of.record),
    "revision": ("number", "Revision of the record", {}, lambda of, _: float(of.revision)),
    "sheet_version": ("number", "Version of the sheet", {}, lambda of, _: float(of.sheet_version)),
    "complete": ("choice", "Whole sheet answered", YES_NO, lambda of, _: float(of.complete)),
    "review": ("text", "What a coordinator said of it", {}, lambda of, _: of.review),
    "provenance": ("text", "How it came", {}, lambda of, _: of.provenance),
    "record_day": ("date", "Day it is about", {}, lambda of, _: float(of.observed_on.toordinal())),
    "submitted_at": (
        "time",
        "When it was saved (UTC)",
        {},
        lambda of, _: float(int(of.submitted_at.timestamp())),
    ),
    "record_remark": ("text", "Remark", {}, lambda of, _: of.record_remark),
    "not_done_because": ("text", "Why it was not done", {}, lambda _, why: " ".join(why)),
}
"""What stands before the answers: kind, label, value labels, and where it comes from."""

SUM_COLUMNS = ("sheet", "question", "category", "status", "sum")
OF_A_SUM = ("organisation", "project", "project_name", "subject", "sheet_version", "record_day")


def gathered(data: Dataset) -> list[RecordsTable]:
    """Return the tables of all sheets that have records, and of sums, by name."""
    tables: dict[str, _Gathering] = {}
    sums = _Sums()
    for about, answers in data.blocks():
        if about.provenance == SUM:
            sums.add((about, answers))
            continue
        if about.sheet not in tables:
            tables[about.sheet] = _Gathering(data, about.sheet)
        tables[about.sheet].add((about, answers))
    found = [table.table for _, table in sorted(tables.items())]
    return [*found, sums.table] if sums.table.rows else found


class _Gathering:
    def __init__(self, data: Dataset, sheet: str) -> None:
        self._data = data
        variables = variables_of(data, sheet)
        keys = _keys(variables)
        names = named([*ABOUT, *keys, *(f"{key}.status" for key in keys)])
        self._about = [_about(name) for name in ABOUT]
        self._values: dict[tuple[str, str, str], Column] = {}
        self._statuses: dict[str, Column] = {}
        self._by_question: dict[str, list[Column]] = {}
        columns = [*self._about]
        for variable, key in zip(variables, keys, strict=True):
            column = _column(variable, names[key])
            self._values[variable.key] = column
            self._by_question.setdefault(variable.question.name, []).append(column)
            columns.append(column)
            if not column.coded:
                self._statuses[column.name] = _status(column, names[f"{key}.status"])
                columns.append(self._statuses[column.name])
        self.table = RecordsTable(sheet, columns)

    def add(self, block: Block) -> None:
        """Put a record at the end."""
        about, answers = block
        reasons = {
            answer.reason: answer
            for answer in answers
            if answer.reason not in ("", LEFT_OUT, NOT_YET_ASKED)
        }
        for column, (_, _, _, value) in zip(self._about, ABOUT.values(), strict=True):
            column.add(value(about, reasons))
        found: dict[str, str | float] = {}
        for answer in answers:
            found.update(self._cells(about, answer))
        for column in self.table.columns[len(self._about) :]:
            column.add(found.get(column.name, column.nothing))
        self.table.rows += 1

    def _cells(
        self, about: ExportedRecord, answer: ExportedAnswer
    ) -> Iterator[tuple[str, str | float]]:
        sheet = self._data.sheets[about.sheet, about.sheet_version]
        if answer.status is not Status.ANSWERED:
            code = float(CODES[answer.status].number)
            for column in self._by_question[answer.question]:
                status = self._statuses.get(column.name, column)
                yield status.name, code
            return
        column = self._column(about, answer, key_of(sheet, answer))
        yield column.name, _value(about, answer, column)
        if column.name in self._statuses:
            yield self._statuses[column.name].name, float(ANSWERED)

    def _column(
        self, about: ExportedRecord, answer: ExportedAnswer, key: tuple[str, str, str]
    ) -> Column:
        if key not in self._values:
            raise without_column(about, answer.question)
        return self._values[key]


class _Sums:
    def __init__(self) -> None:
        about = [_about(name) for name in OF_A_SUM]
        texts = [Column(name, "text", name.capitalize()) for name in SUM_COLUMNS[:-1]]
        self.table = RecordsTable(SUMS, [*about, *texts, Column("sum", "number", "Sum", "scale")])

    def add(self, block: Block) -> None:
        """Put the sums of a month at the end."""
        of, answers = block
        for answer in answers:
            values = (
                *(ABOUT[name][3](of, {}) for name in OF_A_SUM),
                *(of.sheet, answer.question, *summed(answer)),
                float(answer.value or nan),
            )
            for column, value in zip(self.table.columns, values, strict=True):
                column.add(value)
            self.table.rows += 1


def _keys(variables: list[Variable]) -> list[str]:
    """Return a key for the name of each column; a kind that came later is said in it."""
    found: dict[str, None] = {}
    for variable in variables:
        key = variable.path
        found[f"{key}.{variable.kind}" if key in found else key] = None
    return [*found]


def _about(name: str) -> Column:
    kind, label, labels, _ = ABOUT[name]
    measure = "scale" if kind in ("number", "date", "time") else "nominal"
    return Column(name, kind, label, measure, labels)


def _column(variable: Variable, name: str) -> Column:
    labels = {choice.number: joined(choice.labels) for choice in variable.choices}
    if variable.kind == "switch":
        labels = dict(YES_NO)
    return Column(
        name,
        variable.kind,
        joined(variable.labels),
        variable.measure,
        labels,
        coded=variable.kind in ("number", "choice", "switch"),
        decimals=variable.question.type in ("decimal", "calculate"),
        variable=variable,
    )


def _status(column: Column, name: str) -> Column:
    return Column(
        *(name, "choice", f"Status: {column.label}", "nominal", {ANSWERED: "answered"}),
        coded=True,
        is_status=True,
        variable=column.variable,
    )


def _value(about: ExportedRecord, answer: ExportedAnswer, column: Column) -> str | float:
    value = answer.value
    if column.kind == "text":
        return value
    try:
        if column.kind == "date":
            return float(date.fromisoformat(value).toordinal()) if value else nan
        if column.kind == "choice" and column.variable:
            return float(column.variable.numbers[value])
        number = float(value)
    except (KeyError, ValueError):
        raise _unfit(about, answer) from None
    if is_missing_code(number) or not (value == "NaN" or NUMBER.fullmatch(value)):
        raise _unfit(about, answer)
    return number


def _unfit(about: ExportedRecord, answer: ExportedAnswer) -> ExportProblem:
    return ExportProblem(
        f"Record {about.record} has a value under {about.sheet}.{answer.question} that its column"
        " cannot hold; correct it, or export long instead."
    )
