"""Long polling: updates are asked for, and acknowledged by asking for those that follow."""

import asyncio
import logging
from datetime import UTC, datetime

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.decoding import decoded
from bot.dispatch import Dispatcher
from bot.inbound import Inbound
from storage.problems import DatabaseProblem

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
WAITING_SECONDS = 30
ANSWERING_SECONDS = 15

log = logging.getLogger(__name__)


class Polling:
    """Asks for updates until it is told to stop."""

    def __init__(
        self, bot: Client, dispatcher: Dispatcher, first_pause: float, longest_pause: float
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._stopping = asyncio.Event()
        self._offset: int | None = None
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._pause = first_pause

    def stop(self) -> None:
        """Take no more updates; those that were taken are finished."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped; raises InvalidToken when Telegram does not know the bot any more."""
        while not self._stopping.is_set():
            found = await self._asked()
            if found and await self._stored(found):
                self._offset = max(inbound.update for inbound in found) + 1
        await self._acknowledge()

    async def _asked(self) -> list[Inbound]:
        asking = asyncio.create_task(self._updates(WAITING_SECONDS))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((asking, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not asking.done():
            asking.cancel()
            await asyncio.wait((asking,))
            return []
        try:
            found = asking.result()
        except InvalidToken:
            raise
        except TelegramError as error:
            await self._rest(error)
            return []
        self._pause = self._first_pause
        now = datetime.now(UTC)
        return sorted((decoded(raw, now) for raw in found), key=lambda inbound: inbound.update)

    async def _updates(self, seconds: int) -> list[object]:
        answering = seconds + ANSWERING_SECONDS
        return await self._bot.raw_updates(self._offset, seconds, ALLOWED_UPDATES, answering)

    async def _stored(self, found: list[Inbound]) -> bool:
        """Return whether the updates are stored; they come again when they are not."""
        try:
            await self._dispatcher.take(found)
        except DatabaseProblem as error:
            await self._rest(error)
            return False
        if found[-1].update < 0:
            await self._rest(ValueError("updates without a number"))
        return True

    async def _acknowledge(self) -> None:
        """Let Telegram forget what is stored, so that the next start does not begin with it."""
        if self._offset is None:
            return
        try:
            await self._updates(0)
        except TelegramError as error:
            log.info("the last updates will come again: %s", error.message)

    async def _rest(self, error: Exception) -> None:
        if isinstance(error, RetryAfter):
            self._pause = _seconds(error)
        elif isinstance(error, Conflict):
            log.warning("Another process asks for this bot's updates too; only one may.")
        elif isinstance(error, TelegramError):
            log.warning("Telegram gives no updates: %s", error.message)
        try:
            async with asyncio.timeout(self._pause):
                await self._stopping.wait()
        except TimeoutError:
            self._pause = min(self._pause * 2, self._longest_pause)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after if isinstance(after, int) else after.total_seconds()
