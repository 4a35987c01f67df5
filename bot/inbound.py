"""What comes in from a channel, before anybody knows whose it is."""

from dataclasses import dataclass
from datetime import datetime

from flows.engine import Event


@dataclass(frozen=True, slots=True)
class Inbound:
    """One update of a channel.

    `update` is the channel's number for it: a repetition carries the same one, so that it is
    known. `address` is where the person is reached; `event` is what the conversation takes.
    `message` is the message that was tapped, typed or changed, as the channel numbers it, or None
    if the bot cannot reach it any more. `callback` is what the channel wants to be answered.
    `language` is a first guess. `reachable` says that the person blocked the bot or let it in
    again. `aside` says why an update is for no conversation: what came in a group, say.
    """

    update: int
    address: str = ""
    event: Event | None = None
    message: int | None = None
    callback: str = ""
    language: str = ""
    sent_at: datetime | None = None
    reachable: bool | None = None
    aside: str = ""
