"""Makes the exports that people ordered in the chat, and sends each of them once."""

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TypeVar

from bot.clerk import Clerk, Parcel
from bot.fault import place_of
from bot.jobs import EVERY_SECONDS, PATIENCE, Later, Notifier, language_of, repeating
from bot.world import World
from flows.order import PROBLEMS, Choices, Wanted, caption, choices
from flows.sending import MADE_APART, Notification, Outcome
from flows.texts import Say
from storage import chats, organisations, people, sendings, sheets
from storage.database import Database
from storage.sendings import Sending

Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Orders:
    """Makes and sends on one channel what was ordered, one after the other.

    Beside the other messages, which do not wait for it. Until something is made it was certainly
    not sent, so that what a process leaves behind that is killed meanwhile is made again.
    """

    def __init__(
        self,
        database: Database,
        world: World,
        channel: str,
        notifier: Notifier,
        language: str,
        every: float = EVERY_SECONDS,
    ) -> None:
        self._database = database
        self._world = world
        self._channel = channel
        self._notifier = notifier
        self._language = language
        self._every = every
        self._clerk = Clerk()
        self._stopping = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="orders")

    async def run(self) -> None:
        """Work until stopped: a round now, and one every minute."""
        await repeating(self.round, self._stopping, self._every)

    def stop(self) -> None:
        """Leave what is being made for whoever comes next; let go what is being sent."""
        self._stopping.set()
        self._clerk.close()

    def close(self) -> None:
        """Let go of the thread."""
        self._clerk.close()
        self._thread.shutdown()

    async def round(self) -> int:
        """Make and send what waits; return how many orders were dealt with."""
        done = 0
        while not self._stopping.is_set():
            order = await self._blocking(self._take)
            if order is None:
                break
            await self._deal_with(order)
            done += 1
        return done

    async def _blocking(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _take(self) -> Sending | None:
        now = self._world.clock()
        with self._database.writing() as connection:
            sendings.make_again(connection, now, PATIENCE)
            return sendings.begin_making(connection, self._channel, now, MADE_APART)

    async def _deal_with(self, order: Sending) -> None:
        address = await self._blocking(partial(self._address, order))
        if not address:
            await self._blocking(partial(self._settle, order, "nothing", 0))
            return
        made = await self._blocking(partial(self._made, order))
        if made is None:
            await self._blocking(partial(self._put_back, order, timedelta(0)))
        elif await self._blocking(partial(self._is_ours, order)):
            result = await self._notified(order, address, made)
            if result == "failed" and made.file:
                await self._notified(order, address, await self._blocking(partial(self._no, order)))
            if isinstance(result, Later):
                await self._blocking(partial(self._put_back, order, result.after))
            else:
                await self._blocking(partial(self._settle, order, result, made.items))

    def _address(self, order: Sending) -> str:
        """Return where somebody is reached who is still here; "" for nobody."""
        with self._database.reading() as connection:
            found = people.addresses(connection, self._channel, [order.key]).get(order.key)
        return found.address if found else ""

    def _made(self, order: Sending) -> Notification | None:
        return ordered(
            self._database, self._world, self._clerk, self._channel, order, self._language
        )

    def _is_ours(self, order: Sending) -> bool:
        """Let it count as sent from here on, unless another process makes it by now."""
        with self._database.writing() as connection:
            return sendings.claim_made(connection, order, self._world.clock())

    async def _notified(
        self, order: Sending, address: str, notification: Notification
    ) -> Outcome | Later:
        try:
            return await self._notifier.notify(address, notification)
        except Exception as error:  # noqa: BLE001 - the next order goes on
            # Perhaps it did arrive.
            log.error("an export of %s: %s", order.person, place_of(error))
            return "unknown"

    def _no(self, order: Sending) -> Notification:
        """Return what says that the channel did not take a file."""
        with self._database.reading() as connection:
            language = language_of(connection, order.key, self._language)
        return Notification(self._world.interface.say(language)(PROBLEMS["refused"]), 0)

    def _settle(self, order: Sending, outcome: Outcome, items: int) -> None:
        now = self._world.clock()
        with self._database.writing() as connection:
            sendings.settle(connection, {order: (outcome, items)}, now)
            chats.note_unreachable(connection, [order.key] if outcome == "blocked" else [], now)

    def _put_back(self, order: Sending, after: timedelta) -> None:
        with self._database.writing() as connection:
            sendings.put_back(connection, {order: self._world.clock() + after})


def ordered(
    database: Database, world: World, clerk: Clerk, channel: str, order: Sending, otherwise: str
) -> Notification | None:
    """Make what somebody ordered, and say why where there is no file; None if it was stopped.

    `otherwise` is the language of whoever never chose one.
    """
    organisation, person = order.key
    wanted: Wanted = json.loads(order.wanted)
    asked = {"organisation": organisation, "person": person, "channel": channel, "wanted": wanted}
    parcel = clerk.make(asked)
    if parcel is None:
        return None
    with database.reading() as connection:
        language = language_of(connection, order.key, otherwise)
        names = organisations.project_names(connection, organisation)
        released = sheets.released(connection, organisation)
    known = choices(world.interface, language, names, released)
    return _told(world.interface.say(language), wanted, known, parcel)


def _told(say: Say, wanted: Wanted, known: Choices, parcel: Parcel) -> Notification:
    if parcel.problem:
        return Notification(say(PROBLEMS[parcel.problem]), 0)
    text = caption(say, wanted, known, parcel.rows, parcel.digest)
    return Notification(text, parcel.rows, file=parcel.content, file_name=parcel.name)
