"""What is stored, held in memory: the pure conversation is tested with it, storage on its own."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from flows.access import Scope, scope
from flows.audit import AuditEntry
from flows.codes import body, length_for, written
from flows.context import Enrolled, Known
from flows.effects import AddParticipant, ChangeProject, Effect, ReviewRecord, SaveRecord
from flows.project import Project
from flows.record import Record, Status, StoredRecord
from flows.retention import Announced
from flows.sheet import MEASUREMENTS, REGISTRARS

EVERYTHING = scope("town", "p1", REGISTRARS, ["kompas"])
"""What the only person of most tests reaches."""

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)


@dataclass
class Told:
    """An audit with these entries, oldest first."""

    entries: Sequence[AuditEntry] = ()

    def count(self) -> int:
        return len(self.entries)

    def newest(self, skipped: int, most: int) -> Sequence[AuditEntry]:
        return self.entries[::-1][skipped : skipped + most]


@dataclass
class Memory:
    """Records, reviews and participants; what a step asks for is put in by `takes`.

    `scope` is that of whoever looks; lists are limited by it, as in the database.
    """

    participants: dict[str, list[Enrolled]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    records: dict[str, list[Record]] = field(default_factory=dict)
    reviews: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    helper: str = ""
    scope: Scope = EVERYTHING
    notices: list[Announced] = field(default_factory=list)
    is_last_admin: bool = False
    people: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"p1": REGISTRARS})

    def takes(self, effects: Sequence[Effect], now: datetime = NOON) -> None:
        """Apply effects as the host does."""
        for effect in effects:
            if isinstance(effect, SaveRecord):
                kept = self.records.setdefault(effect.record.record, [])
                assert effect.record.revision == len(kept) + 1
                kept.append(effect.record)
            elif isinstance(effect, AddParticipant):
                self.enrol(effect.code, effect.project, now.date(), effect.digest)
            elif isinstance(effect, ReviewRecord):
                self.reviews.pop((effect.record, effect.revision), None)
                self.reviews[effect.record, effect.revision] = effect.state, effect.comment
            elif isinstance(effect, ChangeProject):
                self.projects[effect.project.id] = effect.project

    def enrol(self, code: str, project: str, since: date, digest: str = "") -> None:
        """Add a participant."""
        listed = self.participants.setdefault(project, [])
        if all(item.code != code for item in listed):
            listed.append(Enrolled(code, project, since))
            self.digests[code] = digest

    def of(self, project: str) -> Sequence[str]:
        return sorted(item.code for item in self.participants.get(project, []))

    def count(self) -> int:
        return len(self.digests)

    def are_taken(self, code: str) -> bool:
        return code in self.digests

    def new(self) -> str:
        number = 0
        while self.are_taken(code := written(body(number, length_for(self.count())))):
            number += 1
        return code

    def keep(self, code: str, project: str, digest: str) -> None:
        """Nobody else is here at once."""

    def digest(self, answers: str) -> str:
        return hashlib.sha256(f"a test's key {answers}".encode()).hexdigest()

    def found(self, digest: str) -> Sequence[Enrolled]:
        reached = [self.participants.get(project, []) for project in sorted(self.scope.projects)]
        everyone = [item for listed in reached for item in listed]
        return [item for item in everyone if digest and self.digests[item.code] == digest]

    def record(
        self, record: str, revision: int | None = None, organisation: str = ""
    ) -> Record | None:
        kept = self.records.get(record, [])
        if revision is None:
            return kept[-1] if kept else None
        return kept[revision - 1] if 0 < revision <= len(kept) else None

    def complete(self, project: str, sheet: str, moment: str, subject: str) -> Sequence[Record]:
        key = (project, sheet, moment, subject)
        return [
            latest
            for latest in self._latest()
            if (latest.project, latest.sheet, latest.moment, latest.subject) == key
            and latest.complete
            and self._stored(latest).review != "not_counted"
        ]

    def recent(self, receipt: str = "") -> Sequence[StoredRecord]:
        return [
            self._stored(latest)
            for latest in reversed(self._latest())
            if latest.project in self.scope.projects
            and not latest.deleted
            and latest.record.startswith(receipt)
            and (
                self.scope.is_coordinator
                or any(item.person == self.scope.person for item in self.records[latest.record])
            )
        ]

    def returned(self) -> Sequence[StoredRecord]:
        me = self.scope.person
        found = [self._stored(latest) for latest in self._latest() if latest.person == me]
        return [item for item in found if item.review == "returned"]

    def measured(self, project: str) -> Collection[str]:
        return {
            value.indicator
            for record in self._latest()
            if record.project == project and record.moment in MEASUREMENTS
            for value in record.values
            if value.indicator and value.status is Status.ANSWERED
        }

    def roles(self, project: str) -> Sequence[str]:
        return list(dict.fromkeys(role for roles in self.people.values() for role in roles))

    def colleagues(self, project: str) -> Sequence[str]:
        return list(self.people)

    def known(self, person: str) -> Known:
        theirs = [item for kept in self.records.values() for item in kept if item.person == person]
        return Known(
            since=date(2026, 1, 5),
            records=len({item.record for item in theirs}),
            revisions=len(theirs),
            reviews=len(self.reviews),
            first=NOON.date() if theirs else None,
            last=NOON.date() if theirs else None,
            is_last_admin=self.is_last_admin,
        )

    def announced(self, projects: Collection[str]) -> Sequence[Announced]:
        return [item for item in self.notices if item.project in projects]

    def ambassador(self) -> str:
        return self.helper

    def changed(self, project: Project) -> Project:
        """Return a project as it has become."""
        return self.projects.get(project.id, project)

    def _latest(self) -> list[Record]:
        return [kept[-1] for kept in self.records.values()]

    def _stored(self, latest: Record) -> StoredRecord:
        looked_at = [key for key in self.reviews if key[0] == latest.record]
        review, comment = self.reviews[looked_at[-1]] if looked_at else ("received", "")
        if review != "not_counted" and looked_at and looked_at[-1][1] != latest.revision:
            review, comment = "received", ""
        return StoredRecord(
            record=latest.record,
            revision=latest.revision,
            project=latest.project,
            sheet=latest.sheet,
            sheet_version=latest.sheet_version,
            moment=latest.moment,
            subject=latest.subject,
            person=latest.person,
            observed_on=latest.observed_on,
            submitted_at=NOON,
            complete=latest.complete,
            review=review,
            comment=comment,
        )


def with_participants(*codes: str, project: str = "kompas") -> Memory:
    """Return a memory that holds these participants of a project."""
    memory = Memory()
    for code in codes:
        memory.enrol(code, project, date(2026, 1, 5))
    return memory
