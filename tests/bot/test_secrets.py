"""Marked secrets go in by every way there is, and come out only where they are meant to."""

import json
import logging
import traceback
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bot.channels.telegram.running import Telegram
from bot.channels.telegram.webhook import secret
from bot.config import settings
from bot.keys import KeyFile
from bot.participants import digest_by
from flows.engine import Text
from storage import conversations
from storage.conversations import Written
from storage.database import Database
from storage.sealing import Fixed, Seal
from tests.bot.phones import NOON, Phones
from tests.bot.program import Program, handbook
from tests.bot.test_privacy import holding
from tests.keys import HEX, KEYS, SETTING
from tests.noticed import ACCEPT
from tests.unsealed import unsealed

MARK = "zqx"
"""What every secret here begins with; no word of the program or the handbook does."""
ANSWER, REMARK, LATER, HALF = (f"{MARK} {word}" for word in ("answer", "remark", "later", "half"))
EXPORTED = {REMARK, LATER}
"""What the last revision holds; the answer before it was corrected is history."""
WAY = (
    *("English", ACCEPT, "Tiny sheet", "Today", "3", "2", ANSWER, "/remark", REMARK, "Save"),
    *("/corrections", "#1", "Put a question mark", f"{MARK} comment"),
    *("/start", "/corrections", "#1", "Change", f"{MARK} reason"),
    *("Change an answer", "Why?", LATER, "Save"),
    *("/start", "Codes", "New, code from their answers", "Z7Q8ZX"),
    *("/start", "Tiny sheet", "Today", "4", "1", HALF),
)
KEY = HEX
AT_REST = {"long.csv", "wide.csv"}


@pytest.fixture
def program(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.delenv(SETTING)
    folder = handbook(tmp_path / "handbook")
    return Program(
        sqlite_url, handbook=folder, keys=KEY, participant_key=KEY[::-1], telegram_token=f"1:{KEY}"
    )


def test_what_is_typed_is_found_in_the_files_of_single_values_alone(
    program: Program, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    typed = "".join(f"{line}\n" for line in WAY)
    result = program.run("chat", typed=typed)
    assert (result.exit_code, result.stderr) == (0, "")
    assert program.run("ambassador", f"{MARK} ambassador").stderr == ""
    files = program.exports(tmp_path / "out")
    assert {value.value for value in program.saved() if value.question == "why"} == {LATER}
    assert set(holding(tmp_path, MARK)) == AT_REST
    for name in AT_REST:
        found = {text for text in (ANSWER, REMARK, LATER, HALF) if text in files[name]}
        assert found == EXPORTED
        assert f"{MARK} comment" not in files[name]
        assert f"{MARK} reason" not in files[name]
    assert MARK not in caplog.text.casefold()


def test_all_of_it_was_stored(program: Program) -> None:
    """Or the test above would find nothing because there is nothing."""
    program.chats(*WAY)
    program.run("ambassador", f"{MARK} ambassador")
    with closing(Database(program.url, Fixed([bytes.fromhex(KEY)], "here"))) as database:
        found = unsealed(database)
    for word in ("answer", "remark", "later", "half", "comment", "reason", "ambassador"):
        assert f"{MARK} {word}" in found


@pytest.mark.parametrize(
    "command",
    [("chat",), ("key", "list"), ("key", "rotate"), ("key", "forget"), ("migrate",), ("run",)],
)
def test_no_command_tells_a_key_or_the_token(
    program: Program, caplog: pytest.LogCaptureFixture, command: tuple[str, ...], tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    program.environment |= {"MEETMOMENT_TELEGRAM_API": "http://127.0.0.1:1"}
    result = program.run(*command)
    for kept in (KEY, KEY[::-1]):
        assert kept not in result.output + caplog.text
        assert holding(tmp_path, kept) == []


def test_what_can_be_printed_by_mistake_shows_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KEYS", "PARTICIPANT_KEY", "TELEGRAM_TOKEN"):
        monkeypatch.setenv(f"MEETMOMENT_{name}", KEY)
    file = tmp_path / "meetmoment.key"
    file.write_text(f"{KEY}\nseal {KEY}\n", encoding="ascii")
    seal = Seal(KeyFile(file))
    seal.refresh()
    telegram = Telegram(token=KEY, api="https://api.telegram.org")
    shown = [settings(), seal, seal.keys, KEYS, digest_by(KEY), telegram]
    for item in [*shown, Database("sqlite:///x.db", KEYS)]:
        for kept in (KEY, HEX, str(bytes.fromhex(KEY)), str(bytes.fromhex(HEX)), secret(KEY)):
            assert kept not in f"{item!r} {item}"


def test_a_fault_of_the_database_repeats_no_text(database: Database) -> None:
    saved = {("gent", "nobody"): Written({"answer": ANSWER}, 1, None)}
    with pytest.raises(IntegrityError) as told, database.writing() as connection:
        conversations.save(connection, saved, NOON)
    assert MARK not in "".join(traceback.format_exception(told.value))


@pytest.mark.parametrize("damage", ["value", "sheet", "state"])
def test_a_conversation_that_fails_is_neither_logged_nor_kept_with_the_update(
    database: Database, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    caplog.set_level(logging.DEBUG)
    phones = Phones(database, "1")
    phones.types("1", "English", "Contact")
    content = phones.conversation("1")
    if damage == "value":
        day = {"status": "answered", "value": ANSWER, "reason": ""}
        content["drafts"][-1]["answers"] = {"observed_on": day}
    else:
        content |= {"state": ANSWER}
        content["drafts"][-1] |= {"sheet": ANSWER if damage == "sheet" else "contact"}
    phones.writes("1", snapshot=json.dumps(content))
    inbound = phones.sent("1", Text(REMARK))
    phones.take(inbound)
    assert phones.updates()[inbound.update]
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM updates").all()
    assert "was set aside" in caplog.text
    assert MARK not in caplog.text + repr(rows)
