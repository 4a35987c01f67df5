"""What one person has to register, as it is after this step, and how that is begun."""

from dataclasses import replace
from datetime import date, timedelta

from flows.due import mark
from flows.effects import Notify, SaveRecord
from flows.local import show_day
from flows.questionnaire import moments
from flows.schedule import Due, Occasion, Standing, is_for, state_of, work
from flows.sending import SNOOZED
from flows.session import Session
from flows.sheet import Sheet
from flows.states.beginning import begin, resume, under_way
from flows.states.leaving import pause
from flows.texts import marked
from flows.working_time import ONE_DAY, is_quiet, working_day

CLOSED_FOR = timedelta(days=31)
"""How long it is still told that something was closed."""

OVER = {
    "done": marked("That has been registered meanwhile."),
    "not_done": marked("That does not have to be registered any more."),
    "locked": marked("That is closed. Only a coordinator of the project can extend it."),
}
"""What is said when a button comes too late, by how the occasion stands."""

AT_HAND = ("asking", "confirming", "reviewing", "correcting")


def standings(session: Session) -> list[Standing]:
    """Return how the projects stand that have a plan; nothing is looked up for the others."""
    planned = [item.id for item in session.context.projects if item.dates or item.rules]
    found = session.context.agenda.of(planned) if planned else ()
    return [_after(session, standing) for standing in found]


def due(session: Session) -> list[Due]:
    """Return what is to be registered, the most urgent first."""
    context, found = session.context, standings(session)
    if not found:
        return []
    return work(context.agenda.schedule, found, context.person, context.roles, context.today)


def closed(session: Session) -> list[Due]:
    """Return what was not registered in time and closed not long ago, the oldest first."""
    context, today = session.context, session.context.today
    found = [
        Due(occasion, "locked")
        for standing in standings(session)
        for occasion in context.agenda.schedule.occasions(standing, today)
        if occasion.locked_from <= today < occasion.locked_from + CLOSED_FOR
        and is_for(occasion, standing, context.person, context.roles)
        and state_of(occasion, standing, today) == "locked"
    ]
    return sorted(found, key=lambda item: (item.occasion.locked_from, item.occasion.key))


def sheet_of(session: Session, occasion: Occasion) -> Sheet:
    """Return the sheet that an occasion asks for, as it is now."""
    context = session.context
    return context.sheets[occasion.sheet, context.current[occasion.sheet]]


def start(session: Session, occasion: Occasion) -> None:
    """Go to the first question, or to the one at which it was left."""
    key = occasion.sheet, occasion.project, occasion.moment, occasion.subject
    draft = under_way(session.conversation, *key)
    project, sheet = session.context.project(occasion.project), sheet_of(session, occasion)
    if draft is not None:
        resume(session, draft)
    elif project is None or occasion.moment not in moments(sheet, project, session.context.roles):
        session.notices.append(
            session.say("Your role has nothing to register there. Tell your coordinator.")
        )
    else:
        begin(session, sheet, project, occasion.moment, occasion.subject)
        session.notices += _counted(session, occasion)


def start_marked(session: Session, wanted: str) -> None:
    """Do the same for what a message told; whatever else is under way waits."""
    today, context = session.context.today, session.context
    for standing in standings(session):
        for occasion in context.agenda.schedule.occasions(standing, today):
            if mark(occasion) != wanted:
                continue
            state = state_of(occasion, standing, today)
            if state in OVER:
                session.notices.append(session.say(OVER[state]))
            elif not is_for(occasion, standing, context.person, context.roles):
                session.notices.append(session.say("Somebody else sees to that now."))
            elif not _is_at_hand(session, occasion):
                pause(session)
                start(session, occasion)
            return
    session.notices.append(session.say("There is nothing for you to register about that any more."))


def snooze(session: Session) -> None:
    """Let what is due be told again on the next working day; nothing else changes by that."""
    context, say, found = session.context, session.say, due(session)
    project = context.project(found[0].occasion.project) if found else None
    if project is None:
        session.notices.append(say("Nothing is waiting for you."))
        return
    hours = context.agenda.wishes().hours
    day = working_day(context.today + ONE_DAY, hours.days, project.plan.region)
    at = hours.quiet_until if is_quiet(hours.at, hours) else hours.at
    session.effects.append(Notify(SNOOZED, context.person, day))
    session.notices.append(
        say(
            "You hear of it again on {day} at {at}. It stays due on the same day.",
            day=show_day(day, say.language, context.today),
            at=f"{at:%H:%M}",
        )
    )


def _after(session: Session, standing: Standing) -> Standing:
    """Return how a project stands after this step, whose effects are not stored yet."""
    project = session.context.project(standing.project.id) or standing.project
    saved = [
        effect.record
        for effect in session.effects
        if isinstance(effect, SaveRecord) and effect.record.project == project.id
    ]
    if not saved and project is standing.project:
        return standing
    held = {key: set(days) for key, days in standing.held.items()}
    for record in saved:
        days = held.setdefault((record.sheet, record.moment, record.subject), set())
        if record.deleted:
            days.discard(record.observed_on)
        elif record.complete:
            days.add(record.observed_on)
    return replace(standing, project=project, held=held)


def _is_at_hand(session: Session, occasion: Occasion) -> bool:
    draft = session.conversation.draft
    if draft is None or session.conversation.state not in AT_HAND:
        return False
    here = draft.sheet, draft.project, draft.moment, draft.subject
    return here == (occasion.sheet, occasion.project, occasion.moment, occasion.subject)


def _counted(session: Session, occasion: Occasion) -> list[str]:
    """Return which days count, where today is none of them or it is about a period."""
    say, today = session.say, session.context.today
    last = show_day(occasion.ends, say.language, today)
    if occasion.begins != date.min and occasion.ends != date.max:
        first = show_day(occasion.begins, say.language, today)
        return [say("A day from {first} to {last} counts for this.", first=first, last=last)]
    return [say("A day up to {last} counts for this.", last=last)] if occasion.ends < today else []
