"""Telegram fails in every way at random, and the people on it do what people do."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest

from bot.world import World
from tests.telegram.figures import Record, tell
from tests.telegram.inside import bot
from tests.telegram.watching import Watched
from tests.telegram.workers import Worker, admit, compared, crew, together
from tests.telegram_server import Fault, Faults

WORKERS = 40
HOUR = 60 * 60
BLOCKED = "Forbidden: bot was blocked by the user"
# A call that is never answered is given up soon, and what could not be shown is tried again soon.
SOON = {"patience": 1, "sweeping": 0.2}


class Troubles(Faults):
    """Faults at random; but whoever asks for updates waits long for them anyway."""

    def next(self, method: str) -> Fault | None:
        fault = super().next(method)
        return None if fault and (fault.kind, method) == ("timeout", "getUpdates") else fault


async def test_a_failing_server_loses_and_doubles_no_answer(
    server: Watched, url: str, tiny: World, record_property: Record
) -> None:
    begun = monotonic()
    admit(url, tiny, WORKERS)
    workers, once = crew(server, WORKERS), asyncio.Event()
    once.set()
    async with bot(server, url, tiny, **SOON):
        await server.calls.more(1, "getUpdates")
        server.shuffle = True
        server.faults = Troubles(1, rate_429=0.05, rate_500=0.05, rate_cut=0.08, rate_timeout=0.02)
        await together(workers, once)
        server.faults = None
    found = compared(url, workers)
    seconds, again = round(monotonic() - begun, 1), server.updates.repeated
    tell(record_property, found, **server.dealt, delivered_again=again, seconds=seconds)
    assert found.is_whole
    assert server.refused == []


async def test_updates_that_never_come_are_asked_for_again(
    server: Watched, sqlite_url: str, tiny: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.WAITING_SECONDS", 1)
    monkeypatch.setattr("bot.channels.telegram.polling.ANSWERING_SECONDS", 0.1)
    admit(sqlite_url, tiny, 1)
    (ana,) = crew(server, 1)
    server.next_faults.append(Fault("timeout", "getUpdates"))
    async with bot(server, sqlite_url, tiny):
        await ana.arrives()
    assert server.dealt == {"timeout": 1}


@pytest.fixture
async def pair(server: Watched, sqlite_url: str, tiny: World) -> AsyncIterator[list[Worker]]:
    """Two people at the menu of a bot."""
    admit(sqlite_url, tiny, 2)
    people = crew(server, 2)
    async with bot(server, sqlite_url, tiny):
        for person in people:
            await person.arrives()
        yield people
    assert server.refused == []


async def test_who_blocked_the_bot_is_left_alone_until_they_come_back(
    server: Watched, sqlite_url: str, tiny: World
) -> None:
    admit(sqlite_url, tiny, 2)
    ana, bea = crew(server, 2)
    async with bot(server, sqlite_url, tiny):
        await ana.arrives()
        # Nothing has told the bot yet.
        ana.account.chat.closed = BLOCKED.removeprefix("Forbidden: ")
        await ana.account.types("hello")
        await server.calls.more(1, "editMessageText")
    tried = server.errors[BLOCKED]
    async with bot(server, sqlite_url, tiny):
        await bea.arrives()
        await bea.registers()
        await server.settled(await ana.account.blocks_bot())
        await bea.registers()
        assert server.errors[BLOCKED] == tried > 0
        await ana.account.unblocks_bot()
        await ana.registers()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever still waits at the end is not waited for."""
    monkeypatch.setattr("bot.channels.telegram.sending.DRAIN_SECONDS", 0)


