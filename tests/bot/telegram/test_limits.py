"""How calls wait for each other, on a clock that leaps instead of waiting."""

import asyncio
import selectors
from collections.abc import Coroutine, Iterable
from itertools import pairwise
from random import Random
from typing import Any, TypeVar

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram import limits as module
from bot.channels.telegram.limits import Limits

Result = TypeVar("Result")


class Leaping(selectors.DefaultSelector):
    """Lets the time of the loop pass instead of waiting for it."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits and nothing will ever happen"
        self.now += max(timeout, 0)
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaping = Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


def run(work: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(work)


class Telegram:
    """Notes when which call was made; the first calls of an endpoint fail as told."""

    def __init__(self, limits: Limits, **faults: Iterable[TelegramError]) -> None:
        self._limits = limits
        self._faults = {endpoint: iter(errors) for endpoint, errors in faults.items()}
        self.calls: list[tuple[float, str, object]] = []

    async def call(
        self, endpoint: str, chat: int | str | None = None, attempts: int | None = None
    ) -> object:
        data = {} if chat is None else {"chat_id": chat}
        return await self._limits.process_request(
            self._made, (endpoint, data), {}, endpoint, data, attempts
        )

    async def send(self, chat: int | str) -> object:
        return await self.call("sendMessage", chat)

    async def _made(self, endpoint: str, data: dict[str, Any]) -> bool:
        self.calls.append((asyncio.get_running_loop().time(), endpoint, data.get("chat_id")))
        # Calls that are made together are under way together.
        await asyncio.sleep(0)
        error = next(self._faults.get(endpoint, iter(())), None)
        if error:
            raise error
        return True

    def times(self, chat: int | None = None) -> list[float]:
        return [round(at, 2) for at, _, whose in self.calls if chat in {None, whose}]


def test_a_chat_takes_a_burst_and_then_one_message_a_second() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(overall=0, per_chat=1, burst=20))
        for _ in range(23):
            await telegram.send(7)
        return telegram.times()

    assert run(work()) == [0] * 20 + [1, 2, 3]


def test_all_chats_together_take_the_overall_rate() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(overall=10, per_chat=1))
        await asyncio.gather(*(telegram.send(chat) for chat in range(13)))
        return telegram.times()

    assert run(work()) == [0] * 10 + [0.1, 0.2, 0.3]


def test_less_than_one_call_a_second_is_slow_and_not_mute() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(overall=0.5, per_chat=0))
        for _ in range(3):
            await telegram.send(7)
        return telegram.times()

    assert run(work()) == [0, 2, 4]


def test_a_chat_that_is_full_does_not_hold_up_another() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(per_chat=1, burst=1))
        await asyncio.gather(*(telegram.send(7) for _ in range(3)), telegram.send(8))
        return telegram.times(8)

    assert run(work()) == [0]


def test_no_limit_is_no_waiting() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(overall=0, per_chat=0))
        await asyncio.gather(*(telegram.send(7) for _ in range(500)))
        return telegram.times()

    assert run(work()) == [0] * 500


def test_answering_a_tap_and_deleting_wait_for_nobody() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(overall=1, per_chat=1, burst=1))
        await telegram.send(7)
        for _ in range(50):
            await telegram.call("answerCallbackQuery")
            await telegram.call("deleteMessages", 7)
        return telegram.times()

    assert run(work()) == [0] * 101


def test_too_many_requests_holds_up_this_chat_as_long_as_telegram_says() -> None:
    async def work() -> Telegram:
        telegram = Telegram(Limits(), sendMessage=[RetryAfter(40)])
        await asyncio.gather(telegram.send(7), _later(telegram, 1, 7), _later(telegram, 2, 8))
        return telegram

    telegram = run(work())
    assert telegram.times(7) == [0, 40, 40]
    assert telegram.times(8) == [2]


async def _later(telegram: Telegram, seconds: float, chat: int) -> None:
    await asyncio.sleep(seconds)
    await telegram.send(chat)


def test_too_many_requests_for_no_chat_holds_up_all() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(), answerCallbackQuery=[RetryAfter(40)])
        await asyncio.gather(telegram.call("answerCallbackQuery"), _later(telegram, 1, 7))
        return telegram.times()

    assert run(work()) == [0, 40, 40]


def test_too_many_requests_about_the_bot_itself_holds_up_no_chat() -> None:
    async def work() -> list[tuple[float, str, object]]:
        telegram = Telegram(Limits(), setMyCommands=[RetryAfter(3600)])
        await asyncio.gather(telegram.call("setMyCommands"), _later(telegram, 1, 7))
        return telegram.calls

    assert run(work()) == [
        (0, "setMyCommands", None),
        (1, "sendMessage", 7),
        (3600, "setMyCommands", None),
    ]


def test_a_longer_wait_is_not_shortened_by_a_shorter_one() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(), sendMessage=[RetryAfter(40), RetryAfter(5)])
        await asyncio.gather(telegram.send(7), telegram.send(7), _later(telegram, 6, 7))
        return telegram.times()

    assert run(work()) == [0, 0, 40, 40, 40]


def test_a_network_fault_is_tried_again_with_growing_pauses() -> None:
    async def work() -> list[float]:
        faults = [TimedOut(), NetworkError("cut"), TimedOut(), TimedOut()]
        limits = Limits(first_pause=1, longest_pause=3, chance=Random(1))
        telegram = Telegram(limits, editMessageText=faults)
        assert await telegram.call("editMessageText", 7) is True
        return telegram.times()

    times = run(work())
    pauses = [after - before for before, after in pairwise(times)]
    shares = [pause / longest for pause, longest in zip(pauses, (1, 2, 3, 3), strict=True)]
    assert all(0.49 < share < 1.01 for share in shares), shares
    assert len(set(shares)) == 4


@pytest.mark.parametrize("error", [RetryAfter(1), TimedOut()], ids=["429", "timed out"])
def test_the_last_error_is_raised_after_so_many_attempts(error: TelegramError) -> None:
    async def work() -> int:
        telegram = Telegram(Limits(attempts=3), sendMessage=[error] * 9)
        with pytest.raises(type(error)):
            await telegram.send(7)
        return len(telegram.calls)

    assert run(work()) == 3


def test_a_call_may_ask_for_fewer_attempts() -> None:
    async def work() -> int:
        telegram = Telegram(Limits(), sendMessage=[TimedOut()] * 9)
        with pytest.raises(TimedOut):
            await telegram.call("sendMessage", 7, attempts=1)
        return len(telegram.calls)

    assert run(work()) == 1


@pytest.mark.parametrize(
    "error", [BadRequest("chat not found"), Forbidden("blocked")], ids=["400", "403"]
)
def test_what_telegram_refuses_is_not_tried_again(error: TelegramError) -> None:
    async def work() -> int:
        telegram = Telegram(Limits(), sendMessage=[error] * 9)
        with pytest.raises(type(error)):
            await telegram.send(7)
        return len(telegram.calls)

    assert run(work()) == 1


@pytest.mark.parametrize("endpoint", ["getMe", "getUpdates", "setWebhook"])
def test_the_caller_decides_whether_to_begin_again(endpoint: str) -> None:
    async def work() -> int:
        telegram = Telegram(Limits(), **{endpoint: [TimedOut()] * 9})
        with pytest.raises(TimedOut):
            await telegram.call(endpoint)
        return len(telegram.calls)

    assert run(work()) == 1


@pytest.mark.parametrize("error", [RetryAfter(60), TimedOut()], ids=["429", "timed out"])
def test_a_call_that_waits_can_be_cancelled(error: TelegramError) -> None:
    async def work() -> float:
        telegram = Telegram(Limits(first_pause=60, longest_pause=60), sendMessage=[error])
        waiting = asyncio.create_task(telegram.send(7))
        await asyncio.sleep(1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return asyncio.get_running_loop().time()

    assert run(work()) == 1


def test_a_cancelled_call_leaves_its_place_to_the_next() -> None:
    async def work() -> list[float]:
        telegram = Telegram(Limits(per_chat=1, burst=1))
        await telegram.send(7)
        gone, next_one = (asyncio.create_task(telegram.send(7)) for _ in range(2))
        await asyncio.sleep(0.5)
        gone.cancel()
        await next_one
        return telegram.times()

    assert run(work()) == [0, 1]


def test_only_so_many_chats_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CHATS", 3)

    async def work() -> list[object]:
        limits = Limits()
        telegram = Telegram(limits)
        for chat in (1, 2, 3, 1, 4):
            await telegram.send(chat)
        return list(limits._chats)

    assert run(work()) == [3, 1, 4]
