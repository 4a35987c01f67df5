"""Lets people's conversations take events, any number of them in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot import accounting
from bot.agenda import StoredAgenda
from bot.fault import Apart
from bot.handing import change_roles, leave
from bot.offer import Offer
from bot.participants import CodesInScope, StoredCodes
from bot.team import StoredTeam
from bot.world import World
from flows.access import Scope, scope
from flows.context import Context, Registered
from flows.conversation import Conversation, restore, snapshot
from flows.effects import (
    ALONE,
    EFFECTS,
    AcceptNotice,
    AddParticipant,
    ChangeProject,
    ChangeRoles,
    ChangeWishes,
    Decide,
    Effect,
    EraseAccount,
    Invite,
    Leave,
    Notify,
    ReviewRecord,
    RevokeInvitation,
    SaveRecord,
)
from flows.engine import Event, Turn, begin, show, step
from flows.notice import NOTICE_VERSION
from flows.project import Project
from flows.record import Record
from flows.sheet import Sheet
from storage import (
    acceptances,
    agenda,
    conversations,
    erasure,
    invitations,
    organisations,
    participants,
    records,
    reviews,
    sendings,
    sheets,
    wishes,
)
from storage.archive import Looked, StoredArchive
from storage.audit import StoredTrail
from storage.conversations import Stored, Written
from storage.database import Connection
from storage.people import Key, Me
from storage.records import RevisionTaken

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
        self._released: dict[str, tuple[Offer, Released]] = {}
        self._accepted: set[Key] = set()

    def take(self, connection: Connection, entries: Sequence[Entry]) -> list[Taken]:
        """Take the events, at most one for each person, and return what became of them, in order.

        Raises StaleConversation or ContentDamaged when a stored conversation cannot be read,
        ConversationMoved, RevisionTaken or CodeTaken when somebody else was faster, and Apart when
        one of several events decides about others.
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
        if len(entries) > 1 and any(isinstance(effect, ALONE) for _, effect in effects):
            raise Apart
        gone = {me.key for me, effect in effects if isinstance(effect, EraseAccount)}
        for organisation, person in gone:
            self._world.erased.add_person(connection, organisation, person)
        acts = accounting.acts_of(connection, effects)
        for key in gone:
            written.pop(key, None)
        # First, because open work that is handed over is added to what is stored.
        conversations.save(connection, written, now)
        apply(connection, effects, now)
        accounting.write(self._world.audit, connection, acts, now)
        return taken

    def _contexts(
        self,
        connection: Connection,
        entries: Sequence[Entry],
        before: Mapping[Key, Conversation],
        now: datetime,
    ) -> list[Context]:
        projects = organisations.projects(connection, [entry.me for entry in entries])
        organisations_here = {entry.me.organisation for entry in entries}
        known = {
            organisation: _Known(connection, organisation, self._world)
            for organisation in organisations_here
        }
        self._look_who_has_accepted(connection, [entry.me.key for entry in entries])
        return [
            self._context(
                connection,
                entry,
                before.get(entry.me.key),
                projects.get(entry.me.key, ()),
                known[entry.me.organisation],
                now,
            )
            for entry in entries
        ]

    def _look_who_has_accepted(self, connection: Connection, keys: Sequence[Key]) -> None:
        """Remember who has accepted the notice, because nobody takes that back."""
        asked = [key for key in keys if key not in self._accepted]
        if asked:
            self._accepted |= acceptances.accepted(connection, asked, NOTICE_VERSION)

    def _context(
        self,
        connection: Connection,
        entry: Entry,
        before: Conversation | None,
        projects: tuple[Project, ...],
        known: "_Known",
        now: datetime,
    ) -> Context:
        reached = known.within(_scope(entry.me, projects, before), projects)
        released = self._sheets(connection, entry.me.organisation, known.offer, before)
        return Context(
            person=entry.me.person,
            roles=entry.me.roles,
            interface=self._world.interface,
            language=entry.language,
            today=now.astimezone(self._world.time_zone).date(),
            projects=projects,
            sheets=released,
            current=_current(known.offer, released),
            codes=reached.codes,
            archive=reached.archive,
            registered=reached,
            new_id=self._world.new_id(),
            now=now,
            trail=known.trail,
            team=known.team,
            has_accepted=entry.me.key in self._accepted,
            agenda=reached.agenda,
            names=self._world.names,
        )

    def _sheets(
        self,
        connection: Connection,
        organisation: str,
        offer: Offer,
        conversation: Conversation | None,
    ) -> Released:
        """Return an organisation's sheets; another deployment may have released more meanwhile."""
        drafts = conversation.drafts if conversation else ()
        of, known = self._released.get(organisation, (None, {}))
        if of is not offer or any((draft.sheet, draft.version) not in known for draft in drafts):
            known = sheets.released(connection, organisation)
            self._released[organisation] = offer, known
        return known


