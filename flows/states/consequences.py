"""What follows from setting a project up: told at once, with the way out."""

from collections.abc import Iterable

from flows.access import ROLES
from flows.project import Project
from flows.session import Session
from flows.set_up import changed, incomparable, incomplete, unregistered
from flows.sheet import MEASUREMENTS, REGISTRARS, Sheet


def becomes(session: Session) -> tuple[Project, Project]:
    """Return the project of the registration at hand, and as it becomes when that is saved."""
    draft, sheet = session.draft, session.sheet
    before = session.project_of(draft) or Project(draft.project, "", (), short(session))
    # Only what is on the path was checked in the review.
    places = session.path.asked
    answers = {item.question.name: item.answer for item in places if item.answer is not None}
    return before, changed(before, sheet.name, answers, sheet.by_code)


def short(session: Session) -> tuple[str, ...]:
    """Return the short version, with which a new project begins."""
    context = session.context
    return tuple(
        dict.fromkeys(
            code
            for name, version in context.current.items()
            for code, indicator in context.sheets[name, version].by_code.items()
            if indicator.set == "short"
        )
    )


def consequences(session: Session, before: Project, after: Project, sheet: Sheet) -> list[str]:
    """Return what a changed choice means for what is registered and compared."""
    if before.selection == after.selection and before.registrars == after.registrars:
        return []
    say, catalogue = session.say, sheet.by_code
    said = [
        say("{count} indicators are registered from now on.", count=len(after.selection)),
        *_incomparable(session, before, after, sheet),
    ]
    for code, missing in incomplete(after.selection, catalogue).items():
        said.append(
            say(
                "{indicator} cannot be worked out without {missing}. Take that in too, or leave"
                " this one out.",
                indicator=code,
                missing=", ".join(missing),
            )
        )
    if left := unregistered(after.selection, after.registrars, catalogue, _roles(session, after)):
        said.append(
            say(
                "Nobody in this project registers: {indicators}. Give them to somebody under What"
                " is registered, or leave them out.",
                indicators=_named(session, left, sheet),
            )
        )
    return said


def _incomparable(session: Session, before: Project, after: Project, sheet: Sheet) -> Iterable[str]:
    measured = session.context.archive.measured(before.id)
    ends, late = incomparable(before.selection, after.selection, measured)
    if ends:
        yield session.say(
            "Measured so far and from now on no more, so not to be compared later: {indicators}.",
            indicators=_called(session, ends, sheet),
        )
    late = tuple(code for code in late if set(sheet.by_code[code].moments) & {*MEASUREMENTS})
    if late:
        yield session.say(
            "New, so not to be compared with what was measured before: {indicators}.",
            indicators=_called(session, late, sheet),
        )


def _roles(session: Session, project: Project) -> tuple[str, ...]:
    """Return the roles of those who work for a project; a new one has whoever makes it."""
    return tuple(session.context.archive.roles(project.id)) or session.context.roles or REGISTRARS


def _called(session: Session, codes: Iterable[str], sheet: Sheet) -> str:
    language = session.conversation.language
    names = [(code, sheet.text(language, f"indicators.{code}.name")) for code in codes]
    return ", ".join(f"{name} ({code})" for code, name in names)


def _named(session: Session, codes: Iterable[str], sheet: Sheet) -> str:
    language = session.conversation.language
    named = []
    for code in codes:
        role = sheet.by_code[code].registrar
        name = sheet.text(language, f"indicators.{code}.name")
        who = session.say(ROLES[role].name) if role else ""
        named.append(f"{code} {name} ({who})")
    return ", ".join(named)
