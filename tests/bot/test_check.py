import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from flows.extraction import templates
from tests.bot.program import TINY, Program, command, handbook
from tests.builders import SHEET


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program, started in a folder where there is no database and none is made."""
    monkeypatch.chdir(tmp_path)
    return Program("sqlite:///never.db")


def test_a_handbook_without_faults_is_said_to_be_so(program: Program, tmp_path: Path) -> None:
    result = program.run("check", handbook(tmp_path / "handbook"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "No faults found.\n", "")
    assert not (tmp_path / "never.db").exists()


FAULTS = {
    "unknown type": ("type: text", "type: txet", "Did you mean 'text'?"),
    "unknown word": ("label: Why?", "lable: Why?", "Did you mean 'label'?"),
    "unknown indicator": ("T1\n    label: Why?", "T2\n    label: Why?", "Correct the code"),
    "wrong number": ("max_length: 140", "max_length: many", "Correct it."),
    "wrong indentation": ("    label: Why?", "   label: Why?", "Check indentation, quotes"),
    "unknown name": ("max_length: 140", "relevant: ${mett} > 1", "Did you mean 'met'?"),
    "a word twice": ("max_length: 140", "type: text", "Keep one of the two."),
}


@pytest.mark.parametrize(("right", "wrong", "remedy"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_a_sheet_has_file_line_and_remedy(
    program: Program, tmp_path: Path, right: str, wrong: str, remedy: str
) -> None:
    survey = TINY.replace(right, wrong)
    folder = handbook(tmp_path / "handbook", survey)
    sound = (SHEET + TINY).splitlines()
    written = (folder / "tiny.yaml").read_text(encoding="utf-8").splitlines()
    line = next(
        number
        for number, (now, before) in enumerate(zip(written, sound, strict=True), 1)
        if now != before
    )
    result = program.run("check", "handbook")
    assert result.exit_code == 1
    found = result.stdout.splitlines()
    assert any(text.startswith(f"handbook/tiny.yaml:{line}: ") and remedy in text for text in found)
    assert result.stderr == f"{len(found)} found.\n"


def test_several_faults_are_told_at_once_in_the_order_of_the_lines(
    program: Program, tmp_path: Path
) -> None:
    survey = TINY.replace("type: text", "type: txet").replace("type: decimal", "type: dezimal")
    handbook(tmp_path / "handbook", survey)
    found = program.run("check", "handbook").stdout.splitlines()
    assert len(found) == 2
    assert "'dezimal'" in found[0]
    assert "'txet'" in found[1]


def test_the_program_itself_has_no_faults(program: Program) -> None:
    result = program.run("check")
    assert (result.exit_code, result.stdout) == (0, "No faults found.\n")


def test_one_sheet_can_be_checked_by_itself(program: Program, tmp_path: Path) -> None:
    folder = handbook(tmp_path / "handbook")
    assert program.run("check", folder / "tiny.yaml").exit_code == 0


def test_a_path_that_is_not_there(program: Program) -> None:
    result = program.run("check", "nowhere")
    assert result.exit_code == 1
    assert result.stdout.startswith("nowhere: nowhere is not there. Give the path of a folder")


def test_a_folder_without_sheets(program: Program, tmp_path: Path) -> None:
    result = program.run("check", tmp_path)
    assert result.exit_code == 1
    assert "there is no sheet here" in result.stdout


Change = Callable[[Message], None]
ONE = "Language: {language} (change it with /language)"


@cache
def texts() -> list[Message]:
    """Return what the interface says."""
    return [message for message in templates()["bot"] if message.id]


def translated(path: Path, change: Change = lambda _: None) -> Path:
    """Write a Dutch translation of the interface that says everything in English.

    `change` is done to one message, which has a field.
    """
    catalogue = Catalog(locale="nl", charset="utf-8", fuzzy=False)
    for message in texts():
        catalogue.add(message.id, message.id)
    change(next(message for message in catalogue if message.id == ONE))
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalogue)
    return path


@pytest.fixture
def translation(tmp_path: Path) -> Path:
    return tmp_path / "nl" / "LC_MESSAGES" / "bot.po"


def test_a_complete_translation_has_no_faults(program: Program, translation: Path) -> None:
    result = program.run("check", translated(translation))
    assert (result.exit_code, result.stdout) == (0, "No faults found.\n")


def _empty(message: Message) -> None:
    message.string = ""


def _fuzzy(message: Message) -> None:
    message.flags.add("fuzzy")


def _without_field(message: Message) -> None:
    message.string = "Taal (veranderen kan met /language)"


def _with_another_field(message: Message) -> None:
    message.string = "Taal: {taal} (veranderen kan met /language)"


def _with_an_open_brace(message: Message) -> None:
    message.string = "Taal: {language (veranderen kan met /language)"


TRANSLATIONS: dict[str, tuple[Change, str]] = {
    "missing": (_empty, "is not translated. Translate it"),
    "fuzzy": (_fuzzy, "is marked fuzzy. Check the translation and remove the mark."),
    "field left out": (_without_field, "the fields {language} must stand in the translation"),
    "field misspelt": (_with_another_field, "and it has {taal}. Correct the translation."),
    "field broken": (_with_an_open_brace, "Correct the translation."),
}


@pytest.mark.parametrize(("change", "remedy"), TRANSLATIONS.values(), ids=TRANSLATIONS)
def test_a_fault_in_a_translation_has_file_line_and_remedy(
    program: Program, translation: Path, change: Change, remedy: str
) -> None:
    path = translated(translation, change)
    lines = path.read_text(encoding="utf-8").splitlines()
    result = program.run("check", "nl/LC_MESSAGES/bot.po")
    assert result.exit_code == 1
    (found,) = result.stdout.splitlines()
    line = lines.index(f'msgid "{ONE}"') + 1
    assert found.startswith(f"nl/LC_MESSAGES/bot.po:{line}: “{ONE}”")
    assert remedy in found


def test_a_damaged_translation_has_file_line_and_remedy(
    program: Program, translation: Path
) -> None:
    lines = translated(translation).read_text(encoding="utf-8").splitlines()
    damaged = [line.replace(f'msgid "{ONE}"', f'msgidd "{ONE}"') for line in lines]
    translation.write_text("\n".join(damaged), encoding="utf-8")
    result = program.run("check", "nl/LC_MESSAGES/bot.po")
    assert result.exit_code == 1
    (found,) = result.stdout.splitlines()
    line = lines.index(f'msgid "{ONE}"') + 1
    assert found.startswith(f"nl/LC_MESSAGES/bot.po:{line}: this is not a PO file: ")
    assert "Correct the line" in found


def test_a_translation_that_is_not_utf_8_has_file_line_and_remedy(
    program: Program, translation: Path
) -> None:
    content = translated(translation).read_bytes()
    translation.write_bytes(content.replace(b"Language:", b"Language \xff:", 1))
    result = program.run("check", "nl/LC_MESSAGES/bot.po")
    assert result.exit_code == 1
    assert "nl/LC_MESSAGES/bot.po:" in result.stdout
    assert "Save it as UTF-8." in result.stdout


def test_a_folder_of_translations_is_checked(program: Program, translation: Path) -> None:
    translated(translation, _fuzzy)
    result = program.run("check", ".")
    assert result.exit_code == 1
    assert "[po_fuzzy]" in result.stdout


def test_translations_that_stand_with_the_sheets_are_checked_too(
    program: Program, tmp_path: Path
) -> None:
    folder = handbook(tmp_path / "handbook")
    translated(folder / "locales" / "nl" / "LC_MESSAGES" / "bot.po", _fuzzy)
    result = program.run("check", "handbook")
    assert result.exit_code == 1
    assert result.stdout.startswith("handbook/locales/nl/LC_MESSAGES/bot.po:")


def test_a_screen_with_few_characters_shows_every_fault(
    program: Program, translation: Path
) -> None:
    path = translated(translation, _fuzzy)
    ended = subprocess.run(
        command("check", path),
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "1 found.\n")
    assert "?Language: {language} (change it with /language)? is marked fuzzy." in ended.stdout
