"""Writes what people did into the audit: what a step's effects mean, and who was refused."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.inbound import Inbound
from bot.participants import MARK, Digest
from flows.audit import REFUSED, Act, Detail
from flows.chain import Seals
from flows.effects import AddParticipant, ChangeProject, Effect, ReviewRecord, SaveRecord
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
    for me, effect in effects:
        act = _act(connection, me, effect)
        # Two people may add the same participant at once, and one is added.
        is_double = isinstance(effect, AddParticipant) and _is_there(connection, me, effect, found)
        if act is not None and not is_double:
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
    if isinstance(effect, SaveRecord):
        return _of_record(connection, me, effect.record)
    if isinstance(effect, AddParticipant):
        return Act(who, ADDED, effect.code, {"project": effect.project})
    if isinstance(effect, ReviewRecord):
        looked_at: dict[str, Detail] = {"revision": effect.revision, "state": effect.state}
        return Act(who, "reviewed", effect.record, looked_at)
    if isinstance(effect, ChangeProject):
        return Act(who, "project_changed", effect.project.id, {"columns": effect.columns})
    return Act(who, effect.action, effect.about, effect.detail)


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


def _is_there(
    connection: Connection, me: Me, added: AddParticipant, found: Sequence[tuple[str, Act]]
) -> bool:
    here = (me.organisation, added.project, added.code)
    return participants.is_there(connection, *here) or any(
        here == (organisation, act.detail.get("project"), act.about)
        for organisation, act in found
        if act.action == ADDED
    )


def _short(digest: str) -> str:
    return digest[MARK : MARK + SHORT]
