"""What a step asks its host to do, in the same transaction as the conversation.

The host applies them in the order of EFFECTS: a record needs its project and its participant.
"""

from dataclasses import dataclass

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
    """A record's revision is to be stored."""

    record: Record


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A revision of a record was looked at: its new review state, with a comment."""

    record: str
    revision: int
    state: str
    comment: str


@dataclass(frozen=True, slots=True)
class EraseAccount:
    """Whoever caused this is to be erased; the records stay, without the person."""


Effect = ChangeProject | AddParticipant | SaveRecord | ReviewRecord | EraseAccount
EFFECTS: tuple[type[Effect], ...] = (
    ChangeProject,
    AddParticipant,
    SaveRecord,
    ReviewRecord,
    EraseAccount,
)
