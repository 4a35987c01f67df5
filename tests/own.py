"""An organisation's own sheet, as a form makes it, and a database that has one."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from bot.own_sheets import Plan, store
from bot.world import World, world
from flows.loading import HANDBOOK
from flows.sheet import Choice, Indicator, Question, Sheet
from storage import organisations
from storage.database import Database
from tests.keys import KEYS
from tests.memory import NOON

HOW = Indicator(
    code="XINTAKE1",
    name="How they came",
    set="own",
    level="target_group",
    kind="process",
    registrar="practitioner",
    moments=("continuous",),
    cmo=(),
    value_type="nominal",
    unit="",
    definition="",
    reason="",
    example="",
    missing=("dont_know",),
    sensitivity="none",
    source="",
)
MANY = replace(HOW, code="XINTAKE2", name="How many came", value_type="integer")

WAYS = (Choice("street", "On the street"), Choice("phone", "By phone"))
QUESTIONS = (
    Question("select_one", "how", "How did they come?", "ways", WAYS, "XINTAKE1"),
    Question("integer", "many", "How many came?", indicator="XINTAKE2"),
)

INTAKE = Sheet(
    name="own_intake",
    version=1,
    level="target_group",
    moments=("continuous",),
    title="Intake",
    purpose="",
    source="",
    observed_on="",
    remarks=False,
    sections=(),
    questions=QUESTIONS,
    indicators=(HOW, MANY),
)

REWORDED = replace(
    INTAKE, version=2, questions=(replace(QUESTIONS[0], label="By which way?"), QUESTIONS[1])
)
"""The next version: another wording."""

TAPS = ("Intake", "On the street", "3", "Save")


def brought(
    url: str,
    sheet: Sheet = INTAKE,
    here: str = "example-city",
    projects: Sequence[str] = ("kompas",),
) -> None:
    """Store an own sheet, as `meetmoment sheet import` does."""
    with closing(Database(url, KEYS)) as database:
        brings(database, world(HANDBOOK, "Europe/Brussels", lambda: NOON), sheet, here, projects)


def brings(
    database: Database,
    made: World,
    sheet: Sheet = INTAKE,
    here: str = "example-city",
    projects: Sequence[str] = ("kompas",),
) -> None:
    """Store an own sheet in a database that is open."""
    with database.writing() as connection:
        every = organisations.every_project(connection, here)
        plan = Plan(sheet, True, True, [every[name] for name in projects], frozenset())
        store(connection, made, here, plan)


FEELING = replace(
    INTAKE,
    name="own_feeling",
    level="participant",
    moments=("baseline", "final"),
    title="How it feels",
    questions=(
        replace(QUESTIONS[1], name="nights", label="How many good nights?", indicator="XFEELING1"),
    ),
    indicators=(
        replace(
            MANY,
            code="XFEELING1",
            name="Good nights",
            level="participant",
            moments=("baseline", "final"),
        ),
    ),
)
"""A sheet that is planned: of each participant, at two measurements."""
