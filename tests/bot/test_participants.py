"""The key of derived codes: made once, read by nobody else, never changed unnoticed."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from bot.config import SettingsProblem
from bot.participants import StoredCodes, check_key, digest_by
from flows.codes import derived, is_valid
from flows.context import Enrolled
from flows.effects import AddParticipant
from storage import organisations, participants
from storage.database import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "ab" * 32


@pytest.fixture
def organisation(database: Database) -> str:
    with database.writing() as connection:
        return organisations.first(connection, NOON, []).organisation


def test_a_key_is_made_when_first_needed_and_readable_by_this_user_only(tmp_path: Path) -> None:
    file = tmp_path / "meetmoment.key"
    digest = digest_by("", file)
    assert not file.exists()
    first = digest("M2G7IA")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert digest_by("", file)("M2G7IA") == first
    assert [path.name for path in tmp_path.iterdir()] == ["meetmoment.key"]


def test_the_answers_are_not_in_the_digest_and_another_key_gives_another_one() -> None:
    assert digest_by(KEY)("M2G7IA") != digest_by("cd" * 32)("M2G7IA")
    assert digest_by(KEY)("M2G7IA") != digest_by(KEY)("M2G7IB")
    assert "M2G7IA" not in digest_by(KEY)("M2G7IA").upper()
    int(digest_by(KEY)("M2G7IA"), 16)


@pytest.mark.parametrize("content", ["", "no key", "abc"], ids=["empty", "words", "odd"])
def test_a_key_file_that_holds_no_key_is_told_in_one_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "meetmoment.key"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsProblem, match="is of no use") as told:
        digest_by("", file)("M2G7IA")
    assert "\n" not in str(told.value)


def test_another_key_than_the_one_that_derived_the_codes_is_refused(
    database: Database, organisation: str, tmp_path: Path
) -> None:
    file = tmp_path / "meetmoment.key"
    with database.writing() as connection:
        check_key(connection, "", file)
        digest = digest_by(KEY)("M2G7IA")
        added = AddParticipant("kompas", "M4-Q", digest)
        participants.add(connection, organisation, added, NOON)
    with database.reading() as connection:
        check_key(connection, KEY, file)
        for other in ("cd" * 32, ""):
            with pytest.raises(SettingsProblem, match="made with another key"):
                check_key(connection, other, file)
    assert not file.exists()


def test_new_codes_are_valid_and_given_out_once(database: Database, organisation: str) -> None:
    numbers: Iterator[int] = (number // 2 for number in count())
    with database.writing() as connection:
        codes = StoredCodes(
            connection, organisation, digest_by(KEY), lambda: next(numbers), NOON.date()
        )
        made = [codes.new() for _ in range(40)]
    assert len(set(made)) == 40
    assert all(is_valid(code) for code in made)
    assert not set(made) & {"K7-N", "P3-H"}


def test_a_code_that_somebody_keeps_is_not_given_to_others_and_is_found_before_it_is_stored(
    database: Database, organisation: str
) -> None:
    with database.writing() as connection:
        codes = StoredCodes(connection, organisation, digest_by(KEY), lambda: 0, NOON.date())
        digest = codes.digest("M2G7IA")
        code = derived(digest, 2, codes.are_taken)
        codes.keep(code, "kompas", digest)
        assert codes.found(digest) == [Enrolled(code, "kompas", NOON.date())]
        assert codes.are_taken(code)
        assert derived(digest, 2, codes.are_taken) != code


def test_two_organisations_never_share_a_digest(database: Database, organisation: str) -> None:
    with database.reading() as connection:
        here = StoredCodes(connection, organisation, digest_by(KEY), lambda: 0, NOON.date())
        there = StoredCodes(connection, "gent", digest_by(KEY), lambda: 0, NOON.date())
        assert here.digest("M2G7IA") != there.digest("M2G7IA")
