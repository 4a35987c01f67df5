"""What a measurement that comes late is told, and one that nobody can begin any more."""

from datetime import date, timedelta

from flows.conversation import Draft
from flows.local import show_date
from flows.plan import NEVER
from flows.project import Project
from flows.schedule import Occasion, is_late, is_locked
from flows.session import Session

DAY = timedelta(days=1)


def closed(session: Session, project: Project, sheet: str, moment: str, subject: str) -> str:
    """Return why a measurement cannot be begun any more; "" if it can."""
    if project.plan.locks == NEVER:
        return ""
    found = _occasion(session, project, (sheet, moment, subject), session.context.today)
    if found is None or not is_locked(found, session.context.today):
        return ""
    return _closed(session, found)


def _closed(session: Session, found: Occasion) -> str:
    language = session.conversation.language
    return session.say(
        "This was due on {due} and could be entered until {last}. A project coordinator can give it"
        " more time.",
        due=show_date(found.due, language),
        last=show_date(found.locked_from - DAY, language),
    )


def locked_out(session: Session, draft: Draft, observed_on: date) -> str:
    """Return why what is about a day cannot be saved; "" if it can.

    What was begun before the lock is saved, because nobody's answers are lost.
    """
    project = session.project_of(draft)
    if project is None or draft.practice or draft.revision or project.plan.locks == NEVER:
        return ""
    found = _occasion(session, project, (draft.sheet, draft.moment, draft.subject), observed_on)
    if found is None or not is_locked(found, date.fromisoformat(draft.begun_on)):
        return ""
    return _closed(session, found)


def late(session: Session, draft: Draft, observed_on: date) -> str:
    """Return that a measurement of a day which is saved now counts as late; "" if it is in time.

    What is changed afterwards is no later for it.
    """
    project = session.project_of(draft)
    if project is None or draft.reason or draft.practice:
        return ""
    what = draft.sheet, draft.moment, draft.subject
    found = _occasion(session, project, what, observed_on)
    if found is None or not is_late(found, session.context.today):
        return ""
    day = show_date(found.due, session.conversation.language)
    return session.say("It was due on {day}, so it counts as late.", day=day)


def _occasion(
    session: Session, project: Project, what: tuple[str, str, str], day: date
) -> Occasion | None:
    """Return what a day counts for; a project that plans nothing of the kind is not looked up."""
    agenda, today = session.context.agenda, session.context.today
    plan = project.plan
    if what[1] not in plan.measurements and what[0] not in plan.periodic:
        return None
    found = agenda.of([project.id])
    return agenda.schedule.occasion(found[0], what, day, today) if found else None
