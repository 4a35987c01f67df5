from pathlib import Path

import pytest

from tests.bot.program import TINY, Program, handbook, last

REWORDED = TINY.replace("How many people?", "How many persons?")
REST = ("3", "2.5", "It was busy", "Save")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return handbook(tmp_path / "handbook")


@pytest.fixture
def worker(sqlite_url: str, folder: Path) -> Program:
    """Somebody who is asked how many people, in version 1."""
    program = Program(sqlite_url, handbook=folder)
    assert "How many people?" in last(program.chats("English", "Tiny sheet", "Today"))
    return program


def test_a_changed_sheet_with_an_unchanged_version_is_refused(
    worker: Program, folder: Path
) -> None:
    handbook(folder, REWORDED)
    result = worker.run("chat", typed="3\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Sheet tiny: version 1 was released with another content" in result.stderr
    assert "raise `version:`" in result.stderr
    assert result.stderr.endswith("to 2.\n")


def test_after_a_refusal_nothing_was_changed(worker: Program, folder: Path) -> None:
    handbook(folder, REWORDED)
    worker.run("chat", typed="3\n")
    handbook(folder)
    assert "How many people?" in last(worker.chats())


def test_a_conversation_ends_on_the_version_it_began_with(worker: Program, folder: Path) -> None:
    handbook(folder, REWORDED, version=2)
    screen = worker.chats(*REST)
    assert "How many people?" in screen
    assert "How many persons?" not in screen
    assert {value.sheet_version for value in worker.saved()} == {1}


def test_a_new_conversation_begins_with_the_newest_version(worker: Program, folder: Path) -> None:
    handbook(folder, REWORDED, version=2)
    screen = worker.chats(*REST, "Tiny sheet", "Today", *REST)
    assert "How many persons?" in screen
    assert sorted(value.sheet_version for value in worker.saved() if value.question == "met") == [
        1,
        2,
    ]


def test_a_question_that_version_2_took_away_is_still_asked_in_version_1(
    worker: Program, folder: Path
) -> None:
    handbook(folder, TINY.partition("  - type: decimal")[0], version=2)
    assert "How many hours?" in last(worker.chats("3"))


def test_an_export_holds_both_versions(worker: Program, folder: Path, tmp_path: Path) -> None:
    handbook(folder, REWORDED, version=2)
    worker.chats(*REST, "Tiny sheet", "Today", *REST)
    code_book = worker.exports(tmp_path / "out")["codebook.csv"]
    assert "How many people?" in code_book
    assert "How many persons?" in code_book


def test_a_version_lower_than_the_released_one_is_refused(worker: Program, folder: Path) -> None:
    handbook(folder, REWORDED, version=3)
    worker.chats()
    handbook(folder, REWORDED, version=2)
    result = worker.run("chat")
    assert result.exit_code == 1
    assert "lower than the released version 3" in result.stderr
