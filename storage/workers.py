"""Who works in which project: those who can be told of what is due there."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, select

from flows.access import reaches_all
from storage.people import NOWHERE
from storage.statements import Lookup
from storage.tables import memberships, people

Place = tuple[str, str]
"""An organisation and a project of it."""


class Worker(NamedTuple):
    """Somebody who works in a project, and what they may register there."""

    person: str
    roles: tuple[str, ...]
    channel: str


def working(connection: Connection, places: Collection[Place]) -> dict[Place, list[Worker]]:
    """Return who works in these projects, by their codes; who left, or has no account, does not.

    Whoever was given all projects of the organisation works in each of them.
    """
    found: dict[Place, list[Worker]] = {place: [] for place in places}
    members = map(tuple, _MEMBERS.rows(connection, places))
    for organisation, project, person, roles, channel in members:
        found[organisation, project].append(Worker(person, tuple(roles), channel))
    everywhere = defaultdict(list)
    parties = {(organisation,) for organisation, _ in places}
    for organisation, person, roles, channel in map(tuple, _OTHERS.rows(connection, parties)):
        if reaches_all(roles, given=True):
            everywhere[organisation].append(Worker(person, tuple(roles), channel))
    for organisation, project in places:
        workers = found[organisation, project]
        known = {worker.person for worker in workers}
        workers += [worker for worker in everywhere[organisation] if worker.person not in known]
        workers.sort()
    return found


_MEMBERS = Lookup(
    select(
        memberships.c.organisation,
        memberships.c.project,
        memberships.c.person,
        people.c.roles,
        people.c.channel,
    )
    .join(people)
    .where(people.c.left_at.is_(None), people.c.channel != NOWHERE),
    memberships.c.organisation,
    memberships.c.project,
)
# Admins reach all projects too, and work in none.
_OTHERS = Lookup(
    select(people.c.organisation, people.c.id, people.c.roles, people.c.channel).where(
        people.c.everywhere, people.c.left_at.is_(None), people.c.channel != NOWHERE
    ),
    people.c.organisation,
)
