"""What is due in the projects that one person reaches, looked up when a step asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from bot.world import World
from flows.access import COORDINATING, Scope
from flows.project import Project
from flows.schedule import Schedule, Standing
from flows.wishes import Wishes
from flows.working_time import ONE_DAY
from storage import agenda, sendings, wishes, workers
from storage.database import Connection
from storage.sendings import NOTHING
from storage.workers import Worker

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class StoredAgenda:
    """What is due within one person's scope; what lies outside is not found."""

    connection: Connection
    world: World
    scope: Scope
    projects: tuple[Project, ...]

    @property
    def schedule(self) -> Schedule:
        """What works out the occasions of a project."""
        return self.world.schedule

    @cached_property
    def _crew(self) -> dict[str, list[Worker]]:
        reached = [(self.scope.organisation, project) for project in self._reached]
        found = workers.working(self.connection, reached)
        return {project: listed for (_, project), listed in found.items()}

    @cached_property
    def _reached(self) -> dict[str, Project]:
        return {item.id: item for item in self.projects if item.id in self.scope.projects}

    @cached_property
    def _standings(self) -> dict[str, Standing]:
        """What was looked up already."""
        return {}

    def of(self, projects: Collection[str]) -> Sequence[Standing]:
        """Return how projects stand, those that are out of reach left out."""
        wanted = [project for project in projects if project in self._reached]
        asked = [project for project in wanted if project not in self._standings]
        if asked:
            organisation, zone = self.scope.organisation, self.world.time_zone
            places = {(organisation, project): self._reached[project] for project in asked}
            here = {
                (organisation, project): [worker.person for worker in self._crew[project]]
                for project in asked
            }
            found = agenda.standings(self.connection, places, zone, here)
            self._standings.update({project: item for (_, project), item in found.items()})
        return [self._standings[project] for project in wanted]

    def coordinators(self, project: str) -> Sequence[str]:
        """Return who coordinates a project, by their codes."""
        found = self._crew.get(project, [])
        return [item.person for item in found if not COORDINATING.isdisjoint(item.roles)]

    def wishes(self) -> Wishes:
        """Return when this person wants to hear of what is due."""
        key = self.scope.organisation, self.scope.person
        return wishes.of(self.connection, [key]).get(key, Wishes())

    def burden(self) -> int:
        """Return how many messages that count as a burden this person got in seven days."""
        key = self.scope.organisation, self.scope.person
        today = self.world.clock().astimezone(self.world.time_zone).date()
        since, zone = today - WEEK + ONE_DAY, self.world.time_zone
        return sendings.recent(self.connection, [key], since, zone).get(key, NOTHING).burden
