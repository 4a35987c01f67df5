"""What has to be accounted for: who did what, in identifiers, states, counts and hashes only."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

from flows.texts import marked

Detail: TypeAlias = "str | int | Sequence[Detail] | Mapping[str, Detail]"

COMMAND_LINE = "command_line"
"""Who acts where somebody works on the machine itself; who that is, only the machine knows."""

ERASED = "erased"
REFUSED = "attempt_refused"

"""The roles that read an organisation's audit."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:/+-]{0,128}")


@dataclass(frozen=True, slots=True)
class Action:
    """What an action is called in the chat, and what its detail says, no more and no less.

    The words may name `about` and the fields of the detail.
    """

    words: str
    fields: tuple[str, ...] = ()


ACTIONS: Mapping[str, Action] = {
    "begun": Action(marked("the audit begins")),
    "signed_in": Action(marked("{about} got access"), ("channel", "roles")),
    "invited": Action(marked("invitation {about} as {roles}"), ("roles", "projects", "person")),
    "invitation_revoked": Action(marked("invitation {about} taken back")),
    "left": Action(marked("{about} left"), ("heir",)),
    "revoked": Action(marked("{about} lost access"), ("heir",)),
    "roles_changed": Action(marked("{about} has other roles: {roles}"), ("roles",)),
    "exported": Action(marked("export, {rows} rows"), ("filter", "language", "rows", "files")),
    "imported": Action(marked("{about} made anew from an archive"), ("sha256",)),
    "corrected": Action(
        marked("registration {about} corrected, revision {revision}"), ("revision", "provenance")
    ),
    "deleted": Action(
        marked("registration {about} deleted, revision {revision}"), ("revision", "provenance")
    ),
    "undone": Action(
        marked("registration {about} taken back, revision {revision}"), ("revision", "provenance")
    ),
    "entered_on_behalf": Action(
        marked("registration {about} entered for a colleague"), ("revision", "provenance", "whose")
    ),
    "reviewed": Action(
        marked("registration {about} looked at, revision {revision}: {state}"),
        ("revision", "state"),
    ),
    # Without the code, which may have to be erased everywhere.
    "participant_added": Action(marked("a participant of {about} added")),
    ERASED: Action(marked("erased for good: {about}, {rows} rows"), ("rows",)),
    "aged_out": Action(
        marked("deleted as announced: {about} of {project}, {rows}"), ("project", "rows")
    ),
    "project_changed": Action(marked("project {about} changed"), ("columns",)),
    # Without the code of a participant, as above.
    "decided": Action(marked("decided of {about}: {what}"), ("what",)),
    "reminded": Action(marked("{about} was reminded by hand")),
    "ambassador_named": Action(marked("another registration ambassador")),
    REFUSED: Action(marked("refused: {about}"), ("reason",)),
    "key_rotated": Action(marked("another key")),
    "key_forgotten": Action(marked("keys thrown away: {keys}"), ("keys",)),
    "retention_set": Action(marked("kept for another number of months: {months}"), ("months",)),
    "shared": Action(marked("project {about} offered to another organisation")),
    "joined": Action(marked("project {about} shared with {other}"), ("other",)),
    "parted": Action(marked("project {about} shared no more")),
    "sheet_imported": Action(
        marked("own questions {about} came in, version {version}"),
        ("version", "projects", "sha256"),
    ),
    "sheet_retired": Action(marked("own questions {about} are not asked any more")),
    "audit_read": Action(marked("the audit was read"), ("how",)),
}
"""Every action that the audit knows, by the name under which it is stored."""


class Unaccountable(ValueError):
    """An act that may not stand in an audit as it is; the message does not repeat it."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did: `person` is a code or COMMAND_LINE, "" for a stranger.

    `about` is the identifier of what it was done to: a record, a project, a code, a command.
    """

    person: str
    action: str
    about: str = ""
    detail: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An act as it is stored: one link of its organisation's chain; `detail` is JSON."""

    organisation: str
    number: int
    at: datetime
    person: str
    action: str
    about: str
    detail: str
    previous: str
    digest: str


class Trail(Protocol):
    """The audit of an organisation, as those may read it who may."""

    def count(self) -> int:
        """Return how many entries there are."""
        ...

    def newest(self, skipped: int, most: int) -> Sequence[AuditEntry]:
        """Return entries in local time, newest first, after so many that are newer."""
        ...


def detail_of(act: Act) -> str:
    """Return an act's detail as it is stored.

    Raises Unaccountable for an unknown action, another detail than the action's, and anything
    that could be free text: only letters without accents, digits and _ . : / + - may stand there.
    """
    action = ACTIONS.get(act.action)
    if action is None or set(act.detail) != set(action.fields):
        raise Unaccountable(f"{act.action!r} is no action of the audit with this detail")
    if not all(_is_plain(part) for part in (act.person, act.about, act.detail)):
        raise Unaccountable(f"an act {act.action!r} holds more than identifiers")
    return json.dumps(act.detail, sort_keys=True, separators=(",", ":"))


def _is_plain(value: Detail) -> bool:
    if isinstance(value, str):
        return _IDENTIFIER.fullmatch(value) is not None
    if isinstance(value, Mapping):
        return all(_is_plain(name) and _is_plain(part) for name, part in value.items())
    return isinstance(value, int) or all(_is_plain(part) for part in value)
