"""The conversation in a terminal: with colours for a person, in plain lines for a script."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TextIO

from flows.engine import Message, Text, Turn

PROMPT = "> "
LEAVE = ("/quit", "/exit")

Take = Callable[[Text], Turn]
More = Callable[[Turn], Iterable[str]]
"""What there is to be said after a turn: of what somebody wants at this moment."""


class Terminal(Protocol):
    """Where messages are shown and lines are read."""

    def show(self, messages: tuple[Message, ...]) -> None:
        """Show the messages of a turn."""
        ...

    def read(self) -> str | None:
        """Return what is typed next; None at the end of the input."""
        ...


def lines(messages: tuple[Message, ...]) -> Iterator[str]:
    """Write messages as lines: notes behind “!”, buttons with the key to type for them."""
    for message in messages:
        yield ""
        yield from (f"! {line}" for line in message.note.splitlines())
        yield from ([message.head] if message.head else [])
        yield from message.text.splitlines()
        yield from (
            "  " + "  ".join(f"[{button.key}] {button.label}" for button in row)
            for row in message.rows
        )


class Plain:
    """A line for each turn, echoed, so that what comes out can be read as a conversation."""

    def __init__(self, source: TextIO, out: TextIO) -> None:
        self._source = source
        self._out = out

    def show(self, messages: tuple[Message, ...]) -> None:
        """Write the messages as lines."""
        self._out.writelines(f"{line}\n" for line in lines(messages))
        self._out.flush()

    def read(self) -> str | None:
        """Read a line and echo it."""
        line = self._source.readline()
        if not line:
            return None
        text = line.rstrip("\r\n")
        self._out.write(f"{PROMPT}{text}\n")
        return text


class Coloured:
    """Panels and colours, for a person at the keyboard."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(highlight=False)

    def show(self, messages: tuple[Message, ...]) -> None:
        """Draw the messages."""
        from bot.channels.panels import drawn

        for message in messages:
            self._console.print(drawn(message))

    def read(self) -> str | None:
        """Read a line; Ctrl-D ends the conversation."""
        try:
            return self._console.input(f"[bold]{PROMPT}[/bold]")
        except EOFError:
            return None


def nothing_more(_turn: Turn) -> Iterable[str]:
    """Say nothing after a turn."""
    return ()


def converse(terminal: Terminal, first: Turn, take: Take, more: More = nothing_more) -> None:
    """Hold a conversation until the input ends or the person leaves; everything stays stored."""
    turn = first
    terminal.show(turn.messages)
    while (text := terminal.read()) is not None:
        if text.strip().casefold() in LEAVE:
            return
        turn = take(Text(text, turn.conversation.turn))
        terminal.show(turn.messages)
        for said in more(turn):
            terminal.show((Message("receipt", said, turn.conversation.turn),))


def terminal() -> Terminal:
    """Return what fits standard input: colours for a terminal, plain lines for a script."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return Coloured()
    for stream in (sys.stdin, sys.stdout):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    return Plain(sys.stdin, sys.stdout)
