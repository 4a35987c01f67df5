"""What a step asks its host to do, in the same transaction as the conversation.

The host applies them in the order of EFFECTS: a record needs its project and its participant.
AccountFor is none of those: the host writes it into the audit with what the others mean there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.audit import Detail
from flows.context import Project
from flows.record import Record


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


Effect = ChangeProject | AddParticipant | SaveRecord | ReviewRecord | AccountFor
EFFECTS: tuple[type[Effect], ...] = (ChangeProject, AddParticipant, SaveRecord, ReviewRecord)
