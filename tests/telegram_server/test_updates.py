"""Updates wait for the bot, and come as Telegram brings them."""

import asyncio

import pytest
from aiohttp import ClientSession

from tests.telegram_server import Account, TelegramServer
from tests.telegram_server.caller import Caller
from tests.telegram_server.checking import Incomplete
from tests.telegram_server.media import CONTENT
from tests.telegram_server.updates import NEWER_POLL


def ids(batch: list[dict[str, int]]) -> list[int]:
    return [update["update_id"] for update in batch]


async def test_an_update_comes_until_it_is_acknowledged(ana: Account, call: Caller) -> None:
    second = await ana.types("two")
    third = await ana.types("three")
    assert ids((await call("getUpdates")).result)[1:] == [second, third]
    assert ids((await call("getUpdates", offset=third, limit=1)).result) == [third]
    assert (await call("getUpdates", offset=third + 1)).result == []
    assert (await call("getUpdates")).result == []


async def test_a_negative_offset_forgets_all_but_the_last(ana: Account, call: Caller) -> None:
    last = await ana.types("two")
    assert ids((await call("getUpdates", offset=-1)).result) == [last]
    assert ids((await call("getUpdates")).result) == [last]


async def test_a_poll_that_waits_wakes_with_the_next_update(
    server: TelegramServer, call: Caller
) -> None:
    ana = server.account(1001)
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await server.polled()
    update = await ana.types("/start")
    assert ids((await poll).result) == [update]


async def test_a_second_poll_ends_the_first(server: TelegramServer, call: Caller) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=50))
    await server.polled()
    second = await call("getUpdates")
    assert (second.status, second.result) == (200, [])
    ended = await first
    assert ended.status == 409
    assert ended.description == NEWER_POLL


async def test_only_the_kinds_that_the_bot_wants_come_and_that_is_remembered(
    ana: Account, call: Caller
) -> None:
    await call("getUpdates", offset=-1, allowed_updates=["callback_query"])
    await ana.types("not wanted")
    tapped = await ana.taps_data(5, "x")
    assert ids((await call("getUpdates")).result)[1:] == [tapped]
    assert (await call("getWebhookInfo")).result["allowed_updates"] == ["callback_query"]


async def test_an_update_can_come_again_after_it_was_acknowledged(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    first = await ana.types("one")
    second = await ana.types("two")
    assert (await call("getUpdates", offset=second + 1)).result == []
    server.redeliver(first)
    assert ids((await call("getUpdates", offset=second + 1)).result) == [first]
    assert (await call("getUpdates", offset=second + 1)).result == []


async def test_shuffled_updates_come_in_any_order_some_twice_and_all_of_them(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    server.shuffle = True
    sent = [await ana.types(f"{number}") for number in range(30)]
    found = ids((await call("getUpdates")).result)
    assert set(sent) < set(found)
    assert len(found) > len(set(found))
    assert found != sorted(found)
    # The last one of some batch repeats what was acknowledged long ago.
    await call("getUpdates", offset=sent[-1] + 1)
    assert server.updates.pending == {}


async def test_who_waits_hears_when_an_update_was_acknowledged(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    update = await ana.types("one")
    waiting = asyncio.create_task(server.settled(update))
    await call("getUpdates")
    assert not waiting.done()
    await call("getUpdates", offset=update + 1)
    await waiting


async def test_what_people_do_is_told_completely(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    for kind in [*CONTENT, "contact", "story"]:
        await ana.sends(kind)
    await ana.edits(ana.chat.messages[0].id, "changed")
    await ana.asks_inline("who")
    await ana.blocks_bot()
    group = server.group(-100200, "Team")
    await group.adds_bot(by=ana)
    await group.types(ana, "/start@meetmoment_local_bot")
    await server.channel(-1_003_000_000_000, "News").posts("Today")
    await call("leaveChat", chat_id=-100200)
    kinds = [set(update) - {"update_id"} for update in (await call("getUpdates")).result]
    assert {kind for found in kinds for kind in found} == {
        "message",
        "edited_message",
        "inline_query",
        "my_chat_member",
        "channel_post",
    }
    assert server.refused == []


async def test_what_the_server_says_wrongly_fails_the_test_that_runs() -> None:
    async def wrong() -> None:
        async with TelegramServer() as server, ClientSession() as session:
            server.me["colour"] = "red"
            assert (await Caller(server, session)("getMe")).status == 500

    with pytest.raises(Incomplete, match="answer of getMe: unknown fields: colour"):
        await wrong()


async def test_the_server_itself_may_not_invent_fields(server: TelegramServer) -> None:
    with pytest.raises(Incomplete, match="colour"):
        server.emit(
            "message",
            {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private", "colour": "red"}},
            1,
        )
    with pytest.raises(Incomplete, match="date"):
        server.emit("message", {"message_id": 1, "chat": {"id": 1, "type": "private"}}, 1)
