"""Chats and messages, as the people in them see them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple

SUPERGROUPS_BELOW = -1_000_000_000_000


class Button(NamedTuple):
    """A button below a message; `data` is empty if tapping it asks the bot nothing."""

    text: str
    data: str


Rows = list[list[Button]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as somebody sees it now; an edit puts another one in its place.

    `text` is what can be read, `html` what the bot sent. `content` is the rest that Telegram's
    Message carries, such as entities or a photograph.
    """

    id: int
    text: str
    html: str = ""
    rows: Rows = field(default_factory=list)
    from_bot: bool = False
    protected: bool = False
    date: int = 0
    edited: bool = False
    edit_date: int = 0
    sender: dict[str, Any] | None = None
    content: dict[str, Any] = field(default_factory=dict)
    markup: dict[str, Any] | None = None

    Button: ClassVar[type[Button]] = Button

    @property
    def labels(self) -> list[str]:
        """The words on the buttons, row after row."""
        return [button.text for row in self.rows for button in row]


class Chat:
    """A private chat, a group or a channel with its messages.

    `version` grows with each change that the bot makes to what can be seen; what people write
    themselves does not count.
    """

    def __init__(self, identity: dict[str, Any]) -> None:
        self.identity = identity
        self.id: int = identity["id"]
        self.shown: dict[int, Shown] = {}
        self.version = 0
        # Why the bot may not act here, in Telegram's words; empty if it may.
        self.closed = ""
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def messages(self) -> list[Shown]:
        """What can be seen now, the oldest first."""
        return list(self.shown.values())

    @property
    def screen(self) -> Shown | None:
        """The newest message of the bot that has buttons."""
        return self.newest(lambda shown: shown.from_bot and bool(shown.rows))

    def newest(self, wanted: Callable[[Shown], bool]) -> Shown | None:
        """The newest message of this sort, or None."""
        return next((shown for shown in reversed(self.shown.values()) if wanted(shown)), None)

    def show(self, shown: Shown) -> None:
        """Put a message into the chat, or in the place of what it was before."""
        self.shown[shown.id] = shown
        if shown.from_bot:
            self._changed()

    def edit(self, shown: Shown, **changes: Any) -> Shown:  # noqa: ANN401 - checked by replace
        """Put another message in the place of this one."""
        edited = replace(shown, edited=True, **changes)
        self.show(edited)
        return edited

    def remove(self, message_id: int) -> None:
        """Take a message away for everybody."""
        del self.shown[message_id]
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    async def changed(self, after: int, timeout: float = 30) -> int:  # noqa: ASYNC109 - for tests
        """Wait until the bot has changed something since this version; return the new version."""
        try:
            async with asyncio.timeout(timeout):
                while self.version <= after:
                    waiting = asyncio.get_running_loop().create_future()
                    self._waiting.append(waiting)
                    await waiting
        except TimeoutError:
            seen = [f"{shown.id}: {shown.text!r} {shown.labels}" for shown in self.messages[-3:]]
            raise TimeoutError(
                f"the bot changed nothing in chat {self.id} within {timeout} s after version"
                f" {after}; the last messages are {seen}"
            ) from None
        return self.version

    def message(self, shown: Shown) -> dict[str, Any]:
        """The message as the Bot API tells it."""
        told: dict[str, Any] = {
            "message_id": shown.id,
            "date": shown.date,
            "chat": self.identity,
            **shown.content,
        }
        if shown.sender:
            told["from"] = shown.sender
        if self.identity["type"] == "channel":
            told["sender_chat"] = self.identity
        if shown.text:
            told["text"] = shown.text
        if shown.edit_date:
            told["edit_date"] = shown.edit_date
        if shown.protected:
            told["has_protected_content"] = True
        if shown.markup:
            told["reply_markup"] = shown.markup
        return told

    def inaccessible(self, message_id: int) -> dict[str, Any]:
        """What the Bot API tells of a message that is gone or too old."""
        return {"message_id": message_id, "date": 0, "chat": self.identity}


def rows_of(markup: dict[str, Any] | None) -> Rows:
    """The buttons of an inline keyboard."""
    return [
        [Button(button["text"], button.get("callback_data", "")) for button in row]
        for row in (markup or {}).get("inline_keyboard", [])
    ]
