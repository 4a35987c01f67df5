"""The handbook: complete, and as the catalogue has it."""

from collections import Counter
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.questionnaire import moments, questionnaire, registrar
from flows.sheet import CMO_ELEMENTS, MOMENTS, REGISTRARS, SETS, Indicator, restored
from tests.builders import Worker, all_of, handbook
from tests.catalogue import CATALOGUE

BASE, INTERIM, FINAL, CONTINUOUS = MOMENTS
PW, PC, CO = REGISTRARS
MEASURED = (BASE, INTERIM, FINAL)
LONGEST_LABEL = 120
LONGEST_TITLE = 24
LEVEL_OF = {"PR": "project", "DG": "target_group", "DN": "participant"}


def indicators() -> dict[str, Indicator]:
    return {code: found for sheet in handbook().values() for code, found in sheet.by_code.items()}


def test_the_handbook_has_its_77_indicators_in_five_sets() -> None:
    assert indicators().keys() == CATALOGUE.keys()
    counts = Counter(found.set for found in indicators().values())
    assert [counts[name] for name in SETS] == [22, 45, 6, 2, 2, 0]


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_indicator_is_registered_by_whom_and_when_the_catalogue_says(code: str) -> None:
    found, row = indicators()[code], CATALOGUE[code]
    assert (found.set, found.kind, found.registrar) == (row.set, row.kind, row.registrar)
    assert set(found.moments) == row.moments
    # An outcome of a participant may also be marked as one in the model.
    assert row.cmo <= set(found.cmo)
    assert found.level == LEVEL_OF[code[:2]]


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_indicator_says_everything_about_itself(code: str) -> None:
    found = indicators()[code]
    may_be_empty = {"derived_from", "previous", "registrar", "cmo"}
    empty = {item.name for item in fields(found) if not getattr(found, item.name)}
    assert empty <= may_be_empty
    assert bool(found.registrar) != bool(found.derived_from)
    assert found.cmo or not CATALOGUE[code].cmo


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
@pytest.mark.parametrize("code", CATALOGUE)
def test_an_indicator_is_explained_in_every_language(code: str, language: str) -> None:
    sheet = next(sheet for sheet in handbook().values() if code in sheet.by_code)
    for column in ("name", "unit", "definition", "reason", "example"):
        text = sheet.text(language, f"indicators.{code}.{column}")
        assert text
        if language != "en" and column in ("definition", "reason", "example"):
            assert text != sheet.text("en", f"indicators.{code}.{column}")


def test_the_ten_elements_and_the_outcome_are_covered() -> None:
    covered = {
        element
        for code, found in indicators().items()
        if found.set == "short" and code != "PR20"
        for element in found.cmo
    }
    assert covered == set(CMO_ELEMENTS)


def asked_in(code: str, moment: str) -> list[str]:
    """Return the sheets in which an indicator's registrar is asked for it at a moment."""
    found = indicators()[code]
    return [
        sheet.name
        for sheet in handbook().values()
        if moment in sheet.moments
        and any(
            question.indicator == code
            for question in questionnaire(sheet, moment, [code], [found.registrar])
        )
    ]


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_indicator_is_asked_at_each_of_its_moments_summed_up_then_or_derived(code: str) -> None:
    found = indicators()[code]
    for moment in found.moments:
        summed = moment in ("interim", "final") and asked_in(code, CONTINUOUS)
        assert found.derived_from or summed or asked_in(code, moment), f"{code} at {moment}"


def test_the_contact_feeds_what_its_record_holds() -> None:
    assert handbook()["contact"].by_code.keys() == {
        *("DG01", "DG02", "DG03", "DG04", "DG09", "DG11", "PR17"),
        *("DG20", "DG21", "DG22", "DG23", "DG24"),
    }


LISTS = {
    "age_band": 7,
    "gender": 4,
    "ladder": 6,
    "domain_level": 5,
    "housing_situation": 9,
    "substance": 9,
    "income": 8,
    "way_in": 7,
    "basis": 3,
    "service": 12,
    "referral_status": 4,
    "signal": 11,
    "material": 10,
    "participation": 5,
    "activity_type": 11,
    "nuisance_source": 4,
    "phenomenon": 4,
    "five_point": 5,
    "sector": 4,
    "readiness": 9,
    "adjusted": 10,
    "side_effect": 8,
    "not_reached": 9,
    "prevention_act": 5,
    "exit_reason": 9,
}
"""The 25 lists of the catalogue; "not known" is a reason of its own where it can be answered."""


def test_the_handbook_has_the_25_lists_of_the_catalogue() -> None:
    held = {
        question.list_name: len(question.choices)
        for sheet in handbook().values()
        for question in sheet.questions
        if question.list_name in LISTS
    }
    assert len(LISTS) == 25
    assert held == LISTS


@given(
    st.sets(st.sampled_from(sorted(CATALOGUE))),
    st.sampled_from(sorted(MOMENTS)),
    st.sets(st.sampled_from(REGISTRARS)),
    st.dictionaries(st.sampled_from(sorted(CATALOGUE)), st.sampled_from(REGISTRARS), max_size=5),
)
def test_every_selection_moment_and_role_gives_a_finite_questionnaire_of_what_was_chosen(
    selection: set[str], moment: str, roles: set[str], registrars: dict[str, str]
) -> None:
    for sheet in handbook().values():
        asked = questionnaire(sheet, moment, selection, roles, registrars)
        names = [question.name for question in asked]
        assert len(names) == len(set(names)) <= len(sheet.questions)
        for code in {question.indicator for question in asked if question.indicator}:
            assert code in selection
            assert registrar(sheet, code, registrars) in roles


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
        for moment in moments(sheet, all_of(sheet), [role]):
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
