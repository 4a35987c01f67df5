"""What somebody may try who means harm: forged taps, hostile texts, names that are paths."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.channels.telegram.drawing import drawn
from flows.engine import Message, Tap
from storage import tables
from storage.database import Database
from tests.bot.phones import Phones
from tests.bot.program import Program
from tests.bot.test_export import FILES as EXPORTED

HTML = '<b>bold</b> & <a href="https://example.org">here</a> </b><script>'
CONTACT = ("Contact", "Today", "Station")
HOSTILE = {
    "endless": "a" * 100_000,
    "many lines": "\n" * 5_000,
    "marks upon marks": "a" + "\u0301" * 1_500,
    "right to left": "\u202e\u2066abc",
    "nothing to be seen": "\u200b\u2060\ufeff",
    "half a character": "\ud83d",
    "a zero": "a\0b",
    "SQL": "'; DROP TABLE records; --",
    "a format": "{0.__class__} %s %n ${contact}",
    "an expression": "') or true() or contains('",
    "emoji": "👩‍👩‍👧‍👦" * 200,
    "a token": "p.1.1.0.v:on:street",
    "digits of all the world": "٣٤٥१२३" * 100,
    "brackets": "(" * 2_000,
}


def forged(token: str) -> list[str]:
    """Return tokens that are like one that is shown in all but one part."""
    parts = token.split(".", 4)
    return [
        ".".join([*parts[:place], change, *parts[place + 1 :]])
        for place in range(len(parts))
        for change in ("", "0", "-1", "99999999999999999999", "x" * 64, "\0", "../..")
        if change != parts[place]
    ]


def test_a_forged_tap_answers_nothing(database: Database) -> None:
    phones = Phones(database, "1", "2")
    phones.types("2", "English", *CONTACT)
    phones.types("1", "English", *CONTACT)
    before, other = phones.conversation("1"), phones.conversation("2")
    shown = {button.token for button in phones.buttons("1")}
    tokens = [item for token in shown for item in forged(token) if item not in shown]
    for token in (*tokens, *(button.token for button in phones.buttons("2"))):
        phones.take(phones.sent("1", Tap(token), callback="c"))
        after = phones.conversation("1")
        assert (after["state"], after["drafts"]) == (before["state"], before["drafts"])
    assert phones.conversation("2") == other


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_stops_anybody_or_answers_what_was_not_asked(database: Database, text: str) -> None:
    phones = Phones(database, "1")
    phones.types("1", "English", *CONTACT)
    answers = phones.conversation("1")["drafts"][0]["answers"]
    phones.types("1", text)
    assert set(phones.updates().values()) == {""}
    assert phones.conversation("1")["drafts"][0]["answers"] == answers


def test_what_looks_like_html_is_shown_as_it_was_typed() -> None:
    for piece in drawn(Message("screen", HTML, 1, note=HTML, head=HTML)).pieces:
        marks = re.findall("<[^>]*>", piece)
        assert marks == ["<b>", "</b>"]
        assert "&lt;script&gt;" in piece


@pytest.mark.parametrize("name", ["../../up", "/etc/passwd", "a\\..\\b", "CON", "x" * 300, "=1+1"])
def test_no_name_leads_an_export_to_another_file(
    program: Program, tmp_path: Path, name: str
) -> None:
    program.chats("English", *CONTACT, "/save")
    with closing(Database(program.url)) as database, database.writing() as connection:
        connection.execute(update(tables.projects).values(name=name))
        connection.execute(update(tables.organisations).values(name=name))
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    program.exports(tmp_path / "deep" / "out")
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    expected = {tmp_path / "deep" / "out" / name for name in EXPORTED}
    assert {path for path in made if "meetmoment.db" not in path.name} == expected
