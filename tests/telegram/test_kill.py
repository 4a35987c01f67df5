"""The bot is taken away at any instant, again and again."""

import asyncio
from random import Random
from time import monotonic

from bot.world import World
from tests.telegram.figures import Record, tell
from tests.telegram.process import Nursery
from tests.telegram.watching import Watched, moment
from tests.telegram.workers import admit, compared, crew, together

KILLS, WORKERS = 50, 100
# A round of all workers takes about three hundred calls.
MOST_CALLS, MOST_SECONDS = 400, 0.02


async def test_a_bot_killed_at_any_instant_loses_and_doubles_no_answer(
    quick_server: Watched,
    quick_bots: Nursery,
    url: str,
    tiny: World,
    record_property: Record,
) -> None:
    server, bots, begun = quick_server, quick_bots, monotonic()
    admit(url, tiny, WORKERS)
    workers, killed = crew(server, WORKERS), asyncio.Event()
    working = asyncio.create_task(together(workers, killed))
    bot = await bots.start(url)
    chance = Random(1)
    for _ in range(KILLS):
        await server.calls.more(chance.randint(1, MOST_CALLS))
        await moment(chance.uniform(0, MOST_SECONDS))
        await bot.is_killed()
        bot = await bots.start(url)
    meanwhile = sum(len(answers) for worker in workers for answers in worker.seen)
    killed.set()
    await working
    ended = await bot.is_stopped()
    found = compared(url, workers)
    figures = {
        "kills": KILLS,
        "answers_meanwhile": meanwhile,
        "delivered_again": server.updates.repeated,
        "seconds": round(monotonic() - begun, 1),
    }
    tell(record_property, found, **figures)
    assert ended.status == 0
    assert found.is_whole
    assert server.refused == []
