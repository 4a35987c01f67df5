"""What a measurement that comes late is told, and one that nobody can begin any more."""

from datetime import date, timedelta

from flows.conversation import Draft
from flows.local import show_date
from flows.plan import NEVER
from flows.project import Project
from flows.schedule import Occasion, is_late, is_locked
from flows.session import Session
from flows.sheet import MEASUREMENTS

DAY = timedelta(days=1)


def closed(session: Session, project: Project, sheet: str, moment: str, subject: str) -> str:
    """Return why a measurement cannot be begun any more; "" if it can."""
    if project.plan.locks == NEVER:
        return ""
    found = _occasion(session, project, (sheet, moment, subject), session.context.today)
    if found is None or not is_locked(found, session.context.today):
        return ""
    language = session.conversation.language
    return session.say(
        "This was due on {due} and could be entered until {last}. A project coordinator can give it"
        " more time.",
        due=show_date(found.due, language),
        last=show_date(found.locked_from - DAY, language),
    )


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
    if what[1] not in MEASUREMENTS or what[1] not in project.plan.measurements:
        return None
    found = agenda.of([project.id])
    return agenda.schedule.occasion(found[0], what, day, today) if found else None
