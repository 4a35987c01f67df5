"""Sends what comes by itself: plans the day, claims what is due, and notes what became of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from bot.easel import Easel
from bot.fault import place_of
from bot.notifications import RENDER
from bot.planning import plan
from bot.world import World
from flows.plan import NO_PLAN
from flows.sending import ANY_TIME, DIGEST, KINDS, MADE_APART, Chart, Notification, Outcome
from flows.wishes import Wishes, is_wanted
from flows.working_time import moment_to_send
from storage import chats, conversations, organisations, people, sendings, wishes
from storage.database import Connection, Database
from storage.people import Found, Key
from storage.problems import ContentDamaged, DatabaseProblem
from storage.sendings import Sending

AT_ONCE = 5
"""Messages that are claimed together. Whatever a process has claimed when it is killed is noted as
perhaps sent, so these are few."""

PATIENCE = timedelta(minutes=10)
"""After this, whoever claimed a message is gone."""

KEPT = timedelta(days=400)
"""How long it is known what was sent: a coordinator may ask about the year before."""

MANY = 60
"""From so many messages on it is said when they will be done."""

DRAWING_SECONDS = 0.25
"""What the picture of an overview takes."""

EVERY_SECONDS = 60.0

USUAL = [kind for kind in KINDS if kind not in MADE_APART]
QUICK = [kind for kind in USUAL if kind != DIGEST]
"""An overview takes longer to make than all reminders of a project, so it comes after them."""

Result = TypeVar("Result")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Later:
    """A message that was certainly not sent; it waits for so long at least."""

    after: timedelta


class Notifier(Protocol):
    """What sends a message that comes by itself."""

    rate: float
    """How many it may send in a second; 0 is without a limit."""

    async def notify(self, address: str, notification: Notification) -> Outcome | Later:
        """Send a message at most once and say what became of it."""
        ...


@dataclass(frozen=True, slots=True)
class _Ready:
    """A claimed message: to be sent, or with an outcome, or with a time to wait for."""

    sending: Sending
    address: str = ""
    notification: Notification | None = None
    outcome: Outcome = "nothing"
    until: datetime | None = None


class Jobs:
    """Plans and sends on one channel, next to other processes that do the same.

    Everything that blocks is done in a thread of its own, so that no answer waits for it.
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
        self._easel = Easel()
        self._stopping = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="jobs")

    async def run(self) -> None:
        """Work until stopped: a round now, and one every minute."""
        await repeating(self.round, self._stopping, self._every)

    def stop(self) -> None:
        """Let the round end with the messages that are on their way."""
        self._stopping.set()

    def close(self) -> None:
        """Let go of the thread, and of what draws."""
        self._thread.shutdown()
        self._easel.close()

    async def round(self) -> int:
        """Plan what has come due and send it; return how many messages were dealt with."""
        done = 0
        if not await self._blocking(self._begin):
            return done
        while not self._stopping.is_set():
            ready = await self._blocking(self._claim)
            if not ready:
                break
            found = await asyncio.gather(*(self._send(item) for item in ready))
            await self._blocking(partial(self._settle, list(zip(ready, found, strict=True))))
            done += len(ready)
        await self._blocking(self._easel.close)
        return done

    async def _blocking(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _begin(self) -> int:
        """Plan what has come due; return how many messages should be on their way by now."""
        plan(self._database, self._world, self._channel)
        now = self._world.clock()
        with self._database.writing() as connection:
            sendings.forget(connection, now.date() - KEPT)
            if lost := sendings.give_up(connection, now, PATIENCE):
                log.warning("perhaps sent, and not sent again: %d", lost)
        with self._database.reading() as connection:
            waiting = sendings.waiting(connection, self._channel, now)
        count = waiting.total()
        if count >= MANY and self._notifier.rate:
            seconds = max(count / self._notifier.rate, waiting[DIGEST] * DRAWING_SECONDS)
            end = now + timedelta(seconds=seconds)
            local = end.astimezone(self._world.time_zone)
            log.info("%d messages to send; done at about %s", count, f"{local:%H:%M}")
        return count

    def _claim(self) -> "list[_Ready]":
        """Take some messages and prepare them; what cannot be prepared is set aside alone."""
        now = self._world.clock()
        with self._database.writing() as connection:
            claimed = sendings.claim(
                connection, self._channel, now, AT_ONCE, QUICK
            ) or sendings.claim(connection, self._channel, now, AT_ONCE, USUAL)
            if not claimed:
                return []
            today = now.astimezone(self._world.time_zone).date()
            old = sendings.overtaken(connection, claimed, today, self._world.time_zone)
        keys = {sending.key for sending in claimed}
        with self._database.reading() as connection:
            found = people.addresses(connection, self._channel, keys)
            wished = wishes.of(connection, keys)
            seen = chats.load(connection, keys)
            # Whoever never wrote here cannot be written to, and has read no notice.
            talking = conversations.load(connection, keys).keys()
            away = {key for key, chat in seen.items() if chat.unreachable_since}
            return [
                _Ready(sending)
                if sending in old or sending.key not in found or sending.key not in talking
                else _Ready(sending, outcome="blocked")
                if sending.key in away
                else self._ready(connection, sending, found[sending.key], wished, now)
                for sending in claimed
            ]

    def _ready(
        self,
        connection: Connection,
        sending: Sending,
        whom: Found,
        wished: Mapping[Key, Wishes],
        now: datetime,
    ) -> _Ready:
        theirs = wished.get(sending.key, Wishes())
        zone = self._world.time_zone
        today = now.astimezone(zone).date()
        if not is_wanted(sending.kind, theirs, today):
            return _Ready(sending)
        try:
            if sending.kind not in ANY_TIME:
                day, region = max(today, sending.day), _region(connection, whom)
                until = moment_to_send(now, day, theirs.hours, region, zone)
                if until > now:
                    return _Ready(sending, until=until)
            language = language_of(connection, sending.key, self._language)
            make = RENDER[sending.kind]
            notification = make(connection, self._world, whom.me, language, sending, now)
        except Exception as error:
            if isinstance(error, DatabaseProblem) and not isinstance(error, ContentDamaged):
                raise
            log.error("a message of %s cannot be made: %s", sending.person, place_of(error))
            return _Ready(sending, outcome="failed")
        if notification and notification.drawing:
            picture = self._easel.png(notification.drawing)
            notification = replace(notification, picture=picture, drawing=None)
        if notification and notification.charts:
            notification = replace(notification, charts=self._drawn(notification.charts))
        return _Ready(sending, whom.address, notification)

    def _drawn(self, charts: Iterable[Chart]) -> tuple[Chart, ...]:
        return tuple(replace(item, picture=self._easel.png(item.drawing)) for item in charts)

    async def _send(self, ready: _Ready) -> Outcome | Later:
        if ready.until is not None:
            return Later(timedelta(0))
        if ready.notification is None:
            return ready.outcome
        try:
            return await self._notifier.notify(ready.address, ready.notification)
        except Exception as error:  # noqa: BLE001 - the others go on
            # Perhaps it did arrive.
            log.error("a message of %s: %s", ready.sending.person, place_of(error))
            return "unknown"

    def _settle(self, results: "Iterable[tuple[_Ready, Outcome | Later]]") -> None:
        now = self._world.clock()
        settled: dict[Sending, tuple[Outcome, int]] = {}
        postponed: dict[Sending, datetime] = {}
        for ready, result in results:
            if isinstance(result, Later):
                postponed[ready.sending] = ready.until or now + result.after
            else:
                items = ready.notification.items if ready.notification else 0
                settled[ready.sending] = result, items
        blocked = [item.key for item, (outcome, _) in settled.items() if outcome == "blocked"]
        with self._database.writing() as connection:
            sendings.settle(connection, settled, now)
            sendings.put_back(connection, postponed)
            chats.note_unreachable(connection, blocked, now)


async def repeating(
    work: Callable[[], Awaitable[object]], stopping: asyncio.Event, every: float
) -> None:
    """Do something now and every so many seconds, until stopped, whatever comes of it."""
    while not stopping.is_set():
        try:
            await work()
        except DatabaseProblem as error:
            log.warning("what is due waits for now: %s", error)
        except Exception as error:  # noqa: BLE001 - whatever it was, answers go on
            log.error("what is due waits for now: %s", place_of(error))
        try:
            async with asyncio.timeout(every):
                await stopping.wait()
        except TimeoutError:
            continue


def _region(connection: Connection, whom: Found) -> str:
    """Return whose holidays somebody has: those of the place of their first project."""
    theirs = organisations.projects(connection, [whom.me]).get(whom.me.key, ())
    return theirs[0].plan.region if theirs else NO_PLAN.region


def language_of(connection: Connection, key: Key, otherwise: str) -> str:
    """Return the language that somebody talks in."""
    stored = conversations.load(connection, [key]).get(key)
    return str(stored.snapshot()["language"]) if stored else otherwise
