"""Updates, kept until the bot acknowledges them."""

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.telegram_server.refusal import Refusal

NEWER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)
# Telegram sends the other kinds only to bots that ask for them by name.
NEVER_UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
REMEMBERED = 10_000
MOST_AT_ONCE = 100
REPEATED = 0.2


@dataclass(frozen=True, slots=True)
class Update:
    """An update as it goes over the wire; `chat` says with which others it keeps its order."""

    id: int
    chat: int
    body: bytes


class Poll:
    """A getUpdates that waits; `ended` says why it must wait no longer, in Telegram's words."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.ended = ""

    def end(self, why: str) -> None:
        """Let it end with this refusal."""
        self.ended = why
        self.news.set()

    async def wait(self, until: float) -> bool:
        """Wait for an update until this time of the event loop; False if none came."""
        self.news.clear()
        if not self.ended:
            try:
                async with asyncio.timeout_at(until):
                    await self.news.wait()
            except TimeoutError:
                return False
        if self.ended:
            raise Refusal(self.ended, 409)
        return True


class Updates:
    """The queue of one bot.

    `again` holds what is delivered once more, even if it was acknowledged. With `shuffle`,
    batches come in any order and repeat some updates, while they are acknowledged as ever.
    """

    def __init__(self, seed: int) -> None:
        self.pending: OrderedDict[int, Update] = OrderedDict()
        self.again: list[Update] = []
        self.allowed: list[str] = []
        self.shuffle = False
        self.poll = Poll()
        # Set when the bot has begun to fetch updates.
        self.polled = asyncio.Event()
        self._random = Random(seed)
        self._known: OrderedDict[int, Update] = OrderedDict()
        self._next = self._random.randrange(100_000_000, 200_000_000)

    def add(self, kind: str, content: dict[str, Any], chat: int) -> tuple[Update, bool]:
        """Make an update and queue it, if the bot takes this kind: then it says True."""
        self._next += 1
        body = json.dumps({"update_id": self._next, kind: content}).encode()
        update = Update(self._next, chat, body)
        self._known[update.id] = update
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        wanted = kind in self.allowed if self.allowed else kind not in NEVER_UNASKED
        if wanted:
            self.pending[update.id] = update
            self.poll.news.set()
        return update, wanted

    def repeat(self, update_id: int) -> Update:
        """Deliver an update once more, whether it was acknowledged or not."""
        update = self._known[update_id]
        self.again.append(update)
        self.poll.news.set()
        return update

    def new_poll(self) -> Poll:
        """Begin to wait; whoever waited before must end."""
        self.poll.end(NEWER_POLL)
        self.poll = Poll()
        self.polled.set()
        return self.poll

    def acknowledge(self, offset: int) -> None:
        """Forget all updates below this one; below zero, all but the last ones."""
        while offset < 0 and len(self.pending) > -offset:
            self.pending.popitem(last=False)
        while self.pending and next(iter(self.pending)) < offset:
            self.pending.popitem(last=False)

    def batch(self, offset: int, limit: int) -> list[Update]:
        """The oldest updates from this one on, and what is to be repeated."""
        again, self.again = self.again[:limit], self.again[limit:]
        found: list[Update] = []
        for update in self.pending.values():
            if len(found) + len(again) >= limit:
                break
            if update.id >= offset:
                found.append(update)
        return self._shuffled(found + again) if self.shuffle else again + found

    def _shuffled(self, batch: list[Update]) -> list[Update]:
        if not batch:
            return batch
        repeated = [update for update in batch if self._random.random() < REPEATED]
        if self._random.random() < REPEATED:
            repeated.append(self._random.choice(list(self._known.values())[-MOST_AT_ONCE:]))
        shuffled = batch + repeated
        self._random.shuffle(shuffled)
        return shuffled[:MOST_AT_ONCE]
