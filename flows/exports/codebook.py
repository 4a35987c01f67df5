"""The code book: what every column and code of the other files means."""

from collections.abc import Iterator
from pathlib import Path

from flows.exports.csv_file import csv_file
from flows.exports.dataset import Areas, Dataset
from flows.exports.format import YES_OR_NO, choice_label, safe
from flows.exports.wide import question_columns
from flows.kinds import KINDS
from flows.record import Status
from flows.sheet import MISSING, Indicator, Question, Sheet
from flows.texts import marked

ALWAYS_POSSIBLE = (Status.SKIPPED, Status.NOT_DONE)

QUESTION_TEXTS = ("label", "hint", "constraint_message", "warning_message")
INDICATOR_TEXTS = ("name", "unit", "definition", "reason", "example")
RULES = ("relevant", "constraint", "warning", "calculation", "choice_filter", "total")
INDICATOR_WORDS = ("set", "kind", "value_type", "registrar", "sensitivity", "source")


class CodeBook:
    """One row for each question of each released version of each sheet, in all languages."""

    title = marked("Code book: what every question and code means (CSV)")
    shared = False
    file = "codebook.csv"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the questions in the order of the sheets."""
        languages = sorted(
            {language for sheet in data.sheets.values() for language in ("en", *sheet.texts)}
        )
        lines = (
            [*_line(sheet, question, data.areas, languages)]
            for _, sheet in sorted(data.sheets.items())
            for question in sheet.questions
            if KINDS[question.type].stored
        )
        return csv_file(folder / self.file, _columns(languages), lines)


def _columns(languages: list[str]) -> list[str]:
    return [
        *("sheet", "sheet_version", "level", "question", "type", "wide_columns", "indicator"),
        *(f"indicator_{word}" for word in INDICATOR_WORDS),
        *("moments", "cmo", "required", "missing_codes"),
        *RULES,
        *(
            f"{column}_{language}"
            for column in (*QUESTION_TEXTS, "choices")
            for language in languages
        ),
        *(f"indicator_{column}_{language}" for column in INDICATOR_TEXTS for language in languages),
        "sheet_source",
    ]


def _line(sheet: Sheet, question: Question, areas: Areas, languages: list[str]) -> Iterator[object]:
    indicator = sheet.by_code.get(question.indicator)
    yield from (sheet.name, sheet.version, sheet.level, question.name, question.type)
    yield " ".join(question_columns(sheet, question))
    yield safe(question.indicator)
    for word in INDICATOR_WORDS:
        yield safe(str(getattr(indicator, word)) if indicator else "")
    yield " ".join(_moments(sheet, question, indicator))
    yield " ".join(indicator.cmo) if indicator else ""
    yield YES_OR_NO[question.required]
    yield " ".join(
        (
            *(code for code in MISSING if code in question.missing),
            *(s.value for s in ALWAYS_POSSIBLE),
        )
    )
    for rule in RULES:
        yield safe(getattr(question, rule))
    for column in QUESTION_TEXTS:
        for language in languages:
            yield safe(sheet.text(language, f"{sheet.name}.{question.name}.{column}"))
    for language in languages:
        yield safe(_choices(sheet, question, areas, language))
    for column in INDICATOR_TEXTS:
        for language in languages:
            yield safe(sheet.text(language, f"indicators.{question.indicator}.{column}"))
    yield safe(sheet.source)


def _moments(sheet: Sheet, question: Question, indicator: Indicator | None) -> list[str]:
    asked = question.moments or (indicator.moments if indicator else sheet.moments)
    return [moment for moment in sheet.moments if moment in asked]


def _choices(sheet: Sheet, question: Question, areas: Areas, language: str) -> str:
    if question.list_name and not question.choices:
        return " | ".join(f"{name} = {label}" for (_, name), label in sorted(areas.items()))
    return " | ".join(
        f"{choice.name} = {choice_label(question, choice.name, sheet, language)}"
        for choice in question.choices
    )
