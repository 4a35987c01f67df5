"""What is asked: the handbook ∩ the project's choice ∩ level ∩ moment ∩ role that registers it."""

from collections.abc import Collection, Mapping

from flows.project import Project
from flows.sheet import MOMENTS, Question, Sheet
from flows.texts import marked

MOMENT_NAMES = {
    "baseline": marked("baseline"),
    "interim": marked("interim"),
    "final": marked("final"),
    "continuous": marked("continuous"),
}
"""What each moment is called."""

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


def _applies(sheet: Sheet, question: Question, moment: str, wanted: Collection[str]) -> bool:
    if not question.indicator:
        return moment in (question.moments or MOMENTS)
    if question.indicator not in wanted:
        return False
    return moment in (question.moments or sheet.by_code[question.indicator].moments)
