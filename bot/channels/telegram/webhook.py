"""A webhook: Telegram delivers updates, and hears “200” only when they are stored."""

import hmac
import logging
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.telegram.client import TelegramProblem
from bot.channels.telegram.decoding import decoded
from bot.dispatch import Dispatcher
from storage.problems import DatabaseProblem

HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 1_000_000
AT_ONCE = 100
"""Deliveries side by side: Telegram's highest, and each of them waits for a commit."""

log = logging.getLogger(__name__)


def secret(token: str) -> str:
    """Return what Telegram has to show: the same in each process, and it gives no token away."""
    return hmac.new(token.encode(), b"webhook", sha256).hexdigest()


class Webhook:
    """An HTTP server for the updates of one bot."""

    def __init__(self, dispatcher: Dispatcher, url: str, token: str) -> None:
        self._dispatcher = dispatcher
        self._secret = secret(token).encode()
        server = web.Application(client_max_size=MOST_BYTES)
        server.router.add_post(urlsplit(url).path or "/", self._receive)
        self._runner = web.AppRunner(server, access_log=None)

    async def start(self, host: str, port: int) -> None:
        """Listen; raises TelegramProblem when the address cannot be used."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except (OSError, UnicodeError) as error:
            await self._runner.cleanup()
            why = getattr(error, "strerror", "no such host")
            raise TelegramProblem(
                f"{host}:{port} cannot be listened to: {why}; name another address with --listen."
            ) from None

    async def stop(self) -> None:
        """Take no more updates; those that were taken are finished."""
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        shown = request.headers.get(HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(shown, self._secret):
            return web.Response(status=HTTPStatus.FORBIDDEN)
        try:
            raw = await request.json()
        except (LookupError, RecursionError, ValueError):
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        inbound = decoded(raw, datetime.now(UTC))
        try:
            await self._dispatcher.take([inbound])
        except DatabaseProblem:
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        return web.Response()
