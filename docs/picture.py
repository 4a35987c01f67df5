"""Draws docs/conversation.svg: three moments of a real conversation in Dutch.

Run it with `.venv/bin/python docs/picture.py` when the conversation looks different.
"""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bot.app import opened
from bot.channels.panels import drawn
from bot.world import world
from flows.engine import Text
from flows.loading import HANDBOOK
from storage.database import Database
from tests.keys import KEYS

TYPED = [
    "Nederlands",
    "Ik heb dit gelezen en ga akkoord",
    "Deelnemer",
    "K7-N",
    "nulmeting",
    "gisteren",
    "maart",
    "2",
    "2",
    "wankel",
]
REST = ["4", "3", "Opslaan"]
SHOWN = {len(TYPED) - 1, len(TYPED) + 1, len(TYPED) + 2}
WIDTH = 80

FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; \
font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" \
height="{terminal_height}"/></clipPath>{lines}</defs>
<rect fill="#1b1d23" x="0" y="0" width="{width}" height="{height}" rx="8"/>
<g transform="translate(9, 12)" clip-path="url(#{unique_id}-clip-terminal)">{backgrounds}\
<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def main() -> None:
    """Hold the conversation and write the picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    read = world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))
    made = replace(read, new_id=lambda: "8F3K-27QM-XJ4T")
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/picture.db", KEYS)
        registration = opened(database, made)
        for number, text in enumerate(TYPED + REST):
            turn = registration.take(Text(text), "en")
            if number in SHOWN:
                console.print(f"[bold]> {text}[/bold]")
                for message in turn.messages:
                    console.print(drawn(message))
        database.close()
    svg = console.export_svg(code_format=FORMAT, unique_id="meetmoment")
    Path(__file__).with_name("conversation.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
