"""Builds what tests talk with: a handbook, a context, and a worker who types and taps."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flows import catalogues, checking
from flows.access import scope
from flows.context import Context
from flows.conversation import Conversation, restore, snapshot
from flows.effects import AcceptNotice, Effect, SaveRecord
from flows.engine import Button, Event, Message, Tap, Text, Turn, begin, show, step
from flows.project import Area, Project
from flows.record import Record
from flows.sheet import REGISTRARS, Sheet, with_texts
from flows.states.idle import MENU_NAMES
from flows.texts import Interface, interface
from tests.crew import Crew
from tests.desk import Desk
from tests.memory import NOON, Memory, Told, with_participants

TODAY = date(2026, 3, 2)


@cache
def found_catalogues() -> catalogues.Catalogues:
    """Read the translations once."""
    return catalogues.load()


@cache
def handbook() -> Mapping[str, Sheet]:
    """Return the real sheets with their translations."""
    texts = found_catalogues().texts()
    return {name: with_texts(sheet, texts) for name, sheet in checking.load().sheets.items()}


@cache
def real_interface() -> Interface:
    """Return the interface in every language."""
    return interface(found_catalogues().domains["bot"])


def context(  # noqa: PLR0913, PLR0917 - each is a part of the world
    sheets: Mapping[str, Sheet] | None = None,
    roles: tuple[str, ...] = REGISTRARS,
    participants: tuple[str, ...] = ("K7-N", "P3-H"),
    today: date = TODAY,
    languages: Interface | None = None,
    selected: str = "short",
) -> Context:
    """Return a world with one project; the real handbook in its short version by default.

    Without `selected` the project registers everything.
    """
    used = handbook() if sheets is None else sheets
    codes = [
        indicator.code
        for sheet in used.values()
        for indicator in sheet.indicators
        if indicator.set == selected or not selected
    ]
    areas = (Area("station", "Station"), Area("park", "Park"))
    projects = (Project("kompas", "Kompas", areas, tuple(dict.fromkeys(codes))),)
    return Context(
        person="p1",
        roles=roles,
        interface=languages or real_interface(),
        language="en",
        today=today,
        projects=projects,
        sheets={(sheet.name, sheet.version): sheet for sheet in used.values()},
        current={name: sheet.version for name, sheet in used.items()},
        codes=(memory := with_participants(*participants)),
        archive=memory,
        registered=frozenset(),
        new_id="8F3K-27QM-XJ4T",
        now=NOON,
        trail=Told(),
        team=Crew(),
        has_accepted=True,
        agenda=Desk(memory, projects, used),
    )


DATES = {
    "starts_on": "2026-01-05",
    "ends_on": "2026-12-31",
    "baseline_on": "2026-03-06",
    "final_on": "2026-12-04",
}


def planned(world: Context | None = None, rules: Mapping[str, Any] | None = None) -> Context:
    """Return a world whose project has a plan: on TODAY, its baseline is due on Friday."""
    here = world or context()
    projects = tuple(replace(item, dates=DATES, rules=rules or {}) for item in here.projects)
    assert isinstance(here.agenda, Desk)
    return replace(here, projects=projects, agenda=replace(here.agenda, projects=projects))


def all_of(sheet: Sheet) -> Project:
    """Return a project that registers all that a sheet asks."""
    return Project("kompas", "Kompas", (), tuple(sheet.by_code))


def sheets_of(folder: Path, survey: str, choices: str = "") -> Mapping[str, Sheet]:
    """Write a tiny handbook with one sheet called `tiny` and read it; one indicator, T1."""
    (folder / "indicators.yaml").write_text(INDICATOR, encoding="utf-8")
    (folder / "choices.yaml").write_text(choices or CHOICES, encoding="utf-8")
    (folder / "tiny.yaml").write_text(SHEET + survey, encoding="utf-8")
    return checking.load(folder).sheets


class Worker:
    """Somebody who talks with the bot.

    Every turn goes through JSON, as in the database, and every screen within Telegram's limits.
    """

    def __init__(
        self, world: Context | None = None, conversation: Conversation | None = None
    ) -> None:
        self.world = world or context()
        self.conversation = conversation or begin(self.world)
        self.saved: list[Record] = []
        self.effects: list[Effect] = []
        self.screen: Message
        self.receipts: tuple[Message, ...] = ()
        self._looks()
        self._took(show(self.conversation, self.world))

    def does(self, event: Event) -> "Worker":
        """Let the bot take an event."""
        stored = restore(json.loads(json.dumps(snapshot(self.conversation))))
        assert stored == self.conversation
        self._looks()
        self._took(step(stored, event, self.world))
        return self

    def _looks(self) -> None:
        if isinstance(memory := self.world.archive, Memory):
            projects = [project.id for project in self.world.projects]
            memory.scope = scope("town", self.world.person, self.world.roles, projects)

    def types(self, *texts: str) -> "Worker":
        """Type one text after the other."""
        for text in texts:
            self.does(Text(text))
        return self

    def taps(self, *labels: str) -> "Worker":
        """Tap buttons by their label, or the beginning of it."""
        for label in labels:
            self._open_menu(label)
            self.does(Tap(self.button(label).token))
        return self

    def _open_menu(self, label: str) -> None:
        """Open the part of the menu in which a sheet stands."""
        parts = [part for part in MENU_NAMES.values() if part in self.labels]
        if self.state != "idle" or any(found.startswith(label) for found in self.labels):
            return
        for part in parts:
            self.does(Tap(self.button(part).token))
            if any(found.startswith(label) for found in self.labels):
                return
            self.does(Text("/back"))

    def button(self, label: str) -> Button:
        """Return the button with this label, or the only one that begins so."""
        named = [button for button in self.buttons if button.label == label]
        begun = [button for button in self.buttons if button.label.startswith(label)]
        found = named or begun
        assert len(found) == 1, f"{label!r} among {[button.label for button in self.buttons]}"
        return found[0]

    @property
    def buttons(self) -> list[Button]:
        """The buttons that can be tapped now."""
        return [button for row in self.screen.rows for button in row]

    @property
    def labels(self) -> list[str]:
        """What these buttons say."""
        return [button.label for button in self.buttons]

    @property
    def question(self) -> str:
        """What is asked now, without the answer before it and the heading above it."""
        lines = self.screen.text.split("\n")
        return next(line for line in lines if not line.startswith(("✓", "—")))

    @property
    def state(self) -> str:
        """The state of the conversation."""
        return self.conversation.state

    def starts(self, sheet: str, **changes: str) -> "Worker":
        """Choose English and begin a sheet."""
        self.does(Text("English"))
        self.types(sheet, *changes.values())
        return self

    def on(self, day: date) -> "Worker":
        """Let time pass."""
        self.world = replace(self.world, today=day)
        return self

    def _took(self, turn: Turn) -> None:
        self.conversation = turn.conversation
        self.screen = turn.messages[-1]
        self.receipts = turn.messages[:-1]
        assert_drawable(self.screen)
        self.effects += turn.effects
        self.saved += [effect.record for effect in turn.effects if isinstance(effect, SaveRecord)]
        if isinstance(crew := self.world.team, Crew):
            crew.takes(turn.effects)
        if isinstance(desk := self.world.agenda, Desk):
            desk.takes(turn.effects)
        if any(isinstance(effect, AcceptNotice) for effect in turn.effects):
            self.world = replace(self.world, has_accepted=True)
        if isinstance(memory := self.world.archive, Memory):
            memory.takes(turn.effects)
            projects = tuple(memory.changed(project) for project in self.world.projects)
            known = {project.id for project in projects}
            made = [item for name, item in memory.projects.items() if name not in known]
            self.world = replace(self.world, projects=(*projects, *made))
            if number := turn.conversation.last_number:
                self.world = replace(self.world, new_id=f"8F3K-27QM-X{number:03d}")


def assert_drawable(screen: Message) -> None:
    """Check that a channel can draw a screen: Telegram's limits for buttons."""
    assert screen.text.strip()
    buttons = [button for row in screen.rows for button in row]
    assert len(buttons) <= 90
    assert all(1 <= len(row) <= 8 for row in screen.rows)
    for button in buttons:
        assert button.label.strip()
        assert 1 <= len(button.token.encode()) <= 64


INDICATOR = """\
T1:
  name: Tiny
  set: short
  level: project
  kind: process
  registrar: practitioner
  moments: [continuous]
  cmo: [M1]
  value_type: integer
  unit: persons
  definition: A definition.
  reason: A reason.
  example: An example.
  missing: [dont_know, refused, not_applicable]
  sensitivity: none
  source: A test
"""

CHOICES = """\
yes_no:
  - name: yes
    label: Yes
  - name: no
    label: No
needs:
  - name: none
    label: Nothing
    exclusive: yes
  - name: food
    label: Food
  - name: housing
    label: Housing
  - name: papers
    label: Papers
ages:
  - name: young
    label: Young
  - name: old
    label: Old
  - name: unknown
    label: Unknown
"""

SHEET = """\
sheet: tiny
version: 1
level: project
moments: [continuous]
title: Tiny sheet
purpose: A test.
source: A test
observed_on: day
survey:
  - type: date
    name: day
    label: Which day?
    missing: []
"""
