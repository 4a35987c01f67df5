"""A bot's inbox: updates go in, all that wait in one transaction; what is to be seen comes out."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256

from bot import accounting
from bot.delivery import (
    Commands,
    Delivered,
    Handed,
    Outbound,
    after,
    again,
    answered,
    settled,
    swept,
    told,
    unused,
)
from bot.door import JOINED, Door
from bot.fault import Apart, place_of
from bot.inbound import Inbound
from bot.pace import Pace
from bot.transaction import Transaction
from bot.turns import Entry, Taken, Turns
from bot.world import World
from flows.commands import offered
from flows.effects import EraseAccount
from flows.engine import Edited, Unusable
from flows.texts import marked
from flows.unusable import TOO_FAST
from storage import attempts, audit, chats, people, updates
from storage.audit import NOBODYS
from storage.chats import Chat
from storage.database import Connection, Database
from storage.problems import ContentDamaged, DatabaseProblem
from storage.updates import Received

FAILED = marked("Something went wrong with that, and it was not used. Here is where you are:")
BROKEN = marked(
    "Something is wrong with what is stored of our conversation. Nothing of it is lost; please"
    " tell your coordinator."
)
REMEMBERED = timedelta(days=3)
"""Telegram keeps an update for a day at most, so what is older cannot come again."""

AT_ONCE = 200
"""People who are shown in one transaction where they are."""

LONG = 10
"""How many sweeps may pass before a channel is not waited for any more."""

LATE = timedelta(hours=6)
"""After this, somebody should look why, long before Telegram forgets."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Processed:
    """What is to be done after the commit: for people, and for updates that are nobody's."""

    outbounds: tuple[Outbound, ...] = ()
    others: tuple[Inbound, ...] = ()


