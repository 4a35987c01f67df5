"""XLSX: a worksheet for each sheet with its records, and the code book beside them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date
from pathlib import Path

from flows.exports.dataset import Block, Dataset
from flows.exports.format import (
    BY_CATEGORY,
    NUMBER,
    YES_OR_NO,
    answer_label,
    choice_label,
    is_number,
    reasoned,
)
from flows.exports.missing_codes import CODES
from flows.exports.workbook import MOST_ROWS, Book, Cell, Page, number_or_text, workbook
from flows.kinds import KINDS
from flows.record import SUM, ExportedAnswer, ExportedRecord
from flows.sheet import AREAS, Question, Sheet
from flows.texts import marked

ABOUT = (
    *("organisation", "project", "project_name", "level", "moment", "subject", "sheet"),
    *("sheet_version", "record", "revision", "complete", "review", "provenance"),
    *("observed_on", "submitted_at", "record_remark"),
)
SUMS = ("question", "category", "status", "sum")


class Xlsx:
    """A row for each record; codes as they are, and a column of labels for each language.

    Texts are texts, whatever they look like. What does not fit on a worksheet goes on on another.
    """

    title = marked("Records and code book in one workbook (XLSX)")
    shared = False
    file = "records.xlsx"

    def __init__(self, most_rows: int = MOST_ROWS) -> None:
        self._most_rows = most_rows

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write what the workbook is, then the records as they come, then the code book."""
        with workbook(folder / self.file, data.as_of) as book:
            _filled(book, "README", ("About", "What this is"), _readme(data))
            rows = self._records(book, data)
            named = data.languages
            asked = ("sheet", "version", "question", "type", "indicator", "required", "relevant")
            texts = [f"{what}_{language}" for what in ("label", "unit") for language in named]
            _filled(book, "Questions", (*asked, *texts), _questions(data))
            codes = ("sheet", "version", "question", "code")
            labels = [f"label_{language}" for language in named]
            _filled(book, "Choices", (*codes, *labels), _choices(data))
            missing = ("status", "meaning", "number in SPSS and REDCap", "in Stata")
            _filled(book, "Missing codes", missing, _missing())
        return {self.file: rows}

    def _records(self, book: Book, data: Dataset) -> int:
        pages: dict[str, tuple[Page, list[str]]] = {}
        for about, answers in data.blocks():
            is_sum = about.provenance == SUM
            name = "Monthly sums" if is_sum else about.sheet
            if name not in pages:
                columns = [*SUMS] if is_sum else _columns(data, about.sheet)
                pages[name] = book.page(name, (*ABOUT, *columns), self._most_rows), columns
            page, columns = pages[name]
            head = _about(about)
            if is_sum:
                for answer in answers:
                    page.add((*head, *_sum(answer)))
            else:
                cells = dict(_cells(data, (about, answers)))
                page.add((*head, *(cells.get(column) for column in columns)))
        for page, _ in pages.values():
            page.end()
        return sum(page.rows for page, _ in pages.values())


def _filled(book: Book, name: str, columns: Sequence[str], rows: Iterator[Sequence[Cell]]) -> None:
    page = book.page(name, columns)
    for row in rows:
        page.add(row)
    page.end()


def _columns(data: Dataset, name: str) -> list[str]:
    """Return the columns for all versions of a sheet, the newest first."""
    versions = sorted((key for key in data.sheets if key[0] == name), reverse=True)
    return list(
        dict.fromkeys(
            column
            for version in versions
            for question in data.sheets[version].questions
            if KINDS[question.type].stored
            for column in _of_question(data, question)
        )
    )


def _of_question(data: Dataset, question: Question) -> Iterator[str]:
    yield f"status.{question.name}"
    if question.type not in BY_CATEGORY:
        yield question.name
    elif question.list_name == AREAS:
        yield from dict.fromkeys(f"{question.name}.{name}" for _, name in sorted(data.areas))
    yield from (
        f"{question.name}.{choice.name}"
        for choice in question.choices
        if question.type in BY_CATEGORY
    )
    if question.type == "select_one":
        yield from (f"label.{question.name}.{language}" for language in data.languages)


