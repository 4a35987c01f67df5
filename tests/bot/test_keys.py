"""The keys: made once, read by nobody else, changed on request, never lost unnoticed."""

import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.keys import KeyFile
from bot.participants import digest_by
from storage.database import Database
from storage.problems import DatabaseProblem
from storage.sealing import name_of
from tests.bot.program import CONTACT, Program, refused
from tests.keys import SETTING

OLD = "ab" * 32
NEW = "cd" * 32


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the keys are to be; the environment holds none."""
    monkeypatch.delenv(SETTING)
    return tmp_path / "meetmoment.key"


@pytest.fixture
def program(sqlite_url: str, file: Path) -> Program:
    return Program(sqlite_url, key_file=file)


def test_a_file_of_keys_is_made_when_first_needed_and_readable_by_this_user_only(
    program: Program, file: Path
) -> None:
    program.chats("English")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(KeyFile(file).held()) == 1
    assert len(KeyFile(file).digest()) == 32
    before = file.read_bytes()
    program.chats("Contact")
    assert file.read_bytes() == before


def test_a_file_of_one_line_stays_the_key_of_the_participants_codes(
    program: Program, file: Path
) -> None:
    file.write_text(OLD, encoding="ascii")
    before = digest_by("", file)("M2G7IA")
    program.chats("English")
    assert digest_by("", file)("M2G7IA") == before == digest_by(OLD)("M2G7IA")
    assert file.read_text(encoding="ascii").splitlines()[0] == OLD
    assert bytes.fromhex(OLD) not in KeyFile(file).held()
    assert len(KeyFile(file).held()) == 1


def test_who_makes_the_first_keys_at_once_gets_the_same_ones(file: Path) -> None:
    one, other = KeyFile(file), KeyFile(file)
    assert one.held() == other.held() == ()
    one.make()
    held = one.held()
    assert other.held() == held
    assert one.held() is held


def test_keys_come_newest_first_and_are_forgotten_by_name(file: Path) -> None:
    keys = KeyFile(file)
    keys.make()
    keys.make()
    digest, (second, first) = keys.digest(), keys.held()
    keys.make()
    third = keys.held()[0]
    assert list(keys.held()) == [third, second, first]
    keys.forget([name_of(second)])
    assert list(keys.held()) == [third, first]
    assert keys.digest() == digest
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "content", ["", "seal", f"seal {OLD[:-2]}", f"{OLD}\n{NEW}", f"{OLD}\nkey", "seal é"]
)
def test_a_file_of_which_a_line_is_no_key_is_told_in_one_line(
    program: Program, file: Path, content: str
) -> None:
    file.write_text(content, encoding="utf-8")
    refused(program.run("chat"), str(file), "is of no use")
    assert file.read_text(encoding="utf-8") == content
    # While it lasts nothing is acknowledged, as when the database cannot be used.
    with pytest.raises(DatabaseProblem, match="is of no use"):
        KeyFile(file).held()


@pytest.mark.parametrize("command", [("chat",), ("export", "--out", "out"), ("key", "rotate")])
def test_without_the_key_nothing_begins_and_no_other_one_is_made(
    program: Program, file: Path, command: tuple[str, ...]
) -> None:
    program.chats("English", *CONTACT)
    lost = file.rename(file.with_name("lost.key"))
    refused(program.run(*command), "sealed with the key", f"not in {file}", "put it back")
    assert not file.exists()
    other = KeyFile(file)
    other.make()
    refused(program.run(*command), "sealed with the key", f"not in {file}", "put it back")
    lost.replace(file)
    assert "Contact" in program.chats("/help")


def test_keys_are_listed_changed_and_forgotten(program: Program, file: Path) -> None:
    program.chats("English", "Contact")
    [first] = KeyFile(file).held()
    assert program.run("key", "list").stdout == f"{name_of(first)}: 1 texts (newest)\n"
    rotated = program.run("key", "rotate")
    second = KeyFile(file).held()[0]
    assert f"{name_of(second)} is the new key" in rotated.stdout
    listed = f"{name_of(second)}: 1 texts (newest)\n{name_of(first)}: 0 texts (retired)\n"
    assert program.run("key", "list").stdout == listed
    assert program.run("key", "forget").stdout == f"{name_of(first)} is forgotten.\n"
    assert "no key that seals nothing" in program.run("key", "forget").stdout
    assert list(KeyFile(file).held()) == [second]
    assert "Today" in program.chats("/help")


def test_an_interrupted_change_goes_on_with_the_same_key(
    program: Program, file: Path, sqlite_url: str
) -> None:
    program.chats("English", "Contact")
    keys = KeyFile(file)
    keys.make()
    with closing(Database(sqlite_url, keys)) as database:
        database.migrate()
    newest = name_of(keys.held()[0])
    assert f"{newest}: 0 texts (newest, not finished" in program.run("key", "list").stdout
    refused(program.run("key", "forget"), "is not finished", "meetmoment key rotate")
    assert f"Going on with the key {newest}.\n1 texts" in program.run("key", "rotate").stdout
    assert len(keys.held()) == 2


def test_another_key_is_accounted_for(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    program = Program(sqlite_url, key_file=file)
    program.chats("English", "Contact")
    assert program.run("key", "rotate").exit_code == 0
    for _ in range(2):
        assert program.run("key", "forget").exit_code == 0
    program.run("audit", "export", "--out", tmp_path / "audit.csv")
    written = (tmp_path / "audit.csv").read_text()
    assert written.count("key_rotated") == 1
    # The second time there was nothing to throw away.
    assert written.count("key_forgotten") == 1


def test_a_key_in_the_environment_comes_before_the_file_and_is_changed_there(
    sqlite_url: str, file: Path
) -> None:
    outside = {"key_file": file, "participant_key": "ab" * 16}
    before = Program(sqlite_url, keys=OLD, **outside)
    before.chats("English", "Contact")
    refused(before.run("key", "rotate"), "MEETMOMENT_KEYS", "in front")
    after = Program(sqlite_url, keys=f"{NEW}, {OLD}", **outside)
    assert "1 texts were sealed" in after.run("key", "rotate").stdout
    refused(Program(sqlite_url, keys=NEW, **outside).run("chat"), "not in MEETMOMENT_KEYS")
    assert "is forgotten" in after.run("key", "forget").stdout
    assert "Today" in Program(sqlite_url, keys=NEW, **outside).chats("/help")
    assert not file.exists()


@pytest.mark.parametrize("keys", ["abc", OLD[:32], f"{OLD};{NEW}", "secret"])
def test_keys_that_are_none_are_told_without_repeating_them(
    sqlite_url: str, file: Path, keys: str
) -> None:
    result = Program(sqlite_url, keys=keys).run("chat")
    refused(result, "MEETMOMENT_KEYS", "64 hexadecimal digits")
    assert keys not in result.stderr
