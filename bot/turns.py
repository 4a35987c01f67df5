"""Lets people's conversations take events, any number of them in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot.participants import StoredCodes
from bot.world import World
from flows.context import Context, Registered
from flows.conversation import Conversation, restore, snapshot
from flows.effects import (
    EFFECTS,
    AddParticipant,
    ChangeProject,
    Effect,
    EraseAccount,
    ReviewRecord,
    SaveRecord,
)
from flows.engine import Event, Turn, begin, show, step
from flows.sheet import Sheet
from storage import conversations, erasure, organisations, participants, records, reviews, sheets
from storage.archive import StoredArchive
from storage.conversations import Stored, Written
from storage.database import Connection
from storage.people import Key, Me

Effects = Sequence[tuple[Me, Any]]
"""Effects of one kind, each with who caused it."""

Released = Mapping[tuple[str, int], Sheet]


class Taken(NamedTuple):
    """A turn, and at which turn the conversation was before."""

    before: int
    turn: Turn


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did; without an event, where they are is shown."""

    me: Me
    event: Event | None
    language: str


class Turns:
    """Loads conversations with what they may know of the world, steps, and stores what comes of it.

    Released sheets never change, so those that were read once are kept.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._released: dict[str, Released] = {}

    def take(self, connection: Connection, entries: Sequence[Entry]) -> list[Taken]:
        """Take the events, at most one for each person, and return what became of them, in order.

        Raises StaleConversation or ContentDamaged when a stored conversation cannot be read,
        and ConversationMoved when another process was faster.
        """
        now = self._world.clock()
        keys = [entry.me.key for entry in entries]
        stored = conversations.load(connection, keys)
        before = {key: restore(item.snapshot()) for key, item in stored.items()}
        contexts = self._contexts(connection, entries, before, now)
        taken, written = [], {}
        effects: list[tuple[Me, Effect]] = []
        for entry, context in zip(entries, contexts, strict=True):
            key = entry.me.key
            was = before.get(key) or begin(context)
            turn = show(was, context) if entry.event is None else step(was, entry.event, context)
            effects += [(entry.me, effect) for effect in turn.effects]
            if key not in stored or turn.conversation != was:
                written[key] = _written(turn.conversation, stored.get(key))
            taken.append(Taken(was.turn, turn))
        gone = {me.key for me, effect in effects if isinstance(effect, EraseAccount)}
        for organisation, person in gone:
            self._world.erased.add_person(connection, organisation, person)
        apply(connection, effects, now)
        for key in gone:
            written.pop(key, None)
        conversations.save(connection, written, now)
        return taken

    def _contexts(
        self,
        connection: Connection,
        entries: Sequence[Entry],
        before: Mapping[Key, Conversation],
        now: datetime,
    ) -> list[Context]:
        projects = organisations.projects(connection, [entry.me.key for entry in entries])
        organisations_here = {entry.me.organisation for entry in entries}
        known = {
            organisation: _Known(connection, organisation, self._world)
            for organisation in organisations_here
        }
        today = now.astimezone(self._world.time_zone).date()
        return [
            Context(
                person=entry.me.person,
                roles=entry.me.roles,
                interface=self._world.interface,
                language=entry.language,
                today=today,
                projects=projects.get(entry.me.key, ()),
                sheets=(
                    released := self._sheets(
                        connection, entry.me.organisation, before.get(entry.me.key)
                    )
                ),
                current=self._current(released),
                codes=known[entry.me.organisation].codes,
                archive=known[entry.me.organisation].archive,
                registered=known[entry.me.organisation],
                new_id=self._world.new_id(),
                now=now,
            )
            for entry in entries
        ]

    def _current(self, released: Released) -> dict[str, int]:
        """Return what can be begun; another version's organisation may not have all of it."""
        return {
            name: sheet.version
            for name, sheet in self._world.current.items()
            if (name, sheet.version) in released
        }

    def _sheets(
        self, connection: Connection, organisation: str, conversation: Conversation | None
    ) -> Released:
        """Return an organisation's sheets; another deployment may have released more meanwhile."""
        drafts = conversation.drafts if conversation else ()
        known = self._released.get(organisation)
        if known is None or any((draft.sheet, draft.version) not in known for draft in drafts):
            known = self._released[organisation] = sheets.released(connection, organisation)
        return known


def _written(conversation: Conversation, stored: Stored | None) -> Written:
    return Written(snapshot(conversation), conversation.turn, stored.turn if stored else None)


def apply(connection: Connection, effects: Sequence[tuple[Me, Effect]], now: datetime) -> None:
    """Store what steps asked for: first what a record refers to, then the record."""
    for kind in EFFECTS:
        of_kind = [(me, effect) for me, effect in effects if isinstance(effect, kind)]
        STORE[kind](connection, of_kind, now)


def _change_projects(connection: Connection, changed: Effects, now: datetime) -> None:
    for me, effect in changed:
        organisations.change(connection, me, effect.project, effect.columns, now)


def _add_participants(connection: Connection, added: Effects, now: datetime) -> None:
    for me, effect in added:
        participants.add(connection, me.organisation, effect, now)


def _save_records(connection: Connection, saved: Effects, now: datetime) -> None:
    records.save(connection, [(me.organisation, effect.record) for me, effect in saved], now)


def _erase_accounts(connection: Connection, gone: Effects, now: datetime) -> None:
    for me, _ in gone:
        erasure.person(connection, *me.key, now)


def _review_records(connection: Connection, looked_at: Effects, now: datetime) -> None:
    for me, effect in looked_at:
        reviews.add(connection, me.key, effect, now)


STORE: Mapping[type[Effect], Callable[[Connection, Effects, datetime], None]] = {
    ChangeProject: _change_projects,
    AddParticipant: _add_participants,
    SaveRecord: _save_records,
    ReviewRecord: _review_records,
    EraseAccount: _erase_accounts,
}


class _Known:
    """Who takes part in projects and what is registered there, looked up when a step asks.

    Few steps ask, and the answer takes longer the more there is.
    """

    def __init__(self, connection: Connection, organisation: str, world: World) -> None:
        self._connection = connection
        self._organisation = organisation
        self._found: dict[tuple[str, str], frozenset[Registered]] = {}
        today = world.clock().date()
        self.codes = StoredCodes(connection, organisation, world.digest, world.chance, today)
        self.archive = StoredArchive(connection, organisation)

    def __contains__(self, item: object) -> bool:
        if not isinstance(item, Registered):
            return False
        key = item.project, item.sheet
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = organisations.registered(
                self._connection, self._organisation, *key
            )
        return item in known
