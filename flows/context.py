"""What a step may know of the world; the host reads it before the step."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.sheet import Sheet
from flows.texts import Interface


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood of the city's own coarse list."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the conversation needs it; `selection` holds the chosen indicator codes."""

    id: str
    name: str
    areas: tuple[Area, ...]
    selection: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    """What is already complete: one subject of a project at one moment."""

    project: str
    sheet: str
    moment: str
    subject: str


@dataclass(frozen=True, slots=True)
class Context:
    """Everything outside the conversation that one step may look at.

    `today` is the worker's local date. `sheets` holds every released version by name and
    version, `current` the version of each sheet that a new registration begins with.
    `participants` gives the codes of a project's participants by its id; it and `registered` may
    take their time, because few steps ask. `language` is a first guess, until the person has
    chosen. `new_id` is a fresh identifier, used if this step begins a registration.
    """

    person: str
    roles: tuple[str, ...]
    interface: Interface
    language: str
    today: date
    projects: tuple[Project, ...]
    sheets: Mapping[tuple[str, int], Sheet]
    current: Mapping[str, int]
    participants: Callable[[str], Sequence[str]]
    registered: Container[Registered]
    new_id: str

    def project(self, project: str) -> Project | None:
        """Return the project with this id, if the person has it."""
        return next((item for item in self.projects if item.id == project), None)
