"""Watches a server: how many calls it has had, and what it delivered more than once."""

import asyncio
from collections import Counter

from tests.telegram_server import TelegramServer
from tests.telegram_server.updates import Update, Updates

SECONDS = 60
"""Only what hangs takes so long."""


class Calls(Counter[str]):
    """Calls by method; somebody may wait until so many more have come."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[tuple[str, int, asyncio.Event]] = []

    def __setitem__(self, method: str, count: int) -> None:
        super().__setitem__(method, count)
        for wanted, number, event in self._waiting:
            if self._so_far(wanted) >= number:
                event.set()

    async def more(self, number: int = 1, method: str = "") -> None:
        """Wait for so many further calls, of one method or of all."""
        waiting = (method, self._so_far(method) + number, asyncio.Event())
        self._waiting.append(waiting)
        async with asyncio.timeout(SECONDS):
            await waiting[2].wait()
        self._waiting.remove(waiting)

    def _so_far(self, method: str) -> int:
        return self[method] if method else self.total()


class Delivered(Updates):
    """The queue of a server that counts how often each update was handed out."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.times: Counter[int] = Counter()

    @property
    def repeated(self) -> int:
        """How often an update was handed out that had been handed out before."""
        return self.times.total() - len(self.times)

    def batch(self, offset: int, limit: int) -> list[Update]:
        found = super().batch(offset, limit)
        self.times.update(update.id for update in found)
        return found


class Watched(TelegramServer):
    """A server that is watched."""

    def __init__(self, *, strict: bool = True, seed: int = 1) -> None:
        super().__init__(strict=strict, seed=seed)
        self.calls: Calls = Calls()
        self.updates: Delivered = Delivered(seed)


async def moment(seconds: float) -> None:
    """Let any instant be the one, also in the midst of a call."""
    loop = asyncio.get_running_loop()
    passed = loop.create_future()
    loop.call_later(seconds, passed.set_result, None)
    await passed
