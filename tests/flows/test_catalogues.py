from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from flows import catalogues
from flows.checking import check
from flows.faults import everything
from flows.problems import PROBLEMS, HandbookProblems, Problem
from flows.texts import SILENT, Say, interface

HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
SOUND = """\
msgid "Hello {name}"
msgstr "Dag {name}"

msgctxt "tiny.count.label"
msgid "How many?"
msgstr "Hoeveel?"

msgid "{count} answer for {name}"
msgid_plural "{count} answers for {name}"
msgstr[0] "Eén antwoord voor {name}"
msgstr[1] "{count} antwoorden voor {name}"
"""
FAULTY = {
    "po_missing": ('"Dag {name}"', '""', "Hello"),
    "po_outdated": ('msgid "How many?"', 'msgid "How much?"', "msgctxt"),
    "po_fuzzy": ("msgctxt", "#, fuzzy\nmsgctxt", "msgctxt"),
    "po_placeholder": ("Dag {name}", "Dag {naam}", "Hello"),
    "po_plural": ('"{count} antwoorden voor {name}"', '""', '"{count} answer '),
    "po_syntax": ("\nmsgctxt", "\nmsgcontext", "msgcontext"),
}
ELSEWHERE = {"po_language", "po_begun", "template_outdated"}


def template() -> Catalog:
    catalogue = Catalog(charset="utf-8")
    catalogue.add("Hello {name}")
    catalogue.add("How many?", context="tiny.count.label")
    catalogue.add(("{count} answer for {name}", "{count} answers for {name}"))
    return catalogue


def written(folder: Path, content: str | bytes, language: str = "nl", domain: str = "bot") -> Path:
    path = folder / language / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def problems_of(path: Path) -> list[tuple[str, Path, int]]:
    problems: list[Problem] = []
    catalogue = catalogues.read_file(path, "nl", problems)
    if catalogue is not None:
        problems += catalogues.faults(path, catalogue, template())
    return [(item.code, item.file, item.line) for item in problems]


def test_every_problem_of_a_translation_has_an_example() -> None:
    about_translations = {code for code in PROBLEMS if code.startswith(("po_", "template_"))}
    assert FAULTY.keys() | ELSEWHERE == about_translations


def test_a_sound_translation_has_no_problems(tmp_path: Path) -> None:
    assert problems_of(written(tmp_path, HEADER + SOUND)) == []


@pytest.mark.parametrize("code", FAULTY)
def test_a_fault_is_reported_with_its_file_and_line(code: str, tmp_path: Path) -> None:
    old, new, marked = FAULTY[code]
    assert old in SOUND
    content = HEADER + SOUND.replace(old, new)
    path = written(tmp_path, content)
    line = next(place for place, text in enumerate(content.splitlines(), 1) if marked in text)
    assert problems_of(path) == [(code, path, line)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Dag {name}", "Dag", id="field left out"),
        pytest.param("Dag {name}", "Dag {name} {count}", id="field too many"),
        pytest.param("Dag {name}", "Dag {name", id="unbalanced"),
        pytest.param("Dag {name}", "Dag {}", id="no name"),
        pytest.param("Dag {name}", "Dag {name:d}", id="other format"),
        pytest.param("Dag {name}", "Dag {name!z}", id="other conversion"),
        pytest.param("Dag {name}", "Dag {name.upper}", id="attribute"),
        pytest.param("Eén antwoord voor {name}", "Eén antwoord", id="plural without name"),
    ],
)
def test_a_translation_that_could_not_be_filled_in_is_reported(
    old: str, new: str, tmp_path: Path
) -> None:
    path = written(tmp_path, HEADER + SOUND.replace(old, new))
    assert [code for code, _, _ in problems_of(path)] == ["po_placeholder"]


def test_an_entry_that_is_not_there_is_missing(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + SOUND.partition("msgctxt")[0])
    assert problems_of(path) == [("po_missing", path, 0), ("po_missing", path, 0)]


def test_a_byte_that_is_not_utf_8_is_pointed_at(tmp_path: Path) -> None:
    content = (HEADER + SOUND).encode().replace(b"Dag", b"D\xe4g")
    path = written(tmp_path, content)
    assert problems_of(path) == [("file_not_utf8", path, 7)]


