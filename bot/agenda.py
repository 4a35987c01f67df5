"""What is due in the projects that one person reaches, looked up when a step asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.world import World
from flows.access import Scope
from flows.overview import Member
from flows.project import Project
from flows.schedule import Schedule, Standing
from flows.sending import Sent
from flows.wishes import Wishes
from storage import agenda, overview, sendings, wishes
from storage.database import Connection
from storage.sendings import Sending
from storage.workers import Place


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
    def _reached(self) -> Mapping[Place, Project]:
        return {
            (self.scope.organisation, project.id): project
            for project in self.projects
            if project.id in self.scope.projects
        }

    @cached_property
    def _crews(self) -> Mapping[Place, Sequence[Member]]:
        zone = self.world.time_zone
        today = self.world.clock().astimezone(zone).date()
        return overview.members(self.connection, self._reached, today, zone)

    @cached_property
    def _standings(self) -> Sequence[Standing]:
        reached = self._reached
        here = {place: [worker.person for worker in found] for place, found in self._crews.items()}
        found = agenda.standings(self.connection, reached, self.world.time_zone, here)
        return tuple(found.values())

    def of(self, projects: Collection[str]) -> Sequence[Standing]:
        """Return how projects stand, those that are out of reach left out."""
        return [standing for standing in self._standings if standing.project.id in projects]

    def workers(self, project: str) -> Sequence[Member]:
        """Return who works in a project within reach, in the order of their codes."""
        return self._crews.get((self.scope.organisation, project), ())

    def sent(self, most: int, people: Collection[str] = ()) -> Sequence[Sent]:
        """Return what people were sent who work in the projects within reach, newest first."""
        everybody = {member.person for crew in self._crews.values() for member in crew}
        wanted = everybody.intersection(people) if people else everybody
        found = sendings.log(self.connection, self.scope.organisation, wanted, most)
        return [shown(item, self.world.time_zone) for item in found]

    def wishes(self) -> Wishes:
        """Return when this person wants to hear of what is due."""
        key = self.scope.organisation, self.scope.person
        return wishes.of(self.connection, [key]).get(key, Wishes())


def shown(item: Sending, zone: ZoneInfo) -> Sent:
    """Return a message as a log shows it: when it was sent, or will be, in local time."""
    at = (item.settled_at or item.claimed_at or item.send_at).astimezone(zone)
    return Sent(item.person, item.kind, item.day, item.state, at, item.items, item.caused_by)
