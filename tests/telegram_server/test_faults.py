"""Everything between the bot and Telegram can fail, when a test says so."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientError

from tests.telegram_server import Account, Fault, Faults, Flood, TelegramServer
from tests.telegram_server.caller import Caller
from tests.telegram_server.faults import Kind

HELLO: dict[str, Any] = {"chat_id": 1001, "text": "Hello"}


async def test_a_call_that_is_refused_does_nothing(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    server.next_faults.extend([Fault("429", retry_after=7), Fault("500", "sendMessage")])
    said = await call("getMe")
    assert said[1:] == (429, "Too Many Requests: retry after 7", 7)
    assert (await call("getMe")).status == 200
    assert (await call("sendMessage", **HELLO))[1:3] == (500, "Internal Server Error")
    assert server.dealt == {"429": 1, "500": 1}
    assert len(ana.chat.messages) == 1


@pytest.mark.parametrize(("kind", "acted"), [("cut", True), ("cut before", False)])
async def test_a_connection_is_cut_after_or_before_acting(
    server: TelegramServer, ana: Account, call: Caller, kind: Kind, *, acted: bool
) -> None:
    server.next_faults.append(Fault(kind))
    with pytest.raises(ClientError):
        await call("sendMessage", **HELLO)
    assert len(ana.chat.messages) == 1 + acted


async def test_a_call_acts_and_is_never_answered(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    server.next_faults.append(Fault("timeout"))
    before = ana.chat.version
    unanswered = asyncio.create_task(call("sendMessage", **HELLO))
    await ana.chat.changed(after=before)
    assert not unanswered.done()
    unanswered.cancel()
    assert (await call("sendMessage", **HELLO)).status == 200


def test_faults_at_random_are_the_same_for_the_same_seed_and_as_frequent_as_said() -> None:
    def drawn(seed: int) -> list[str]:
        faults = Faults(seed, rate_429=0.1, rate_500=0.1, rate_cut=0.2, rate_timeout=0.1)
        return [fault.kind if (fault := faults.next("getMe")) else "" for _ in range(2000)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 900 < sum(kind == "" for kind in drawn(1)) < 1100
    assert {*drawn(1)} == {"", "429", "500", "cut", "cut before", "timeout"}


def test_faults_can_be_kept_to_some_methods() -> None:
    faults = Faults(1, rate_500=1, methods={"sendMessage"})
    assert faults.next("getMe") is None
    assert faults.next("sendMessage") == Fault("500", "sendMessage")


async def test_who_is_too_quick_in_one_chat_must_wait(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    await server.account(1002).types("/start")
    server.flood = Flood(per_chat=2)
    said = [(await call("sendMessage", **HELLO)).retry_after for _ in range(3)]
    assert said == [0, 0, 1]
    assert (await call("sendMessage", chat_id=1002, text="Hello")).status == 200


def test_who_is_too_quick_in_all_must_wait_for_a_second() -> None:
    flood = Flood(overall=2)
    assert [flood.refusal(chat, 10.0) is None for chat in (1, 2, 3)] == [True, True, False]
    assert flood.refusal(3, 11.0) is None
