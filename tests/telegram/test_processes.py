"""Several processes side by side, and one that is asked to end."""

import asyncio
import socket
from random import Random

import pytest

from bot.world import World
from tests.telegram.figures import Record, tell
from tests.telegram.process import Bot, Nursery
from tests.telegram.watching import Watched
from tests.telegram.workers import FIRST, Worker, admit, compared, crew, together

WORKERS, TYPING = 100, 20
PEOPLE = 40
SWEEPING = 1
"""Seconds after which is made up for what a killed process may have shown last."""


def address() -> tuple[int, str]:
    """A port that nobody listens to, and a webhook's address there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port, f"http://127.0.0.1:{port}/updates"


async def begun(server: Watched, bots: Nursery, url: str, *, webhook: bool) -> tuple[Bot, str]:
    """Start a bot, and wait until updates reach it."""
    port, to = address() if webhook else (0, "")
    ready = asyncio.create_task(server.calls.more(1, "setWebhook" if webhook else "getUpdates"))
    bot = await bots.start(url, webhook=to, port=port, sweeping=SWEEPING)
    await ready
    return bot, to


async def test_two_processes_behind_a_balancer_keep_the_order_and_save_each_record_once(
    quick_server: Watched,
    quick_bots: Nursery,
    postgresql_url: str,
    tiny: World,
    record_property: Record,
) -> None:
    server, bots, url = quick_server, quick_bots, postgresql_url
    admit(url, tiny, WORKERS + TYPING)
    everybody = crew(server, WORKERS + TYPING)
    workers, typing = everybody[:WORKERS], everybody[WORKERS:]
    started = [await begun(server, bots, url, webhook=True) for _ in range(2)]
    server.webhooks = [to for _, to in started]
    survived = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(together(workers, survived))
        for worker in typing:
            group.create_task(types_ahead(worker))
        for place in (0, 1):
            await server.calls.more(Random(place).randint(300, 600))
            bot, _ = started[place]
            await bot.is_killed()
            started[place] = await begun(server, bots, url, webhook=True)
            server.webhooks = [to for _, to in started]
        survived.set()
    ended = [await bot.is_stopped() for bot, _ in started]
    found = compared(url, everybody)
    tell(record_property, found, processes=2, kills=2)
    assert [bot.status for bot in ended] == [0, 0]
    assert found.is_whole
    assert server.refused == []


async def types_ahead(worker: Worker) -> None:
    await worker.arrives()
    await worker.types_ahead()


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_a_process_that_is_asked_to_end_finishes_what_it_has_begun(
    server: Watched, bots: Nursery, sqlite_url: str, tiny: World, *, webhook: bool
) -> None:
    admit(sqlite_url, tiny, PEOPLE)
    bot, _ = await begun(server, bots, sqlite_url, webhook=webhook)
    people = [server.account(FIRST + place) for place in range(PEOPLE)]
    asked = {await person.types("/start"): person for person in people}
    await server.calls.more(1, "sendMessage")
    ended = await bot.is_stopped()
    finished = [person for update, person in asked.items() if update not in server.updates.pending]
    assert finished
    assert all(person.chat.screen for person in finished)
    assert ended.status == 0
    assert "ERROR" not in ended.log
    assert server.refused == []
