"""A stand-in for Telegram's Bot API, for tests, benchmarks and use by hand."""

from tests.telegram_server.account import Account, Channel, Group
from tests.telegram_server.chats import Chat, Shown
from tests.telegram_server.faults import Fault, Faults, Flood
from tests.telegram_server.server import TelegramServer

__all__ = [
    "Account",
    "Channel",
    "Chat",
    "Fault",
    "Faults",
    "Flood",
    "Group",
    "Shown",
    "TelegramServer",
]
