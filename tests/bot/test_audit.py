"""`meetmoment audit`: whoever changes, removes or inserts something is found out."""

import csv
import json
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from flows.audit import COMMAND_LINE
from storage.audit import entries
from storage.database import Database
from tests.bot.program import CONTACT, Program, refused

SOUND = "Nothing was changed, removed or inserted.\n"
WITHOUT_TRIGGERS = {
    "sqlite": [f"DROP TRIGGER audit_{name}" for name in ("update", "delete", "replace")],
    "postgresql": ["ALTER TABLE audit DISABLE TRIGGER ALL"],
}


class Audited(Program):
    """The commands, with a key in the folder of the test."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, key_file=folder / "meetmoment.key")
        self.key = folder / "meetmoment.key"

    def tampers(self, *statements: str) -> None:
        """Change the database as somebody who owns it can."""
        with closing(Database(self.url)) as database, database.writing() as connection:
            for statement in (*WITHOUT_TRIGGERS[connection.dialect.name], *statements):
                connection.execute(text(statement))

    def verifies(self, *options: object) -> list[str]:
        """Return what a verification finds."""
        result = self.run("audit", "verify", *options)
        *found, last = result.stdout.splitlines()
        if result.exit_code == 0:
            assert f"{last}\n" == SOUND
            return []
        return [line for line in (*found, last) if "the newest entry is" not in line]

    def head(self) -> str:
        """Return the head as an administrator notes it."""
        return self.run("audit", "verify").stdout.splitlines()[0].rpartition(" ")[2]


@pytest.fixture
def audited(url: str, tmp_path: Path) -> Audited:
    """A contact that was taken back, an ambassador and a colleague: four entries."""
    program = Audited(url, tmp_path)
    program.chats("English", *CONTACT, "/undo")
    program.run("ambassador", "0471 23 45 67")
    program.run("admit", 987654321)
    return program


def test_a_sound_audit_is_told_with_its_newest_entry(audited: Audited) -> None:
    result = audited.run("audit", "verify")
    assert (result.exit_code, result.stderr) == (0, "")
    head, last = result.stdout.splitlines(keepends=True)
    assert head.startswith("example-city: the newest entry is 4:")
    assert last == SOUND
    assert audited.verifies("--head", audited.head()) == []


VALUES = {
    "organisation": "'gent'",
    "at": "'2026-03-02 11:00:00'",
    "person": "'local2'",
    "action": "'left'",
    "about": "'K7-N'",
    "detail": "'{}'",
    "previous": "''",
    "digest": "'ab'",
}


@pytest.mark.parametrize("column", VALUES)
def test_whichever_column_was_changed_the_entry_is_named(audited: Audited, column: str) -> None:
    audited.tampers(f"UPDATE audit SET {column} = {VALUES[column]} WHERE number = 2")
    fault = "entry 2 is changed, inserted, or not sealed with this key."
    of = "gent" if column == "organisation" else "example-city"
    assert f"{of}: {fault}" in audited.verifies()


@pytest.mark.parametrize("value", ["'yesterday'", "7", "x'00'"])
def test_a_time_that_is_none_is_told_in_one_sentence(
    sqlite_url: str, tmp_path: Path, value: str
) -> None:
    program = Audited(sqlite_url, tmp_path)
    program.chats("English", *CONTACT, "/undo")
    program.tampers(f"UPDATE audit SET at = {value} WHERE number = 2")
    refused(program.run("audit", "verify"), "The audit holds")


def test_a_removed_entry_is_named(audited: Audited) -> None:
    audited.tampers("DELETE FROM audit WHERE number = 3")
    assert audited.verifies() == ["example-city: entry 3 is missing."]


def test_the_newest_ones_that_were_removed_show_by_a_noted_head(audited: Audited) -> None:
    head = audited.head()
    audited.tampers("DELETE FROM audit WHERE number > 2")
    assert audited.verifies() == []
    (fault,) = audited.verifies("--head", head)
    assert fault.startswith("entry 4 is not there as it was noted: the newest ones were removed")


def test_a_removed_entry_shows_by_what_it_told_of(audited: Audited) -> None:
    audited.tampers("DELETE FROM audit WHERE number > 1")
    (fault,) = audited.verifies()
    assert fault.startswith("example-city: revision 2 of record ")
    assert fault.endswith(" has no entry.")


def test_an_audit_that_was_removed_is_missing(audited: Audited) -> None:
    audited.tampers("DELETE FROM audit")
    assert audited.verifies() == [
        "example-city: there is no audit; it was removed, or nothing ran since it exists."
    ]


def test_a_chain_made_anew_without_the_key_is_found(audited: Audited) -> None:
    kept = audited.key.read_text(encoding="ascii")
    audited.tampers("DELETE FROM audit")
    audited.key.write_text("cd" * 32, encoding="ascii")
    audited.run("migrate")
    audited.key.write_text(kept, encoding="ascii")
    assert "example-city: entry 1 is changed, inserted, or not sealed with this key." in (
        audited.verifies()
    )


def test_without_the_key_nothing_is_verified_and_none_is_made(audited: Audited) -> None:
    audited.key.unlink()
    refused(audited.run("audit", "verify"), "meetmoment.key", "not there")
    assert not audited.key.exists()


@pytest.mark.parametrize(
    "command",
    [
        ("chat",),
        ("admit", "11"),
        ("ambassador", "Ana"),
        ("export", "--out", "{}/out"),
        ("audit", "export", "--out", "{}/audit.csv"),
    ],
    ids=lambda words: words[0],
)
def test_nothing_goes_on_with_another_key(
    audited: Audited, tmp_path: Path, command: tuple[str, ...]
) -> None:
    audited.key.write_text("cd" * 32, encoding="ascii")
    words = [word.format(tmp_path) for word in command]
    refused(audited.run(*words), "the audit were made with another key")


def test_a_head_that_is_none_is_told(audited: Audited) -> None:
    for wrong in ("4", "x:y", "4:", ":ab"):
        refused(audited.run("audit", "verify", "--head", wrong), "no head")


def test_an_export_is_accounted_for_with_its_rows_and_hashes(
    audited: Audited, tmp_path: Path
) -> None:
    files = audited.exports(tmp_path / "out")
    with closing(Database(audited.url)) as database, database.reading() as connection:
        entry = list(entries(connection))[-1]
    assert (entry.person, entry.action) == (COMMAND_LINE, "exported")
    detail = json.loads(entry.detail)
    assert (detail["filter"], detail["language"]) == ("everything", "en")
    hashes = {name: sha256(text.encode()).hexdigest() for name, text in files.items()}
    assert {name: item["sha256"] for name, item in detail["files"].items()} == hashes
    assert detail["rows"] == sum(item["rows"] for item in detail["files"].values())
    assert audited.verifies("--files", tmp_path / "out") == []
    (tmp_path / "out" / "long.csv").write_text("another", encoding="utf-8")
    assert audited.verifies("--files", tmp_path / "out") == [
        f"{tmp_path / 'out' / 'long.csv'}: no export in the audit wrote this file."
    ]


def test_an_export_that_cannot_be_accounted_for_leaves_no_file(
    sqlite_url: str, tmp_path: Path
) -> None:
    program = Audited(sqlite_url, tmp_path)
    program.chats("English", *CONTACT)
    with closing(Database(sqlite_url)) as database, database.writing() as connection:
        refusal = "BEGIN SELECT RAISE(ABORT, 'no'); END"
        connection.execute(text(f"CREATE TRIGGER no BEFORE INSERT ON audit {refusal}"))
    with pytest.raises(Exception, match="no"):
        program.run("export", "--out", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_audit_is_written_as_a_file_and_that_stands_in_it(
    audited: Audited, tmp_path: Path
) -> None:
    out = tmp_path / "audit.csv"
    assert audited.run("audit", "export", "--out", out).stdout == f"{out}: 5 rows\n"
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["action"] for row in rows] == [
        *("begun", "undone", "ambassador_named", "signed_in", "audit_read")
    ]
    assert f"5:{rows[-1]['digest']}" == audited.head()
    assert [row["previous"] for row in rows] == ["", *(row["digest"] for row in rows[:-1])]
    assert out.stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} <= {
        *("audit.csv", "meetmoment.key", "meetmoment.db", "meetmoment.db-wal", "meetmoment.db-shm")
    }


def test_no_cell_of_the_file_is_a_formula(sqlite_url: str, tmp_path: Path) -> None:
    program = Audited(sqlite_url, tmp_path)
    program.chats("English", *CONTACT, "/undo")
    program.tampers("UPDATE audit SET person = '=1+1', about = '@x', detail = '+2', action = '-3'")
    program.run("audit", "export", "--out", tmp_path / "audit.csv")
    text = (tmp_path / "audit.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    columns = ("person", "about", "detail", "action")
    assert [rows[0][name] for name in columns] == ["'=1+1", "'@x", "'+2", "'-3"]


def test_a_file_that_cannot_be_written_is_told(audited: Audited, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "audit.csv"
    refused(audited.run("audit", "export", "--out", out), str(out))


def test_no_number_no_name_and_no_text_stands_in_the_audit(
    audited: Audited, tmp_path: Path
) -> None:
    out = tmp_path / "audit.csv"
    audited.run("audit", "export", "--out", out)
    text = out.read_text(encoding="utf-8")
    assert [secret for secret in ("987654321", "0471 ", str(tmp_path)) if secret in text] == []


@pytest.mark.parametrize("command", [("chat",), ("migrate",), ("ambassador", "Ana")])
def test_an_audit_is_not_begun_with_another_key_than_the_codes(
    audited: Audited, command: tuple[str, ...]
) -> None:
    answers = ("Codes", "New, code from their answers", "M2G7IA")
    audited.chats("/start", *answers)
    audited.tampers("DELETE FROM audit")
    audited.key.unlink()
    refused(audited.run(*command), "made with another key")
    assert not audited.key.exists()


def test_an_older_database_gets_an_audit_when_it_is_migrated(
    audited: Audited, tmp_path: Path
) -> None:
    audited.tampers("DELETE FROM audit")
    assert audited.run("migrate").exit_code == 0
    assert audited.head().startswith("1:")
    assert audited.verifies() == []
