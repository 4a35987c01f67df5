from flows.kinds import KINDS
from tests.flows.test_exports import SHEETS, table, written


def test_the_code_book_has_a_row_for_each_question_of_each_version() -> None:
    rows = table("codebook", [])
    assert [(row["sheet_version"], row["question"]) for row in rows] == [
        (version, question.name)
        for version in ("1", "2")
        for question in SHEETS["tiny", 1].questions
        if KINDS[question.type].stored
    ]


def test_the_code_book_says_what_a_record_can_hold() -> None:
    rows = {row["question"]: row for row in table("codebook", []) if row["sheet_version"] == "1"}
    assert rows["day"]["missing_codes"] == "skipped not_done"
    assert rows["met"]["missing_codes"] == "dont_know refused not_applicable skipped not_done"
    assert rows["why"]["missing_codes"] == "refused skipped not_done"
    assert rows["met"]["choices_en"] == "yes = Yes | no = No"
    assert rows["met"]["choices_nl"] == "yes = Ja | no = No"
    assert rows["area"]["choices_en"] == "park = Stadspark | park = Park"
    assert (rows["met"]["label_en"], rows["met"]["label_nl"]) == ("Met?", "Ontmoet?")
    assert rows["why"]["label_en"] == "'=Why?"
    assert rows["ages"]["relevant"] == "${met} = 'yes'"
    assert rows["met"]["cmo"] == "M1 M2"
    assert (rows["met"]["indicator_unit_en"], rows["day"]["indicator_unit_en"]) == ("persons", "")


def test_the_code_book_names_every_column_of_the_wide_file() -> None:
    named = {name for row in table("codebook", []) for name in row["wide_columns"].split()}
    wide = written("wide", []).split("\r\n")[0].split(",")
    assert named == {name for name in wide if "." in name}
