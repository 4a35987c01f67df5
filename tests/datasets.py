"""Datasets from rows, and what formats write of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flows.exports.dataset import Block, Dataset
from flows.exports.format import Format
from flows.record import ExportedAnswer, ExportedRecord, ExportedValue
from flows.sheet import Sheet

ABOUT = len(ExportedRecord._fields)
ON = date(2026, 3, 31)


def dataset(
    rows: Iterable[ExportedValue],
    sheets: Mapping[tuple[str, int], Sheet],
    areas: Mapping[tuple[str, str], str] | None = None,
    *languages: str,
    **more: Any,  # noqa: ANN401 - further fields of a Dataset
) -> Dataset:
    """Return a dataset of these rows, which are read as they are asked for."""
    return Dataset(
        blocks=lambda: blocks(rows),
        sheets=sheets,
        areas=areas or {},
        as_of=ON,
        languages=languages or ("en",),
        **more,
    )


def blocks(rows: Iterable[ExportedValue]) -> Iterator[Block]:
    """Return the records of rows, one after the other."""
    for about, values in groupby(rows, key=lambda row: ExportedRecord._make(row[:ABOUT])):
        yield about, [ExportedAnswer._make(row[ABOUT:]) for row in values]


def files_of(form: Format, data: Dataset) -> dict[str, bytes]:
    """Return the files that a format writes, by name."""
    with TemporaryDirectory() as folder:
        rows = form.write(Path(folder), data)
        found = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(Path(folder).rglob("*"))
            if path.is_file()
        }
    assert found.keys() == rows.keys()
    return found


def text_of(form: Format, data: Dataset) -> str:
    """Return the one text file that a format writes."""
    (content,) = files_of(form, data).values()
    return content.decode()
