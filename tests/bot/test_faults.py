import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database
from storage.sealing import Seal
from storage.tables import conversations
from tests.bot.program import CONTACT, Program, refused
from tests.keys import KEYS

ARGUMENTS = {
    "chat": ("chat",),
    "export": ("export", "--out", "out"),
    "migrate": ("migrate",),
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", ARGUMENTS)
@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("sqlite:///.", ("is a folder", "name a file in it"), id="folder"),
        pytest.param("sqlite:///no/such/a.db", ("does not exist", "make that"), id="nowhere"),
        pytest.param("sqlite:///", ("names no file",), id="no-file"),
        pytest.param("meetmoment.db", ("not a URL", "sqlite:///path/to/file.db"), id="no-url"),
        pytest.param("mysql://localhost/a", ("'mysql'", "not supported"), id="other-database"),
        pytest.param(
            "postgresql://ana:geheim@127.0.0.1:1/a", ("cannot be reached",), id="no-server"
        ),
    ],
)
def test_a_database_that_cannot_be_used(url: str, words: tuple[str, ...], command: str) -> None:
    result = Program(url).run(*ARGUMENTS[command])
    refused(result, *words)
    assert "geheim" not in result.stderr


@pytest.mark.parametrize("command", ARGUMENTS)
def test_a_file_that_is_no_database(tmp_path: Path, command: str) -> None:
    (tmp_path / "notes.db").write_text("Not a database. " * 1000, encoding="utf-8")
    result = Program("sqlite:///notes.db").run(*ARGUMENTS[command])
    refused(result, "is not a SQLite database", "restore the latest backup")
    assert (tmp_path / "notes.db").read_text(encoding="utf-8") == "Not a database. " * 1000


@pytest.mark.parametrize("command", ARGUMENTS)
@pytest.mark.parametrize("fault", ["overwritten", "cut off"])
def test_a_damaged_database(tmp_path: Path, command: str, fault: str) -> None:
    program = Program("sqlite:///damaged.db")
    program.chats("English", *CONTACT)
    path = tmp_path / "damaged.db"
    sound = path.read_bytes()
    path.write_bytes(
        sound[: len(sound) // 2]
        if fault == "cut off"
        else sound[:8192] + b"\xff" * 16384 + sound[8192 + 16384 :]
    )
    refused(program.run(*ARGUMENTS[command]), "is damaged", "restore the latest backup")


def test_a_database_of_others_is_refused() -> None:
    program = Program("sqlite:///others.db")
    program.chats("English")
    with closing(Database(program.url, KEYS)) as database, database.writing() as connection:
        connection.exec_driver_sql("UPDATE people SET channel = 'telegram'")
    refused(program.run("chat"), "Nobody in this database is reached by the console")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"time_zone": "Mars/Olympus"}, ("Mars/Olympus", "Europe/Brussels"), id="zone"),
        pytest.param({"time_zone": ""}, ("not a time zone",), id="empty-zone"),
        pytest.param({"time_zone": "../../etc/passwd"}, ("not a time zone",), id="zone-elsewhere"),
        pytest.param({"time_zone": "Europe"}, ("not a time zone",), id="zone-folder"),
        pytest.param({"language": "klingon"}, ("'klingon'", "there is en"), id="language"),
        pytest.param({"handbook": "nowhere"}, ("nowhere is not there",), id="no-handbook"),
        pytest.param({"handbook": "."}, ("there is no sheet here",), id="empty-handbook"),
    ],
)
def test_a_setting_that_cannot_be_used(settings: dict[str, str], words: tuple[str, ...]) -> None:
    refused(Program("sqlite:///new.db", **settings).run("chat"), *words)


def test_a_wrong_setting_is_called_by_its_variable() -> None:
    result = Program("sqlite:///new.db", time_zone="Mars").run("migrate")
    assert result.exit_code == 1
    assert result.stderr.startswith("MEETMOMENT_TIME_ZONE: ")


def test_a_handbook_that_cannot_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "handbook"
    folder.mkdir()
    for name in ("indicators", "choices", "tiny"):
        (folder / f"{name}.yaml").write_bytes(b"\xff\xfe\x00\x01")
    result = Program("sqlite:///new.db", handbook="handbook").run("chat")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "tiny.yaml:1: the file is not UTF-8 text. Save it as UTF-8." in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["chat", "play"])
def test_an_unknown_role(command: str) -> None:
    refused(Program("sqlite:///new.db").run(command, "--role", "mayor"), "'mayor'", "practitioner")


def test_an_unknown_export_language() -> None:
    result = Program("sqlite:///new.db").run("export", "--out", "out", "--language", "xx")
    refused(result, "'xx'", "there is en")


def test_an_export_of_nothing() -> None:
    result = Program("sqlite:///new.db").run("export", "--out", "out")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


def test_an_export_to_something_that_is_no_folder(tmp_path: Path) -> None:
    program = Program("sqlite:///new.db")
    program.chats("English", *CONTACT)
    (tmp_path / "out").write_text("A file.", encoding="utf-8")
    refused(program.run("export", "--out", "out"), "out cannot be written")
    assert (tmp_path / "out").read_text(encoding="utf-8") == "A file."


CONVERSATIONS = {
    "later format": '{"format": 99, "person": "local"}',
    "no format": '{"person": "local"}',
    "incomplete": '{"format": 1, "person": "local"}',
    "unknown state": '{"format": 1, "person": "local", "language": "en", "state": "dancing"}',
}


@pytest.mark.parametrize("stored", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_a_conversation_that_cannot_be_read_is_left_as_it_is(tmp_path: Path, stored: str) -> None:
    program = Program("sqlite:///new.db")
    program.chats("English", "Contact")
    _execute(tmp_path / "new.db", "UPDATE conversations SET snapshot = ?", stored)
    before = _execute(tmp_path / "new.db", "SELECT * FROM conversations")
    result = program.run("chat", typed="Today\n")
    refused(result)
    assert _execute(tmp_path / "new.db", "SELECT * FROM conversations") == before


def test_a_conversation_from_a_later_program_says_which_format(tmp_path: Path) -> None:
    program = Program("sqlite:///new.db")
    program.chats("English")
    stored = CONVERSATIONS["later format"]
    _execute(tmp_path / "new.db", "UPDATE conversations SET snapshot = ?", stored)
    refused(program.run("chat"), "format 99", "Use the version that wrote it")


def _execute(path: Path, statement: str, *parameters: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, parameters).fetchall()


def test_a_conversation_about_a_sheet_that_is_gone_is_left_as_it_is(tmp_path: Path) -> None:
    program = Program("sqlite:///new.db")
    program.chats("English", "Contact")
    path = tmp_path / "new.db"
    seal, column = Seal(KEYS), conversations.c.snapshot
    seal.refresh()
    [(stored,)] = _execute(path, "SELECT snapshot FROM conversations")
    changed = seal.close(column, seal.open(column, str(stored)).replace(*VERSIONS))
    _execute(path, "UPDATE conversations SET snapshot = ?", changed)
    before = _execute(path, "SELECT * FROM conversations")
    refused(program.run("chat"), "sheet contact version 7")
    assert _execute(path, "SELECT * FROM conversations") == before


VERSIONS = ('"version":2', '"version":7')
