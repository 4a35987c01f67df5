from datetime import date
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from flows.exports.format import ExportProblem
from flows.exports.missing_codes import CODES, LABELS
from flows.exports.spss import Spss
from flows.record import Status
from tests.conformity.tables import (
    HOSTILE,
    MONTH,
    at,
    every_sheet,
    three_versions,
    tiny,
    town,
    why,
    written,
)
from tests.datasets import dataset, files_of
from tests.flows.test_exports import AREAS, ROWS, SHEETS, value
from tests.rows import sheets

REFUSED = CODES[Status.REFUSED].number

Rows = list[dict[str, Any]]


def read(
    folder: Path, name: str, *, user_missing: bool = False
) -> tuple[list[dict[str, Any]], Any]:
    frame, about = pyreadstat.read_sav(folder / "spss" / f"{name}.sav", user_missing=user_missing)
    return frame.to_dict("records"), about


def test_what_was_registered_comes_back_with_its_labels() -> None:
    with written(Spss(), town()) as folder:
        rows, about = read(folder, "participant", user_missing=True)
        assert [row["subject"] for row in rows] == ["S001", "S002", "S001", "S001"]
        assert rows[0]["record_day"] == date(2026, 3, 2)
        assert rows[0]["submitted_at"] == at(2, 9, 30)
        assert about.variable_value_labels["age"][rows[0]["age"]] == "18–24"
        assert (
            about.column_names_to_labels["housing"]
            == sheets()["participant", 2].by_name["housing"].label
        )


def test_a_name_that_is_a_number_keeps_it() -> None:
    with written(Spss(), town()) as folder:
        rows, _ = read(folder, "participant", user_missing=True)
        assert [row["housing"] for row in rows[:3]] == [2, 2, REFUSED]
        assert [row["own_goal"] for row in rows[:3]] == [-2, -2, 1]


def test_a_missing_value_says_why_and_counts_for_nothing() -> None:
    with written(Spss(), town()) as folder:
        rows, about = read(folder, "contact", user_missing=True)
        assert LABELS[rows[0]["place"]] == "don't know"
        assert LABELS[rows[0]["done_listening"]] == "skipped by logic"
        lowest, highest = min(LABELS), max(LABELS)
        assert about.missing_ranges["place"] == [{"lo": lowest, "hi": highest}]
        assert set(LABELS) <= about.variable_value_labels["place"].keys()
        plain, _ = read(folder, "contact")
        assert plain[0]["place"] != plain[0]["place"]


def test_counts_and_switches_have_a_column_for_each_category() -> None:
    with written(Spss(), town()) as folder:
        rows, about = read(folder, "contact")
        assert (rows[0]["age_18_24"], rows[0]["age_25_34"]) == (2, 1)
        assert (rows[0]["themes_housing"], rows[0]["themes_finances"]) == (1, 0)
        assert about.variable_value_labels["themes_housing"][1] == "yes"


def test_each_column_has_its_level_of_measurement() -> None:
    with written(Spss(), town()) as folder:
        _, about = read(folder, "participant")
        _, contact = read(folder, "contact")
    assert about.variable_measure["housing"] == "ordinal"
    assert about.variable_measure["gender"] == "nominal"
    assert contact.variable_measure["how_many"] == "scale"


def test_labels_are_in_two_languages_with_one_set_of_codes() -> None:
    rows = [ROWS[2]._replace(sheet_version=1)]
    with written(Spss(), dataset(rows, {("tiny", 1): SHEETS["tiny", 1]}, {}, "en", "nl")) as folder:
        _, about = read(folder, "tiny")
        assert about.variable_value_labels["met"][1] == "Yes / Ja"
        assert about.column_names_to_labels["met"] == "Met? / Ontmoet?"
        assert "tiny,met,1,,yes,Yes,Ja" in (folder / "spss/values.csv").read_text().splitlines()


def test_a_number_stays_when_a_version_adds_a_choice_and_the_newest_label_counts() -> None:
    data = dataset(ROWS, three_versions(), AREAS)
    with written(Spss(), data) as folder:
        rows, about = read(folder, "tiny")
    assert rows[0]["met"] == 1
    labels = {
        number: text for number, text in about.variable_value_labels["met"].items() if number > 0
    }
    assert labels == {1: "Yes!", 2: "No", 3: "Perhaps"}


@pytest.mark.parametrize("text", [HOSTILE, "=1+1", "x" * 20_000, "'", "\ufeff", "-1"])
def test_a_text_comes_back_as_it_was(text: str) -> None:
    with written(Spss(), tiny(why(text))) as folder:
        rows, _ = read(folder, "tiny")
    assert rows[0]["why"] == text.rstrip()


def test_a_text_that_is_missing_says_why_beside_it() -> None:
    with written(Spss(), tiny()) as folder:
        rows, _ = read(folder, "tiny", user_missing=True)
    assert rows[0]["why"] == ""
    assert LABELS[rows[0]["why_status"]] == "not done"
    assert rows[0]["area_status"] == 1


def test_a_text_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(ExportProblem, match=r"tiny\.why is longer"):
        files_of(Spss(), tiny(why("x" * 40_000)))


@pytest.mark.parametrize("number", [str(REFUSED), "many", "1e3"])
def test_a_value_that_would_mean_something_else_is_refused(number: str) -> None:
    row = value("ages", number, "young")
    with pytest.raises(ExportProblem, match=r"8F3K has a value under tiny\.ages"):
        files_of(Spss(), tiny(row))


def test_the_file_says_the_day_of_the_data_and_no_clock() -> None:
    with written(Spss(), town()) as folder:
        content = (folder / "spss" / "contact.sav").read_bytes()
        _, about = read(folder, "contact")
    assert content[92:109] == b"31 Mar 2600:00:00"
    assert about.creation_time == at(31)


def test_sums_of_a_month_are_no_records_of_the_sheet() -> None:
    with written(Spss(), dataset(MONTH, sheets())) as folder:
        assert not (folder / "spss" / "contact.sav").exists()
        rows, _ = read(folder, "monthly_sums")
    assert [(row["question"], row["category"], row["status"], row["sum"]) for row in rows] == [
        ("kind", "person", "answered", 12),
        ("place", "", "dont_know", 2),
        ("how_many", "", "answered", 31),
    ]


def test_nothing_registered_gives_a_code_book_without_rows() -> None:
    assert files_of(Spss(), dataset([], SHEETS)).keys() == {
        "spss/variables.csv",
        "spss/values.csv",
    }


def test_every_sheet_of_the_handbook_can_be_written() -> None:
    assert len(files_of(Spss(), every_sheet())) == len(sheets()) + 2
