"""What is asked: the handbook ∩ the project's choice ∩ level ∩ moment ∩ role that registers it."""

from collections.abc import Collection, Mapping

from flows.context import Context, Project
from flows.practice import participants_of
from flows.sheet import MENUS, MOMENTS, Question, Sheet

MENU_LEVELS = ("target_group", "project", "participant")
NOBODY_ELSE: Mapping[str, str] = {}


def questionnaire(
    sheet: Sheet,
    moment: str,
    indicators: Collection[str],
    roles: Collection[str],
    registrars: Mapping[str, str] = NOBODY_ELSE,
) -> tuple[Question, ...]:
    """Return the questions asked at a moment, in order; none when nothing is left to ask.

    Questions without an indicator (the date, the period) come along with those that have one, or
    belong to the sheet's own registrar. `registrars` says which role registers an indicator where
    the project decided otherwise than the handbook.
    """
    wanted = {
        code
        for code in sheet.by_code
        if code in indicators and registrar(sheet, code, registrars) in roles
    }
    questions = tuple(
        question for question in sheet.questions if _applies(sheet, question, moment, wanted)
    )
    asked = sheet.registrar in roles or any(question.indicator for question in questions)
    return questions if asked else ()


def moments(sheet: Sheet, project: Project, roles: Collection[str]) -> list[str]:
    """Return the moments at which a sheet has something to ask for a project, in order."""
    return [
        moment
        for moment in MOMENTS
        if moment in sheet.moments
        and questionnaire(sheet, moment, project.selection, roles, project.registrars)
    ]


def registrar(sheet: Sheet, code: str, registrars: Mapping[str, str]) -> str:
    """Return the role that registers an indicator: what the project says, else the handbook."""
    return registrars.get(code) or sheet.by_code[code].registrar


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


def _applies(sheet: Sheet, question: Question, moment: str, wanted: Collection[str]) -> bool:
    if not question.indicator:
        return moment in (question.moments or MOMENTS)
    if question.indicator not in wanted:
        return False
    return moment in (question.moments or sheet.by_code[question.indicator].moments)
