"""What is due, worked out of what is held in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flows.effects import ChangeWishes, Decide, Effect
from flows.project import Project
from flows.schedule import Decision, Schedule, Standing
from flows.sheet import Sheet
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
    got: int = 0

    def __post_init__(self) -> None:
        self.schedule = Schedule(self.sheets.values())

    def takes(self, effects: Sequence[Effect]) -> None:
        """Apply effects as the host does."""
        for effect in effects:
            if isinstance(effect, ChangeWishes):
                self.wished = effect.wishes
            elif isinstance(effect, Decide):
                self.decided[effect.occasion.key] = effect.decision

    def of(self, projects: Collection[str]) -> Sequence[Standing]:
        return [self._standing(project) for project in self.projects if project.id in projects]

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
        return Standing(memory.projects.get(project.id, project), since, {}, held, self.decided)
