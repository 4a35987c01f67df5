"""Erasing and one's own data, from the command line and from the chat."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.erased import Erased
from flows.effects import AddParticipant
from storage import erasure, participants, tables
from storage.database import Database
from storage.erasure import Entry
from storage.organisations import EXAMPLE, EXAMPLE_PROJECT
from tests.bot.phones import NOON, Phones
from tests.bot.program import CONTACT, Program, refused


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the key and the list of the erased be made there."""
    monkeypatch.chdir(tmp_path)


def test_an_erased_account_is_a_stranger_at_the_next_message(database: Database) -> None:
    phones = Phones(database, "555000111", "2")
    phones.types("555000111", "English", *CONTACT)
    code = phones.people["555000111"].person
    phones.types("555000111", "/mydata")
    phones.take(phones.tapped("555000111", "Erase"))
    goodbye = phones.types("555000111", code)
    assert goodbye.screen is not None
    assert goodbye.screen.text.startswith("Your account is erased.")
    shown = phones.take(a555000111=phones.shown("2"))
    assert shown.outbounds == ()
    again = phones.take(phones.typed("555000111", "hello"))
    assert (again.outbounds, len(again.others)) == ((), 1)
    with database.reading() as connection:
        # The audit names colleagues by their codes, which lead to nobody any more.
        others = [item for item in tables.metadata.sorted_tables if item is not tables.audit]
        rows = str([connection.execute(select(item)).all() for item in others])
    assert "555000111" not in rows
    assert code not in rows
    assert phones.types("2", "English").screen is not None


def test_the_records_of_an_erased_account_are_still_exported(url: str) -> None:
    program = Program(url)
    program.chats("English", *CONTACT)
    before = [row._replace(person="") for row in program.saved()]
    assert program.run("erase", "person", "local", "--yes").exit_code == 0
    assert [row._replace(person="") for row in program.saved()] == before
    refused(program.run("erase", "person", "local", "--yes"), "no person local")


def test_whoever_does_not_say_yes_erases_nobody(program: Program) -> None:
    program.chats("English", *CONTACT)
    assert program.run("erase", "person", "local", typed="n\n").exit_code != 0
    assert {row.person for row in program.saved()} == {"local"}
    assert program.run("erase", "person", "local", typed="y\n").exit_code == 0
    assert {row.person for row in program.saved()} == {"erased"}


def test_what_is_unfinished_is_lost_only_by_force(program: Program) -> None:
    program.chats("English", "Contact", "Today", "/quit")
    refused(program.run("erase", "person", "local", "--yes"), "unfinished", "--force")
    assert program.run("erase", "person", "local", "--yes", "--force").exit_code == 0


def test_a_participant_is_erased_with_what_is_under_way(program: Program) -> None:
    program.chats("English", "Participant", "K7-N", "Baseline", "Today", "/quit")
    result = program.run("erase", "participant", "k7n", "--yes")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "participants: 1" in result.stdout
    assert "conversations: 1" in result.stdout
    assert "K7-N" not in program.chats("Participant", "/quit")
    refused(program.run("erase", "participant", "K7-N", "--yes"), "no participant K7-N")


@pytest.mark.parametrize("code", ["", "XX", "K7-M", "K7-N-K7-N", "=K7-N"])
def test_what_is_no_code_of_a_participant_is_said_so(program: Program, code: str) -> None:
    program.chats("English", "Participant", "K7-N", "Baseline", "Today", "/quit")
    refused(program.run("erase", "participant", code, "--yes"), "no participant's code")


def test_the_code_of_a_person_may_be_typed_in_other_letters(program: Program) -> None:
    program.chats("English", *CONTACT)
    assert program.run("erase", "person", " Local ", "--yes").exit_code == 0
    assert {row.person for row in program.saved()} == {"erased"}


def test_ones_own_data_is_printed_as_json_and_holds_nothing_of_others(program: Program) -> None:
    program.chats("English", *CONTACT, "Participant", "K7-N", "Baseline", "Today", "/quit")
    record = program.saved()[0].record
    program.chats("/corrections", record, "Delete", "A typing mistake", "/quit")
    result = program.run("mydata", "local")
    found = json.loads(result.stdout)
    assert found["account"]["id"] == "local"
    assert found["projects"] == [EXAMPLE_PROJECT]
    assert [item["revision"] for item in found["registered"]] == [1, 2]
    assert found["conversation"]["unfinished"][0]["sheet"] == "participant"
    assert {item["action"] for item in found["audit"]} == {"deleted"}
    assert "K7-N" not in result.stdout
    refused(program.run("mydata", "nobody"), "no person nobody")


