from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from flows.checking import load
from flows.problems import HandbookProblems
from flows.sheet import Choice, Sheet, restored, with_texts
from tests.builders import CHOICES, INDICATOR, SHEET, handbook, sheets_of

SURVEY = """\
  - type: begin_group
    name: people
    label: The people
  - type: select_one yes_no
    name: met
    label: Did you meet anybody?
  - type: integer
    name: count
    indicator: T1
    label: How many?
    hint: A guess will do.
    relevant: ${met} = 'yes'
    constraint: . >= 0 and . <= 50
    constraint_message: From 0 to 50.
    quick: [1, 2]
  - type: end_group
"""
FILES = {
    "tiny.yaml": SHEET + SURVEY,
    "choices.yaml": CHOICES,
    "indicators.yaml": INDICATOR,
}


def read(folder: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Sheet:
    for name, content in FILES.items():
        old, new = (changes or {}).get(name, ("", ""))
        assert old in content
        (folder / name).write_text(content.replace(old, new) if old else content, encoding="utf-8")
    return load(folder).sheets["tiny"]


def test_the_choice_no_is_not_the_value_false(tmp_path: Path) -> None:
    sheet = read(tmp_path)
    choices = sheet.by_name["met"].choices
    assert [(choice.name, choice.label) for choice in choices] == [("yes", "Yes"), ("no", "No")]


@pytest.mark.parametrize(
    "text", ["no", "on", "null", "~", "1e3", "0o14", "2026-03-02", "1.10", "y"]
)
def test_a_text_stays_as_its_author_wrote_it(text: str, tmp_path: Path) -> None:
    sheet = read(tmp_path, {"tiny.yaml": ("label: How many?", f"label: {text}")})
    assert sheet.by_name["count"].label == text


def test_a_text_over_several_lines_is_one_line(tmp_path: Path) -> None:
    sheet = read(
        tmp_path, {"tiny.yaml": ("A guess will do.", "|\n      A guess\n      will do.\n")}
    )
    assert sheet.by_name["count"].hint == "A guess will do."


def test_a_question_has_its_indicators_missing_reasons_unless_it_names_its_own(
    tmp_path: Path,
) -> None:
    sheet = read(
        tmp_path,
        {
            "indicators.yaml": ("[dont_know, refused, not_applicable]", "[refused]"),
            "tiny.yaml": ("name: met\n", "name: met\n    missing: [dont_know]\n"),
        },
    )
    missing = {question.name: question.missing for question in sheet.questions}
    assert missing == {"day": (), "met": ("dont_know",), "count": ("refused",)}


def test_a_handbook_with_a_fault_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(HandbookProblems, match=r"tiny.yaml:\d+: .* \[reference_unknown\]"):
        sheets_of(tmp_path, SURVEY.replace("${met}", "${meet}"))


@pytest.mark.parametrize("name", handbook())
def test_a_released_sheet_comes_back_from_its_definition(name: str) -> None:
    sheet = handbook()[name]
    again = restored(sheet.definition(), sheet.texts)
    assert again == sheet
    assert again.digest == sheet.digest
    assert again.texts == sheet.texts
    assert again.languages == sheet.languages


def test_extra_columns_of_choices_come_back_too(tmp_path: Path) -> None:
    sheet = read(tmp_path, {"choices.yaml": ("label: Food", "label: Food\n    city: gent")})
    extra = Choice("food", "Food", columns={"city": "gent"})
    met = replace(sheet.by_name["met"], choices=(extra,))
    sheet = replace(sheet, questions=(met,))
    assert restored(sheet.definition(), {}) == sheet


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("tiny.yaml", "version: 1", "version: 2"),
        ("tiny.yaml", "title: Tiny sheet", "title: Small sheet"),
        ("tiny.yaml", "label: The people", "label: People"),
        ("tiny.yaml", "label: How many?", "label: How many were there?"),
        ("tiny.yaml", "${met} = 'yes'", "${met} != 'no'"),
        ("tiny.yaml", "<= 50", "<= 51"),
        ("tiny.yaml", "[1, 2]", "[2, 1]"),
        ("tiny.yaml", "name: count", "name: counted"),
        ("choices.yaml", "label: Yes", "label: Yes!"),
        ("choices.yaml", "name: yes", "name: ja"),
        ("indicators.yaml", "An example.", "Another example."),
        ("indicators.yaml", "registrar: practitioner", "registrar: city_coordinator"),
    ],
)
def test_any_change_of_what_is_asked_changes_the_digest(
    file: str, old: str, new: str, tmp_path: Path
) -> None:
    assert read(tmp_path, {file: (old, new)}).digest != read(tmp_path).digest


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("tiny.yaml", "survey:", "# A comment\nsurvey:"),
        ("tiny.yaml", "label: How many?", 'label: "How many?"'),
        ("choices.yaml", "label: Papers", "label: Documents"),
    ],
    ids=["a comment", "other quotes", "a list of another sheet"],
)
def test_what_changes_nothing_that_is_asked_keeps_the_digest(
    file: str, old: str, new: str, tmp_path: Path
) -> None:
    assert read(tmp_path, {file: (old, new)}).digest == read(tmp_path).digest


def test_a_translation_keeps_the_digest_and_is_used(tmp_path: Path) -> None:
    sheet = read(tmp_path)
    entries = {key: (text, f"{text} (nl)") for key, text in sheet.sources.items()}
    translated = with_texts(sheet, {"nl": entries})
    assert translated.digest == sheet.digest
    assert translated.languages == ["en", "nl"]
    assert translated.text("nl", "tiny.count.label") == "How many? (nl)"
    assert translated.text("en", "tiny.count.label") == "How many?"
    assert translated.text("nl", "tiny.count.guidance_hint") == ""


def test_a_translation_of_an_older_text_is_not_read_and_the_language_not_offered(
    tmp_path: Path,
) -> None:
    sheet = read(tmp_path)
    entries = {key: (text, f"{text} (nl)") for key, text in sheet.sources.items()}
    entries["tiny.count.label"] = ("How much?", "Hoeveel?")
    translated = with_texts(sheet, {"nl": entries})
    assert translated.text("nl", "tiny.count.label") == "How many?"
    assert translated.languages == ["en"]