def _current(offer: Offer, released: Released) -> dict[str, int]:
    """Return what can be begun; another version's organisation may not have all of it."""
    return {
        name: sheet.version
        for name, sheet in offer.current.items()
        if (name, sheet.version) in released
    }


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
    begun = [
        (me.organisation, effect.record)
        for me, effect in saved
        if effect.single and effect.record.revision == 1
    ]
    organisations.lock_projects(connection, {(party, record.project) for party, record in begun})
    records.save(connection, [(me.organisation, effect.record) for me, effect in saved], now)
    for organisation, record in begun:
        _require_only(connection, organisation, record)


def _require_only(connection: Connection, organisation: str, record: Record) -> None:
    """Raise RevisionTaken when somebody began another record of a single sheet at once.

    The step is then taken once more, and sees it.
    """
    key = record.project, record.sheet, record.moment, record.subject
    reached = Scope(organisation, "", frozenset({record.project}))
    if len(StoredArchive(connection, reached).complete(*key)) > 1:
        raise RevisionTaken(f"There is another record of {record.sheet} beside {record.record}.")


def _erase_accounts(connection: Connection, gone: Effects, now: datetime) -> None:
    for me, _ in gone:
        erasure.person(connection, *me.key, now)


def _review_records(connection: Connection, looked_at: Effects, now: datetime) -> None:
    for me, effect in looked_at:
        reviews.add(connection, me.key, effect, now)


def _accept_notice(connection: Connection, accepted: Effects, now: datetime) -> None:
    for me, effect in accepted:
        acceptances.add(connection, me.key, effect.version, effect.language, now)


def _invite(connection: Connection, invited: Effects, now: datetime) -> None:
    for me, effect in invited:
        invitations.add(connection, me.organisation, me.person, effect, now)


def _revoke_invitations(connection: Connection, revoked: Effects, now: datetime) -> None:
    for me, effect in revoked:
        invitations.revoke(connection, me.organisation, effect.id, now)


def _change_roles(connection: Connection, changed: Effects, now: datetime) -> None:
    for me, effect in changed:
        change_roles(connection, (me.organisation, effect.person), effect.roles, now)


def _leave(connection: Connection, leaving: Effects, now: datetime) -> None:
    for me, effect in leaving:
        leave(connection, (me.organisation, effect.person), effect.heir, now)


def _change_wishes(connection: Connection, changed: Effects, now: datetime) -> None:  # noqa: ARG001
    for me, effect in changed:
        wishes.put(connection, me.key, effect.wishes)


def _decide(connection: Connection, decided: Effects, now: datetime) -> None:
    for me, effect in decided:
        agenda.decide(connection, me.key, effect.occasion, effect.decision, now)


def _notify(connection: Connection, notified: Effects, now: datetime) -> None:
    for me, effect in notified:
        sendings.ask(connection, me.key, effect, now)


STORE: Mapping[type[Effect], Callable[[Connection, Effects, datetime], None]] = {
    ChangeProject: _change_projects,
    AddParticipant: _add_participants,
    SaveRecord: _save_records,
    ReviewRecord: _review_records,
    AcceptNotice: _accept_notice,
    Invite: _invite,
    RevokeInvitation: _revoke_invitations,
    ChangeRoles: _change_roles,
    Leave: _leave,
    EraseAccount: _erase_accounts,
    ChangeWishes: _change_wishes,
    Decide: _decide,
    Notify: _notify,
}


def _scope(me: Me, projects: Iterable[Project], conversation: Conversation | None) -> Scope:
    in_hand = [draft.record for draft in conversation.drafts] if conversation else []
    if conversation and conversation.undo:
        in_hand.append(conversation.undo["record"])
    theirs = [project.id for project in projects]
    return scope(me.organisation, me.person, me.roles, theirs, in_hand)


class _Known:
    """Who takes part in projects and what is registered there, looked up when a step asks.

    Few steps ask, and the answer takes longer the more there is; what was looked up for one
    person serves all others who reach it.
    """

    def __init__(self, connection: Connection, organisation: str, world: World) -> None:
        self._connection = connection
        self._organisation = organisation
        self._world = world
        self.offer = world.offer(connection, organisation)
        self._found: dict[tuple[str, str], frozenset[Registered]] = {}
        today = world.clock().date()
        self._codes = StoredCodes(connection, organisation, world.digest, world.chance, today)
        self._looked = Looked()
        self.trail = StoredTrail(connection, organisation, world.time_zone)
        self.team = StoredTeam(connection, organisation, world)

    def within(self, scope: Scope, projects: tuple[Project, ...]) -> "_Reached":
        """Return what one person reaches of it."""
        archive = StoredArchive(self._connection, scope, self._looked)
        agenda = StoredAgenda(self._connection, self._world, self.offer, scope, projects)
        return _Reached(self, scope, CodesInScope(self._codes, scope), archive, agenda)

    def __contains__(self, item: Registered) -> bool:
        key = item.project, item.sheet
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = organisations.registered(
                self._connection, self._organisation, *key
            )
        return item in known


@dataclass(frozen=True, slots=True)
class _Reached:
    """What one person reaches; itself what is registered, as Context.registered."""

    known: _Known
    scope: Scope
    codes: CodesInScope
    archive: StoredArchive
    agenda: StoredAgenda

    def __contains__(self, item: object) -> bool:
        return (
            isinstance(item, Registered)
            and item.project in self.scope.projects
            and item in self.known
        )
