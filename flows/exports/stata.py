"""Stata: a file for each sheet, with labels and extended missing values."""

from array import array
from collections.abc import Sequence
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

from flows.exports.dataset import Dataset
from flows.exports.missing_codes import CODES, LETTERS
from flows.exports.records_table import Column, RecordsTable
from flows.exports.statistics_files import (
    fitted,
    frame,
    shortened,
    stamp,
    stamped,
    told,
    written,
)
from flows.texts import marked

VERSION = 14
"""The first that writes Unicode, so that all versions since can read it."""

FIRST_DAY = date(1960, 1, 1).toordinal()
BEFORE_1970 = (date(1970, 1, 1).toordinal() - FIRST_DAY) * 86_400
LONGEST_LABEL = 80
"""In characters, four bytes each at most; a label of a value may be much longer."""

LONGEST_VALUE = 32_000
CREATED = b"<timestamp>\x11"
HEADER = 1000
FORMATS = {"date": "%td", "time": "%tc", "number": "%12.0g", "choice": "%12.0g", "switch": "%12.0g"}


class Stata:
    """A row for each record; dates are dates, choices are numbers with labels.

    Why a value is missing is an extended missing value from .a to .e, and for texts and days a
    column beside them. A label has all languages of the export. Holds the records in memory.
    """

    title = marked("Records with labels and missing codes, for Stata (.dta)")
    shared = False
    folder = "stata"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the sheets that have records, then what their columns and numbers mean."""
        return written(folder / self.folder, data, "dta", _write)


def _write(path: Path, table: RecordsTable, data: Dataset) -> None:
    from pyreadstat import write_dta

    columns = table.columns
    coded = [column.name for column in columns if column.coded]
    with told():
        write_dta(
            frame((column.name, _values(column)) for column in columns),
            path,
            file_label=f"{data.organisation} {table.name}"[:LONGEST_LABEL],
            column_labels={
                column.name: fitted(column.label, LONGEST_LABEL, _cut) for column in columns
            },
            version=VERSION,
            variable_value_labels=_labels(columns),
            missing_user_values={name: sorted(LETTERS.values()) for name in coded},
            variable_format={
                column.name: FORMATS[column.kind] for column in columns if column.kind in FORMATS
            },
        )
    with path.open("rb") as file:
        place = file.read(HEADER).index(CREATED) + len(CREATED)
    stamped(path, [(place, f"{stamp(data.as_of)} 00:00".encode("ascii"))])


def _labels(columns: Sequence[Column]) -> dict[str, dict[Any, str]]:
    missing = {code.letter: code.label for code in CODES.values()}
    return {
        column.name: {
            **{number: shortened(label, LONGEST_VALUE) for number, label in column.labels.items()},
            **(missing if column.coded else {}),
        }
        for column in columns
        if column.labels or column.coded
    }


def _cut(label: str, most: int) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def _values(column: Column) -> Any:  # noqa: ANN401 - array or list
    if column.kind == "date":
        return array("d", [day - FIRST_DAY for day in column.numbers])
    if column.kind == "time":
        return array("d", [(second + BEFORE_1970) * 1000 for second in column.numbers])
    if column.kind == "text":
        return column.texts
    if not column.coded:
        return column.numbers
    return [
        None if isnan(number) else LETTERS.get(int(number), number) for number in column.numbers
    ]
