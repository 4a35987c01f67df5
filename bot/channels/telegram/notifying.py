"""Sends what comes by itself on Telegram: once, or not at all."""

import asyncio
import logging
from datetime import timedelta

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.client import ONCE, Client, Keyboard
from bot.channels.telegram.drawing import plain
from bot.channels.telegram.request import READ_TIMEOUT, NotDone
from bot.channels.telegram.sending import NOBODY, says
from bot.jobs import Later
from flows.sending import Chart, Notification, Outcome

MOST_CAPTION = 1024
"""Characters below a picture or a file: core.telegram.org/bots/api#sendphoto."""

SLOWEST = 200_000
"""Bytes a second that a large file needs at least to arrive in time."""

log = logging.getLogger(__name__)


class _Unsent(Exception):
    """Nothing of a message was sent."""

    def __init__(self, after: timedelta) -> None:
        super().__init__()
        self.after = after


class TelegramNotifier:
    """Telegram as the way of messages that come by themselves.

    A call that may have been carried out is never made again: somebody who is told twice trusts
    the next message less than somebody who was told once too few.
    """

    def __init__(self, bot: Client, rate: float, pause: float) -> None:
        """`pause` is in seconds: after that is tried again what was certainly not done."""
        self.rate = rate
        self._bot = bot
        self._pause = timedelta(seconds=pause)

    async def notify(self, address: str, notification: Notification) -> Outcome | Later:
        """Send a message: its picture, its text with buttons, its file.

        A text without buttons goes along with its file, as one message.
        """
        chat = int(address)
        is_below = bool(
            notification.file and not notification.rows and len(notification.text) <= MOST_CAPTION
        )
        try:
            if notification.picture:
                await self._picture(chat, notification)
            for chart in notification.charts:
                await self._chart(chat, chart)
            if not is_below:
                await self._text(chat, notification)
            if notification.file:
                await self._file(chat, notification, notification.text if is_below else "")
        except _Unsent as unsent:
            return Later(unsent.after)
        except Forbidden as error:
            log.info("%s cannot be reached: %s", address, error.message)
            return "blocked"
        except BadRequest as error:
            log.error("%s was refused: %s", address, error.message)
            return "blocked" if says(error, NOBODY) else "failed"
        except TelegramError as error:
            log.warning("%s may have got a message: %s", address, error.message)
            return "unknown"
        return "sent"

    async def _picture(self, chat: int, notification: Notification) -> None:
        """Send the picture first, without which the text says the same in words."""
        try:
            await self._bot.send_photo(
                chat,
                notification.picture,
                caption=notification.described[:MOST_CAPTION] or None,
                protect_content=True,
                rate_limit_args=ONCE,
            )
        except (RetryAfter, NotDone) as error:
            raise _Unsent(self._wait(error)) from None
        except Forbidden:
            raise
        except (BadRequest, NetworkError) as error:
            log.warning("%d: a picture was not sent: %s", chat, error.message)

    async def _chart(self, chat: int, chart: Chart) -> None:
        """Send a chart, or its words where it was not drawn; what was not done is done again."""
        while True:
            try:
                if not chart.picture:
                    await self._bot.send_html(chat, plain(chart.described), [], ONCE)
                    return
                await self._bot.send_photo(
                    chat,
                    chart.picture,
                    caption=chart.described[:MOST_CAPTION] or None,
                    protect_content=False,
                    rate_limit_args=ONCE,
                )
            except (RetryAfter, NotDone) as error:
                await asyncio.sleep(self._wait(error).total_seconds())
            else:
                return

    async def _text(self, chat: int, notification: Notification) -> None:
        """Send the text; what was certainly not done is done again if the picture is there."""
        keyboard: Keyboard = [
            [{"text": button.label, "callback_data": button.token} for button in row]
            for row in notification.rows
        ]
        while True:
            try:
                await self._bot.send_html(chat, plain(notification.text), keyboard, ONCE)
            except (RetryAfter, NotDone) as error:
                if not notification.picture:
                    raise _Unsent(self._wait(error)) from None
                await asyncio.sleep(self._wait(error).total_seconds())
            else:
                return

    async def _file(self, chat: int, notification: Notification, caption: str) -> None:
        """Send the file, which is meant to be saved and passed on."""
        seconds = READ_TIMEOUT + len(notification.file) / SLOWEST
        try:
            await self._bot.send_document(
                chat,
                notification.file,
                filename=notification.file_name,
                caption=caption or None,
                protect_content=False,
                read_timeout=seconds,
                write_timeout=seconds,
                rate_limit_args=ONCE,
            )
        except (RetryAfter, NotDone) as error:
            if caption:
                raise _Unsent(self._wait(error)) from None
            raise

    def _wait(self, error: RetryAfter | NotDone) -> timedelta:
        if not isinstance(error, RetryAfter):
            return self._pause
        after = error.retry_after
        return after if isinstance(after, timedelta) else timedelta(seconds=after)
