"""Every language is complete, and no translation breaks a text."""

from pathlib import Path

import pytest

from flows import catalogues, extraction
from flows.local import fold
from flows.matching import HEAD_ENDS
from flows.sheet import INDICATOR_LISTS, choice_key
from tests.builders import found_catalogues, handbook, real_interface

LANGUAGES = ["nl", "fr", "de"]
LONGEST_BUTTON = 36
TYPED = [
    "‹ Back",
    "ⓘ Why?",
    "Pause",
    "Keep ›",
    "Not known",
    "Declined",
    "Not applicable",
    "Leave out",
    "Save",
]


def test_english_dutch_french_and_german_are_on_offer() -> None:
    assert real_interface().languages == ["en", *sorted(LANGUAGES)]


def test_every_sheet_is_complete_in_every_language() -> None:
    incomplete = {
        (name, language)
        for name, sheet in handbook().items()
        for language in LANGUAGES
        if language not in sheet.languages
    }
    assert incomplete == set()


@pytest.mark.parametrize("domain", catalogues.DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing_fuzzy_or_broken(domain: str, language: str) -> None:
    found = found_catalogues()
    path = found.files[domain, language]
    template = extraction.templates()[domain]
    faults = catalogues.faults(path, found.domains[domain][language], template)
    assert [str(fault) for fault in faults] == []


@pytest.mark.parametrize("domain", catalogues.DOMAINS)
def test_the_templates_are_up_to_date(domain: str) -> None:
    path = catalogues.LOCALES / f"{domain}.pot"
    assert path.read_bytes() == extraction.written(extraction.templates()[domain])


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_choices_of_a_list_are_told_apart_when_typed(language: str) -> None:
    confused = []
    for sheet in handbook().values():
        for question in sheet.questions:
            heads: dict[str, str] = {}
            for choice in question.choices:
                label = sheet.text(language, choice_key(question, choice.name))
                ends = [label.index(mark) for mark in HEAD_ENDS if mark in label]
                head = fold(label[: min(ends)] if ends else label)
                if head in heads:
                    confused.append(f"{question.list_name}: {heads[head]} / {label}")
                heads[head] = label
                # An indicator is called what the catalogue calls it.
                if len(label) > LONGEST_BUTTON and question.list_name not in INDICATOR_LISTS:
                    confused.append(f"{question.list_name}: {label} is long")
    assert confused == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_words_of_the_way_differ(language: str) -> None:
    say = real_interface().say(language)
    words = [fold(say(text)) for text in TYPED]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_on_buttons_stay(language: str) -> None:
    say = real_interface().say(language)
    wrong = [text for text in TYPED for sign in "‹ⓘ›" if (sign in text) != (sign in say(text))]
    assert wrong == []


def test_a_new_language_begins_with_every_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "LOCALES", tmp_path)
    extraction.main(["it"])
    begun = catalogues.read(tmp_path)
    for domain, template in extraction.templates().items():
        catalogue = begun.domains[domain]["it"]
        assert len(catalogue) == len(template)
        faults = list(catalogues.faults(begun.files[domain, "it"], catalogue, template))
        assert [fault.code for fault in faults] == ["po_begun"]


@pytest.mark.parametrize("language", ["Italian", "xx", "../it", "i", ""])
def test_what_is_no_language_is_not_begun(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "LOCALES", tmp_path)
    with pytest.raises(SystemExit, match="not the code of a language"):
        extraction.main([language])
    assert not any(tmp_path.rglob("*.po"))


def test_a_changed_text_keeps_its_translation_but_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "LOCALES", tmp_path)
    extraction.main(["nl", "fr"])
    path = tmp_path / "nl" / "LC_MESSAGES" / "handbook.po"
    text = path.read_text(encoding="utf-8")
    old = 'msgctxt "contact.title"\nmsgid "Contact"\nmsgstr ""'
    assert old in text
    path.write_text(
        text.replace(old, 'msgctxt "contact.title"\nmsgid "Meeting"\nmsgstr "Treffen"'),
        encoding="utf-8",
    )
    extraction.main([])
    found = catalogues.read(tmp_path).domains["handbook"]
    message, other = (found[language].get("Contact", "contact.title") for language in ("nl", "fr"))
    assert message is not None
    assert other is not None
    assert (message.string, message.fuzzy) == ("Treffen", True)
    assert (other.string, other.fuzzy) == ("", False)
