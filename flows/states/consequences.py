"""What follows from setting a project up: told at once, with the way out."""

from collections.abc import Iterable

from flows.access import ROLES
from flows.context import Project
from flows.selection import menu
from flows.session import Session
from flows.set_up import incomparable, incomplete, unregistered
from flows.sheet import REGISTRARS, Indicator, Sheet


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
        *_incomparable(session, before, after, catalogue),
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


def _incomparable(
    session: Session, before: Project, after: Project, catalogue: dict[str, Indicator]
) -> Iterable[str]:
    context = session.context
    measuring = [
        name
        for name, version in context.current.items()
        if menu(context.sheets[name, version]) == "measure"
    ]
    measured = context.archive.has_records(before.id, measuring)
    codes = [code for code in incomparable(before.selection, after.selection) if code in catalogue]
    if measured and codes:
        yield session.say(
            "Measured before and not now, or the other way round, so not comparable any more:"
            " {indicators}.",
            indicators=", ".join(codes),
        )


def _roles(session: Session, project: Project) -> tuple[str, ...]:
    """Return the roles of those who work for a project; a new one has whoever makes it."""
    return tuple(session.context.archive.roles(project.id)) or session.context.roles or REGISTRARS


def _named(session: Session, codes: Iterable[str], sheet: Sheet) -> str:
    language = session.conversation.language
    named = []
    for code in codes:
        role = sheet.by_code[code].registrar
        name = sheet.text(language, f"indicators.{code}.name")
        who = session.say(ROLES[role].name) if role else ""
        named.append(f"{code} {name} ({who})")
    return ", ".join(named)
