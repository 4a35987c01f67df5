"""A project, as the conversation and its schedule need it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.plan import NO_PLAN, BadPlan, Plan, plan_of


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood of the city's own coarse list; a former one is on offer no more."""

    name: str
    label: str
    former: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """A project as the conversation needs it.

    `selection` holds the chosen indicator codes, `registrars` the role that registers an
    indicator where the project decided otherwise than the handbook. `dates` and `rules` are the
    plan as its two sheets say it (flows.plan). Nothing of a `practice` project is ever stored as a
    record.
    """

    id: str
    name: str
    areas: tuple[Area, ...]
    selection: tuple[str, ...]
    registrars: Mapping[str, str] = field(default_factory=dict)
    practice: bool = False
    dates: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """When it registers what; nothing where what is stored is damaged.

        Planning the reminders says that aloud; whoever registers can go on.
        """
        try:
            return plan_of(self.dates, self.rules)
        except BadPlan:
            return NO_PLAN

    @property
    def area_labels(self) -> dict[str, str]:
        """What the areas on offer are called, by name."""
        return {area.name: area.label for area in self.areas if not area.former}
