import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.__main__ import main
from storage.database import Database
from tests.bot.program import CONTACT, Program
from tests.keys import KEYS


def test_the_program_says_its_version(program: Program) -> None:
    result = program.run("--version")
    assert (result.exit_code, result.stdout) == (0, f"meetmoment {version('meetmoment')}\n")


def test_the_installed_command_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["meetmoment", "--version"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("meetmoment ")


@pytest.mark.parametrize("arguments", [(), ("--help",)], ids=["nothing", "help"])
def test_help_names_every_command(program: Program, arguments: tuple[str, ...]) -> None:
    shown = program.run(*arguments).output
    assert all(name in shown for name in ("chat", "play", "check", "export", "migrate"))


def test_an_unknown_command_is_wrong_use(program: Program) -> None:
    result = program.run("dance")
    assert result.exit_code == 2
    assert "dance" in result.stderr


def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    program = Program(empty_database.location.url.render_as_string(hide_password=False))
    first, second = program.run("migrate"), program.run("migrate")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout == second.stdout
    assert program.run("chat").exit_code == 0


def test_migrating_says_which_database_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    result = Program(f"sqlite:///{path}").run("migrate")
    assert result.stdout == f"The database file {path} is up to date.\n"


def test_migrating_keeps_what_was_registered(program: Program) -> None:
    program.chats("English", *CONTACT)
    before = program.saved()
    assert program.run("migrate").exit_code == 0
    assert program.saved() == before
    assert before


def test_a_chat_makes_the_database_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    Program(f"sqlite:///{path}").chats("English")
    with closing(Database(f"sqlite:///{path}", KEYS)) as database, database.reading() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM conversations").scalar()
    assert count == 1
