"""What comes by itself on a failing Telegram, from bots that are killed: nobody is told twice."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.jobs import AT_ONCE
from bot.world import World
from flows.effects import Notify
from flows.sending import CALENDAR, PICTURES
from flows.wishes import Wishes
from flows.working_time import Hours
from storage import people, sendings, tables, wishes
from storage.database import Database
from tests.bot.planned import talk
from tests.keys import KEYS
from tests.telegram.figures import Record
from tests.telegram.inside import bot
from tests.telegram.process import Nursery
from tests.telegram.watching import Watched, moment
from tests.telegram.workers import FIRST, SECONDS, admit, crew
from tests.telegram_server import Fault, Faults, TelegramServer

WORKERS = 120
MOST_CALLS, MOST_SECONDS = 3, 0.02
AT_ANY_TIME = Wishes(Hours(time(0), time(0), time(0), frozenset()), digest="off")
"""Whoever names no day is told on every day; equal times are no quiet hours."""
SOON = {"telling": 0.05, "patience": 1}


def due(url: str, world: World, number: int, wished: Wishes = AT_ANY_TIME) -> None:
    """Let something be overdue for everybody, who may be told of it at any time."""
    admit(url, world, number)
    today = datetime.now(UTC).date()
    dates = {"starts_on": f"{today - timedelta(days=9)}", "ends_on": f"{today - timedelta(days=2)}"}
    rules = {"periodic": {"ten": "weekly"}}
    with closing(Database(url, KEYS)) as database, database.writing() as connection:
        connection.execute(update(tables.projects).values(dates=dates, rules=rules))
        addresses = [str(FIRST + place) for place in range(number)]
        for me in people.reached(connection, "telegram", addresses).values():
            wishes.put(connection, me.key, wished)
            talk(connection, world, [me])


def states(url: str) -> Counter[str]:
    """Return how many messages became what."""
    column = tables.sendings.c
    with closing(Database(url, KEYS)) as database, database.reading() as connection:
        rows = connection.execute(select(column.state, func.count()).group_by(column.state))
        return Counter({row[0]: row[1] for row in rows})


def told(server: TelegramServer, number: int) -> list[int]:
    """Return how many reminders are in each chat."""
    return [
        sum(
            "to register for" in shown.text for shown in server.account(FIRST + place).chat.messages
        )
        for place in range(number)
    ]


async def until_none_waits(url: str) -> Counter[str]:
    """Return what became of all messages, once something did."""
    return await when(url, lambda found: bool(found) and not {"waiting", "claimed"} & found.keys())


async def when(url: str, wanted: Callable[[Counter[str]], bool]) -> Counter[str]:
    """Look what became of all messages, again and again, until it is as wanted."""
    async with asyncio.timeout(SECONDS):
        while not wanted(found := await asyncio.to_thread(states, url)):
            pass
    return found


def open_chats(server: TelegramServer, number: int) -> None:
    """Let everybody have written to the bot before."""
    for worker in crew(server, number):
        worker.account.chat.closed = ""


@pytest.fixture
def crowd(server: Watched, url: str, tiny: World) -> str:
    due(url, tiny, WORKERS)
    open_chats(server, WORKERS)
    return url


async def test_two_bots_tell_everybody_once(server: Watched, bots: Nursery, crowd: str) -> None:
    for _ in range(2):
        await bots.start(crowd, **SOON)
    assert await until_none_waits(crowd) == {"sent": WORKERS}
    assert told(server, WORKERS) == [1] * WORKERS
    assert server.refused == []


async def test_bots_killed_in_the_midst_of_sending_tell_nobody_twice(
    server: Watched, bots: Nursery, crowd: str, record_property: Record
) -> None:
    chance, begun, kills = Random(1), monotonic(), 0
    while (await asyncio.to_thread(states, crowd))["waiting"] or not kills:
        bot = await bots.start(crowd, **SOON)
        await server.calls.more(chance.randint(1, MOST_CALLS), "sendMessage")
        await moment(chance.uniform(0, MOST_SECONDS))
        await bot.is_killed()
        kills += 1
    found, per_chat = states(crowd), told(server, WORKERS)
    figures: dict[str, Any] = {
        "kills": kills,
        "told": sum(per_chat),
        "doubled": sum(count > 1 for count in per_chat),
        "perhaps": found["claimed"] + found["unknown"],
        "seconds": round(monotonic() - begun, 1),
    }
    for name, value in figures.items():
        record_property(name, value)
    assert max(per_chat) == 1
    # Whatever was not noted as sent was in the hands of a bot that was killed.
    assert found["sent"] + figures["perhaps"] == WORKERS
    assert sum(per_chat) >= found["sent"]
    assert figures["perhaps"] <= kills * AT_ONCE


async def test_a_failing_telegram_doubles_no_message_and_loses_none_that_it_refused(
    server: Watched, crowd: str, tiny: World
) -> None:
    server.faults = Faults(1, rate_429=0.1, rate_500=0.1, methods={"sendMessage"})
    async with bot(server, crowd, tiny, **SOON):
        found = await until_none_waits(crowd)
    assert found == {"sent": WORKERS}
    assert told(server, WORKERS) == [1] * WORKERS


async def test_what_may_have_arrived_is_not_sent_again(
    server: Watched, sqlite_url: str, tiny: World
) -> None:
    due(sqlite_url, tiny, 3)
    open_chats(server, 3)
    server.next_faults.append(Fault("cut", "sendMessage"))
    server.next_faults.append(Fault("timeout", "sendMessage"))
    async with bot(server, sqlite_url, tiny, **SOON):
        found = await until_none_waits(sqlite_url)
    assert found == {"sent": 1, "unknown": 2}
    assert told(server, 3) == [1, 1, 1]


async def test_an_overview_comes_with_its_picture_and_a_calendar_as_a_file(
    server: Watched, url: str, tiny: World
) -> None:
    due(url, tiny, 1, replace(AT_ANY_TIME, digest="daily"))
    open_chats(server, 1)
    with closing(Database(url, KEYS)) as database, database.writing() as connection:
        (me,) = people.reached(connection, "telegram", [str(FIRST)]).values()
        now = datetime.now(UTC)
        sendings.ask(connection, me.key, Notify(CALENDAR, me.person, now.date()), now)
    async with bot(server, url, tiny, **SOON):
        found = await when(url, lambda found: found["sent"] == 3)
    assert found == {"sent": 3}
    shown = server.account(FIRST).chat.messages
    kinds = {kind for item in shown for kind in item.content} & {"photo", "document"}
    assert kinds == {"photo", "document"}
    assert server.refused == []


async def test_charts_come_as_pictures_once_although_telegram_asks_to_wait(
    server: Watched, sqlite_url: str, tiny: World
) -> None:
    due(sqlite_url, tiny, 1)
    open_chats(server, 1)
    with closing(Database(sqlite_url, KEYS)) as database, database.writing() as connection:
        (me,) = people.reached(connection, "telegram", [str(FIRST)]).values()
        now = datetime.now(UTC)
        sendings.ask(connection, me.key, Notify(PICTURES, me.person, now.date()), now)
    server.faults = Faults(1, rate_429=0.3, methods={"sendPhoto"})
    async with bot(server, sqlite_url, tiny, **SOON):
        await when(sqlite_url, lambda found: found["sent"] == 2)
    shown = server.account(FIRST).chat.messages
    photos = [item for item in shown if "photo" in item.content]
    captions = [str(item.content["caption"]).splitlines()[0] for item in photos]
    assert len(captions) == len(set(captions)) == 1
    assert server.refused == []
