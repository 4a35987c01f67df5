"""Builds XLSForms: workbooks as people make them, from tables written as pyxform's tests do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]


def workbook(
    sheets: Mapping[str, Rows], change: Callable[[Workbook], object] | None = None
) -> bytes:
    """Return a workbook with these rows; `change` does to it what somebody did by hand."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change is not None:
        change(book)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def tables(text: str) -> dict[str, list[list[object]]]:
    """Read tables as pyxform's tests write them: a line names a worksheet, the next its rows."""
    found: dict[str, list[list[object]]] = {}
    rows: list[list[object]] = []
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[0]:
            rows = found.setdefault(cells[0], [])
        else:
            rows.append([cell or None for cell in cells[1:]])
    return found


def form(text: str, change: Callable[[Workbook], object] | None = None) -> bytes:
    """Return the workbook of tables as pyxform's tests write them."""
    return workbook(tables(text), change)


def repacked(
    content: bytes, changed: Mapping[str, bytes] | None = None, left_out: Iterable[str] = ()
) -> bytes:
    """Return a workbook with some of its parts replaced, added or left out."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name not in (changed or {}) and name not in left_out:
                archive.writestr(name, source.read(name))
        for name, part in (changed or {}).items():
            archive.writestr(name, part)
    return target.getvalue()
