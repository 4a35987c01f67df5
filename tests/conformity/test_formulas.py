"""Texts that a spreadsheet would run, through every profile: none of them stays one."""

import csv
import io

import openpyxl
import pytest

from flows.exports import FORMATS
from flows.exports.format import FORMULA, NUMBER
from tests.datasets import dataset, files_of
from tests.flows.test_exports import AREAS, FORMULAS, ROWS, SHEETS, value

HOSTILE = [
    *FORMULAS,
    *('=HYPERLINK("http://example.org")', "+1+cmd|' /C calc'!A0", "%0A=1", "'=1", "''=1", "-1-1"),
    *("=cmd|' /C calc'!A0", "@SUM(1+1)*cmd", ";=1", ",=1", '"=1', "\t\t=1", "-"),
]


def hostile_files(name: str) -> dict[str, bytes]:
    """Return what a profile writes of records in which every text is hostile."""
    rows = [
        row._replace(
            record=f"R{number}",
            project=text,
            project_name=text,
            subject=text,
            organisation=text,
            record_remark=text,
            remark=text,
        )
        for number, text in enumerate(HOSTILE)
        for row in (*ROWS[:-1], value("why", text))
    ]
    areas = AREAS | {(text, "park"): text for text in HOSTILE}
    return files_of(FORMATS[name], dataset(rows, SHEETS, areas, "nl", "en"))


@pytest.mark.parametrize("name", FORMATS)
def test_no_cell_of_a_table_is_a_formula(name: str) -> None:
    for path, content in hostile_files(name).items():
        if not path.endswith(".csv"):
            continue
        text = content.decode("utf-8-sig")
        delimiter = ";" if path.endswith("-excel.csv") else ","
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            for cell in row:
                number = cell.replace(",", ".") if delimiter == ";" else cell
                assert NUMBER.fullmatch(number) or not FORMULA.match(cell), (path, cell)


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    for content in hostile_files("xlsx").values():
        book = openpyxl.load_workbook(io.BytesIO(content))
        for page in book:
            kinds = {cell.data_type for row in page.iter_rows() for cell in row}
            assert "f" not in kinds
