"""What SPSS and Stata files have in common: cut texts, frames, and the code book beside them."""

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.exports.csv_file import csv_file
from flows.exports.dataset import Dataset
from flows.exports.format import safe
from flows.exports.missing_codes import CODES
from flows.exports.records_table import Column, RecordsTable, gathered
from flows.exports.variables import BETWEEN

if TYPE_CHECKING:
    from pandas import DataFrame

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
VARIABLES = ("file", "variable", "sheet", "question", "category", "kind", "measure", "indicator")
VALUES = ("file", "variable", "number", "letter", "name")


def written(
    folder: Path, data: Dataset, suffix: str, write: Callable[[Path, RecordsTable, Dataset], None]
) -> dict[str, int]:
    """Write the sheets that have records, then the code book; return the rows of each file."""
    folder.mkdir()
    tables = gathered(data)
    for table in tables:
        write(folder / f"{table.name}.{suffix}", table, data)
    rows = {f"{folder.name}/{table.name}.{suffix}": table.rows for table in tables}
    return rows | _code_book(folder, data, tables)


def shortened(text: str, most: int) -> str:
    """Return a text in at most so many bytes of UTF-8; what is cut ends with an ellipsis."""
    text = text.replace("\x00", "")
    whole = text.encode()
    if len(whole) <= most:
        return text
    return whole[: most - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def fitted(text: str, most: int, cut: Callable[[str, int], str] = shortened) -> str:
    """Return a label that fits; where it is cut, each language keeps a part of it."""
    if cut(text, most) == text:
        return text
    parts = text.split(BETWEEN)
    share = (most - len(BETWEEN) * (len(parts) - 1)) // len(parts)
    return BETWEEN.join(cut(part, share) for part in parts)


def stamp(day: date) -> str:
    """Return a day as both programs write it: 31 Mar 2026."""
    return f"{day.day:02} {MONTHS[day.month - 1]} {day.year}"


def stamped(path: Path, marks: Iterable[tuple[int, bytes]]) -> None:
    """Write over what the library put into a file of its own clock."""
    with path.open("r+b") as file:
        for place, mark in marks:
            file.seek(place)
            file.write(mark)


def frame(columns: Iterable[tuple[str, Any]]) -> "DataFrame":
    """Return columns as the library takes them."""
    import numpy as np
    import pandas as pd

    made = {
        name: pd.Series(values, dtype=object if isinstance(values, list) else "float64")
        for name, values in (
            (name, values if isinstance(values, list) else np.asarray(values))
            for name, values in columns
        )
    }
    return pd.DataFrame(made)


@contextmanager
def told() -> Iterator[None]:
    """Tell what the library could not write as every other file that cannot be written."""
    from pyreadstat import PyreadstatError, ReadstatError

    try:
        yield
    except (PyreadstatError, ReadstatError) as error:
        raise OSError(errno.EIO, str(error)) from error


def _code_book(folder: Path, data: Dataset, tables: Sequence[RecordsTable]) -> dict[str, int]:
    """Write what each column and each number in it means, all texts in full."""
    return {
        f"{folder.name}/{name}": count
        for name, count in (
            *csv_file(
                folder / "variables.csv",
                (*VARIABLES, *(f"label_{language}" for language in data.languages)),
                (_variable(table, column, data) for table in tables for column in table.columns),
            ).items(),
            *csv_file(
                folder / "values.csv",
                (*VALUES, *(f"label_{language}" for language in data.languages)),
                (
                    row
                    for table in tables
                    for column in table.columns
                    for row in _values(table, column, len(data.languages))
                ),
            ).items(),
        )
    }


def _variable(table: RecordsTable, column: Column, data: Dataset) -> list[str]:
    variable = column.variable
    if variable is None:
        about = ("", "", "", column.kind, column.measure, "")
        return [table.name, column.name, *about, *([column.label] * len(data.languages))]
    start = "Status: " if column.is_status else ""
    return [
        *(table.name, column.name, variable.sheet.name, variable.question.name),
        *(variable.category, column.kind, column.measure, safe(variable.question.indicator)),
        *(safe(f"{start}{text}") for text in variable.labels),
    ]


def _values(table: RecordsTable, column: Column, languages: int) -> Iterator[list[str | int]]:
    named = {item.number: item for item in column.variable.choices} if column.variable else {}
    for number, label in column.labels.items():
        choice = None if column.is_status else named.get(number)
        labels = choice.labels if choice else (label,) * languages
        name = choice.name if choice else label
        yield [table.name, column.name, number, "", name, *(safe(text) for text in labels)]
    if column.coded:
        for status, code in CODES.items():
            shown = [code.label] * languages
            yield [table.name, column.name, code.number, f".{code.letter}", status.value, *shown]
