"""Writes what people did into the audit: what a step's effects mean, and who was refused."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.inbound import Inbound
from bot.participants import MARK, Digest
from flows.audit import ERASED, REFUSED, Act, Detail
from flows.chain import Seals
from flows.effects import (
    AcceptNotice,
    AccountFor,
    AddParticipant,
    ChangeProject,
    ChangeRoles,
    ChangeWishes,
    Decide,
    Effect,
    EraseAccount,
    Invite,
    Leave,
    Notify,
    ReviewRecord,
    RevokeInvitation,
    SaveRecord,
)
from flows.record import Record
from flows.states.leaving import UNDONE
from storage import participants, records
from storage.audit import Audit
from storage.database import Connection
from storage.people import Me

ADDED = "participant_added"

SHORT = 12
"""How much of a stranger's digest is kept: enough to see that it was the same one."""


STRANGER = {"reason": "stranger"}


def seals_by(digest: Digest) -> Seals:
    """Return what seals an audit, by the key that is kept outside the database."""
    return lambda text: [digest(text)]


def acts_of(connection: Connection, effects: Sequence[tuple[Me, Effect]]) -> list[tuple[str, Act]]:
    """Return what has to be accounted for, each with its organisation, before it is stored.

    A new registration is none of it, so that most turns look nothing up and write no entry.
    """
    found: list[tuple[str, Act]] = []
    added: set[tuple[str, str, str]] = set()
    for me, effect in effects:
        if isinstance(effect, AddParticipant):
            here = (me.organisation, effect.project, effect.code)
            # Two people may add the same participant at once, and one is added.
            if here in added or participants.is_there(connection, *here):
                continue
            added.add(here)
        act = _act(connection, me, effect)
        if act is not None:
            found.append((me.organisation, act))
    return found


def write(
    audit: Audit, connection: Connection, acts: Iterable[tuple[str, Act]], now: datetime
) -> None:
    """Write acts into the audits of their organisations, in one order in every process."""
    by_organisation: dict[str, list[Act]] = defaultdict(list)
    for organisation, act in acts:
        by_organisation[organisation].append(act)
    for organisation, theirs in sorted(by_organisation.items()):
        audit.write(connection, organisation, theirs, now)


def strangers(channel: str, inbounds: Iterable[Inbound], digest: Digest) -> list[Act]:
    """Return the attempts of people who have no account; a digest stands for who they are."""
    return [
        Act("", REFUSED, _short(digest(f"\nstranger\n{channel}\n{item.address}")), STRANGER)
        for item in inbounds
        if item.address and item.event is not None and not item.aside
    ]


def _act(connection: Connection, me: Me, effect: Effect) -> Act | None:
    who = me.person
    match effect:
        case SaveRecord(record):
            act = _of_record(connection, me, record)
        case AddParticipant(project):
            act = Act(who, ADDED, project)
        case ReviewRecord(record, revision, state):
            act = Act(who, "reviewed", record, {"revision": revision, "state": state})
        case ChangeProject(project, columns):
            act = Act(who, "project_changed", project.id, {"columns": columns})
        case Decide(occasion, decision):
            about = f"{occasion.project}/{occasion.sheet}/{occasion.moment}/{occasion.number}"
            act = Act(who, "decided", about, {"what": decision.what})
        case Notify(_, person):
            act = Act(who, "reminded", person) if person != who else None
        case AcceptNotice() | ChangeWishes():
            # They have tables of their own, and concern nobody else.
            act = None
        case EraseAccount():
            act = Act(who, ERASED, "person", {"rows": 1})
        case AccountFor(action, about, detail):
            act = Act(who, action, about, detail)
        case _:
            act = of_team(who, effect)
    return act


def of_team(who: str, effect: Invite | RevokeInvitation | ChangeRoles | Leave) -> Act:
    """Return what somebody did about who works here; `who` is a code or COMMAND_LINE."""
    if isinstance(effect, Invite):
        lets_in: dict[str, Detail] = {"roles": effect.roles, "projects": effect.projects}
        return Act(who, "invited", effect.id, lets_in | {"person": effect.person})
    if isinstance(effect, RevokeInvitation):
        return Act(who, "invitation_revoked", effect.id)
    if isinstance(effect, ChangeRoles):
        return Act(who, "roles_changed", effect.person, {"roles": effect.roles})
    action = "left" if effect.person == who else "revoked"
    return Act(who, action, effect.person, {"heir": effect.heir})


def signed_in(who: str, me: Me, channel: str) -> Act:
    """Return that an account was let in as somebody."""
    return Act(who, "signed_in", me.person, {"channel": channel, "roles": me.roles})


def _of_record(connection: Connection, me: Me, record: Record) -> Act | None:
    """Return what a revision is; the same rule as in storage/accounted.py finds it again."""
    detail: dict[str, Detail] = {"revision": record.revision, "provenance": record.provenance}
    if record.reason == UNDONE and record.revision > 1:
        return Act(me.person, "undone", record.record, detail)
    if record.deleted:
        return Act(me.person, "deleted", record.record, detail)
    if record.revision > 1 and records.is_complete(
        connection, me.organisation, record.record, record.revision - 1
    ):
        return Act(me.person, "corrected", record.record, detail)
    if record.provenance:
        whose = {"whose": record.entered_for}
        return Act(me.person, "entered_on_behalf", record.record, detail | whose)
    return None


def _short(digest: str) -> str:
    return digest[MARK : MARK + SHORT]
