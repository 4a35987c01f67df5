"""Whether what an archive says of a record makes sense beside its sheets and projects."""

import re
from collections.abc import Container, Iterator, Mapping
from datetime import date

from flows.archive.ledger import Revision
from flows.codes import is_valid
from flows.exports.format import NUMBER
from flows.record import RecordValue, Status
from flows.sheet import AREAS, INDICATOR_LISTS, Question, Sheet

Doubt = tuple[str, str]
"""A column, and what is wrong in it."""

NUMBERS = ("integer", "decimal", "counts")
FITTING = {
    "integer": re.compile(r"-?\d{1,15}", re.ASCII),
    "decimal": NUMBER,
    "counts": re.compile(r"\d{1,15}", re.ASCII),
    "select_multiple": re.compile("[01]"),
}
"""How an answer of a type is written, where that says more than its choices."""

WITH_CATEGORY = ("select_multiple", "counts")


def of_revision(
    item: Revision, sheets: Mapping[tuple[str, int], Sheet], projects: Container[str]
) -> Iterator[Doubt]:
    """Yield what cannot be right about a revision."""
    if item.project not in projects:
        yield "project", f"there is no project {item.project!r}"
    sheet = sheets.get((item.sheet, item.sheet_version))
    if sheet is None:
        yield "sheet_version", f"there is no version {item.sheet_version} of {item.sheet!r}"
    elif item.level != sheet.level:
        yield "level", f"the sheet {item.sheet} is about another level"
    elif not (is_valid(item.subject) if item.level == "participant" else item.subject == ""):
        yield "subject", "this is no code of a participant"


def of_value(value: RecordValue, sheet: Sheet, *, is_sum: bool = False) -> Iterator[Doubt]:
    """Yield what cannot be right about a value; in a sum of records it is a number."""
    question = sheet.by_name.get(value.question)
    if question is None:
        yield "question", f"the sheet {sheet.name} does not ask {value.question!r}"
        return
    if value.type != question.type:
        yield "type", f"{value.question} is of the type {question.type}"
    if value.indicator != question.indicator:
        yield "indicator", f"{value.question} belongs to another indicator"
    if is_sum:
        is_number = NUMBER.fullmatch(value.value) is not None
        if value.type in NUMBERS and value.status is Status.ANSWERED and not is_number:
            yield "value", f"{value.question} is a sum, and this is no number"
    elif value.status is not Status.ANSWERED:
        if value.value:
            yield "value", f"{value.question} has no answer, and here stands one"
    elif not _fits(value):
        yield "value", f"{value.question} is answered by something else than a {value.type}"
    else:
        yield from _of_choices(value, question)


def _of_choices(value: RecordValue, question: Question) -> Iterator[Doubt]:
    """Yield what was chosen that nobody could choose; which areas there were is not known."""
    if value.type not in WITH_CATEGORY and value.category:
        yield "category", f"{value.question} has no categories"
    if not question.choices or question.list_name in {AREAS, *INDICATOR_LISTS}:
        return
    column = "category" if value.type in WITH_CATEGORY else "value"
    if getattr(value, column) not in {choice.name for choice in question.choices}:
        yield column, f"{value.question} has no such choice"


def _fits(value: RecordValue) -> bool:
    if value.type == "date" and value.value:
        try:
            return date.fromisoformat(value.value).isoformat() == value.value
        except ValueError:
            return False
    return value.type not in FITTING or FITTING[value.type].fullmatch(value.value) is not None
