from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from flows.exports.spss import Spss
from flows.exports.stata import Stata
from tests.conformity.tables import HOSTILE, MONTH, at, every_sheet, tiny, town, why, written
from tests.datasets import dataset, files_of
from tests.flows.test_exports import AREAS, ROWS, SHEETS
from tests.rows import sheets

Rows = list[dict[str, Any]]


def read(
    folder: Path, name: str, *, user_missing: bool = False
) -> tuple[list[dict[str, Any]], Any]:
    frame, about = pyreadstat.read_dta(folder / "stata" / f"{name}.dta", user_missing=user_missing)
    return frame.to_dict("records"), about


def test_what_was_registered_comes_back_with_its_labels() -> None:
    with written(Stata(), town()) as folder:
        rows, about = read(folder, "participant", user_missing=True)
    assert [row["subject"] for row in rows] == ["S001", "S002", "S001", "S001"]
    assert rows[0]["record_day"] == date(2026, 3, 2)
    assert rows[0]["submitted_at"] == at(2, 9, 30)
    assert about.variable_value_labels["age"][rows[0]["age"]] == "18–24"
    assert [row["own_goal"] for row in rows[:3]] == [-2, -2, 1]


def test_a_missing_value_is_an_extended_one_with_its_label() -> None:
    with written(Stata(), town()) as folder:
        rows, about = read(folder, "contact", user_missing=True)
        plain, _ = read(folder, "contact")
    assert (rows[0]["place"], rows[0]["done_listening"]) == ("a", "d")
    assert about.variable_value_labels["place"]["a"] == "don't know"
    assert plain[0]["place"] != plain[0]["place"]


def test_its_columns_are_those_of_spss() -> None:
    stata, spss = files_of(Stata(), town()), files_of(Spss(), town())
    assert stata["stata/variables.csv"] == spss["spss/variables.csv"]
    assert stata["stata/values.csv"] == spss["spss/values.csv"]


@pytest.mark.parametrize("text", [HOSTILE, "=1+1", "x" * 40_000, "'"])
def test_a_text_comes_back_as_it_was(text: str) -> None:
    with written(Stata(), tiny(why(text))) as folder:
        rows, _ = read(folder, "tiny")
    assert rows[0]["why"] == text


def test_a_label_that_is_cut_keeps_a_part_in_each_language() -> None:
    long = {language: {"tiny.met.label": f"{language} {'é' * 200}"} for language in ("nl", "fr")}
    known = {("tiny", 1): replace(SHEETS["tiny", 1], texts=long)}
    with written(Stata(), dataset(ROWS, known, AREAS, "nl", "fr")) as folder:
        _, about = read(folder, "tiny")
    label = about.column_names_to_labels["met"]
    assert len(label) <= 80
    assert "nl é" in label
    assert "fr é" in label


def test_the_file_says_the_day_of_the_data_and_no_clock() -> None:
    with written(Stata(), town()) as folder:
        content = (folder / "stata" / "contact.dta").read_bytes()
        _, about = read(folder, "contact")
    assert b"<timestamp>\x1131 Mar 2026 00:00</timestamp>" in content[:1000]
    assert about.creation_time == at(31)


def test_sums_of_a_month_are_no_records_of_the_sheet() -> None:
    with written(Stata(), dataset(MONTH, sheets())) as folder:
        rows, _ = read(folder, "monthly_sums")
    assert [row["sum"] for row in rows] == [12, 2, 31]


def test_nothing_registered_gives_a_code_book_without_rows() -> None:
    assert len(files_of(Stata(), dataset([], SHEETS))) == 2


def test_every_sheet_of_the_handbook_can_be_written() -> None:
    assert len(files_of(Stata(), every_sheet())) == len(sheets()) + 2
