"""Exports that are ordered in the chat, on Telegram and from a bot that is killed: each once."""

from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.channels.telegram.client import client
from bot.channels.telegram.limits import Limits
from bot.channels.telegram.notifying import TelegramNotifier
from bot.jobs import PATIENCE
from bot.world import World
from flows.effects import Notify
from flows.sending import EXPORT, Notification
from storage import people, sendings, tables
from storage.database import Database
from tests.bot.planned import talk
from tests.keys import HEX, KEYS, SETTING
from tests.telegram.inside import bot
from tests.telegram.process import Nursery
from tests.telegram.test_telling import SOON, open_chats, when
from tests.telegram.watching import Watched
from tests.telegram.workers import FIRST, admit
from tests.telegram_server import Shown


def documents(server: Watched) -> list[Shown]:
    """Return the files that somebody has got."""
    return [item for item in server.account(FIRST).chat.messages if "document" in item.content]


async def test_a_file_that_is_ordered_in_the_chat_comes_there_and_can_be_saved(
    server: Watched, sqlite_url: str, tiny: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETMOMENT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv(SETTING, HEX)
    admit(sqlite_url, tiny, 1)
    account = server.account(FIRST)
    async with bot(server, sqlite_url, tiny, **SOON):
        for text in ("/start", "English", "/export", "Code book", "Make it"):
            await account.types(text)
        await when(sqlite_url, lambda found: found["sent"] == 1)
    (document,) = documents(server)
    title, language, _ = document.content["caption"].split("\n")
    assert title == "Code book: what every question and code means (CSV)"
    assert language == "Labels: English"
    assert not document.protected
    assert document.content["document"]["file_size"] > 1000
    assert server.refused == []


async def test_a_large_file_is_sent_in_pieces(server: Watched) -> None:
    open_chats(server, 1)
    telegram = client(server.token, server.url, Limits(0, 0, first_pause=0.1, longest_pause=1))
    await telegram.initialize()
    large = Notification("Values", 1, file=bytes(2_000_000), file_name="kompas-long.zip")
    # aiohttp warns where a file would hold up everything else; a warning fails the test.
    assert await TelegramNotifier(telegram, 0, 1).notify(str(FIRST), large) == "sent"
    await telegram.shutdown()
    (document,) = documents(server)
    assert document.content["document"]["file_size"] == 2_000_000
    assert document.content["caption"] == "Values"


async def test_a_bot_that_is_killed_while_it_makes_a_file_sends_it_once_after_all(
    server: Watched, bots: Nursery, url: str, tiny: World
) -> None:
    settings = {
        "MEETMOMENT_DATABASE_URL": url,
        "MEETMOMENT_TELEGRAM_TOKEN": server.token,
        "MEETMOMENT_TELEGRAM_API": server.url,
        SETTING: HEX,
    }
    admit(url, tiny, 1)
    open_chats(server, 1)
    now = datetime.now(UTC)
    wanted = {"format": ["codebook"], "language": ["nl"]}
    with closing(Database(url, KEYS)) as database, database.writing() as connection:
        (me,) = people.reached(connection, "telegram", [str(FIRST)]).values()
        talk(connection, tiny, [me])
        sendings.ask(connection, me.key, Notify(EXPORT, me.person, now.date(), wanted), now)
    killed = await bots.run("run", **settings)
    await when(url, lambda found: found["making"] == 1)
    await killed.is_killed()
    assert documents(server) == []
    with closing(Database(url, KEYS)) as database, database.writing() as connection:
        connection.execute(update(tables.sendings).values(claimed_at=now - PATIENCE))
    await bots.run("run", **settings)
    assert await when(url, lambda found: found["sent"] == 1) == {"sent": 1}
    assert len(documents(server)) == 1
    assert server.refused == []
