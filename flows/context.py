"""What a step may know of the world; the host reads it before the step."""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flows.audit import Trail
from flows.project import Project
from flows.record import Record, StoredRecord
from flows.retention import Announced
from flows.schedule import Schedule, Standing
from flows.sheet import Sheet
from flows.team import Team
from flows.texts import Interface
from flows.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Registered:
    """What is already complete: one subject of a project at one moment."""

    project: str
    sheet: str
    moment: str
    subject: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A participant of a project: the code, and since when."""

    code: str
    project: str
    since: date


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a person beside the conversation.

    `first` and `last` are the days of the oldest and the newest revision; None without any.
    """

    since: date
    records: int
    revisions: int
    reviews: int
    first: date | None = None
    last: date | None = None
    is_last_admin: bool = False


class Archive(Protocol):
    """What is stored already and within the person's reach; what is not does not exist.

    Each look may take its time, because few steps ask.
    """

    def record(
        self, record: str, revision: int | None = None, organisation: str = ""
    ) -> Record | None:
        """Return a revision of a record, the latest one without a number.

        `organisation` is that of StoredRecord, "" for the person's own.
        """
        ...

    def complete(self, project: str, sheet: str, moment: str, subject: str) -> Sequence[Record]:
        """Return the complete records of one subject at one moment that count, oldest first."""
        ...

    def recent(self, receipt: str = "") -> Sequence[StoredRecord]:
        """Return the latest records that the person may open, newest first.

        A receipt, or a whole identifier, is also found among those that are older.
        """
        ...

    def returned(self) -> Sequence[StoredRecord]:
        """Return this person's records that a coordinator gave back."""
        ...

    def measured(self, project: str) -> Collection[str]:
        """Return the indicators that a measurement of a project has an answer for."""
        ...

    def roles(self, project: str) -> Sequence[str]:
        """Return the roles of those who work for a project."""
        ...

    def colleagues(self, project: str) -> Sequence[str]:
        """Return who works for a project, by their codes."""
        ...

    def known(self, person: str) -> Known:
        """Return what is stored of a person."""
        ...

    def announced(self, projects: Collection[str]) -> Sequence[Announced]:
        """Return what will be deleted of these projects, the first that is due first."""
        ...

    def ambassador(self) -> str:
        """Return whom people may ask about registering; "" for nobody."""
        ...


class Agenda(Protocol):
    """What is due in projects within the person's reach. A look takes its time; few steps ask."""

    @property
    def schedule(self) -> Schedule:
        """What works out the occasions of a project."""
        ...

    def of(self, projects: Collection[str]) -> Sequence[Standing]:
        """Return how projects stand, those that are out of reach left out."""
        ...

    def coordinators(self, project: str) -> Sequence[str]:
        """Return who coordinates a project, by their codes."""
        ...

    def wishes(self) -> Wishes:
        """Return when this person wants to hear of what is due."""
        ...

    def burden(self) -> int:
        """Return how many messages that count as a burden this person got in seven days."""
        ...


class Codes(Protocol):
    """The codes of an organisation's participants; lists hold only those within reach."""

    def of(self, project: str) -> Sequence[str]:
        """Return the codes of a project's participants."""
        ...

    def are_taken(self, code: str) -> bool:
        """Whether a participant of the organisation has this code."""
        ...

    def new(self) -> str:
        """Return a fresh code that nobody has."""
        ...

    def digest(self, answers: str) -> str:
        """Return the keyed digest of answers, which are not kept."""
        ...

    def count(self) -> int:
        """Return how many participants the organisation has."""
        ...

    def keep(self, code: str, project: str, digest: str) -> None:
        """Let nobody else get a code, and find its digest, also before it is stored."""
        ...

    def found(self, digest: str) -> Sequence[Enrolled]:
        """Return who gave answers with this digest, oldest first; in several projects, each."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """Everything outside the conversation that one step may look at.

    `today` is the worker's local date and `now` the same instant in UTC. `sheets` holds every
    released version by name and version, `current` the version of each sheet that a new
    registration begins with. `language` is a first guess, until the person has chosen. `new_id` is
    a fresh identifier, used if this step begins a registration. `names` are first names that the
    organisation adds to those that are looked for in free text.
    `has_accepted` says that the person has accepted the notice as it is now.
    """

    person: str
    roles: tuple[str, ...]
    interface: Interface
    language: str
    today: date
    projects: tuple[Project, ...]
    sheets: Mapping[tuple[str, int], Sheet]
    current: Mapping[str, int]
    codes: Codes
    archive: Archive
    registered: Container[Registered]
    new_id: str
    now: datetime
    trail: Trail
    team: Team
    has_accepted: bool
    agenda: Agenda
    names: frozenset[str] = frozenset()

    def project(self, project: str) -> Project | None:
        """Return the project with this id, if the person has it."""
        return next((item for item in self.projects if item.id == project), None)
