"""Whether what an archive says of a record makes sense beside its sheets and projects."""

from collections.abc import Container, Iterator, Mapping
from datetime import date

from flows.archive.ledger import Revision
from flows.exports.format import NUMBER
from flows.record import RecordValue, Status
from flows.sheet import Sheet

Doubt = tuple[str, str]
"""A column, and what is wrong in it."""

NUMBERS = ("integer", "decimal", "counts")


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


def of_value(value: RecordValue, sheet: Sheet) -> Iterator[Doubt]:
    """Yield what cannot be right about a value."""
    question = sheet.by_name.get(value.question)
    if question is None:
        yield "question", f"the sheet {sheet.name} does not ask {value.question!r}"
        return
    if value.type != question.type:
        yield "type", f"{value.question} is of the type {question.type}"
    if value.indicator != question.indicator:
        yield "indicator", f"{value.question} belongs to another indicator"
    if value.status is Status.ANSWERED and not _fits(value):
        yield "value", f"{value.question} is answered by something else than a {value.type}"


def _fits(value: RecordValue) -> bool:
    if value.type in NUMBERS:
        return NUMBER.fullmatch(value.value) is not None
    if value.type == "date" and value.value:
        try:
            date.fromisoformat(value.value)
        except ValueError:
            return False
    return True
