"""The chats of simulated people: what they do goes into the inbox, what comes out is read."""

from dataclasses import dataclass
from itertools import count

from bot.delivery import Delivered, Outbound
from bot.inbound import Inbound
from bot.inbox import Inbox
from flows.engine import Button, Event, Message, Tap, Text
from flows.tokens import parsed


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody sees after an event: the screen, and the receipts that came with it."""

    screen: Message
    receipts: tuple[str, ...]

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
    """One bot's inbox, and the channel that shows at once what comes out of it."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._numbers = count(1)
        self._reports: dict[str, Delivered] = {}

    def taps(self, address: str, token: str) -> Shown:
        """Let somebody tap a button."""
        return self._does(address, Tap(token))

    def types(self, address: str, text: str) -> Shown:
        """Let somebody type a text."""
        return self._does(address, Text(text))

    def _does(self, address: str, event: Event) -> Shown:
        number = next(self._numbers)
        reports = {address: self._reports.pop(address)} if address in self._reports else {}
        found = self._inbox.take([Inbound(number, address, event, number)], reports)
        (outbound,) = (item for item in found.outbounds if item.address == address)
        self._reports[address] = _arrived(outbound)
        if outbound.screen is None:
            message = f"{address} sees nothing"
            raise RuntimeError(message)
        return Shown(outbound.screen, tuple(item.text for item in outbound.chat.receipts))


def _arrived(outbound: Outbound) -> Delivered:
    """Return the report that all of it was shown, and removed what was to go."""
    return Delivered(outbound.chat.serial, removed=outbound.chat.doomed)
