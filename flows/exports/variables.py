"""What the columns of a table of records mean, for all versions of a sheet at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from flows.exports.dataset import Areas, Dataset
from flows.exports.format import BY_CATEGORY, choice_label
from flows.kinds import KINDS
from flows.record import ExportedAnswer
from flows.sheet import AREAS, Question, Sheet

Kind = Literal["number", "choice", "switch", "date", "text"]
"""A switch is a choice of several: 1 chosen, 0 not."""

Labels = tuple[str, ...]
"""A text in each language of the export."""

KIND_OF: Mapping[str, Kind] = {
    "select_one": "choice",
    "select_multiple": "switch",
    "integer": "number",
    "decimal": "number",
    "counts": "number",
    "date": "date",
    "text": "text",
}
BETWEEN = " / "
"""Stands between languages where there is room for one text."""

CALCULATED = re.compile(
    r"-?\d+(\.\d+)?|(floor|ceiling|round|count|count-selected|sum|number|int|min|max)\(.*",
    re.DOTALL,
)
REFERENCE = re.compile(r"\$\{(\w+)\}")
INTEGER = re.compile(r"-?\d{1,9}")


@dataclass(frozen=True)
class Choice:
    """A choice that a column can hold: its number, its name in our files, its labels."""

    number: int
    name: str
    labels: Labels


@dataclass(frozen=True)
class Variable:
    """A column: a question of a sheet, or a category of one; as the newest version asks it."""

    sheet: Sheet
    question: Question
    kind: Kind
    category: str
    labels: Labels
    choices: tuple[Choice, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, Kind]:
        """What finds the column of a value."""
        return self.question.name, self.category, self.kind

    @property
    def path(self) -> str:
        """What a column is called where anything may be."""
        return f"{self.question.name}.{self.category}" if self.category else self.question.name

    @property
    def measure(self) -> str:
        """Its level of measurement, in the words of SPSS."""
        if self.kind in ("number", "date"):
            return "scale"
        indicator = self.sheet.by_code.get(self.question.indicator)
        ranked = self.kind == "choice" and indicator and indicator.value_type == "ordinal"
        return "ordinal" if ranked else "nominal"


def variables_of(data: Dataset, name: str) -> list[Variable]:
    """Return the columns of all versions of a sheet, in the order of the newest one.

    What an older version asked otherwise, as a text instead of a number, is a column of its own.
    """
    versions = sorted(
        (version for (sheet, version) in data.sheets if sheet == name),
        reverse=True,
    )
    asked: dict[tuple[str, Kind, bool], list[tuple[Sheet, Question]]] = {}
    for sheet in (data.sheets[name, version] for version in versions):
        for question in sheet.questions:
            if KINDS[question.type].stored:
                key = question.name, kind_of(sheet, question), question.type in BY_CATEGORY
                asked.setdefault(key, []).append((sheet, question))
    return [
        variable
        for (_, kind, divided), found in asked.items()
        for variable in (_divided if divided else _whole)(data, kind, found)
    ]


def kind_of(sheet: Sheet, question: Question) -> Kind:
    """Return what a question's values are."""
    if question.type == "calculate":
        return "number" if _is_numeric(sheet, question.calculation.strip()) else "text"
    kind = KIND_OF[question.type]
    # Each project has its own areas, so that they have no number in common.
    return "text" if kind == "choice" and question.list_name == AREAS else kind


def key_of(sheet: Sheet, answer: ExportedAnswer) -> tuple[str, str, Kind]:
    """Return the key of the column of a value."""
    return answer.question, answer.category, kind_of(sheet, sheet.by_name[answer.question])


def area_labels(areas: Areas) -> dict[str, str]:
    """Return what areas are called; where projects call one differently, all of it."""
    found: dict[str, list[str]] = {}
    for (_, name), label in sorted(areas.items()):
        found.setdefault(name, []).append(label)
    return {name: " | ".join(dict.fromkeys(labels)) for name, labels in sorted(found.items())}


def joined(labels: Sequence[str]) -> str:
    """Return a text in all languages at once: "Wonen / Logement"; what is the same only once."""
    return BETWEEN.join(dict.fromkeys(label for label in labels if label))


def _whole(
    data: Dataset, kind: Kind, found: Sequence[tuple[Sheet, Question]]
) -> Iterator[Variable]:
    sheet, question = found[0]
    labels = _asked(data, sheet, question)
    if kind != "choice":
        yield Variable(sheet, question, kind, "", labels)
        return
    known = _choices(data, found)
    numbers = _numbers([*known])
    choices = tuple(Choice(numbers[name], name, label) for name, label in known.items())
    yield Variable(sheet, question, kind, "", labels, choices, numbers)


def _divided(
    data: Dataset, kind: Kind, found: Sequence[tuple[Sheet, Question]]
) -> Iterator[Variable]:
    sheet, question = found[0]
    for name, label in _choices(data, found).items():
        asked = _asked(data, sheet, question)
        labels = tuple(f"{text}: {choice}" for text, choice in zip(asked, label, strict=True))
        yield Variable(sheet, question, kind, name, labels)


def _asked(data: Dataset, sheet: Sheet, question: Question) -> Labels:
    indicator = f"indicators.{question.indicator}.name"
    return tuple(
        sheet.text(language, f"{sheet.name}.{question.name}.label")
        or sheet.text(language, indicator)
        or question.name
        for language in data.languages
    )


def _choices(data: Dataset, found: Sequence[tuple[Sheet, Question]]) -> dict[str, Labels]:
    """Return the choices in the order in which they were first released, with newest labels."""
    labels: dict[str, Labels] = {}
    for sheet, question in reversed(found):
        if question.list_name == AREAS:
            names = area_labels(data.areas)
            labels |= {name: (label,) * len(data.languages) for name, label in names.items()}
        for choice in question.choices:
            labels[choice.name] = tuple(
                choice_label(question, choice.name, sheet, language, choice.label)
                for language in data.languages
            )
    return labels


def _numbers(names: Sequence[str]) -> dict[str, int]:
    """Return a number for each name: its own where it is one, otherwise the next that is free."""
    found = {name: int(name) for name in names if INTEGER.fullmatch(name)}
    # 01 and 1 are two choices.
    found = {name: number for name, number in found.items() if str(number) == name}
    free = (number for number in range(1, 10**6) if number not in set(found.values()))
    return {name: found[name] if name in found else next(free) for name in names}


def _is_numeric(sheet: Sheet, calculation: str) -> bool:
    """Whether a calculation gives a number, whatever was answered."""
    if referred := REFERENCE.fullmatch(calculation):
        other = sheet.by_name.get(referred[1])
        return other is not None and kind_of(sheet, other) == "number"
    if calculation.startswith("if(") and calculation.endswith(")"):
        return all(_is_numeric(sheet, part) for part in _arguments(calculation[3:-1])[1:])
    return CALCULATED.fullmatch(calculation) is not None


def _arguments(text: str) -> list[str]:
    """Return the arguments of a call: divided by commas that stand in no bracket or quotation."""
    found, depth, quote, start = [], 0, "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "," and not depth:
            found.append(text[start:place].strip())
            start = place + 1
        else:
            depth += (sign == "(") - (sign == ")")
    return [*found, text[start:].strip()]