@pytest.mark.usefixtures("hurried")
async def test_telegrams_wait_holds_up_one_chat_alone(server: Watched, pair: list[Worker]) -> None:
    ana, bea = pair
    server.next_faults.append(Fault("429", "editMessageText", retry_after=HOUR))
    await ana.begins()
    await server.calls.more(1, "editMessageText")
    version = ana.account.chat.version
    await bea.registers()
    assert ana.account.chat.version == version


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("answerCallbackQuery", "429"),
        ("answerCallbackQuery", "500"),
        ("answerCallbackQuery", "timeout"),
        ("deleteMessages", "500"),
        ("setMyCommands", "429"),
        ("setMyCommands", "500"),
    ],
)
@pytest.mark.usefixtures("hurried")
async def test_only_what_shows_the_question_is_waited_for(
    server: Watched, sqlite_url: str, tiny: World, method: str, fault: str
) -> None:
    admit(sqlite_url, tiny, 1)
    (ana,) = crew(server, 1)
    async with bot(server, sqlite_url, tiny, sweeping=HOUR):
        await server.calls.more(1, "getUpdates")
        server.faults = Faults(1, **{f"rate_{fault}": 1}, retry_after=HOUR, methods={method})
        await ana.arrives()
        await ana.registers()
    assert server.dealt[fault] >= 1


async def test_what_could_not_be_removed_is_removed_later(
    server: Watched, sqlite_url: str, tiny: World
) -> None:
    admit(sqlite_url, tiny, 1)
    (ana,) = crew(server, 1)
    server.next_faults.extend([Fault("500", "deleteMessages")] * 2)
    async with bot(server, sqlite_url, tiny, sweeping=0.01):
        await ana.arrives()
        while any(not shown.from_bot for shown in ana.account.chat.messages):
            await ana.account.chat.changed(after=ana.account.chat.version)
    assert server.dealt["500"] == 2


async def test_a_menu_without_anything_to_choose_is_shown_without_buttons(
    server: Watched, pair: list[Worker]
) -> None:
    ana, _ = pair
    await ana.account.types("/language Deutsch")
    await server.calls.more(1, "editMessageText")
    await ana.account.types("/language English")
    await ana.registers()
    assert server.errors == {}


async def test_a_question_whose_message_cannot_be_reached_any_more_comes_in_a_new_one(
    server: Watched, pair: list[Worker]
) -> None:
    ana, _ = pair
    screen = ana.account.chat.screen
    assert screen
    ana.account.chat.remove(screen.id)
    await ana.account.taps_data(screen.id, screen.rows[0][0].data, inaccessible=True)
    await ana.goes_on()
    assert server.errors["Bad Request: message to edit not found"] == 0


async def test_a_question_whose_message_was_deleted_comes_in_a_new_one(
    server: Watched, pair: list[Worker]
) -> None:
    ana, _ = pair
    screen = ana.account.chat.screen
    assert screen
    ana.account.chat.remove(screen.id)
    await ana.account.types("ten questions")
    await ana.goes_on()
    assert server.errors["Bad Request: message to edit not found"] == 1


async def test_what_is_too_old_to_be_removed_is_passed_over(
    server: Watched, pair: list[Worker]
) -> None:
    ana, _ = pair
    now = server.now()
    server.now = lambda: now + 49 * 60 * 60
    await ana.registers()


async def test_a_repeated_tap_answers_no_further_question(
    server: Watched, pair: list[Worker], sqlite_url: str
) -> None:
    ana, _ = pair
    update = await ana.begins()
    await server.settled(update)
    for _ in range(3):
        server.redeliver(update)
    await ana.goes_on()
    found = compared(sqlite_url, [ana])
    assert (found.records, found.is_whole) == (1, True)


async def test_a_receipt_that_stands_twice_is_of_one_record(
    server: Watched, pair: list[Worker], sqlite_url: str
) -> None:
    ana, _ = pair
    await ana.begins()
    review = await ana.answers()
    server.next_faults.append(Fault("cut", "sendMessage"))
    await ana.saves(review, is_gone=True)
    said = [shown.text for shown in ana.account.chat.messages if "Receipt" in shown.text]
    found = compared(sqlite_url, [ana])
    assert (len(said), found.records, found.is_whole) == (2, 1, True)
