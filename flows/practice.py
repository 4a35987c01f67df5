"""The invented project on which anybody can train; no record of it is ever made."""

from collections.abc import Mapping

from flows.context import Context
from flows.project import Area, Project
from flows.sheet import Sheet
from flows.texts import Say

PRACTICE = "practice"
PARTICIPANTS = ("K7-N", "P3-H")


def practice_project(sheets: Mapping[str, Sheet], say: Say) -> Project:
    """Return the practice project, which registers the short version."""
    indicators = {
        code: indicator
        for sheet in sheets.values()
        for code, indicator in sheet.by_code.items()
        if indicator.set == "short"
    }
    areas = (
        Area("station", say("Station")),
        Area("park", say("Park")),
        Area("north", say("North")),
    )
    return Project(PRACTICE, say("Practice"), areas, tuple(indicators), practice=True)


def project_of(context: Context, project: str, say: Say) -> Project | None:
    """Return a project of this person, or the one for practice."""
    if project != PRACTICE:
        return context.project(project)
    current = {name: context.sheets[name, version] for name, version in context.current.items()}
    return practice_project(current, say)


def participants_of(context: Context, project: str) -> tuple[str, ...]:
    """Return the codes of a project's participants."""
    return PARTICIPANTS if project == PRACTICE else tuple(context.codes.of(project))