def _about(of: ExportedRecord) -> tuple[Cell, ...]:
    return (
        *(of.organisation, of.project, of.project_name, of.level, of.moment, of.subject, of.sheet),
        *(of.sheet_version, of.record, of.revision, YES_OR_NO[of.complete], of.review),
        *(of.provenance, of.observed_on),
        of.submitted_at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        of.record_remark,
    )


def _cells(data: Dataset, block: Block) -> Iterator[tuple[str, Cell]]:
    about, answers = block
    sheet = data.sheets[about.sheet, about.sheet_version]
    for answer in answers:
        yield f"status.{answer.question}", reasoned(answer)
        name = f"{answer.question}.{answer.category}" if answer.category else answer.question
        yield name, _cell(answer)
        if answer.type == "select_one" and answer.value:
            for language in data.languages:
                label = answer_label(answer, about.project, sheet, data.areas, language)
                yield f"label.{answer.question}.{language}", label


def _cell(answer: ExportedAnswer) -> Cell:
    if answer.type == "date" and answer.value:
        return date.fromisoformat(answer.value)
    return number_or_text(answer.value) if is_number(answer) else answer.value


def _sum(answer: ExportedAnswer) -> tuple[Cell, ...]:
    count = number_or_text(answer.value) if NUMBER.fullmatch(answer.value) else answer.value
    return answer.question, answer.category, answer.status.value, count


def _readme(data: Dataset) -> Iterator[tuple[str, str]]:
    yield "Organisation", data.organisation
    yield "As of", data.as_of.isoformat()
    yield "Languages", ", ".join(data.languages)
    stated = data.filter.stated()
    for name, value in stated.items():
        yield f"Only {name}", value if isinstance(value, str) else ", ".join(value)
    if not stated:
        yield "Filter", "none: everything that is registered"
    yield "Worksheets", "one for each sheet that has records, with a row for each record"
    yield "status.…", "why a value is there or missing; see Missing codes"
    yield "label.…", "the label of a code, as the version of the record has it"
    yield "Monthly sums", "what took the place of daily records that are too old to be kept"
    yield "submitted_at", "in UTC"
    yield "Small numbers", "not protected here: protect them before you publish anything from this"


def _released(data: Dataset) -> Iterator[tuple[Sheet, Question]]:
    for _, sheet in sorted(data.sheets.items()):
        for question in sheet.questions:
            if KINDS[question.type].stored:
                yield sheet, question


def _questions(data: Dataset) -> Iterator[tuple[Cell, ...]]:
    for sheet, question in _released(data):
        labels = f"{sheet.name}.{question.name}.label"
        units = f"indicators.{question.indicator}.unit"
        yield (
            *(sheet.name, sheet.version, question.name, question.type, question.indicator),
            *(YES_OR_NO[question.required], question.relevant),
            *(sheet.text(language, labels) for language in data.languages),
            *(sheet.text(language, units) for language in data.languages),
        )


def _choices(data: Dataset) -> Iterator[tuple[Cell, ...]]:
    for sheet, question in _released(data):
        if question.list_name == AREAS:
            for (project, name), label in sorted(data.areas.items()):
                where = f"{label} ({project})"
                yield (
                    sheet.name,
                    sheet.version,
                    question.name,
                    name,
                    *([where] * len(data.languages)),
                )
        for choice in question.choices:
            labels = (
                choice_label(question, choice.name, sheet, language, choice.label)
                for language in data.languages
            )
            yield sheet.name, sheet.version, question.name, choice.name, *labels


def _missing() -> Iterator[tuple[Cell, ...]]:
    yield "answered", "there is a value", None, None
    for status, code in CODES.items():
        yield status.value, code.label, code.number, f".{code.letter}"
