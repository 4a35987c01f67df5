"""The chats of simulated people: what they do is a step of their conversation, and is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from bot.inbound import Inbound
from bot.inbox import Inbox
from bot.turns import Entry, Turns
from bot.world import World
from flows.engine import Button, Event, Message, Tap, Text
from flows.tokens import parsed
from storage.database import Database
from storage.people import Me

CHANNEL, BOT = "telegram", "telegram:1"


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody sees after an event: the screen, and the receipts that came with it.

    `sheet` is the one that is being filled in, "" if none is.
    """

    screen: Message
    receipts: tuple[str, ...]
    sheet: str

    @property
    def buttons(self) -> list[Button]:
        """Everything that can be tapped."""
        return [button for row in self.screen.rows for button in row]

    def having(self, *verbs: str) -> list[Button]:
        """Return the buttons that do one of these, in the order of the screen."""
        return [button for button in self.buttons if verb_of(button.token) in verbs]


def verb_of(token: str) -> str:
    """Return what a button does, without what it does it to."""
    found = parsed(token)
    return found.verb if found else ""


def action_of(token: str) -> str:
    """Return what a button does, with what it does it to."""
    return token.split(".", 4)[4]


class Chats:
    """Lets people tap and type, one transaction for each time."""

    def __init__(
        self, database: Database, world: World, people: Iterable[Me], language: str
    ) -> None:
        self._database = database
        self._turns = Turns(world)
        self._inbox = Inbox(database, world, CHANNEL, BOT, language)
        self._people = {me.person: me for me in people}
        self._language = language
        self._updates = count(1)

    def taps(self, person: str, token: str) -> Shown:
        """Let somebody tap a button."""
        return self._does(person, Tap(token))

    def types(self, person: str, text: str) -> Shown:
        """Let somebody type a text."""
        return self._does(person, Text(text))

    def comes_back(self, person: str) -> None:
        """Let somebody who had blocked the bot let it in again."""
        self._inbox.take([Inbound(next(self._updates), person, reachable=True)], {})

    def _does(self, person: str, event: Event) -> Shown:
        entry = Entry(self._people[person], event, self._language)
        with self._database.writing() as connection:
            turn = self._turns.take(connection, [entry])[0].turn
        *receipts, screen = turn.messages
        draft = turn.conversation.draft
        return Shown(screen, tuple(item.text for item in receipts), draft.sheet if draft else "")
