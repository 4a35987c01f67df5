"""What simulated people are sent, and how a diary says it in a line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.jobs import Later
from bot.simulation.chats import action_of
from flows.reminder import WHY
from flows.sending import NUDGE, LastingButton, Notification, Outcome
from flows.texts import Say

ASIDE = "\n"
"""No name of a project holds it, so that a sentence is found without the name."""


class Told(NamedTuple):
    """What somebody was sent, and when."""

    at: datetime
    person: str
    notification: Notification

    @property
    def is_overview(self) -> bool:
        """Whether it says how projects stand."""
        return next(buttons(self.notification, "overview"), None) is not None

    def is_asked(self, say: Say) -> bool:
        """Whether a coordinator wanted it."""
        why = say(WHY[NUDGE], projects=ASIDE).partition(ASIDE)[0]
        return self.notification.text.splitlines()[-1].startswith(why)

    def short(self) -> str:
        """Return what it says, without why it came."""
        head, *listed, _ = filter(None, self.notification.text.splitlines())
        said = "; ".join(line.removeprefix("• ") for line in listed)
        return f"overview: {said}" if self.is_overview else f"{head} {said}"


def buttons(notification: Notification, verb: str) -> Iterator[LastingButton]:
    """Yield the buttons of a message that do something."""
    for row in notification.rows:
        for button in row:
            if action_of(button.token).removeprefix("!").partition(":")[0] == verb:
                yield button


@dataclass
class Inboxes:
    """What sends messages into simulated chats; `is_away` says who cannot be reached.

    `fresh` and `refused` are what came of it since somebody looked.
    """

    is_away: Callable[[str], bool]
    clock: Callable[[], datetime]
    rate: float = 0
    told: list[Told] = field(default_factory=list)
    fresh: list[Told] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def notify(self, address: str, notification: Notification) -> Outcome | Later:
        """Deliver a message, unless its person has blocked the bot."""
        if self.is_away(address):
            self.refused.append(address)
            return "blocked"
        told = Told(self.clock(), address, notification)
        self.told.append(told)
        self.fresh.append(told)
        return "sent"
