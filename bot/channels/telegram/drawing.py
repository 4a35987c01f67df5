"""Draws a message as Telegram shows it: HTML within its limits, and a keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from telegram.constants import MessageLimit

from bot.channels.telegram.client import Keyboard
from flows.engine import Message

MOST_IN_A_ROW = 8
"""Telegram takes no more buttons side by side."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """HTML for one or several messages, and the keyboard below the last one."""

    pieces: tuple[str, ...]
    keyboard: Keyboard


def drawn(message: Message) -> Drawing:
    """Draw a screen: what the bot says first, where one is, the question, the buttons."""
    return Drawing(tuple(_pieces(_lines(message))), _keyboard(message))


def plain(text: str) -> str:
    """Return a text as HTML that fits into one message."""
    return next(_pieces([(line, False) for line in _sendable(text).splitlines()]))


def _lines(message: Message) -> list[tuple[str, bool]]:
    """Return the lines, each with whether it is bold."""
    note = [(line, False) for line in _sendable(message.note).splitlines()]
    head = [(_sendable(message.head), True)] if message.head else []
    text = [(line, False) for line in _sendable(message.text).splitlines()]
    return [*note, *([("", False)] if note else []), *head, *text]


def _sendable(text: str) -> str:
    """Return the text with a question mark for half a surrogate pair, which may be typed."""
    return text.encode(errors="replace").decode()


def _pieces(lines: list[tuple[str, bool]]) -> Iterator[str]:
    piece: list[str] = []
    room = int(MessageLimit.MAX_TEXT_LENGTH)
    for line, bold in lines:
        for part in _cut(line):
            needed = _length(part) + 1
            if needed > room:
                yield "\n".join(piece)
                piece, room = [], int(MessageLimit.MAX_TEXT_LENGTH)
            text = escape(part, quote=False)
            piece.append(f"<b>{text}</b>" if bold and text else text)
            room -= needed
    yield "\n".join(piece)


def _cut(line: str) -> Iterator[str]:
    # A character may count twice, so half the limit always fits.
    most = int(MessageLimit.MAX_TEXT_LENGTH) // 2 - 1
    yield line[:most]
    for start in range(most, len(line), most):
        yield line[start : start + most]


def _length(text: str) -> int:
    """Return the length as Telegram counts it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _keyboard(message: Message) -> Keyboard:
    rows: Keyboard = [
        [{"text": button.label, "callback_data": button.token} for button in row]
        for row in message.rows
    ]
    if message.copied:
        # A message that cannot be passed on cannot be copied by hand either.
        copy = {"text": message.copy_label, "copy_text": {"text": message.copied}}
        rows.insert(0, [copy])
    return [
        row[start : start + MOST_IN_A_ROW]
        for row in rows
        for start in range(0, len(row), MOST_IN_A_ROW)
    ]
