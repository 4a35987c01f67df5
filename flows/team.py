"""Who works here: people by their codes, what they may do, and who is invited."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from flows.access import ROLES, WRITING

ADMIN, COORDINATOR, PRACTITIONER = "admin", "project_coordinator", "practitioner"
"""What somebody can be; the registrars are those who register indicators."""

OPENED_ELSEWHERE = "start"
"""What follows /start where the private chat was opened from elsewhere, without an invitation."""

EXPIRES = timedelta(days=7)
"""How long an invitation is good for, where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the organisation; `channel` is "" while no account is theirs.

    `projects` are those that they reach, as a member or because all were given to them.
    """

    person: str
    roles: tuple[str, ...]
    projects: tuple[str, ...]
    since: datetime
    channel: str
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """What lets one account in, once; `person` is who gets in, "" while that is nobody yet."""

    id: str
    roles: tuple[str, ...]
    projects: tuple[str, ...]
    person: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> Literal["accepted", "revoked", "expired", "open"]:
        """Return what became of it."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "open" if now < self.expires_at else "expired"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A fresh invitation: its id, what is typed or opened to use it, and the digest of that.

    `link` is "" where the bot's name on its channel is not known.
    """

    id: str
    token: str
    digest: str
    link: str


class Team(Protocol):
    """The people of an organisation; each look may take its time, because few steps ask."""

    def people(self) -> Sequence[Colleague]:
        """Return everybody who has not left, by code."""
        ...

    def invitations(self) -> Sequence[Invitation]:
        """Return the invitations that are open, oldest first."""
        ...

    def projects(self) -> Mapping[str, str]:
        """Return the names of all projects of the organisation by their ids."""
        ...

    def ticket(self) -> Ticket:
        """Return a fresh invitation that nothing is known of yet."""
        ...


def may_follow(heir: Colleague, leaver: Colleague) -> bool:
    """Whether somebody can go on with another's open work: who registers, in the same projects."""
    return (
        heir.person != leaver.person
        and heir.left_at is None
        and not WRITING.isdisjoint(heir.roles)
        and set(leaver.projects) <= set(heir.projects)
    )


def given(roles: Collection[str]) -> tuple[str, ...]:
    """Return the roles that somebody with these roles may give: a coordinator, practitioners."""
    if ADMIN in roles:
        return tuple(ROLES)
    return (PRACTITIONER,) if COORDINATOR in roles else ()


def reaches(
    roles: Collection[str],
    projects: Collection[str],
    of_roles: Collection[str],
    of_projects: Collection[str],
) -> bool:
    """Whether somebody with these roles and projects decides about a person, or an invitation.

    An admin decides about everybody, a coordinator about those whose roles they could give and
    whose projects are all their own.
    """
    if ADMIN in roles:
        return True
    return (
        set(of_roles) <= set(given(roles))
        and bool(of_projects)
        and set(of_projects) <= set(projects)
    )
