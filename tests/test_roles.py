"""Who may do what: every command, button, export and command line has a decision, and it holds."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import typer
from typer.main import get_command

from bot.__main__ import app
from bot.app import opened
from bot.channels.console import PROMPT
from bot.play import HEADER, played_on
from bot.world import world
from flows.access import ACCESS, EVERYBODY, OPERATOR, ROLES, TYPED, Action, verbs
from flows.commands import COMMANDS
from flows.conversation import Conversation
from flows.engine import Edited, Message, Tap, Text, Turn
from flows.exports import FORMATS
from flows.loading import HANDBOOK
from flows.matching import Option
from flows.session import Session
from flows.states import STATES
from flows.tokens import token
from storage.database import Database
from tests.builders import Worker, context
from tests.flows.test_snapshot import CONTACT, PARTICIPANT, WAYS, in_state
from tests.test_transcripts import TRANSCRIPTS

DOCUMENT = Path(__file__).parent.parent / "docs" / "roles.md"
REFUSED = "That is not part of your role here. Ask your coordinator if it should be."

FURTHER: tuple[tuple[str, ...], ...] = ()
"""Ways to what no golden conversation and no way to a state passes."""


class Watched(Worker):
    """A worker whose screens are looked at."""

    def _took(self, turn: Turn) -> None:
        super()._took(turn)
        SEEN.update(shown(turn.conversation, turn.messages[-1]))


SEEN: set[Action] = set()


def shown(conversation: Conversation, screen: Message) -> set[Action]:
    """Return the buttons of a screen as actions."""
    tokens = [button.token for row in screen.rows for button in row]
    return {
        (conversation.state, found.split(".", 4)[4].partition(":")[0]) for found in tokens
    }


def in_transcript(path: Path) -> set[Action]:
    """Play a golden conversation and return all buttons on the way."""
    lines = path.read_text(encoding="utf-8").split("\n")
    header = {found[1]: found[2] for line in lines if (found := HEADER.fullmatch(line))}
    here = played_on(date.fromisoformat(header["today"]), real_world())
    seen: set[Action] = set()
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/x.db")) as database:
        registration = opened(database, here, header["roles"].split())
        turn = registration.show("en")
        for line in lines:
            if line.startswith(PROMPT):
                turn = registration.take(Text(line.removeprefix(PROMPT)), "en")
            seen |= shown(turn.conversation, turn.messages[-1])
    return seen
@cache
def real_world():
    return world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 3, 2, tzinfo=UTC))

def test_x():
    seen=set()
    for p in TRANSCRIPTS:
        seen|=in_transcript(p)
    a=set(seen)
    for way in WAYS.values():
        way(Watched())
    seen|=SEEN
    buttons={k for k in ACCESS if k[0] in STATES and k[1]!=TYPED}
    print("UNUSED", buttons-seen)
    print("UNKNOWN", seen-buttons)
    assert 0
