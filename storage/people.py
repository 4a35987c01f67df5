"""People: who writes on a channel, for which organisation, and what they may register."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from flows.access import reaches_all
from flows.erasing import ERASED
from flows.team import Colleague
from storage import tables
from storage.statements import Lookup, insert_new
from storage.tables import people

Key = tuple[str, str]
"""Organisation and person, by which everything of a person is found."""

NOWHERE = "none"
"""The channel of whoever has no account; their address is then nobody's number."""


@dataclass(frozen=True, slots=True)
class Me:
    """The person who writes: in which organisation, and what they may register."""

    organisation: str
    person: str
    roles: tuple[str, ...]
    everywhere: bool = False
    """Whether all projects were given to the person, where no role is bound to its own."""

    @property
    def reaches_all(self) -> bool:
        """Whether all projects of the organisation are theirs, also those of tomorrow."""
        return reaches_all(self.roles, given=self.everywhere)

    @property
    def key(self) -> Key:
        """What everything of this person is found by."""
        return self.organisation, self.person


class Found(NamedTuple):
    """Somebody, and where a channel reaches them."""

    address: str
    me: Me


def reached(
    connection: Connection, channel: str, addresses: Iterable[str], *, lock: bool = True
) -> dict[str, Me]:
    """Return, by address, who is reached on a channel; strangers are left out.

    With `lock`, other writers who ask for one of them wait for the end of the transaction.
    """
    keys = [(channel, address) for address in sorted(set(addresses))]
    rows = (_LOCKED if lock else _FOUND).rows(connection, keys)
    return {
        row.address: Me(row.organisation, row.id, tuple(row.roles), row.everywhere) for row in rows
    }


_PEOPLE = select(
    people.c.organisation, people.c.id, people.c.roles, people.c.everywhere, people.c.address
).order_by(
    # In this order in every process, so that no two wait for each other.
    people.c.organisation,
    people.c.id,
)
_FOUND = Lookup(_PEOPLE, people.c.channel, people.c.address)
# The person is locked, because a newcomer has no conversation yet; new records may still refer to
# them.
_LOCKED = Lookup(
    _PEOPLE.with_for_update(key_share=True, of=people), people.c.channel, people.c.address
)


def addresses(connection: Connection, channel: str, keys: Iterable[Key]) -> dict[Key, Found]:
    """Return where people are reached on a channel; who is not reached there is left out."""
    return {
        (row.organisation, row.id): Found(
            row.address, Me(row.organisation, row.id, tuple(row.roles), row.everywhere)
        )
        for row in _ADDRESSES.rows(connection, keys)
        if row.channel == channel
    }


_ADDRESSES = Lookup(
    select(
        people.c.organisation,
        people.c.id,
        people.c.roles,
        people.c.everywhere,
        people.c.address,
        people.c.channel,
    ).where(people.c.left_at.is_(None)),
    people.c.organisation,
    people.c.id,
)


def person(connection: Connection, channel: str, address: str) -> Me | None:
    """Return who is reached on this channel at this address."""
    return reached(connection, channel, [address], lock=False).get(address)


def admit(  # noqa: PLR0913, PLR0917 - each is a column of the person
    connection: Connection,
    me: Me,
    channel: str,
    address: str,
    now: datetime,
    projects: Sequence[str] | None = None,
) -> None:
    """Add a person, who works for these projects; without any, for all of the organisation."""
    row = {
        "organisation": me.organisation,
        "id": me.person,
        "roles": me.roles,
        "everywhere": me.everywhere,
    }
    connection.execute(
        insert(people), row | {"channel": channel, "address": address, "created_at": now}
    )
    if me.reaches_all:
        return
    _join(
        connection,
        me.key,
        project_ids(connection, me.organisation) if projects is None else projects,
    )


def release(connection: Connection, key: Key) -> None:
    """Let a person's account be nobody's, and forget its number and what is shown there.

    Whoever waits to take what that account sends finds a stranger afterwards.
    """
    organisation, person = key
    chats = tables.chats.c
    _write(connection, key, channel=NOWHERE, address=f"{organisation}/{person}")
    connection.execute(
        delete(tables.chats).where(chats.organisation == organisation, chats.person == person)
    )


def take_in(connection: Connection, key: Key, channel: str, address: str) -> None:
    """Let a person who is known be reached at another address."""
    _write(connection, key, channel=channel, address=address)


def leave(connection: Connection, key: Key, now: datetime) -> None:
    """Let a person's account be nobody's for good; the person stays with what they registered."""
    release(connection, key)
    _write(connection, key, left_at=now)


def change_roles(connection: Connection, key: Key, roles: Sequence[str]) -> None:
    """Let a person be something else from now on.

    Whoever reached all projects, and is bound to their own by a new role, goes on to reach them.
    """
    organisation, person = key
    row = connection.execute(
        select(people.c.roles, people.c.everywhere).where(
            people.c.organisation == organisation, people.c.id == person
        )
    ).one()
    _write(connection, key, roles=list(roles))
    is_bound = not reaches_all(roles, given=row.everywhere)
    if is_bound and reaches_all(row.roles, given=row.everywhere):
        _join(connection, key, project_ids(connection, organisation))


def hold(connection: Connection, key: Key) -> None:
    """Let everybody who wants to take what a person sends wait for the end of the transaction."""
    organisation, person = key
    connection.execute(
        select(people.c.id)
        .where(people.c.organisation == organisation, people.c.id == person)
        .with_for_update(key_share=True)
    )


def listed(connection: Connection, organisation: str) -> list[Colleague]:
    """Return everybody by code, also those who have left, but not what stands for the erased."""
    projects = defaultdict(list)
    member = tables.memberships.c
    for row in connection.execute(
        select(member.person, member.project)
        .where(member.organisation == organisation)
        .order_by(member.person, member.project)
    ):
        projects[row.person].append(row.project)
    every = project_ids(connection, organisation)
    rows = connection.execute(
        select(people)
        .where(people.c.organisation == organisation, people.c.id != ERASED)
        .order_by(people.c.id)
    )
    return [
        Colleague(
            person=row.id,
            roles=tuple(row.roles),
            projects=every
            if reaches_all(row.roles, given=row.everywhere)
            else tuple(projects[row.id]),
            since=row.created_at,
            channel="" if row.channel == NOWHERE else row.channel,
            left_at=row.left_at,
        )
        for row in rows
    ]


def project_ids(connection: Connection, organisation: str) -> tuple[str, ...]:
    """Return the projects of an organisation."""
    column = tables.projects.c
    statement = select(column.id).where(column.organisation == organisation)
    return tuple(connection.scalars(statement.order_by(column.id)))


def _join(connection: Connection, key: Key, projects: Iterable[str]) -> None:
    """Let a person work for projects, also for those that they work for already."""
    organisation, person = key
    for project in projects:
        row = {"organisation": organisation, "person": person, "project": project}
        insert_new(connection, tables.memberships, row)


def _write(connection: Connection, key: Key, **columns: Any) -> None:  # noqa: ANN401 - the columns'
    organisation, person = key
    connection.execute(
        update(people)
        .where(people.c.organisation == organisation, people.c.id == person)
        .values(columns)
    )
