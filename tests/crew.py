"""The people of an organisation, held in memory: the pure conversation is tested with it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flows.effects import ChangeRoles, Effect, Invite, Leave, RevokeInvitation
from flows.sheet import REGISTRARS
from flows.team import Colleague, Invitation, Ticket
from tests.memory import NOON


def colleague(
    person: str, *roles: str, projects: tuple[str, ...] = ("kompas",), channel: str = "telegram"
) -> Colleague:
    """Return somebody who works here."""
    return Colleague(person, roles or REGISTRARS, projects, NOON, channel)


@dataclass
class Crew:
    """Who works here and who is invited; what a step asks for is put in by `takes`."""

    here: dict[str, Colleague] = field(default_factory=lambda: {"p1": colleague("p1")})
    invited: dict[str, Invitation] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=lambda: {"kompas": "Kompas"})

    def takes(self, effects: Sequence[Effect], now: datetime = NOON) -> None:
        """Apply effects as the host does."""
        for effect in effects:
            if isinstance(effect, Invite):
                self._invites(effect, now)
            elif isinstance(effect, RevokeInvitation):
                self.invited[effect.id] = replace(self.invited[effect.id], revoked_at=now)
            elif isinstance(effect, ChangeRoles):
                self.here[effect.person] = replace(self.here[effect.person], roles=effect.roles)
            elif isinstance(effect, Leave):
                del self.here[effect.person]

    def _invites(self, effect: Invite, now: datetime) -> None:
        if effect.person:
            self.here[effect.person] = replace(self.here[effect.person], channel="")
        self.invited[effect.id] = Invitation(
            effect.id, effect.roles, effect.projects, effect.person, "p1", now, effect.expires_at
        )

    def people(self) -> Sequence[Colleague]:
        return list(self.here.values())

    def invitations(self) -> Sequence[Invitation]:
        return [item for item in self.invited.values() if item.state(NOON) == "open"]

    def projects(self) -> Mapping[str, str]:
        return self.names

    def ticket(self) -> Ticket:
        number = len(self.invited) + 1
        token = f"token-{number}-{'x' * 30}"
        digest = hashlib.sha256(token.encode()).hexdigest()
        return Ticket(f"INV{number}", token, digest, f"https://t.me/a_bot?start={token}")
