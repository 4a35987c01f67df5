"""What is asked: the handbook ∩ the project's choice ∩ level ∩ moment ∩ role that registers it."""

from collections.abc import Collection, Iterable

from flows.context import Context, Project
from flows.sheet import MOMENTS, Question, Sheet

MENU_LEVELS = ("target_group", "project", "participant")


def questionnaire(
    sheet: Sheet, moment: str, indicators: Collection[str], roles: Collection[str]
) -> tuple[Question, ...]:
    """Return the questions asked at a moment, in order; none when no indicator is left to ask.

    Questions without an indicator (the date, the period) come along with those that have one.
    """
    questions = tuple(
        question
        for question in sheet.questions
        if _applies(sheet, question, moment, indicators, roles)
    )
    return questions if any(question.indicator for question in questions) else ()


def moments(sheet: Sheet, indicators: Collection[str], roles: Collection[str]) -> list[str]:
    """Return the moments at which a sheet has something to ask, in order."""
    return [
        moment
        for moment in MOMENTS
        if moment in sheet.moments and questionnaire(sheet, moment, indicators, roles)
    ]


def registrars(sheet: Sheet, questions: Iterable[Question]) -> list[str]:
    """Return the roles that register these questions, the first for those without an indicator."""
    found = [
        sheet.by_code[question.indicator].registrar for question in questions if question.indicator
    ]
    return list(dict.fromkeys(found))


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
            and moments(sheet, project.selection, context.roles)
            and (sheet.level != "participant" or context.participants(project.id))
        ),
        key=lambda sheet: (
            "continuous" not in sheet.moments,
            MENU_LEVELS.index(sheet.level),
            _weight(sheet),
        ),
    )


def _weight(sheet: Sheet) -> tuple[bool, str]:
    return (
        not any(indicator.registrar == "practitioner" for indicator in sheet.indicators),
        sheet.name,
    )


def _applies(
    sheet: Sheet,
    question: Question,
    moment: str,
    indicators: Collection[str],
    roles: Collection[str],
) -> bool:
    if not question.indicator:
        return moment in (question.moments or MOMENTS)
    indicator = sheet.by_code[question.indicator]
    return (
        moment in (question.moments or indicator.moments)
        and indicator.code in indicators
        and indicator.registrar in roles
    )