class Inbox:
    """The updates of one bot, and the people whom it reaches by its channel.

    Everything here blocks, so it runs off the event loop. `name` is the bot's own, because another
    bot counts its updates anew. `language` is for those of whom nothing is known.
    """

    def __init__(
        self,
        database: Database,
        world: World,
        channel: str,
        name: str,
        language: str,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._world = world
        self._turns = Turns(world)
        self._door = Door(world, channel, name)
        self._channel = channel
        self._name = name
        self._language = language
        self._pace = pace or Pace(0)
        self._commands = cache(self._commands_for)
        self._handed: dict[str, Handed] = {}
        self._is_late = False
        self._told_on: date | None = None

    def take(self, inbounds: Sequence[Inbound], reports: Mapping[str, Delivered]) -> Processed:
        """Store what these updates do, at most one for each address, and the reports.

        One that cannot be used is set aside and holds up none of the others. Raises
        DatabaseProblem when nothing could be stored; the updates are then still to be taken.
        """
        try:
            return self._store(inbounds, reports)
        except Apart:
            log.info("%d updates are taken one by one: who is in may change", len(inbounds))
        except Exception as error:
            if _is_of_the_database(error):
                raise
            log.info("%d updates are taken one by one", len(inbounds))
        found = [self._noted(address, report) for address, report in reports.items()]
        found += [self._one(inbound) for inbound in inbounds]
        return Processed(
            tuple(outbound for item in found for outbound in item.outbounds),
            tuple(other for item in found for other in item.others),
        )

    def behind(self) -> Processed:
        """Return what was stored and not shown, as after a process that ended in between."""
        with self._database.reading() as connection:
            found = chats.behind(connection, self._channel)
        return self._each(found, again)

    def sweep(self, patience: timedelta) -> Processed:
        """Settle chats, remove typed answers while that is possible, and forget old updates.

        A chat that was unsettled for longer than `patience` is shown its question once more, for
        the process that had to do so may be gone.
        """
        now = self._world.clock()
        with self._database.writing() as connection:
            updates.forget(connection, now - REMEMBERED)
            self._tell_heads(connection, now)
            attempts.forget(connection, now)
            due = chats.overdue(connection, self._channel, now)
            unsettled = chats.unsettled(connection, self._channel, now - patience)
        removed = self._each(due, lambda chat: swept(chat, now))
        left = [item for item in unsettled if not self._is_on_its_way(item, now - LONG * patience)]
        shown = self._each(left, lambda chat: settled(chat, now - patience))
        return Processed((*removed.outbounds, *shown.outbounds))

    def _tell_heads(self, connection: Connection, now: datetime) -> None:
        """Log the newest entry of each audit once a day: what is removed later shows by it."""
        if self._told_on == now.date():
            return
        self._told_on = now.date()
        for organisation, (number, digest) in audit.heads(connection).items():
            log.info("audit of %s: %d:%s", organisation or "strangers", number, digest)

    def _is_on_its_way(self, address: str, since: datetime) -> bool:
        """Whether the channel of this process was handed something that it may still show."""
        last = self._handed.get(address)
        return last is not None and last.at > since

    def _noted(self, address: str, report: Delivered) -> Processed:
        with _survived(f"what {address} was shown could not be noted"):
            return self._store([], {address: report})
        return Processed()

    def _one(self, inbound: Inbound) -> Processed:
        try:
            return self._store([inbound], {})
        except Exception as error:
            if _is_of_the_database(error):
                raise
            return self._set_aside(inbound, error)

    def _store(self, inbounds: Sequence[Inbound], reports: Mapping[str, Delivered]) -> Processed:
        now = self._world.clock()
        with self._database.writing() as connection:
            received = [Received(inbound.update, inbound.sent_at) for inbound in inbounds]
            fresh = updates.remember(connection, self._name, received, now)
            brought = self._door.opened(connection, inbounds, fresh, now)
            addresses = {inbound.address for inbound in inbounds} | reports.keys()
            at = self._begun(connection, addresses, now)
            entries = self._overtaken(at, reports)
            theirs = {
                item.address: self._shown_in(at, item)
                if brought.get(item.update) == JOINED
                else item
                for item in inbounds
                if item.address in at.people
            }
            entries |= {
                address: entry
                for address, item in theirs.items()
                if (entry := self._entry(at, item, fresh))
            }
            taken = self._taken(connection, entries)
            for address, item in theirs.items():
                if address in taken and item.update in fresh and item.event is not None:
                    at.chats[address] = after(at.chats[address], item, taken[address], now)
            callbacks = {item.address: (item.callback,) for item in inbounds if item.callback}
            outbounds = self._outbounds(at, taken, callbacks)
            at.gone = {address for address, item in taken.items() if _is_erased(item)}
            at.store()
            strangers = [
                item for item in inbounds if item.address not in at.people and item.update in fresh
            ]
            refused = accounting.strangers(self._channel, strangers, self._world.digest)
            self._world.audit.write(connection, NOBODYS, refused, now)
        at.remember()
        self._warn(inbounds, now)
        others = tuple(
            replace(item, aside=brought.get(item.update, item.aside)) for item in strangers
        )
        return Processed(outbounds, others)

    def _shown_in(self, at: Transaction, inbound: Inbound) -> Inbound:
        """Let somebody who has just come in see where they are; the link leaves the chat."""
        at.chats[inbound.address] = unused(at.chats[inbound.address], inbound)
        return replace(inbound, event=None)

    def _warn(self, inbounds: Sequence[Inbound], now: datetime) -> None:
        times = [item.sent_at for item in inbounds if item.sent_at]
        was_late, self._is_late = self._is_late, bool(times) and now - min(times) > LATE
        if self._is_late and not was_late:
            log.warning(
                "What was sent at %s comes only now; Telegram forgets it after 24 hours.",
                min(times),
            )

    def _begun(
        self, connection: Connection, addresses: Collection[str], now: datetime
    ) -> Transaction:
        found = people.reached(connection, self._channel, addresses)
        stored = chats.load(connection, [me.key for me in found.values()])
        known = {address: stored.get(me.key, Chat()) for address, me in found.items()}
        return Transaction(connection, now, found, known, self._handed)

    def _overtaken(self, at: Transaction, reports: Mapping[str, Delivered]) -> dict[str, Entry]:
        """Write down the reports; return whom another process showed something meanwhile."""
        return {
            address: Entry(at.people[address], None, self._language)
            for address, report in reports.items()
            if address in at.people
            # What was on its way to somebody who had this account before is nobody's news.
            and report.serial <= at.chats[address].serial
            and at.hear(address, report)
        }

    def _entry(self, at: Transaction, inbound: Inbound, fresh: set[int]) -> Entry | None:
        address, event = inbound.address, inbound.event
        me, chat = at.people[address], at.chats[address]
        if inbound.reachable is False:
            since = chat.unreachable_since or (at.now if inbound.update in fresh else None)
            at.chats[address] = replace(chat, unreachable_since=since)
            return None
        if isinstance(event, Edited):
            event = replace(event, of=answered(chat, inbound.message))
        if inbound.update not in fresh or event is None:
            at.chats[address] = again(replace(chat, unreachable_since=None))
            event = None
        elif not self._pace.allows(address, at.now):
            event = Unusable(TOO_FAST)
        return Entry(me, event, inbound.language or self._language)

    def _taken(self, connection: Connection, entries: Mapping[str, Entry]) -> dict[str, Taken]:
        found = self._turns.take(connection, list(entries.values()))
        return dict(zip(entries, found, strict=True))

    def _outbounds(
        self,
        at: Transaction,
        taken: Mapping[str, Taken],
        callbacks: Mapping[str, tuple[str, ...]],
    ) -> tuple[Outbound, ...]:
        return tuple(
            Outbound(
                address=address,
                chat=at.hand(address),
                language=item.turn.conversation.language,
                screen=item.turn.messages[-1],
                callbacks=callbacks.get(address, ()),
                commands=self._commands(item.turn.conversation.language, at.people[address].roles),
            )
            for address, item in taken.items()
        )

    def _each(self, addresses: Iterable[str], change: Callable[[Chat], Chat]) -> Processed:
        left, found = list(addresses), list[Outbound]()
        for start in range(0, len(left), AT_ONCE):
            found += self._some(left[start : start + AT_ONCE], change)
        return Processed(tuple(found))

    def _some(self, addresses: Sequence[str], change: Callable[[Chat], Chat]) -> Sequence[Outbound]:
        """Show several people where they are; one by one only if that cannot be done at once."""
        with _survived(f"{len(addresses)} people are shown one by one where they are"):
            return self._changed(addresses, change, is_shown=True)
        found: list[Outbound] = []
        for address in addresses:
            with _survived(f"{address} is not shown where they are"):
                found += self._again(address, change)
        return found

    def _again(
        self,
        address: str,
        change: Callable[[Chat], Chat],
        unreadable: Callable[[Chat], Chat] | None = None,
    ) -> Sequence[Outbound]:
        """Show somebody where they are; if that cannot be read, only the chat changes."""
        with _survived(f"the conversation of {address} cannot be shown"):
            return self._changed([address], change, is_shown=True)
        return self._changed([address], unreadable or change, is_shown=False)

    def _changed(
        self, addresses: Collection[str], change: Callable[[Chat], Chat], *, is_shown: bool
    ) -> tuple[Outbound, ...]:
        with self._database.writing() as connection:
            at = self._begun(connection, addresses, self._world.clock())
            at.chats = {item: change(chat) for item, chat in at.chats.items()}
            # What another process has seen to meanwhile is left alone.
            changed = [item for item, chat in at.chats.items() if chat != at.before[item]]
            entries = {item: Entry(at.people[item], None, self._language) for item in changed}
            taken = self._taken(connection, entries) if is_shown else {}
            found = self._outbounds(at, taken, {}) if is_shown else self._bare(at, changed)
            at.store()
        at.remember()
        return found

    def _bare(self, at: Transaction, addresses: Iterable[str]) -> tuple[Outbound, ...]:
        """Return what is to be seen in chats whose question cannot be shown."""
        return tuple(Outbound(address, at.hand(address), self._language) for address in addresses)

    def _set_aside(self, inbound: Inbound, error: Exception) -> Processed:
        reason = place_of(error)
        log.error("update %d was set aside: %s", inbound.update, reason)
        now, received = self._world.clock(), Received(inbound.update, inbound.sent_at)
        with self._database.writing() as connection:
            updates.set_aside(connection, self._name, received, reason, now)
        found: list[Outbound] = []
        with _survived(f"{inbound.address} is not told"):
            found += self._apology(inbound)
        callbacks = (inbound.callback,) if inbound.callback else ()
        return Processed(tuple(replace(item, callbacks=callbacks) for item in found))

    def _apology(self, inbound: Inbound) -> list[Outbound]:
        """Show where the person is, with an excuse; only the excuse if that is what is broken."""
        say = self._world.interface.say(inbound.language or self._language)
        found = self._again(
            inbound.address,
            lambda chat: unused(chat, inbound),
            lambda chat: told(unused(chat, inbound), say(BROKEN)),
        )
        return [self._excused(outbound) for outbound in found]

    def _excused(self, outbound: Outbound) -> Outbound:
        say, screen = self._world.interface.say(outbound.language), outbound.screen
        if screen is None:
            return outbound
        note = "\n".join(part for part in (say(FAILED), screen.note) if part)
        return replace(outbound, screen=replace(screen, note=note))

    def _commands_for(self, language: str, roles: tuple[str, ...]) -> Commands:
        say = self._world.interface.say(language)
        described = {name: say(item.description) for name, item in offered(roles).items()}
        digest = sha256(repr(sorted(described.items())).encode()).hexdigest()
        return Commands(digest[:12], described)


@contextmanager
def _survived(what: str) -> Iterator[None]:
    """Log what cannot be done for one person, so that the others are served all the same."""
    try:
        yield
    except Exception as error:
        if _is_of_the_database(error):
            raise
        log.error("%s: %s", what, place_of(error))


def _is_erased(taken: Taken) -> bool:
    return any(isinstance(effect, EraseAccount) for effect in taken.turn.effects)


def _is_of_the_database(error: Exception) -> bool:
    return isinstance(error, DatabaseProblem) and not isinstance(error, ContentDamaged)
