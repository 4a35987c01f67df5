"""A bot in this process, for tests that need no crash."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

from bot.channels.telegram.running import Telegram, work
from bot.world import World
from storage.database import Database
from tests.keys import KEYS
from tests.telegram.process import HASTY
from tests.telegram_server import TelegramServer


@asynccontextmanager
async def bot(
    server: TelegramServer,
    url: str,
    world: World,
    *,
    database_patience: float = 15,
    **settings: Any,  # noqa: ANN401 - checked by Telegram
) -> AsyncIterator[Database]:
    """Let a bot work; the database comes out."""
    telegram = Telegram(**{"token": server.token, "api": server.url, **HASTY, **settings})
    with closing(Database(url, KEYS, patience=database_patience)) as database:
        working = asyncio.create_task(work(telegram, database, world, "en"))
        try:
            yield database
        finally:
            working.cancel()
            await asyncio.wait((working,))
            if not working.cancelled():
                working.result()