@pytest.mark.parametrize("charset", ["klingon", "utf-16"])
def test_another_charset_is_reported(charset: str, tmp_path: Path) -> None:
    path = written(tmp_path, (HEADER + SOUND).replace("utf-8", charset))
    assert problems_of(path)


def test_a_folder_that_is_no_language_is_reported(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + SOUND, language="dutch")
    found = [(item.code, item.file, item.line) for item in everything(tmp_path)]
    assert ("po_language", path, 0) in found
    with pytest.raises(HandbookProblems, match="po_language"):
        catalogues.load(tmp_path)


def test_a_template_that_lags_behind_is_reported(tmp_path: Path) -> None:
    written(tmp_path, HEADER)
    (tmp_path / "bot.pot").write_text(HEADER, encoding="utf-8")
    found = [(item.code, item.file, item.line) for item in everything(tmp_path)]
    assert ("template_outdated", tmp_path / "bot.pot", 0) in found


def test_one_translation_can_be_checked_alone(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, domain="handbook")
    assert [item.code for item in everything(path)] == ["po_begun"]
    label = '\nmsgctxt "contact.title"\nmsgid "Contact"\nmsgstr "Treffen"\n'
    problems = everything(written(tmp_path, HEADER + label, domain="handbook"))
    assert {item.code for item in problems} == {"po_missing"}
    assert all(item.file == path for item in problems)
    assert any("participant.ladder.label" in item.message for item in problems)


def test_a_handbook_may_bring_its_own_translations(tmp_path: Path) -> None:
    path = written(tmp_path / "locales", "rubbish")
    codes = {(item.code, item.file) for item in everything(tmp_path)}
    assert codes == {("folder_empty", tmp_path), ("po_syntax", path)}


def test_this_handbook_and_its_translations_can_be_read() -> None:
    assert catalogues.read(catalogues.LOCALES).problems == []
    assert check(catalogues.LOCALES.parent / "flows" / "handbook").problems == []


def test_a_language_is_offered_once_it_is_complete(tmp_path: Path) -> None:
    complete = catalogues.read_file(written(tmp_path, HEADER + SOUND), "nl", [])
    fuzzy = catalogues.read_file(
        written(tmp_path, HEADER + "#, fuzzy\n" + SOUND, language="fr"), "fr", []
    )
    assert complete is not None
    assert fuzzy is not None
    offered = interface({"nl": complete, "fr": fuzzy, "de": Catalog(locale="de")})
    assert offered.languages == ["en", "nl"]
    assert offered.say("nl")("Hello {name}", name="Ana") == "Dag Ana"
    count = offered.say("nl").plural("{count} answer for {name}", "", 2, name="Ana")
    assert count == "2 antwoorden voor Ana"
    assert offered.say("fr") == SILENT


def test_unfinished_entries_are_not_used(tmp_path: Path) -> None:
    content = HEADER + SOUND + '\n#, fuzzy\nmsgctxt "a"\nmsgid "A"\nmsgstr "B"\n'
    catalogue = catalogues.read_file(written(tmp_path, content), "nl", [])
    assert catalogue is not None
    assert catalogues.entries(catalogue) == {"tiny.count.label": ("How many?", "Hoeveel?")}


@pytest.mark.parametrize("torn", ['msgid "Day', 'msgstr Dag"', 'msgstr "Dag', 'msgsrt "Dag"'])
def test_a_line_without_its_quotes_or_keyword_is_pointed_at(torn: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}{SOUND}\n{torn}\n")
    ((code, _, line),) = problems_of(path)
    assert (code, line) == ("po_syntax", len(f"{HEADER}{SOUND}\n{torn}".splitlines()))


def test_a_plural_rule_that_is_no_rule_is_reported(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER.replace("n != 1", "__import__(1)") + SOUND)
    assert [code for code, _, _ in problems_of(path)] == ["po_syntax"]


def test_a_broken_translation_is_said_in_english_until_it_is_mended() -> None:
    class Broken(NullTranslations):
        def gettext(self, message: str) -> str:
            return "Dag {naam}"

    assert Say("nl", Broken())("Hello {name}", name="you") == "Hello you"
