import warnings
from pathlib import Path

import pytest
from csvw import CSVW

from flows.exports import FORMATS
from flows.exports.dataset import Dataset
from tests.conformity.tables import HOSTILE, MONTH, every_sheet, tiny, town, why
from tests.datasets import dataset
from tests.flows.test_exports import ROWS, SECOND, SHEETS
from tests.rows import sheets

TABLES = ("long", "wide")


def is_valid(folder: Path, name: str) -> bool:
    with warnings.catch_warnings(record=True) as told:
        # It warns of each cell and refuses a key that comes twice.
        warnings.simplefilter("always")
        try:
            found = CSVW(str(folder / f"{name}.csv-metadata.json"), validate=True).is_valid
        except ValueError:
            return False
    return bool(found) and not told


def write(folder: Path, data: Dataset) -> Path:
    for name in (*TABLES, "csvw"):
        FORMATS[name].write(folder, data)
    return folder


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "data",
    [
        *(town("nl", "fr"), town(), tiny(*ROWS, *SECOND), tiny(why(HOSTILE)), every_sheet()),
        *(dataset([], SHEETS), dataset(MONTH, sheets())),
    ],
    ids=["two", "one", "versions", "hostile", "every", "nothing", "sums"],
)
def test_the_tables_are_what_their_metadata_says(data: Dataset, table: str, tmp_path: Path) -> None:
    assert is_valid(write(tmp_path, data), table)


@pytest.mark.parametrize(
    ("table", "right", "wrong"),
    [
        ("long", "baseline", "basline"),
        ("long", ",answered,", ",anserwed,"),
        ("long", "practitioner,2026-03-02,", "practitioner,2 March,"),
        ("long", ",yes,", ",oui,"),
        ("wide", ",group,", ",grupo,"),
    ],
)
def test_a_cell_that_was_changed_by_hand_is_found(
    table: str, right: str, wrong: str, tmp_path: Path
) -> None:
    path = write(tmp_path, town()) / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert not is_valid(tmp_path, table)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_was_doubled_is_found(table: str, tmp_path: Path) -> None:
    path = write(tmp_path, town()) / f"{table}.csv"
    with path.open("a", encoding="utf-8", newline="") as out:
        out.write(path.read_text(encoding="utf-8").splitlines()[-1] + "\r\n")
    assert not is_valid(tmp_path, table)
