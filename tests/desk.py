"""What is due, worked out of what is held in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flows.effects import ChangeWishes, Decide, Effect, Notify
from flows.overview import Member
from flows.project import Project
from flows.schedule import Decision, Schedule, Standing
from flows.sending import Sent
from flows.sheet import REGISTRARS, Sheet
from flows.wishes import Wishes
from tests.memory import Memory


@dataclass
class Desk:
    """The agenda of one person, who reaches these projects."""

    memory: Memory
    projects: tuple[Project, ...]
    sheets: Mapping[str, Sheet]
    decided: dict[str, Decision] = field(default_factory=dict)
    wished: Wishes = field(default_factory=Wishes)
    crew: list[Member] = field(default_factory=lambda: [Member("p1", REGISTRARS)])
    log: list[Sent] = field(default_factory=list)
    left: dict[str, date] = field(default_factory=dict)
    got: int = 0

    def __post_init__(self) -> None:
        self.schedule = Schedule(self.sheets.values())

    def of(self, projects: Collection[str]) -> Sequence[Standing]:
        return [self._standing(project) for project in self.projects if project.id in projects]

    def workers(self, project: str) -> Sequence[Member]:
        return sorted(self.crew) if any(item.id == project for item in self.projects) else ()

    def sent(self, most: int, people: Collection[str] = ()) -> Sequence[Sent]:
        here = {member.person for member in self.crew}
        wanted = here.intersection(people) if people else here
        return [item for item in reversed(self.log) if item.person in wanted][:most]

    def takes(self, effects: Sequence[Effect], now: datetime, today: date) -> None:
        """Apply effects as the host does: at most one message of a kind a day for each person."""
        for effect in effects:
            if isinstance(effect, ChangeWishes):
                self.wished = effect.wishes
            elif isinstance(effect, Decide):
                self.decided.pop(effect.occasion.key, None)
                if effect.decision != Decision():
                    self.decided[effect.occasion.key] = effect.decision
            elif isinstance(effect, Notify):
                day = effect.day or today
                known = {(item.person, item.kind, item.day) for item in self.log}
                if (effect.person, effect.kind, day) not in known:
                    sent = Sent(effect.person, effect.kind, day, "waiting", now, 0, "p1")
                    self.log.append(sent)

    def coordinators(self, project: str) -> Sequence[str]:
        return [
            code for code, roles in self.memory.people.items() if "project_coordinator" in roles
        ]

    def burden(self) -> int:
        return self.got

    def wishes(self) -> Wishes:
        return self.wished

    def _standing(self, project: Project) -> Standing:
        memory = self.memory
        held: dict[tuple[str, str, str], set[date]] = {}
        for revisions in memory.records.values():
            newest = revisions[-1]
            if newest.project == project.id and newest.complete and not newest.deleted:
                key = newest.sheet, newest.moment, newest.subject
                held.setdefault(key, set()).add(newest.observed_on)
        since = {item.code: item.since for item in memory.participants.get(project.id, [])}
        return Standing(
            memory.projects.get(project.id, project), since, self.left, held, dict(self.decided)
        )
