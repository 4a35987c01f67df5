"""What somebody at a terminal wants at this moment is made there and then."""

import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage import tables
from storage.database import Database
from tests.bot.program import CONTACT, Program
from tests.keys import KEYS

KEY = "MEETMOMENT_KEY_FILE"
EXPORT = ("/export", "long", "Make it")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the program runs."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv(KEY, str(tmp_path / "test.key"))
    return folder


def states(program: Program) -> list[tuple[str, str]]:
    with closing(Database(program.url, KEYS)) as database, database.reading() as connection:
        rows = connection.execute(select(tables.sendings)).all()
        return sorted((row.kind, row.state) for row in rows)


def test_an_export_is_saved_under_a_free_name(program: Program, here: Path) -> None:
    screen = program.chats("English", *CONTACT, *EXPORT, *EXPORT)
    assert "\nSaved as ./kompas-long.zip\n" in screen
    assert "\nSaved as ./kompas-long-2.zip\n" in screen
    one, other = here / "kompas-long.zip", here / "kompas-long-2.zip"
    assert one.read_bytes() == other.read_bytes()
    assert zipfile.ZipFile(one).testzip() is None
    assert one.stat().st_mode & 0o777 == 0o640
    assert states(program) == [("export", "sent"), ("export", "sent")]


def test_where_there_is_no_file_it_is_said_why(program: Program, here: Path) -> None:
    screen = program.chats("English", *CONTACT, "/export", "long", "final", "Make it")
    assert "\nThere is no file, because nothing that is registered fits your choice.\n" in screen
    assert list(here.iterdir()) == []


def test_a_calendar_is_saved_too(program: Program, here: Path) -> None:
    program.settles()
    dates = {"starts_on": "2026-01-01", "ends_on": "2036-12-31", "baseline_on": "2036-03-02"}
    with closing(Database(program.url, KEYS)) as database, database.writing() as connection:
        connection.execute(update(tables.projects).values(dates=dates))
    screen = program.chats("English", "/overview", "Calendar file")
    assert "\nSaved as ./meetmoment.ics\n" in screen
    assert (here / "meetmoment.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert states(program) == [("calendar", "sent")]


def test_a_file_that_cannot_be_saved_leaves_none_and_is_told_in_a_line(
    program: Program, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.chats("English", *CONTACT)
    gone = here / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    result = program.run("chat", typed="/export\ncodebook\nMake it\n")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
