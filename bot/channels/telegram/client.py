"""The bot at Telegram: built with our transport and limits, and asked who it is.

Errors:

    TelegramProblem     the bot cannot work: a wrong token, an unreachable Bot API
"""

from collections.abc import Sequence
from typing import Any

from telegram import User
from telegram.constants import ParseMode
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.telegram.limits import Answer, Limits
from bot.channels.telegram.request import READ_TIMEOUT, AiohttpRequest

DEFAULT_API = "https://api.telegram.org"
ONCE = 1
"""How often is tried what shows no question: the next question must not wait for it."""

Keyboard = list[list[dict[str, Any]]]
"""Rows of buttons, each with its text and callback_data or copy_text, as the Bot API has them."""


class TelegramProblem(Exception):
    """Why the bot cannot work with Telegram, in one sentence without the token."""


class Client(ExtBot[int]):
    """A bot that does not show its token, neither itself nor in its errors."""

    def __repr__(self) -> str:
        return f"Client({self.token.partition(':')[0]!r})"

    async def initialize(self) -> None:
        """Open the connections and ask Telegram who the bot is.

        Raises TelegramProblem, with the connections closed again.
        """
        try:
            await super().initialize()
        except TelegramError as error:
            problem = TelegramProblem(_sentence(error))
        else:
            return
        await self.shutdown()
        # Raised here, so that not even its context is an error that quotes the token.
        raise problem

    async def raw_updates(
        self, offset: int | None, seconds: int, allowed: Sequence[str], read_timeout: float
    ) -> list[object]:
        """Wait up to `seconds` for updates and return them as they came.

        Raw, because one update that python-telegram-bot cannot read must not hold up the others;
        and not by its do_api_request, which warns and hides that a token was revoked.
        """
        parameters = {"offset": offset, "timeout": seconds, "allowed_updates": list(allowed)}
        found = await self._post("getUpdates", parameters, read_timeout=read_timeout)
        return found if isinstance(found, list) else []

    async def send_html(
        self,
        chat: int,
        text: str,
        keyboard: Keyboard | None = None,
        attempts: int | None = None,
    ) -> int:
        """Send HTML that cannot be passed on, and return the number of the message."""
        content = _content(chat, text, keyboard) | {"protect_content": True}
        sent = await self._call("sendMessage", content, attempts)
        return int(sent["message_id"]) if isinstance(sent, dict) else 0

    async def edit_html(
        self, chat: int, message: int, text: str, keyboard: Keyboard | None = None
    ) -> None:
        """Let a message show something else."""
        content = _content(chat, text, keyboard) | {"message_id": message}
        await self._call("editMessageText", content)

    async def stop_waiting(self, callback: str) -> None:
        """Let the phone know that a tap has arrived; tried once."""
        await self._call("answerCallbackQuery", {"callback_query_id": callback}, ONCE)

    async def remove(self, chat: int, messages: Sequence[int]) -> None:
        """Delete up to a hundred messages; tried once."""
        await self._call("deleteMessages", {"chat_id": chat, "message_ids": list(messages)}, ONCE)

    async def _call(
        self, method: str, content: dict[str, Any], attempts: int | None = None
    ) -> object:
        """Call a method with what is plain JSON already.

        For what is called at every tap: python-telegram-bot's own methods take twice as long,
        because they build objects for every button and read the message that comes back.
        """
        if self.rate_limiter is None:
            return await self._post_json(method, content)
        return await self.rate_limiter.process_request(
            self._post_json, (method, content), {}, method, content, attempts
        )

    async def _post_json(self, method: str, content: dict[str, Any]) -> Answer:
        parameters = [RequestParameter(name, value, None) for name, value in content.items()]
        return await self.request.post(f"{self.base_url}/{method}", RequestData(parameters))


def _content(chat: int, text: str, keyboard: Keyboard | None) -> dict[str, Any]:
    markup = {"reply_markup": {"inline_keyboard": keyboard}} if keyboard is not None else {}
    return {"chat_id": chat, "text": text, "parse_mode": ParseMode.HTML} | markup


def client(
    token: str,
    api: str = DEFAULT_API,
    limits: Limits | None = None,
    patience: float = READ_TIMEOUT,
) -> Client:
    """Build the bot; `api` is another server that speaks the Bot API.

    Nothing is sent yet. Long polling has a connection of its own, so that it never waits behind
    messages.
    """
    address = api.rstrip("/")
    return Client(
        token,
        base_url=f"{address}/bot",
        base_file_url=f"{address}/file/bot",
        request=AiohttpRequest(read_timeout=patience),
        get_updates_request=AiohttpRequest(connections=1),
        rate_limiter=limits,
    )


async def identify(bot: Client) -> User:
    """Return who the bot is, connected to Telegram if it was not; raises TelegramProblem."""
    await bot.initialize()
    return bot.bot


async def name_of(token: str, api: str) -> str:
    """Ask Telegram once what the bot is called; raises TelegramProblem."""
    bot = client(token, api)
    me = await identify(bot)
    await bot.shutdown()
    return me.username or ""


def _sentence(error: TelegramError) -> str:
    if isinstance(error, InvalidToken):
        return "Telegram refuses the bot's token: it is wrong, or it was revoked."
    if isinstance(error, NetworkError):
        return f"Telegram cannot be reached: {error.message.rstrip('.')}."
    return f"Telegram does not let the bot in: {error.message.rstrip('.')}."