@pytest.mark.parametrize("text", ["daily", "daily=0", "daily=241", "weekly=3", "daily=x"])
def test_a_period_that_cannot_be_is_refused(program: Program, text: str) -> None:
    program.chats("English", "/quit")
    refused(program.run("retention", "--set", text), text)


def test_periods_are_set_and_told(url: str) -> None:
    program = Program(url)
    program.chats("English", "/quit")
    result = program.run("retention", "--set", "daily=36", "--set", "texts=12")
    assert result.stdout == "daily=36, texts=12, participants=12, drafts=6\n"
    assert program.run("retention").stdout == "Nothing is due.\n"
    assert program.run("audit", "export", "--out", "audit.csv").exit_code == 0
    (entry,) = [line for line in Path("audit.csv").read_text().splitlines() if "daily:36" in line]
    assert "retention_set" in entry
    assert "texts:12" in entry


def test_small_numbers_are_below_what_the_setting_says(url: str, tmp_path: Path) -> None:
    Program(url).chats("English", *CONTACT)
    few = Program(url, small_number=3).exports(tmp_path / "few")["process.csv"]
    many = Program(url, small_number=20).exports(tmp_path / "many")["process.csv"]
    assert "<3" in few
    assert "<20" in many
    refused(Program(url, small_number=2).run("export", "--out", tmp_path), "SMALL_NUMBER")


@pytest.fixture
def restored(database: Database, tmp_path: Path) -> Callable[[], int]:
    """Erase a person and a participant, put both back as a backup would, and start."""
    phones = Phones(database, "1")
    file = tmp_path / "meetmoment.erased"
    erased = Erased(file, phones.world.digest)
    world = replace(phones.world, erased=erased)
    add(database, "M4-Q")
    with database.reading() as connection:
        entries = [
            entry
            for entry in erasure.everybody(connection, EXAMPLE)
            if entry.code in ("M4-Q", phones.people["1"].person)
        ]
    erased.add(entries)

    def start() -> int:
        with database.writing() as connection:
            return world.erased.again(connection, NOON + timedelta(days=9)).total()

    return start


def add(database: Database, code: str, days: int = 0) -> None:
    with database.writing() as connection:
        at = NOON + timedelta(days=days)
        participants.add(connection, EXAMPLE, AddParticipant(EXAMPLE_PROJECT, code, ""), at)


def test_whoever_was_erased_is_erased_again_after_a_backup_was_put_back(
    database: Database, restored: Callable[[], int]
) -> None:
    assert restored() == 2
    assert restored() == 0
    with database.reading() as connection:
        assert participants.of(connection, EXAMPLE, EXAMPLE_PROJECT) == ("K7-N", "P3-H")


def test_whoever_got_an_erased_code_later_is_somebody_else(
    database: Database, restored: Callable[[], int]
) -> None:
    restored()
    add(database, "M4-Q", days=20)
    assert restored() == 0


def test_whoever_got_another_code_and_was_erased_is_erased_by_the_old_one_too(
    database: Database, tmp_path: Path
) -> None:
    erased = Erased(tmp_path / "meetmoment.erased", Phones(database, "1").world.digest)
    codes = ("M4-Q", "B9-X", "D2-F")
    old, newer, newest = (
        Entry(EXAMPLE, "participant", code, NOON + timedelta(days=number))
        for number, code in enumerate(codes)
    )
    erased.recoded(old, newer)
    erased.recoded(newer, newest)
    add(database, codes[0])
    with database.writing() as connection:
        assert erased.again(connection, NOON).total() == 0
    erased.add([newest])
    with database.writing() as connection:
        assert erased.again(connection, NOON).total() == 1
        assert codes[0] not in participants.of(connection, EXAMPLE, EXAMPLE_PROJECT)


def test_the_list_of_the_erased_names_nobody(tmp_path: Path, restored: Callable[[], int]) -> None:
    restored()
    text = (tmp_path / "meetmoment.erased").read_text(encoding="ascii")
    assert "M4-Q" not in text
    assert len(text.splitlines()) == 2
