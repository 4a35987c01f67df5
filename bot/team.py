"""The people of an organisation as a conversation asks for them, and fresh invitations."""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from bot.world import World
from flows.team import Colleague, Invitation, Ticket
from storage import invitations, organisations, people
from storage.database import Connection

ID = 9
"""Characters of an invitation's id, such as 8F3K-27QM: short enough to be quoted."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{27,64}")
"""At least 160 bits, and what Telegram lets a link carry."""


class StoredTeam:
    """The people of one organisation, looked up when a step asks."""

    def __init__(self, connection: Connection, organisation: str, world: World) -> None:
        self._connection = connection
        self._organisation = organisation
        self._world = world

    def people(self) -> Sequence[Colleague]:
        """Return everybody who has not left, by code."""
        found = people.listed(self._connection, self._organisation)
        return [item for item in found if item.left_at is None]

    def invitations(self) -> Sequence[Invitation]:
        """Return the invitations that are open, oldest first."""
        now = self._world.clock()
        found = invitations.listed(self._connection, self._organisation)
        return [item for item in found if item.state(now) == "open"]

    def projects(self) -> Mapping[str, str]:
        """Return the names of all projects of the organisation by their ids."""
        return organisations.project_names(self._connection, self._organisation)

    def ticket(self) -> Ticket:
        """Return a fresh invitation that nothing is known of yet."""
        return ticket(self._world)


def ticket(world: World) -> Ticket:
    """Make an invitation's id, token and link."""
    token = world.new_token()
    link = f"https://t.me/{world.bot_name}?start={token}" if world.bot_name else ""
    return Ticket(world.new_id()[:ID], token, digest(token), link)


def digest(token: str) -> str:
    """Return what is kept of a token; storage.invitations says why that is enough."""
    return sha256(token.encode()).hexdigest()
