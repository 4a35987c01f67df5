"""Takes updates to the inbox: all that wait at once, each person's in order; then shows them."""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Protocol

from bot.delivery import Delivered, Outbound
from bot.inbound import Inbound
from bot.inbox import Inbox, Processed
from storage.problems import DatabaseProblem

MOST = 200
"""Updates in one transaction."""
REPORTING_SECONDS = 0.1
"""How long the news of what was shown waits for a transaction that is made anyway.

Nobody taps the next answer sooner, so another process knows what was shown when it takes it.
"""
SWEEPING_SECONDS = 60.0

log = logging.getLogger(__name__)


class Channel(Protocol):
    """What shows people where they are."""

    reports: dict[str, Delivered]
    """How far it has come, by address; kept until it is stored."""
    failed: bool
    """Whether something could not be shown, so that it has to be tried again later."""

    def send(self, outbound: Outbound) -> None:
        """Show this soon, in order for each person; the newest takes the place of what waits."""
        ...

    def answer(self, inbound: Inbound) -> None:
        """Answer an update that is for no conversation, or from a stranger."""
        ...


class Dispatcher:
    """Lets every update into the inbox once it is its turn, and the channel show what comes of it.

    While a transaction is made, what comes in waits for the next one.
    """

    def __init__(self, inbox: Inbox, channel: Channel, sweeping: float = SWEEPING_SECONDS) -> None:
        self._inbox = inbox
        self._channel = channel
        self._waiting: OrderedDict[str, deque[_Waiting]] = OrderedDict()
        self._wake = asyncio.Event()
        self._troubled = False
        self._sweeping = sweeping
        # One thread: a second transaction could only wait for the first.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inbox")

    async def take(self, inbounds: Iterable[Inbound]) -> None:
        """Return when all of these are stored; DatabaseProblem when they have to be sent again."""
        loop = asyncio.get_running_loop()
        waiting = [_Waiting(inbound, loop.create_future()) for inbound in inbounds]
        for item in waiting:
            # What belongs to nobody has no order to keep.
            address = item.inbound.address or f"update {item.inbound.update}"
            self._waiting.setdefault(address, deque()).append(item)
        self._wake.set()
        results = await asyncio.gather(*(item.stored for item in waiting), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def run(self) -> None:
        """Work until cancelled, or until something fails that nobody foresaw."""
        tasks = [asyncio.create_task(work) for work in (self._work(), self._sweep())]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def close(self) -> None:
        """Store the last reports; what could not be stored is shown once more at the next start."""
        try:
            await self._stored([], dict(self._channel.reports))
        except DatabaseProblem as error:
            log.warning("what was shown last could not be noted: %s", error)
        self._thread.shutdown()

    async def heal(self) -> None:
        """Show what was stored but, as far as is known, not shown."""
        loop = asyncio.get_running_loop()
        self._show(await loop.run_in_executor(self._thread, self._inbox.behind))

    async def _work(self) -> None:
        while True:
            await self._something()
            await self._batch()

    async def _something(self) -> None:
        while not self._waiting:
            self._wake.clear()
            try:
                async with asyncio.timeout(REPORTING_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                if self._channel.reports:
                    return

    async def _batch(self) -> None:
        batch = self._next()
        reports = dict(self._channel.reports)
        try:
            processed = await self._stored([item.inbound for item in batch], reports)
        except Exception as error:
            self._refuse(batch, error)
            if not isinstance(error, DatabaseProblem):
                raise
            if not self._troubled:
                log.error("Nothing is acknowledged for now: %s", error)
            self._troubled = True
            return
        if self._troubled:
            log.warning("The database can be used again.")
        self._troubled = False
        self._show(processed)
        for item in batch:
            if not item.stored.done():
                item.stored.set_result(None)

    def _next(self) -> "list[_Waiting]":
        """Take the first update of each address, so that nobody's are taken out of order."""
        batch = []
        for address in list(self._waiting)[:MOST]:
            waiting = self._waiting[address]
            batch.append(waiting.popleft())
            # Whoever has more waits behind the others.
            del self._waiting[address]
            if waiting:
                self._waiting[address] = waiting
        return batch

    def _refuse(self, batch: "Iterable[_Waiting]", error: Exception) -> None:
        """Let all that wait be sent again, because a later one must not come first."""
        waiting = [item for items in self._waiting.values() for item in items]
        self._waiting.clear()
        for item in (*batch, *waiting):
            if not item.stored.done():
                item.stored.set_exception(error)

    async def _stored(self, inbounds: list[Inbound], reports: Mapping[str, Delivered]) -> Processed:
        loop = asyncio.get_running_loop()
        processed = await loop.run_in_executor(self._thread, self._inbox.take, inbounds, reports)
        for address, report in reports.items():
            if self._channel.reports.get(address) is report:
                del self._channel.reports[address]
        return processed

    def _show(self, processed: Processed) -> None:
        for outbound in processed.outbounds:
            self._channel.send(outbound)
        for inbound in processed.others:
            self._channel.answer(inbound)

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        patience = timedelta(seconds=self._sweeping)
        while True:
            await asyncio.sleep(self._sweeping)
            try:
                self._show(await loop.run_in_executor(self._thread, self._inbox.sweep, patience))
                if self._channel.failed:
                    self._channel.failed = False
                    await self.heal()
            except DatabaseProblem as error:
                self._channel.failed = True
                log.warning("old answers stay in the chats for now: %s", error)


class _Waiting:
    def __init__(self, inbound: Inbound, stored: "asyncio.Future[None]") -> None:
        self.inbound = inbound
        self.stored = stored
