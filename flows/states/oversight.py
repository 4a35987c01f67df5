"""What somebody oversees, as it is after what this step does: projects, what is missing, whose."""

from collections.abc import Collection
from dataclasses import replace

from flows.due import mark, title, when
from flows.effects import Decide, Notify
from flows.local import show_day
from flows.missing import whose_line
from flows.overview import Overview, overview, responsible, urgency, whose
from flows.schedule import MISSING, Decision, Due
from flows.sending import ARRIVED, BURDENING, NUDGE, REACHING, Sent
from flows.session import Session
from flows.sheet import Sheet
from flows.states.excusing import REASONS
from flows.states.wording import WIDEST

MOST_SENT = 400
"""How far back the log of what was sent goes in the chat; the program prints all of it."""

LISTED = MISSING | {"locked", "not_done"}
"""How what is on the list stands: what is missing, and what a coordinator can open again."""

MARKS = {"late": "⚠ ", "locked": "✗ ", "not_done": "– "}


def overviews(session: Session) -> list[Overview]:
    """Return the projects that the person oversees."""
    agenda, today = session.context.agenda, session.context.today
    decided = {
        effect.occasion.key: effect.decision
        for effect in session.effects
        if isinstance(effect, Decide)
    }
    found = []
    for standing in agenda.of([project.id for project in session.context.projects]):
        after = replace(standing, decided={**standing.decided, **decided}) if decided else standing
        crew = tuple(agenda.workers(standing.project.id))
        found.append(overview(agenda.schedule, after, today, crew=crew))
    return found


def listed(found: Collection[Overview]) -> list[tuple[Overview, Due]]:
    """Return what can be decided about, the most urgent first."""
    dues = [(of, due) for of in found for due in of.dues if due.state in LISTED]
    return sorted(dues, key=lambda item: urgency(item[1]))


def item_of(session: Session) -> tuple[Overview, Due] | None:
    """Return what the choice is about, however it stands by now."""
    wanted = session.conversation.choice.get("item", "")
    for of in overviews(session):
        for due in of.dues:
            if mark(due.occasion) == wanted:
                return of, due
    return None


def sheet_of(session: Session, due: Due) -> Sheet:
    """Return the sheet that is missing."""
    name = due.occasion.sheet
    return session.context.sheets[name, session.context.current[name]]


def name_of(session: Session, of: Overview, due: Due) -> str:
    """Return which registration it is, with its project where there are several."""
    project = of.standing.project.name if len(session.context.projects) > 1 else ""
    return title(session.say, due.occasion, sheet_of(session, due), project)


def label_of(session: Session, of: Overview, due: Due) -> str:
    """Return what stands on the button of it."""
    return MARKS.get(due.state, "") + name_of(session, of, due)


def decision_on(of: Overview, due: Due) -> Decision:
    """Return what was decided about it; an empty decision where nothing was."""
    return of.standing.decided.get(due.occasion.key, Decision())


def about(session: Session, of: Overview, due: Due) -> str:
    """Return all there is to know of one thing that is missing."""
    say, occasion, today = session.say, due.occasion, session.context.today
    opened = show_day(occasion.opens, say.language, today)
    people = whose_line(say, whose(of.standing, of.crew, occasion))
    lines = [
        name_of(session, of, due),
        _standing_line(session, of, due),
        say("Open since {day}. To be done by: {people}", day=opened, people=people),
        *_reminded(session, of, due),
        *_decided(session, of, due),
    ]
    return "\n".join(line for line in lines if line)


def _standing_line(session: Session, of: Overview, due: Due) -> str:
    reason = decision_on(of, due).reason
    if due.state == "not_done":
        return session.say("Not done: {reason}", reason=session.say(REASONS.get(reason, reason)))
    if due.state == "done":
        return session.say("This is in by now.")
    line = when(session.say, due, session.context.today)
    return line[:1].upper() + line[1:]


def _reminded(session: Session, of: Overview, due: Due) -> list[str]:
    """Return when each who is to do it was reminded last, and how often since it opened."""
    say, opened = session.say, due.occasion.opens
    people = responsible(of.standing, of.crew, due.occasion)
    log = [
        item
        for item in sent(session, [member.person for member in people])
        if item.kind in BURDENING and item.state in ARRIVED and item.day >= opened
    ]
    away, lines = say("(cannot be reached)"), []
    for member in people[:WIDEST]:
        theirs = [item.day for item in log if item.person == member.person]
        if theirs:
            last = show_day(max(theirs), say.language, session.context.today)
            line = say.plural(
                "{person}: reminded once since then, on {day}",
                "{person}: reminded {count} times since then, the last time on {day}",
                len(theirs),
                person=member.person,
                day=last,
            )
        else:
            line = say("{person}: not reminded since then", person=member.person)
        lines.append(line if member.is_reachable else f"{line} {away}")
    return lines


def _decided(session: Session, of: Overview, due: Due) -> list[str]:
    say, decision = session.say, decision_on(of, due)
    lines = []
    if decision.due:
        day = show_day(decision.due, say.language, session.context.today)
        lines.append(say("Decided: extended until {day}", day=day))
    if decision.assignee:
        lines.append(say("Decided: {person} is to do it", person=decision.assignee))
    return lines


def sent(session: Session, people: Collection[str] = ()) -> list[Sent]:
    """Return what was sent, with what this step sends."""
    context = session.context
    fresh = [
        Sent(effect.person, effect.kind, context.today, "waiting", context.now, 0, context.person)
        for effect in session.effects
        if isinstance(effect, Notify)
    ]
    wanted = [item for item in fresh if not people or item.person in people]
    return [*wanted, *context.agenda.sent(MOST_SENT, people)]


def was_reminded(session: Session, person: str) -> bool:
    """Whether somebody was reminded today, or will be."""
    today = session.context.today
    return any(
        item.day == today
        and (item.kind == NUDGE or (item.kind in BURDENING and item.state in REACHING))
        for item in sent(session, [person])
    )
