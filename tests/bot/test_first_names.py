"""An organisation may add first names; a file that cannot be used is one clear line."""

from pathlib import Path

import pytest

from bot.config import SettingsProblem
from bot.first_names import added_names
from tests.bot.program import Program, handbook, refused

FAULTS = {
    "no name": (b"Xhevahire\n# a colleague\n12345\n", "has no first name in line 3"),
    "two names": (b"Jan Janssens\n", "has no first name in line 1"),
    "too long": (b"a" * 41, "has no first name in line 1"),
    "not text": (b"Zo\xeb\n", "is not in UTF-8"),
}


def test_without_a_file_there_are_none() -> None:
    assert added_names("") == frozenset()


def test_names_stand_one_a_line_with_notes(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes("\ufeffXhevahire\r\n\r\n# the others\nZoë-Lou # two\nN’Guessan\n".encode())
    assert added_names(str(file)) == {"xhevahire", "zoe-lou", "guessan"}


@pytest.mark.parametrize(("content", "why"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_file_is_one_line_that_repeats_no_name(
    content: bytes, why: str, program: Program, tmp_path: Path
) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes(content)
    with pytest.raises(SettingsProblem):
        added_names(str(file))
    program.environment["MEETMOMENT_FIRST_NAMES"] = str(file)
    result = program.run("chat", typed="English\n")
    refused(result, "MEETMOMENT_FIRST_NAMES", "names.txt", why)
    assert "Janssens" not in result.stderr


@pytest.mark.parametrize("name", ["nowhere.txt", ".", "a\0b"])
def test_a_file_that_is_not_there_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match=r"MEETMOMENT_FIRST_NAMES: .* cannot be read: "):
        added_names(str(tmp_path / name))


def test_a_name_of_the_file_is_refused_in_the_conversation(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text("Xhevahire\n", encoding="utf-8")
    program = Program(sqlite_url, handbook=handbook(tmp_path / "handbook"), first_names=file)
    said = program.chats("English", "Tiny sheet", "Today", "3", "2", "xhevahire was there")
    assert (
        "This could point to somebody: “xhevahire” (a first name). Nothing of it was kept." in said
    )
