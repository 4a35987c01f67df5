import csv
import re
from io import StringIO

import pytest

from flows.exports.dataset import Dataset
from flows.exports.missing_codes import CODES
from flows.exports.redcap import Redcap
from flows.exports.redcap_dictionary import HEADER
from flows.record import Status
from tests.conformity.tables import HOSTILE, MONTH, every_sheet, tiny, town, why
from tests.datasets import dataset, files_of
from tests.flows.test_exports import FORMULAS, ROWS, SHEETS
from tests.rows import participant, sheets

REFUSED, UNKNOWN, SKIPPED = (
    str(CODES[status].number) for status in (Status.REFUSED, Status.DONT_KNOW, Status.SKIPPED)
)
KEY = (*("record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"),)


def table(data: Dataset, name: str) -> list[dict[str, str]]:
    content = files_of(Redcap(), data)[f"redcap/{name}.csv"].decode()
    return list(csv.DictReader(StringIO(content, newline="")))


def test_the_dictionary_has_the_header_that_redcap_reads() -> None:
    first = files_of(Redcap(), town())["redcap/dictionary.csv"].decode().split("\r\n")[0]
    assert first == (
        '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label",'
        '"Choices, Calculations, OR Slider Labels","Field Note",'
        '"Text Validation Type OR Show Slider Number","Text Validation Min",'
        '"Text Validation Max","Identifier?","Branching Logic (Show field only if...)",'
        '"Required Field?","Custom Alignment","Question Number (surveys only)",'
        '"Matrix Group Name","Matrix Ranking?","Field Annotation"'
    ).replace('"', "").replace(
        "Choices, Calculations, OR Slider Labels", '"Choices, Calculations, OR Slider Labels"'
    )
    assert len(HEADER) == 18


def test_every_column_of_the_data_is_a_field_of_the_dictionary() -> None:
    fields = {row[HEADER[0]]: row for row in table(town(), "dictionary")}
    columns = [name for name in table(town(), "data")[0] if not name.startswith("redcap_")]
    forms = {row["Form Name"] for row in fields.values()}
    for column in columns:
        name, box, code = column.partition("___")
        if column.removesuffix("_complete") in forms:
            continue
        assert name in fields
        assert bool(box) == (fields[name]["Field Type"] == "checkbox")
        codes = fields[name]["Choices, Calculations, OR Slider Labels"].lower()
        assert (
            not box
            or f"{code}, " in codes
            or code.replace("_", "-", 1) in map(str, (item.number for item in CODES.values()))
        )


@pytest.mark.parametrize("data", [town(), every_sheet()], ids=["town", "every sheet"])
def test_fields_have_names_that_redcap_takes(data: Dataset) -> None:
    names = [row[HEADER[0]] for row in table(data, "dictionary")]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z](?!.*__)[a-z0-9_]{0,24}[a-z0-9]", name) for name in names)
    assert names[0] == "record_id"


def test_a_measurement_is_a_row_and_a_second_one_an_event_of_its_own() -> None:
    rows = table(town(), "data")
    assert [(row["record_id"], row["redcap_event_name"]) for row in rows[:4]] == [
        ("kompas-S001", "baseline_arm_1"),
        ("kompas-S002", "baseline_arm_1"),
        ("kompas-S001", "interim_arm_1"),
        ("kompas-S001", "interim_2_arm_1"),
    ]
    assert [row["participant_housing"] for row in rows[:4]] == ["2", "2", REFUSED, "4"]
    assert rows[0]["participant_complete"] == "2"
    assert rows[0]["participant_age"] == "18_24"


def test_what_is_registered_all_the_time_is_a_repeating_instrument() -> None:
    rows = table(dataset([*ROWS, *(row._replace(record="2") for row in ROWS)], SHEETS), "data")
    assert [tuple(row[name] for name in KEY) for row in rows] == [
        ("brugge-kompas-project", "continuous_arm_1", "tiny", "1"),
        ("brugge-kompas-project", "continuous_arm_1", "tiny", "2"),
    ]


def test_a_missing_value_of_a_checkbox_is_a_box_of_its_own() -> None:
    contact = table(town(), "data")[-1]
    assert contact["contact_place"] == UNKNOWN
    assert contact[f"contact_done___{SKIPPED.replace('-', '_')}"] == "1"
    assert contact["contact_done___listening"] == ""
    assert (contact["contact_themes___housing"], contact["contact_themes___finances"]) == ("1", "0")
    assert contact["contact_age_18_24"] == "2"


def test_no_two_rows_have_the_same_key() -> None:
    other = [row._replace(organisation="other") for row in participant("S001", "baseline", age="x")]
    rows = table(dataset([*town().values(), *other], sheets(), organisation="example"), "data")
    keys = [tuple(row[name] for name in KEY) for row in rows]
    assert len(set(keys)) == len(keys)
    assert keys[-1][0] == "other-kompas-S001"


def test_events_and_their_forms_are_listed() -> None:
    assert [row["unique_event_name"] for row in table(town(), "events")] == [
        *("baseline_arm_1", "interim_arm_1", "interim_2_arm_1", "continuous_arm_1"),
    ]
    assert table(town(), "event_forms")[0] == {
        "arm_num": "1",
        "unique_event_name": "baseline_arm_1",
        "form": "participant",
    }
    assert table(town(), "repeating_forms") == [
        {"event_name": "continuous_arm_1", "form_name": "contact"}
    ]


def test_choices_are_written_as_redcap_reads_them_in_two_languages() -> None:
    data = dataset(ROWS, {("tiny", 1): SHEETS["tiny", 1]}, {}, "en", "nl")
    (met,) = [row for row in table(data, "dictionary") if row[HEADER[0]] == "tiny_met"]
    assert met["Choices, Calculations, OR Slider Labels"] == "yes, Yes / Ja | no, No"
    assert met["Field Type"] == "radio"


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_text_can_become_a_formula(text: str) -> None:
    row = why(text)._replace(record_remark=text, project=text, subject=text)
    found = table(tiny(row), "data")[0]
    assert {cell[0] for cell in found.values() if text in cell and cell != found["record_id"]} == {
        "'"
    }
    assert found["tiny_why"] == f"'{text}"


def test_a_text_comes_back_as_it_was() -> None:
    assert table(tiny(why(HOSTILE)), "data")[0]["tiny_why"] == HOSTILE


def test_sums_of_a_month_are_no_records() -> None:
    data = dataset(MONTH, sheets())
    assert table(data, "data") == []
    assert [row["sum"] for row in table(data, "monthly_sums")] == ["12", "2", "31"]


def test_nothing_registered_gives_a_dictionary_and_no_rows() -> None:
    data = dataset([], SHEETS)
    assert table(data, "data") == []
    assert table(data, "events") == []
    assert len(table(data, "dictionary")) > 3
