import io
import os
import pty
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

import pytest
import typer
from rich.console import Console

from bot import run
from bot.channels.console import Coloured, Plain, lines, terminal
from bot.channels.panels import WIDTH, drawn
from flows.engine import Button, Message
from tests.bot.program import CTRL_D, MENU, Program

ROWS = (
    (Button("Yes", "p1.3.1.0.v:yes", "1"), Button("No", "p1.3.1.0.v:no", "2")),
    (Button("Pause", "p1.3.1.0.pause", "3"),),
)
QUESTION = Message(
    "screen", "Did it rain?\nA guess is fine.", 3, "Not a number.", "Kompas · Day", ROWS
)
RECEIPT = Message("receipt", "Saved: Day, 1 answer.", 3)
BARE = Message("screen", "There is nothing to register.", 3)


def test_a_message_is_written_as_note_head_text_and_numbered_buttons() -> None:
    assert list(lines((QUESTION,))) == [
        "",
        "! Not a number.",
        "Kompas · Day",
        "Did it rain?",
        "A guess is fine.",
        "  [1] Yes  [2] No",
        "  [3] Pause",
    ]


def test_every_line_of_a_note_is_marked() -> None:
    message = Message("screen", "Text", 1, "One.\nTwo.")
    assert list(lines((message,))) == ["", "! One.", "! Two.", "Text"]


def test_messages_are_kept_apart_by_an_empty_line() -> None:
    assert list(lines((RECEIPT, BARE))) == ["", RECEIPT.text, "", BARE.text]


def test_a_plain_terminal_echoes_what_it_reads() -> None:
    out = io.StringIO()
    plain = Plain(io.StringIO("one\r\ntwo"), out)
    assert [plain.read(), plain.read(), plain.read()] == ["one", "two", None]
    assert out.getvalue() == "> one\n> two\n"


def _drawing(message: Message, width: int = 100) -> str:
    console = Console(record=True, width=width, file=io.StringIO())
    console.print(drawn(message))
    return console.export_text()


def test_a_drawing_shows_note_head_question_and_buttons_in_this_order() -> None:
    drawing = _drawing(QUESTION)
    texts = ("Kompas · Day", "Not a number.", "Did it rain?", "A guess is fine.")
    places = [drawing.index(text) for text in (*texts, " 1  Yes", " 2  No", " 3  Pause")]
    assert places == sorted(places)
    assert "p1.3" not in drawing


def test_a_drawing_of_a_receipt_is_one_line() -> None:
    assert _drawing(RECEIPT).strip() == f"✓ {RECEIPT.text}"


def test_a_drawing_without_head_and_buttons_is_only_its_text() -> None:
    top, middle, bottom = _drawing(BARE).splitlines()
    assert middle.strip("│ ") == BARE.text
    assert {*top, *bottom} == set("╭─╮╰╯")


def test_a_drawing_takes_texts_for_what_they_are() -> None:
    message = Message("screen", "[red]Is it [1]?[/red]", 1, "[bold]", "[link]")
    drawing = _drawing(message)
    assert all(text in drawing for text in ("[red]Is it [1]?[/red]", "[bold]", "[link]"))


@pytest.mark.parametrize("width", [40, 200])
def test_a_drawing_fits_the_terminal_and_is_not_too_wide(width: int) -> None:
    longest = max(len(line) for line in _drawing(QUESTION, width).splitlines())
    assert longest == min(width, WIDTH)


@dataclass
class Person:
    """Somebody at the other end of a pseudo-terminal; what is typed waits there to be read."""

    end: int

    def types(self, text: str) -> None:
        os.write(self.end, text.encode())

    def sees(self) -> str:
        return os.read(self.end, 65536).decode()


@contextmanager
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """Make a pseudo-terminal the standard input and output of this process."""
    end, other = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with (
        os.fdopen(os.dup(other), encoding="utf-8") as source,
        os.fdopen(other, "w", encoding="utf-8") as out,
    ):
        monkeypatch.setattr(sys, "stdin", source)
        monkeypatch.setattr(sys, "stdout", out)
        yield Person(end)
    os.close(end)


def test_a_person_at_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    with at_a_terminal(monkeypatch):
        assert isinstance(terminal(), Coloured)


def test_a_conversation_at_a_terminal_ends_with_ctrl_d(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Program(sqlite_url).settles()
    monkeypatch.setenv("MEETMOMENT_DATABASE_URL", sqlite_url)
    with at_a_terminal(monkeypatch) as person:
        person.types(f"English\n{CTRL_D}")
        run.chat([])
        screen = person.sees()
    assert MENU in screen
    assert "\x1b[1m> " in screen


class Interrupted(io.StringIO):
    def readline(self, size: int | None = -1, /) -> NoReturn:
        raise KeyboardInterrupt


def test_ctrl_c_is_no_failure(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETMOMENT_DATABASE_URL", sqlite_url)
    monkeypatch.setattr(sys, "stdin", Interrupted())
    with pytest.raises(typer.Exit) as left:
        run.chat([])
    assert left.value.exit_code == 0
