"""People: who writes on a channel, for which organisation, and what they may register."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from flows.access import reaches_all
from storage import tables
from storage.statements import Lookup
from storage.tables import people

Key = tuple[str, str]
"""Organisation and person, by which everything of a person is found."""


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


def person(connection: Connection, channel: str, address: str) -> Me | None:
    """Return who is reached on this channel at this address."""
    return reached(connection, channel, [address], lock=False).get(address)


def admit(connection: Connection, me: Me, channel: str, address: str, now: datetime) -> None:
    """Add a person, who works for all projects that the organisation has."""
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
    projects = connection.scalars(
        select(tables.projects.c.id).where(tables.projects.c.organisation == me.organisation)
    ).all()
    rows = [
        {"organisation": me.organisation, "person": me.person, "project": project}
        for project in projects
    ]
    if rows:
        connection.execute(insert(tables.memberships), rows)
