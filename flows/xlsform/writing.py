"""Writes a sheet as an XLSForm workbook, which ODK and KoboToolbox read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from flows.project import Project
from flows.sheet import Sheet
from flows.texts import SOURCE_LANGUAGE, Interface
from flows.xlsform.form import form_of
from flows.xlsform.lists import MARK, Cells
from flows.xlsform.rows import REQUIRED
from flows.xlsform.tongues import called

if TYPE_CHECKING:
    from xlsxwriter import Workbook

CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Every workbook says that it is so old: the same sheet gives the same bytes."""

SPOKEN = (
    *("label", "hint", "guidance_hint"),
    *("required_message", "constraint_message", "warning_message"),
)
"""The columns that stand there once for each language."""

OWN = (
    *(MARK, "indicator", "level", "registrar", "cmo", "moments", "missing", REQUIRED),
    *("warning", "warning_message", "total", "step", "quick", "max_length", "free_text"),
)
"""The columns of the survey that XLSForm does not know; who reads a form leaves them aside."""

SURVEY = (
    *("type", "name", "label", "hint", "guidance_hint"),
    *("required", "required_message", "relevant", "constraint", "constraint_message"),
    *("calculation", "choice_filter", "default", "appearance", "read_only"),
    *OWN,
)
NEEDED = ("list_name", "name", "label")
"""The columns of the choices that stand there also where no question has a choice."""
NARROW, WIDE = 14, 40


def workbook(
    sheet: Sheet,
    interface: Interface,
    projects: Sequence[Project] = (),
    language: str = SOURCE_LANGUAGE,
) -> bytes:
    """Return a sheet as an .xlsx file, in all languages in which it is complete.

    It opens in `language`, or in what the sheet was written in where it is not complete in that.
    With `projects` they and their areas can be chosen; without, both are typed.
    """
    from xlsxwriter import Workbook

    opens_in = language if language in sheet.languages else sheet.languages[0]
    form = form_of(sheet, interface, projects, opens_in)
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED, "title": sheet.title})
        extra = dict.fromkeys(column for row in form.choices for column in row)
        columns = {
            "survey": SURVEY,
            "choices": tuple(dict.fromkeys([*NEEDED, *extra])),
            "settings": tuple(form.settings),
        }
        rows = {"survey": form.survey, "choices": form.choices, "settings": [form.settings]}
        for name, wanted in columns.items():
            _write(book, name, table(wanted, rows[name], form.languages))
    return file.getvalue()


def _write(book: "Workbook", name: str, rows: Sequence[Sequence[str]]) -> None:
    worksheet = book.add_worksheet(name)
    plain = book.add_format({"valign": "top"})
    bold = book.add_format({"bold": True, "bottom": 1})
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            # Never as a formula, a link or a number, whatever it looks like.
            if text and worksheet.write_string(number, column, text, plain if number else bold):
                raise ValueError(f"{text[:40]!r}… is too long for a cell of {name}.")
    worksheet.freeze_panes(1, 2 if name == "survey" else 0)
    for column, title in enumerate(rows[0]):
        worksheet.set_column(column, column, WIDE if "::" in title else NARROW)


def table(
    columns: Sequence[str], rows: Sequence[Cells], languages: Sequence[str]
) -> list[list[str]]:
    """Return rows as texts below a header; columns in which nothing stands are left out."""
    used = [item for item in columns if item in NEEDED or any(row.get(item) for row in rows)]
    header = [
        title
        for column in used
        for title in (
            [f"{column}::{called(language)}" for language in languages]
            if column in SPOKEN
            else [column]
        )
    ]
    return [header, *(_texts(used, row, languages) for row in rows)]


def _texts(columns: Sequence[str], row: Cells, languages: Sequence[str]) -> list[str]:
    texts: list[str] = []
    for column in columns:
        cell = row.get(column, "")
        if isinstance(cell, str):
            texts += [cell] * (len(languages) if column in SPOKEN else 1)
        else:
            texts += [cell.get(language, "") for language in languages]
    return texts
