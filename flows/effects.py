"""What a step asks its host to do, in the same transaction as the conversation.

The host applies them in the order of EFFECTS: a record needs its project and its participant.
AccountFor is none of those: the host writes it into the audit with what the others mean there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flows.audit import Detail
from flows.project import Project
from flows.record import Record
from flows.schedule import Decision, Occasion
from flows.wishes import Wishes


@dataclass(frozen=True, slots=True)
class ChangeProject:
    """A project is to be made, or to become like this in what `columns` names."""

    project: Project
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddParticipant:
    """Somebody takes part; `digest` finds the code again, "" if it was not derived."""

    project: str
    code: str
    digest: str


@dataclass(frozen=True, slots=True)
class SaveRecord:
    """A record's revision is to be stored; a `single` one has to be the only one of its kind."""

    record: Record
    single: bool = False


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A revision of a record was looked at: its new review state, with a comment."""

    record: str
    revision: int
    state: str
    comment: str


@dataclass(frozen=True, slots=True)
class AccountFor:
    """Something that changes nothing has to stand in the audit, with its action's detail."""

    action: str
    about: str = ""
    detail: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AcceptNotice:
    """The person has read the notice in this version and language, and accepts it."""

    version: int
    language: str


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation is to be kept: the digest of its token, and whom it will let in as what.

    With a `person` it is for a new account of somebody who is known; the old one is out at once.
    """

    id: str
    digest: str
    roles: tuple[str, ...]
    projects: tuple[str, ...]
    expires_at: datetime
    person: str = ""


@dataclass(frozen=True, slots=True)
class RevokeInvitation:
    """An invitation is to let nobody in any more."""

    id: str


@dataclass(frozen=True, slots=True)
class ChangeRoles:
    """Somebody is to be something else from now on."""

    person: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody is out from now on; `heir` goes on with their open work, "" keeps it."""

    person: str
    heir: str = ""


@dataclass(frozen=True, slots=True)
class EraseAccount:
    """Whoever caused this is to be erased; the records stay, without the person."""


@dataclass(frozen=True, slots=True)
class ChangeWishes:
    """The person wants to hear of what is due at other times from now on."""

    wishes: Wishes


@dataclass(frozen=True, slots=True)
class Decide:
    """A coordinator decided something about an occasion; an empty decision takes it back."""

    occasion: Occasion
    decision: Decision


@dataclass(frozen=True, slots=True)
class Notify:
    """Somebody is to get a message of a kind of flows.sending, on a day or, without one, now.

    `wanted` says what exactly, where there can be several a day.
    """

    kind: str
    person: str
    day: date | None = None
    wanted: Mapping[str, Sequence[str]] = field(default_factory=dict)


Effect = (
    ChangeProject
    | AddParticipant
    | SaveRecord
    | ReviewRecord
    | AcceptNotice
    | Invite
    | RevokeInvitation
    | ChangeRoles
    | Leave
    | EraseAccount
    | ChangeWishes
    | Decide
    | Notify
    | AccountFor
)
EFFECTS: tuple[type[Effect], ...] = (
    ChangeProject,
    AddParticipant,
    SaveRecord,
    ReviewRecord,
    AcceptNotice,
    Invite,
    RevokeInvitation,
    ChangeRoles,
    Leave,
    EraseAccount,
    ChangeWishes,
    Decide,
    Notify,
)
ALONE = (Invite, RevokeInvitation, ChangeRoles, Leave, EraseAccount)
"""What changes who may do what: what others do at the same moment comes before it or after it."""
