"""A webhook gets each chat in order, different chats side by side, until it says yes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from tests.telegram_server import Account, TelegramServer
from tests.telegram_server.caller import Caller
from tests.telegram_server.webhook import SECRET


class Bot:
    """Takes updates by webhook; `statuses` are what it answers before it says yes to all."""

    def __init__(self) -> None:
        self.got: list[tuple[int, str]] = []
        self.secrets: set[str | None] = set()
        self.statuses: list[int] = []
        self.at_once = 0
        self.most_at_once = 0
        self.open = asyncio.Event()
        self.open.set()
        self.came = asyncio.Condition()

    async def take(self, request: web.BaseRequest) -> web.Response:
        self.secrets.add(request.headers.get(SECRET))
        update: dict[str, Any] = await request.json()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        async with self.came:
            self.got.append((update["message"]["chat"]["id"], update["message"]["text"]))
            self.came.notify_all()
        await self.open.wait()
        self.at_once -= 1
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def has(self, many: int) -> list[tuple[int, str]]:
        """Wait until so many updates came, repetitions included."""
        async with self.came:
            await self.came.wait_for(lambda: len(self.got) >= many)
        return self.got


async def listening(bot: Bot) -> tuple[web.ServerRunner, str]:
    runner = web.ServerRunner(web.Server(bot.take, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/updates"


@pytest.fixture
async def bots(server: TelegramServer) -> AsyncIterator[list[tuple[Bot, str]]]:
    server.webhook.back_off = 0
    pairs = []
    runners = []
    for bot in (Bot(), Bot()):
        runner, url = await listening(bot)
        runners.append(runner)
        pairs.append((bot, url))
    yield pairs
    server.webhook.clear()
    for runner in runners:
        await runner.cleanup()


async def test_what_waited_comes_first_and_in_order_until_it_is_taken(
    server: TelegramServer, ana: Account, call: Caller, bots: list[tuple[Bot, str]]
) -> None:
    bot, url = bots[0]
    bot.statuses = [500, 302, 200, 404]
    assert (await call("setWebhook", url=url, secret_token="s3cret")).result is True
    last = await ana.types("two")
    await server.settled(last)
    assert [text for _, text in bot.got] == ["/start", "/start", "/start", "two", "two"]
    assert bot.secrets == {"s3cret"}
    told = (await call("getWebhookInfo")).result
    assert told["last_error_message"] == "Wrong response from the webhook: 404 Not Found"
    assert (told["url"], told["pending_update_count"]) == (url, 0)


async def test_one_chat_waits_for_its_answer_while_others_come_side_by_side(
    server: TelegramServer, ana: Account, call: Caller, bots: list[tuple[Bot, str]]
) -> None:
    bot, url = bots[0]
    bot.open.clear()
    await call("setWebhook", url=url, max_connections=2)
    await ana.types("two")
    people = [server.account(number) for number in (1002, 1003)]
    last = [await person.types("/start") for person in people]
    assert {chat for chat, _ in await bot.has(2)} == {1001, 1002}
    bot.open.set()
    await asyncio.gather(*map(server.settled, last))
    assert bot.most_at_once == 2
    assert [text for chat, text in await bot.has(4) if chat == 1001] == ["/start", "two"]


async def test_a_balancer_brings_updates_to_either_process(
    server: TelegramServer, ana: Account, bots: list[tuple[Bot, str]]
) -> None:
    server.webhooks = [url for _, url in bots]
    last = [await ana.types(f"{number}") for number in range(20)][-1]
    await server.settled(last)
    counts = [len(bot.got) for bot, _ in bots]
    assert sum(counts) == 21
    assert min(counts) > 0


async def test_a_repeated_update_comes_again_by_webhook(
    server: TelegramServer, ana: Account, call: Caller, bots: list[tuple[Bot, str]]
) -> None:
    bot, url = bots[0]
    update = await ana.types("two")
    await call("setWebhook", url=url, drop_pending_updates=True)
    server.redeliver(update)
    assert await bot.has(1) == [(1001, "two")]


async def test_with_a_webhook_there_is_no_fetching_and_without_it_what_is_left_waits(
    server: TelegramServer, ana: Account, call: Caller, bots: list[tuple[Bot, str]]
) -> None:
    bot, url = bots[0]
    bot.statuses = [500] * 1000
    poll = asyncio.create_task(call("getUpdates", offset=-1, timeout=0))
    await poll
    await call("setWebhook", url=url)
    await bot.has(2)
    said = await call("getUpdates")
    assert said[1:3] == (
        409,
        (
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to"
            " delete the webhook first"
        ),
    )
    await call("deleteWebhook")
    assert len((await call("getUpdates")).result) == 1
