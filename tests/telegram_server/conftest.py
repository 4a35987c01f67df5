"""A server, somebody who has written to the bot, and a bot that only calls."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from tests.telegram_server import Account, TelegramServer
from tests.telegram_server.caller import Caller


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def ana(server: TelegramServer) -> Account:
    ana = server.account(1001, language="nl", first_name="Ana")
    await ana.types("/start")
    return ana


@pytest.fixture
async def call(server: TelegramServer) -> AsyncIterator[Caller]:
    async with ClientSession() as session:
        yield Caller(server, session)
