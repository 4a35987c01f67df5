"""How fast the bot may call Telegram, and what happens when a call does not get through."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.error import BadRequest, NetworkError, RetryAfter
from telegram.ext import BaseRateLimiter

log = logging.getLogger(__name__)

# These show nothing new in a chat, so Telegram does not count them as messages, and a finger
# waits for the first one.
UNCOUNTED = {"answerCallbackQuery", "deleteMessages"}
# Who makes these calls decides about the next attempt: polling goes on anyway, and at the start
# a person wants to hear soon that the network is down.
NOT_REPEATED = {"getMe", "getUpdates", "setWebhook"}
# Telegram limits what is said about the bot itself for hours; the chats need not wait for that.
ABOUT_THE_BOT = ("setMy", "deleteMy")
MOST_CHATS = 10_000

Answer = bool | dict[str, Any] | list[dict[str, Any]]


@dataclass(slots=True)
class _Lane:
    """What calls pass one after the other: a chat, or the bot as a whole."""

    bucket: AsyncLimiter | None
    closed_until: float = 0.0

    async def enter(self, *, counted: bool) -> None:
        if counted and self.bucket:
            await self.bucket.acquire()
        # Not an event: the time may be put off while calls wait for it.
        while (wait := self.closed_until - _now()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait)

    def close(self, seconds: float) -> None:
        self.closed_until = max(self.closed_until, _now() + seconds)


class Limits(BaseRateLimiter[int]):
    """Telegram's limits, kept on our side, and repeated attempts.

    `overall` is how many messages may be sent or changed in a second, `per_chat` how many in one
    chat on average after a burst of `burst`; 0 stands for no limit. After "429 Too Many Requests"
    the chat waits as long as Telegram says, or all chats when the call was for none. A network
    fault is tried again after `first_pause` seconds, then after twice as long, at most
    `longest_pause`, each time shortened by chance by up to a half. A call is made `attempts` times
    at most, or as often as its `rate_limit_args` say; then its last error is raised.

    A call that timed out may have been carried out, so a repeated sendMessage may show a message
    twice. That is accepted: a message that is missing would be worse, and changing a message
    twice does no harm.
    """

    def __init__(
        self,
        overall: float = 30,
        per_chat: float = 1,
        burst: float = 20,
        *,
        attempts: int = 5,
        first_pause: float = 0.5,
        longest_pause: float = 30,
        chance: Random | None = None,
    ) -> None:
        self._everything = _Lane(_bucket(overall, overall))
        self._chats: OrderedDict[int | str, _Lane] = OrderedDict()
        self._per_chat = per_chat
        self._burst = burst
        self._attempts = attempts
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        # Only spreads repetitions, so anybody may guess it.
        self._chance = chance or Random()  # noqa: S311

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing: calls that wait end when they are cancelled."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,  # noqa: ANN401 - handed on as it comes
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        """Make the call when it is its turn, and again if it did not get through."""
        lane = self._lane(data.get("chat_id"))
        attempts = rate_limit_args or self._attempts
        attempt = 1
        while True:
            await self._enter(lane, endpoint)
            try:
                return await callback(*args, **kwargs)
            except (RetryAfter, NetworkError) as error:
                if attempt >= attempts or _is_final(endpoint, error):
                    raise
                pause = self._pause(attempt, error)
                if isinstance(error, RetryAfter) and not endpoint.startswith(ABOUT_THE_BOT):
                    (lane or self._everything).close(pause)
                log.info("%s: %s, again in %.1f s", endpoint, type(error).__name__, pause)
            await asyncio.sleep(pause)
            attempt += 1

    async def _enter(self, lane: _Lane | None, endpoint: str) -> None:
        counted = lane is not None and endpoint not in UNCOUNTED
        if lane:
            await lane.enter(counted=counted)
        await self._everything.enter(counted=counted)

    def _lane(self, chat: int | str | None) -> _Lane | None:
        if chat is None:
            return None
        lane = self._chats.get(chat)
        if lane is None:
            lane = self._chats[chat] = _Lane(_bucket(self._burst, self._per_chat))
            # With so many chats, the one that was quiet for longest has been quiet for minutes.
            if len(self._chats) > MOST_CHATS:
                self._chats.popitem(last=False)
        else:
            self._chats.move_to_end(chat)
        return lane

    def _pause(self, attempt: int, error: RetryAfter | NetworkError) -> float:
        if isinstance(error, RetryAfter):
            after = error.retry_after
            return after.total_seconds() if isinstance(after, timedelta) else float(after)
        longest = min(self._longest_pause, self._first_pause * 2.0 ** (attempt - 1))
        return longest * (1 - self._chance.random() / 2)


def _bucket(burst: float, rate: float) -> AsyncLimiter | None:
    """Return a bucket that lets a burst pass, but never less than one call; None for no limit."""
    if not rate:
        return None
    most = max(1.0, burst)
    return AsyncLimiter(most, most / rate)


def _is_final(endpoint: str, error: RetryAfter | NetworkError) -> bool:
    if isinstance(error, RetryAfter):
        return False
    return isinstance(error, BadRequest) or endpoint in NOT_REPEATED


def _now() -> float:
    return asyncio.get_running_loop().time()
