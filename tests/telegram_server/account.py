"""Somebody who uses Telegram: types, taps, blocks the bot; and groups and channels."""

import re
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from tests.telegram_server.chats import SUPERGROUPS_BELOW, Chat, Shown
from tests.telegram_server.media import content_of

if TYPE_CHECKING:
    from tests.telegram_server.server import TelegramServer


COMMAND = re.compile(r"/[A-Za-z0-9_]+(@[A-Za-z0-9_]+)?")


class NothingToTap(AssertionError):
    """The person looks for a button that is not there."""


class Account:
    """A person with an account; the private chat with the bot has the same number."""

    def __init__(self, server: "TelegramServer", user: dict[str, Any]) -> None:
        self.server = server
        self.user = user
        self.id: int = user["id"]
        self.chat = Chat({"id": self.id, "type": "private", "first_name": user["first_name"]})
        self.chat.closed = "bot can't initiate conversation with a user"
        self.alerts: list[str] = []
        self.answered: Counter[str] = Counter()

    async def types(self, text: str) -> int:
        """Send a text; return the number of the update."""
        return self._sends(self.chat, text=text)

    async def sends(self, kind: str) -> int:
        """Send something that is no text: a photo, a sticker, a location."""
        return self._sends(self.chat, content=content_of(kind, self.user))

    async def edits(self, message_id: int, text: str) -> int:
        """Change a text that was sent before."""
        now = self.server.now()
        edited = self.chat.edit(
            self.chat.shown[message_id],
            text=text,
            html=escape(text, quote=False),
            edit_date=now,
            content=commands_in(text),
        )
        return self.server.emit("edited_message", self.chat.message(edited), self.chat.id)

    async def taps(self, label: str) -> int:
        """Tap a button of the newest message that has one with this label."""
        found = self.chat.newest(lambda shown: shown.from_bot and label in shown.labels)
        if found is None:
            screen = self.chat.screen
            raise NothingToTap(
                f"no message of the bot has a button {label!r}; the newest buttons are"
                f" {screen.labels if screen else []}"
            )
        data = next(button.data for row in found.rows for button in row if button.text == label)
        return await self.taps_data(found.id, data)

    async def taps_data(self, message_id: int, data: str, *, inaccessible: bool = False) -> int:
        """Send the data of a button, also of one that is gone or never was."""
        shown = self.chat.shown.get(message_id)
        gone = inaccessible or shown is None
        query = {
            "id": self.server.new_query(self),
            "from": self.user,
            "message": (
                self.chat.inaccessible(message_id)
                if gone or shown is None
                else self.chat.message(shown)
            ),
            "chat_instance": str(self.id * 7919),
            "data": data,
        }
        return self.server.emit("callback_query", query, self.chat.id)

    async def blocks_bot(self) -> int:
        """Block the bot, which then cannot write any more."""
        self.chat.closed = "bot was blocked by the user"
        return self._membership("member", "kicked")

    async def unblocks_bot(self) -> int:
        """Let the bot in again."""
        self.chat.closed = ""
        return self._membership("kicked", "member")

    async def asks_inline(self, text: str) -> int:
        """Type the bot's name and a text in some other chat."""
        query = {
            "id": self.server.new_query(self),
            "from": self.user,
            "query": text,
            "offset": "",
            "chat_type": "private",
        }
        return self.server.emit("inline_query", query, self.chat.id)

    def _sends(self, chat: Chat, text: str = "", content: dict[str, Any] | None = None) -> int:
        if self.chat.closed.startswith("bot can't"):
            self.chat.closed = ""
        return post(self.server, chat, self.user, text, content)

    def _membership(self, before: str, now: str) -> int:
        return membership(self.server, self.chat, self.user, before, now)


class Group:
    """A group or supergroup, by its number."""

    def __init__(self, server: "TelegramServer", chat_id: int, title: str) -> None:
        self.server = server
        kind = "supergroup" if chat_id < SUPERGROUPS_BELOW else "group"
        self.chat = Chat({"id": chat_id, "type": kind, "title": title})
        self.chat.closed = f"bot is not a member of the {kind} chat"

    async def adds_bot(self, by: Account) -> int:
        """Somebody brings the bot into the group: two updates, the last one's number."""
        self.chat.closed = ""
        membership(self.server, self.chat, by.user, "left", "member")
        content = {"new_chat_members": [self.server.me]}
        return post(self.server, self.chat, by.user, content=content)

    async def types(self, by: Account, text: str) -> int:
        """Somebody writes in the group."""
        return post(self.server, self.chat, by.user, text)


class Channel:
    """A channel, in which the bot is an administrator."""

    def __init__(self, server: "TelegramServer", chat_id: int, title: str) -> None:
        self.server = server
        self.chat = Chat({"id": chat_id, "type": "channel", "title": title})

    async def posts(self, text: str) -> int:
        """The channel publishes a text."""
        return post(self.server, self.chat, None, text)


def post(
    server: "TelegramServer",
    chat: Chat,
    sender: dict[str, Any] | None,
    text: str = "",
    content: dict[str, Any] | None = None,
) -> int:
    """Put what somebody sends into a chat and tell the bot."""
    shown = Shown(
        id=server.new_message_id(),
        text=text,
        html=escape(text, quote=False),
        date=server.now(),
        sender=sender,
        content=content or commands_in(text),
    )
    chat.show(shown)
    kind = "channel_post" if chat.identity["type"] == "channel" else "message"
    return server.emit(kind, chat.message(shown), chat.id)


def commands_in(text: str) -> dict[str, Any]:
    """What Telegram says of a text that begins with a command."""
    found = COMMAND.match(text)
    if not found:
        return {}
    return {"entities": [{"type": "bot_command", "offset": 0, "length": len(found[0])}]}


def membership(
    server: "TelegramServer", chat: Chat, by: dict[str, Any], before: str, now: str
) -> int:
    """Tell the bot that it came or went."""
    change = {
        "chat": chat.identity,
        "from": by,
        "date": server.now(),
        "old_chat_member": _member(server.me, before),
        "new_chat_member": _member(server.me, now),
    }
    return server.emit("my_chat_member", change, chat.id)


def _member(user: dict[str, Any], status: str) -> dict[str, Any]:
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    return member
