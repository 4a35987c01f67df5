"""Draws a message for a terminal with colours."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from flows.engine import Button, Message

WIDTH = 76


def drawn(message: Message) -> RenderableType:
    """Return a message as rich draws it: a panel with its buttons, or a receipt on one line."""
    if message.kind == "receipt":
        return Padding(Text(f"✓ {message.text}", style="bold green"), (1, 2, 0, 2))
    parts: list[RenderableType] = []
    if message.note:
        parts += [Text(message.note, style="yellow"), Text("")]
    parts.append(Text(message.text, style="bold"))
    if message.rows:
        parts += [Text(""), *(_row(row) for row in message.rows)]
    title = Text(message.head, style="cyan") if message.head else None
    return Panel(
        Group(*parts),
        title=title,
        title_align="left",
        border_style="blue",
        width=WIDTH,
        padding=(0, 1),
    )


def _row(row: tuple[Button, ...]) -> Text:
    pieces: list[str | tuple[str, str]] = []
    for button in row:
        pieces += [(f" {button.key} ", "reverse"), f" {button.label}   "]
    return Text.assemble(*pieces)
