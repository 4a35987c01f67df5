"""One transaction of an inbox: people, their chats, and what the channel is handed after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.delivery import Delivered, Handed, deadline, handed, reported
from storage import chats
from storage.chats import Chat
from storage.database import Connection
from storage.people import Me


@dataclass
class Transaction:
    """What one transaction works with: people and their chats by address.

    `last` is what this process has handed to its channel and not heard of yet, by address; it
    changes when `remember` is called, which is after the commit. `gone` are those who were erased.
    """

    connection: Connection
    now: datetime
    people: Mapping[str, Me]
    chats: dict[str, Chat]
    last: dict[str, Handed]
    gone: set[str] = field(default_factory=set)
    before: dict[str, Chat] = field(init=False)
    _next: dict[str, Handed | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.before = dict(self.chats)

    def hear(self, address: str, report: Delivered) -> bool:
        """Write down how far the channel came; return whether the question is to be shown again."""
        chat, last = self.chats[address], self.last.get(address)
        is_newest = last is not None and last.serial == report.serial
        found = self.chats[address] = reported(chat, report, self.now, last if is_newest else None)
        if is_newest:
            self._next[address] = None
        elif last is not None and last.shown == chat.shown:
            # It was this process itself that came further.
            self._next[address] = replace(last, shown=found.shown)
        return found.serial > chat.serial

    def hand(self, address: str) -> Chat:
        """Return a chat as it is handed to the channel."""
        chat = self.chats[address]
        last = self.last.get(address)
        self._next[address] = handed(self.before[address], chat, last, self.now)
        # Anew each time, so that no sweep takes what is on its way for what never arrived.
        self.chats[address] = chat = replace(chat, unsettled_since=self.now)
        return chat

    def store(self) -> None:
        """Write the chats that have changed."""
        changed = {
            self.people[address].key: chat
            for address, chat in self.chats.items()
            if chat != self.before[address] and address not in self.gone
        }
        deadlines = {key: at for key, chat in changed.items() if (at := deadline(chat))}
        chats.save(self.connection, changed, deadlines)

    def remember(self) -> None:
        """Remember what the channel is handed now that it is committed."""
        for address, item in self._next.items():
            if item is None or address in self.gone:
                self.last.pop(address, None)
            else:
                self.last[address] = item
