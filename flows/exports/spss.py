"""SPSS: a file for each sheet, with labels and user-missing values."""

from array import array
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flows.exports.dataset import Dataset
from flows.exports.format import ExportProblem
from flows.exports.missing_codes import HIGHEST, LABELS, LOWEST
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

FIRST_DAY = date(1582, 10, 14).toordinal()
"""SPSS counts seconds from here."""

BEFORE_1970 = (date(1970, 1, 1).toordinal() - FIRST_DAY) * 86_400
LONGEST_TEXT = 32_767
LONGEST_LABEL, LONGEST_VALUE_LABEL, LONGEST_FILE_LABEL = 255, 120, 64
CREATED = 92
"""Where a file says on which day and at what time it was made: 9 and 8 bytes."""

FORMATS = {"number": "F12.0", "choice": "F12.0", "switch": "F12.0", "date": "DATE11"}
TIME, DECIMALS = "DATETIME20", "F16.2"


class Spss:
    """A row for each record; dates are dates, choices are numbers with labels.

    Why a value is missing is a user-missing number, and for texts and days a column beside them.
    A label has all languages of the export. Holds the records in memory, as the library does.
    """

    title = marked("Records with labels and missing codes, for SPSS (.sav)")
    shared = False
    folder = "spss"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the sheets that have records, then what their columns and numbers mean."""
        return written(folder / self.folder, data, "sav", _write)


def _write(path: Path, table: RecordsTable, data: Dataset) -> None:
    from pyreadstat import write_sav

    columns = table.columns
    coded = [column.name for column in columns if column.coded]
    with told():
        write_sav(
            frame((column.name, _values(table, column)) for column in columns),
            path,
            file_label=shortened(
                f"Meetmoment {data.organisation} {table.name}", LONGEST_FILE_LABEL
            ),
            column_labels={column.name: fitted(column.label, LONGEST_LABEL) for column in columns},
            row_compress=True,
            variable_value_labels=_labels(columns),
            missing_ranges={name: [{"lo": LOWEST, "hi": HIGHEST}] for name in coded},
            variable_measure={column.name: column.measure for column in columns},
            variable_format={
                column.name: found for column in columns if (found := _format(column))
            },
        )
    day = stamp(data.as_of)
    stamped(path, [(CREATED, f"{day[:7]}{day[-2:]}00:00:00".encode("ascii"))])


def _labels(columns: Sequence[Column]) -> dict[str, dict[int | float, str]]:
    return {
        column.name: {
            number: fitted(label, LONGEST_VALUE_LABEL)
            for number, label in (column.labels | (LABELS if column.coded else {})).items()
        }
        for column in columns
        if column.labels or column.coded
    }


def _format(column: Column) -> str:
    if column.kind == "time":
        return TIME
    return DECIMALS if column.decimals else FORMATS.get(column.kind, "")


def _values(table: RecordsTable, column: Column) -> Any:  # noqa: ANN401 - array or list
    if column.kind == "date":
        return array("d", [(day - FIRST_DAY) * 86_400 for day in column.numbers])
    if column.kind == "time":
        return array("d", [second + BEFORE_1970 for second in column.numbers])
    if column.kind != "text":
        return column.numbers
    if any(len(text.encode()) > LONGEST_TEXT for text in column.texts):
        raise ExportProblem(
            f"A text of {table.name}.{column.name} is longer than the {LONGEST_TEXT} bytes that"
            " SPSS takes; shorten it, or export long instead."
        )
    return column.texts
