"""Lets a colleague go on with somebody's open work: registrations under way, what was returned."""

from collections.abc import Sequence
from datetime import datetime

from flows.access import Scope
from flows.conversation import Conversation, restore, snapshot
from flows.handover import hand_over
from flows.team import Colleague, given
from flows.texts import SOURCE_LANGUAGE
from storage import agenda, conversations, handovers, invitations, people
from storage.archive import StoredArchive
from storage.conversations import Stored, Written
from storage.database import Connection
from storage.people import Key


def leave(connection: Connection, key: Key, heir: str, now: datetime) -> int:
    """Let somebody be out from now on; return how much of their open work went to the heir.

    What is of a project that the heir does not reach stays with the leaver. Whoever has left
    already may be called so again, to hand over what was kept.
    """
    organisation, person = key
    people.leave(connection, key, now)
    agenda.unassign(connection, key)
    invitations.revoke_of(connection, organisation, person, now)
    return _handed(connection, key, heir, now) if heir else 0


def change_roles(connection: Connection, key: Key, roles: Sequence[str], now: datetime) -> None:
    """Let somebody be something else; who may invite less than before has sent out nothing."""
    organisation, person = key
    before = _colleague(connection, organisation, person)
    people.change_roles(connection, key, roles)
    if set(given(before.roles)) - set(given(roles)):
        invitations.revoke_sent(connection, organisation, person, now)


def _handed(connection: Connection, key: Key, heir: str, now: datetime) -> int:
    organisation, person = key
    to = (organisation, heir)
    people.hold(connection, to)
    found = conversations.load(connection, [key, to])
    projects = frozenset(_colleague(connection, organisation, heir).projects)
    reached = Scope(organisation, person, projects)
    records = [item.record for item in StoredArchive(connection, reached).returned()]
    if key in found:
        theirs = restore(found[key].snapshot())
        handed = hand_over(theirs, _begun(found.get(to), heir), projects)
        records += handed.records
        written = {
            key: _written(handed.leaver, found.get(key)),
            to: _written(handed.heir, found.get(to)),
        }
        conversations.save(connection, written, now)
    handovers.add(connection, key, heir, dict.fromkeys(records), now)
    return len(dict.fromkeys(records))


def _colleague(connection: Connection, organisation: str, person: str) -> Colleague:
    return next(item for item in people.listed(connection, organisation) if item.person == person)


def _begun(stored: Stored | None, person: str) -> Conversation:
    if stored is not None:
        return restore(stored.snapshot())
    return Conversation(person=person, language=SOURCE_LANGUAGE)


def _written(conversation: Conversation, stored: Stored | None) -> Written:
    return Written(snapshot(conversation), conversation.turn, stored.turn if stored else None)
