"""Updates brought to a bot's own address: each chat in order, different chats side by side."""

import asyncio
from collections import deque
from random import Random
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.telegram_server.updates import Update

if TYPE_CHECKING:
    from tests.telegram_server.server import TelegramServer

SECRET = "X-Telegram-Bot-Api-Secret-Token"
HTTP_OK, HTTP_REDIRECT = 200, 300


class Webhook:
    """The address of one bot, or several behind a balancer that picks one at random.

    Anything but success is tried again after `back_off` seconds.
    """

    def __init__(self, server: "TelegramServer", seed: int) -> None:
        self.server = server
        self.url = ""
        self.urls: list[str] = []
        self.secret = ""
        self.connections = 1
        self.back_off = 0.05
        self.timeout = 30.0
        self.last_error: dict[str, Any] = {}
        self._random = Random(seed)
        self._queues: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(self.connections)
        self._session: ClientSession | None = None

    @property
    def active(self) -> bool:
        """Whether updates are brought, so that the bot need not fetch them."""
        return bool(self.url or self.urls)

    def set(self, url: str, secret: str, connections: int) -> None:
        """Bring updates to this address from now on, those that wait already first."""
        if connections != self.connections:
            self._free = asyncio.Semaphore(connections)
        self.url, self.secret, self.connections = url, secret, connections
        self.last_error = {}
        self.bring_all()

    def bring_all(self) -> None:
        """Begin with what waits."""
        queued = {update.id for queue in self._queues.values() for update in queue}
        for update in self.server.updates.pending.values():
            if update.id not in queued:
                self.bring(update)
        for update in self.server.updates.again:
            self.bring(update)
        self.server.updates.again.clear()

    def bring(self, update: Update) -> None:
        """Bring an update when those before it in its chat have been taken."""
        waiting = self._queues.get(update.chat)
        if waiting is not None:
            waiting.append(update)
            return
        self._queues[update.chat] = deque([update])
        task = asyncio.create_task(self._chat(update.chat))
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(wrong := task.exception(), Exception):
            self.server.failures.append(wrong)

    def clear(self) -> None:
        """Stop; what was not taken waits for getUpdates or another webhook."""
        self.url, self.secret, self.urls = "", "", []
        for task in self._tasks:
            task.cancel()
        self._queues.clear()

    async def close(self) -> None:
        """Stop for good."""
        self.clear()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _chat(self, chat: int) -> None:
        queue = self._queues[chat]
        while queue:
            async with self._free:
                taken = await self._post(queue[0])
            if not taken:
                await asyncio.sleep(self.back_off)
                continue
            update = queue.popleft()
            self.server.updates.pending.pop(update.id, None)
            self.server.settle()
        del self._queues[chat]

    async def _post(self, update: Update) -> bool:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=self.timeout))
        url = self._random.choice(self.urls) if self.urls else self.url
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET] = self.secret
        try:
            async with self._session.post(url, data=update.body, headers=headers) as response:
                if HTTP_OK <= response.status < HTTP_REDIRECT:
                    return True
                why = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (ClientError, TimeoutError, OSError) as wrong:
            why = f"Connection failed: {type(wrong).__name__}"
        self.last_error = {"last_error_date": self.server.now(), "last_error_message": why}
        return False
