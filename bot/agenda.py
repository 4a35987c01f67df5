"""What is due in the projects that one person reaches, looked up when a step asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.offer import Offer
from bot.world import World
from flows.access import COORDINATING, Scope
from flows.overview import Member
from flows.project import Project
from flows.schedule import Schedule, Standing
from flows.sending import Sent
from flows.wishes import Wishes
from flows.working_time import ONE_DAY
from storage import agenda, overview, sendings, wishes, workers
from storage.database import Connection
from storage.sendings import NOTHING, Sending
from storage.workers import Place, Worker

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class StoredAgenda:
    """What is due within one person's scope; what lies outside is not found."""

    connection: Connection
    world: World
    offer: Offer
    scope: Scope
    projects: tuple[Project, ...]

    @property
    def schedule(self) -> Schedule:
        """What works out the occasions of a project."""
        return self.offer.schedule

    @cached_property
    def _reached(self) -> dict[str, Project]:
        return {item.id: item for item in self.projects if item.id in self.scope.projects}

    @cached_property
    def _places(self) -> list[Place]:
        return [(self.scope.organisation, project) for project in self._reached]

    @cached_property
    def _crew(self) -> Mapping[str, Sequence[Worker]]:
        found = workers.working(self.connection, self._places)
        return {project: listed for (_, project), listed in found.items()}

    @cached_property
    def _members(self) -> Mapping[str, Sequence[Member]]:
        zone = self.world.time_zone
        today = self.world.clock().astimezone(zone).date()
        found = overview.members(self.connection, self._places, today, zone)
        return {project: listed for (_, project), listed in found.items()}

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
                (organisation, project): {
                    worker.person: worker.roles for worker in self._crew[project]
                }
                for project in asked
            }
            found = agenda.standings(self.connection, places, zone, here)
            self._standings.update({project: item for (_, project), item in found.items()})
        return [self._standings[project] for project in wanted]

    def coordinators(self, project: str) -> Sequence[str]:
        """Return who coordinates a project, by their codes."""
        found = self._crew.get(project, ())
        return [item.person for item in found if not COORDINATING.isdisjoint(item.roles)]

    def workers(self, project: str) -> Sequence[Member]:
        """Return who works in a project within reach, in the order of their codes."""
        return self._members.get(project, ())

    def sent(self, most: int, people: Collection[str] = ()) -> Sequence[Sent]:
        """Return what people were sent who work in the projects within reach, newest first."""
        everybody = {member.person for crew in self._members.values() for member in crew}
        wanted = everybody.intersection(people) if people else everybody
        found = sendings.log(self.connection, self.scope.organisation, wanted, most)
        # Who asks for something in another project is nobody here.
        known = [
            item if item.caused_by in everybody else item._replace(caused_by="") for item in found
        ]
        return [shown(item, self.world.time_zone) for item in known]

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


def shown(item: Sending, zone: ZoneInfo) -> Sent:
    """Return a message as a log shows it: when it was sent, or will be, in local time."""
    at = (item.settled_at or item.claimed_at or item.send_at).astimezone(zone)
    return Sent(item.person, item.kind, item.day, item.state, at, item.items, item.caused_by)
