"""Invitations: each lets one account in, once; only the digest of what is sent is here.

SHA-256 without salt or stretching is enough, because a token holds 256 random bits: nobody can
guess or list them, which is what slow and salted digests guard words against.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from flows.effects import Invite
from flows.team import Invitation
from storage import people, tables
from storage.people import Me

invitations = tables.invitations
_OPEN = and_(invitations.c.accepted_at.is_(None), invitations.c.revoked_at.is_(None))
_COLUMNS = [
    invitations.c[name]
    for name in (
        "id",
        "roles",
        "projects",
        "person",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Whom an invitation lets in: the account, and a fresh code for somebody who is new."""

    channel: str
    address: str
    new_person: Callable[[], str]


def add(connection: Connection, organisation: str, by: str, invited: Invite, now: datetime) -> None:
    """Invite somebody; `by` is "" on the command line.

    For a person who is known, the account that they had is nobody's from now on, and what was
    sent to them before is revoked.
    """
    if invited.person:
        people.release(connection, (organisation, invited.person))
        _revoke(connection, organisation, now, invitations.c.person == invited.person)
    row: dict[str, Any] = {
        "organisation": organisation,
        "id": invited.id,
        "digest": invited.digest,
        "roles": list(invited.roles),
        "projects": list(invited.projects),
        "person": invited.person,
        "invited_by": by,
        "created_at": now,
        "expires_at": invited.expires_at,
    }
    connection.execute(insert(invitations), row)


def accept(connection: Connection, digest: str, newcomer: Newcomer, now: datetime) -> Me | None:
    """Let an account in, and return who it is; None if no open invitation has this digest.

    Of two that come with the same one, the second waits for the first and gets None.
    """
    found = connection.execute(
        update(invitations)
        .where(invitations.c.digest == digest, _OPEN, invitations.c.expires_at > now)
        .values(accepted_at=now)
        .returning(invitations.c.organisation, *_COLUMNS)
    ).first()
    if found is None:
        return None
    me = Me(found.organisation, found.person, tuple(found.roles))
    if found.person:
        people.take_in(connection, me.key, newcomer.channel, newcomer.address)
        return me
    me = replace(me, person=newcomer.new_person())
    people.admit(connection, me, newcomer.channel, newcomer.address, now, tuple(found.projects))
    connection.execute(
        update(invitations)
        .where(invitations.c.organisation == me.organisation, invitations.c.id == found.id)
        .values(person=me.person)
    )
    return me


def revoke(connection: Connection, organisation: str, invitation: str, now: datetime) -> bool:
    """Let an invitation let nobody in; False if it is not open any more."""
    return _revoke(connection, organisation, now, invitations.c.id == invitation) == 1


def revoke_of(connection: Connection, organisation: str, person: str, now: datetime) -> None:
    """Revoke what somebody has sent out, and what was sent to them."""
    of_them = or_(invitations.c.invited_by == person, invitations.c.person == person)
    _revoke(connection, organisation, now, of_them)


def revoke_sent(connection: Connection, organisation: str, person: str, now: datetime) -> None:
    """Revoke what somebody has sent out."""
    _revoke(connection, organisation, now, invitations.c.invited_by == person)


def listed(connection: Connection, organisation: str) -> list[Invitation]:
    """Return all invitations, oldest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(invitations.c.organisation == organisation)
        .order_by(invitations.c.created_at, invitations.c.id)
    )
    return [_invitation(row) for row in rows]


def _revoke(connection: Connection, organisation: str, now: datetime, which: Any) -> int:  # noqa: ANN401 - any clause
    return connection.execute(
        update(invitations)
        .where(invitations.c.organisation == organisation, which, _OPEN)
        .values(revoked_at=now)
    ).rowcount


def _invitation(row: Row[Any]) -> Invitation:
    lists = {"roles": tuple(row.roles), "projects": tuple(row.projects)}
    return Invitation(**row._asdict() | lists)
