"""What a person can begin: the sheets on offer, in the order of the menu."""

from flows.context import Context
from flows.practice import participants_of
from flows.project import Project
from flows.questionnaire import moments
from flows.sheet import MENUS, Sheet

MENU_LEVELS = ("target_group", "project", "participant")


def offered(context: Context, project: Project, language: str) -> list[Sheet]:
    """Return the current sheets that a person can begin for a project, in menu order.

    What is registered all the time comes first, since that is tapped most. A sheet is offered
    only in a language in which it is complete.
    """
    current = [context.sheets[name, version] for name, version in context.current.items()]
    return sorted(
        (
            sheet
            for sheet in current
            if language in sheet.languages
            and moments(sheet, project, context.roles)
            and (sheet.level != "participant" or participants_of(context, project.id))
        ),
        key=lambda sheet: (
            MENUS.index(menu(sheet)),
            sheet.order,
            MENU_LEVELS.index(sheet.level),
            not _is_daily(sheet),
            sheet.name,
        ),
    )


def menu(sheet: Sheet) -> str:
    """Return the part of the menu in which a sheet stands: its own, or that of who fills it in."""
    if sheet.menu:
        return sheet.menu
    if "continuous" not in sheet.moments:
        return "measure"
    return "work" if _is_daily(sheet) else "log"


def _is_daily(sheet: Sheet) -> bool:
    return any(indicator.registrar == "practitioner" for indicator in sheet.indicators)
