"""What is due in the projects that one person reaches, looked up when a step asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.world import World
from flows.access import Scope
from flows.project import Project
from flows.schedule import Schedule, Standing
from flows.wishes import Wishes
from storage import agenda, wishes, workers
from storage.database import Connection


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
    def _standings(self) -> Sequence[Standing]:
        reached = {
            (self.scope.organisation, project.id): project
            for project in self.projects
            if project.id in self.scope.projects
        }
        here = {
            place: [worker.person for worker in found]
            for place, found in workers.working(self.connection, reached).items()
        }
        found = agenda.standings(self.connection, reached, self.world.time_zone, here)
        return tuple(found.values())

    def of(self, projects: Collection[str]) -> Sequence[Standing]:
        """Return how projects stand, those that are out of reach left out."""
        return [standing for standing in self._standings if standing.project.id in projects]

    def wishes(self) -> Wishes:
        """Return when this person wants to hear of what is due."""
        key = self.scope.organisation, self.scope.person
        return wishes.of(self.connection, [key]).get(key, Wishes())
