"""The short version of the handbook: complete, and as the catalogue has it."""

from dataclasses import fields

import pytest

from flows.selection import moments, questionnaire
from flows.sheet import CMO_ELEMENTS, MOMENTS, REGISTRARS, Indicator, restored
from tests.builders import Worker, handbook

BASE, INTERIM, FINAL, CONTINUOUS = MOMENTS
PW, PC, CO = REGISTRARS
MEASURED = (BASE, INTERIM, FINAL)
LONGEST_LABEL = 120
LONGEST_TITLE = 24

CATALOGUE = {
    "PR03": (PC, MEASURED, ("C1", "M3")),
    "PR06": (PC, MEASURED, ("C2",)),
    "PR07": (CO, MEASURED, ("C3",)),
    "PR09": (PC, MEASURED, ("C4",)),
    "PR12": (PC, MEASURED, ("M4", "C4")),
    "PR17": (PW, (CONTINUOUS,), ("M2",)),
    "PR19": (PC, (INTERIM, FINAL), ("M2",)),
    "PR20": (PC, (CONTINUOUS,), CMO_ELEMENTS),
    "PR24": (PC, (CONTINUOUS,), ("C6",)),
    "DG01": (PW, (CONTINUOUS,), ("M2",)),
    "DG02": (PW, (CONTINUOUS,), ("M2",)),
    "DG04": (PW, (CONTINUOUS,), ("C5",)),
    "DG09": (PW, (CONTINUOUS,), ("M1", "C1")),
    "DG14": (PW, (CONTINUOUS,), ("M3",)),
    "DG16": (CO, MEASURED, ("O",)),
    "DN01": (PW, (BASE,), ("C5",)),
    "DN08": (PW, MEASURED, ("M2",)),
    "DN09": (PW, MEASURED, ("M1",)),
    "DN11": (PW, MEASURED, ("M1",)),
    "DN13": (PW, MEASURED, ("M1",)),
    "DN17": (PW, (CONTINUOUS,), ("M2",)),
    "DN22": (PW, (FINAL, CONTINUOUS), ("O",)),
}
"""The 22 rows marked K: who registers, when, and for which element of the CMO model."""


def indicators() -> dict[str, Indicator]:
    return {code: found for sheet in handbook().values() for code, found in sheet.by_code.items()}


def test_the_short_version_has_its_22_indicators() -> None:
    assert indicators().keys() == CATALOGUE.keys()
    assert {found.set for found in indicators().values()} == {"short"}


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_indicator_is_registered_by_whom_and_when_the_catalogue_says(code: str) -> None:
    found = indicators()[code]
    registrar, when, elements = CATALOGUE[code]
    assert found.registrar == registrar
    assert set(found.moments) == set(when)
    assert set(elements) <= set(found.cmo)


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_indicator_says_everything_about_itself(code: str) -> None:
    found = indicators()[code]
    empty = [item.name for item in fields(found) if not getattr(found, item.name)]
    assert empty == []


def test_the_ten_elements_and_the_outcome_are_covered() -> None:
    covered = {
        element for code, found in indicators().items() if code != "PR20" for element in found.cmo
    }
    assert covered == set(CMO_ELEMENTS)


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_indicator_is_asked_of_its_registrar_at_each_of_its_moments(code: str) -> None:
    found = indicators()[code]
    for moment in found.moments:
        asked = [
            question.name
            for sheet in handbook().values()
            for question in questionnaire(sheet, moment, [code], [found.registrar])
            if moment in sheet.moments and question.indicator == code
        ]
        assert asked, f"{code} at {moment}"


def test_the_contact_feeds_five_indicators() -> None:
    assert handbook()["contact"].by_code.keys() == {"DG01", "DG02", "DG04", "DG09", "PR17"}


def test_every_sheet_says_that_it_is_a_reconstruction() -> None:
    for sheet in handbook().values():
        assert "DR/00/75" in sheet.source
        assert "reconstruction" in sheet.source


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_questions_are_short_enough_for_a_phone(language: str) -> None:
    long = []
    for sheet in handbook().values():
        texts = {
            f"{sheet.name}.{question.name}.label"
            for question in sheet.questions
            if question.type != "note"
        }
        long += [key for key in texts if len(sheet.text(language, key)) > LONGEST_LABEL]
        if len(sheet.text(language, f"{sheet.name}.title")) > LONGEST_TITLE:
            long.append(f"{sheet.name}.title")
    assert long == []


def test_every_question_with_an_indicator_takes_a_reason_for_no_answer_or_can_be_left_out() -> None:
    for sheet in handbook().values():
        for name in ("dont_know", "refused", "not_applicable"):
            offered = [question for question in sheet.questions if name in question.missing]
            assert offered or sheet.level != "participant", f"{name} in {sheet.name}"


@pytest.mark.parametrize("role", REGISTRARS)
def test_a_role_is_asked_only_what_it_registers(role: str) -> None:
    for sheet in handbook().values():
        for moment in moments(sheet, sheet.by_code, [role]):
            for question in questionnaire(sheet, moment, sheet.by_code, [role]):
                if question.indicator:
                    assert sheet.by_code[question.indicator].registrar == role


def test_a_contact_with_one_known_person_takes_eight_taps() -> None:
    worker = Worker().types("English")
    worker.taps(
        "Contact", "Today", "Station", "Street", "One person", "Known", "Nothing more", "Save"
    )
    assert [record.sheet for record in worker.saved] == ["contact"]


def test_a_column_that_is_new_to_the_program_changes_no_released_definition() -> None:
    sheet = handbook()["contact"]
    assert '"max_length"' not in sheet.definition()
    assert restored(sheet.definition(), sheet.texts) == sheet


def test_a_definition_with_columns_of_a_later_program_can_be_read() -> None:
    sheet = handbook()["contact"]
    later = sheet.definition().replace('"type":"date"', '"type":"date","colour":"red"')
    assert restored(later, {}) == sheet
