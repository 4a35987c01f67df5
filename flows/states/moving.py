"""What a changed plan moves, as the review shows it, and what in it cannot be."""

from collections.abc import Iterator

from flows.local import show_date
from flows.moves import Move, Times, moves
from flows.plan import NEVER, Plan, impossible
from flows.project import Project
from flows.questionnaire import MOMENT_NAMES
from flows.schedule import Standing
from flows.session import Session
from flows.set_up import PLAN, PROJECT_SHEET
from flows.states.consequences import becomes
from flows.states.wording import moment_name

PLANNING = (PROJECT_SHEET, PLAN)
"""The sheets that say when what is due; each is looked at together with the other one."""

MOST = 8
"""So many lines are read on a phone; of the others there is the number."""


def faults(session: Session) -> list[str]:
    """Return a sentence for everything that cannot be in the plan as this sheet makes it."""
    if session.sheet.name not in PLANNING or session.draft.practice:
        return []
    _, after = becomes(session)
    return list(impossible(after.plan, session.say, MOMENT_NAMES))


def moving(session: Session) -> list[str]:
    """Return what moves when this sheet is saved: the heading and a line for each, or nothing."""
    if session.sheet.name not in PLANNING or session.draft.practice:
        return []
    before, after = becomes(session)
    if before.plan == after.plan:
        return []
    found = _moves(session, before, after)
    lines = [
        *_rules(session, before.plan, after.plan),
        *(_line(session, move) for move in found[:MOST]),
    ]
    if len(found) > MOST:
        lines.append(session.say("and {count} more", count=len(found) - MOST))
    return [session.say("What moves when you save:"), *lines] if lines else []


def _moves(session: Session, before: Project, after: Project) -> list[Move]:
    agenda = session.context.agenda
    found = agenda.of([before.id])
    here = found[0] if found else Standing(before)
    return moves(
        agenda.schedule,
        here.of(before),
        here.of(after),
        session.context.today,
    )


def _rules(session: Session, before: Plan, after: Plan) -> Iterator[str]:
    say = session.say
    if before.grace != after.grace:
        yield "• " + say(
            "Called late: {before} → {after}",
            before=_days(session, before.grace),
            after=_days(session, after.grace),
        )
    if before.locks != after.locks:
        yield "• " + say(
            "Entry closes: {before} → {after}",
            before=_days(session, before.locks) if before.locks != NEVER else say("never"),
            after=_days(session, after.locks) if after.locks != NEVER else say("never"),
        )


def _days(session: Session, count: int) -> str:
    return session.say.plural(
        "{count} day after the due day", "{count} days after the due day", count
    )


def _line(session: Session, move: Move) -> str:
    say, what = session.say, _what(session, move)
    due = _change(_due(session, move.before), _due(session, move.after))
    told = _change(_told(move.before), _told(move.after))
    if not move.before:
        line = say("New: {what}: {days}", what=what, days=due)
    elif not move.after:
        line = say("Falls away: {what}: {days}", what=what, days=due)
    else:
        line = say("{label}: {value}", label=what, value=due)
    return f"• {line}\n   " + say("Reminders: {days}", days=told)


def _what(session: Session, move: Move) -> str:
    language = session.conversation.language
    moment = moment_name(session.say, move.moment)
    if move.participants:
        return session.say.plural(
            "{count} participant, {moment}",
            "{count} participants, {moment}",
            move.size,
            moment=moment,
        )
    sheets = session.context.sheets
    current = session.context.current
    titles = ", ".join(
        sheets[name, current[name]].text(language, f"{name}.title") for name in move.sheets
    )
    if move.moment == "continuous":
        return session.say.plural(
            "{sheet}, {count} period", "{sheet}, {count} periods", move.size, sheet=titles
        )
    number = f" {move.number}" if move.number > 1 else ""
    return f"{titles} · {moment}{number}"


def _change(before: str, after: str) -> str:
    return " → ".join(dict.fromkeys(part for part in (before, after) if part))


def _due(session: Session, times: tuple[Times, ...]) -> str:
    days = dict.fromkeys((times[0].due, times[-1].due) if times else ())
    return " – ".join(show_date(day, session.conversation.language) for day in days)


def _told(times: tuple[Times, ...]) -> str:
    """Write the days of the reminders: each of them, or of several the first and the last."""
    if len(times) == 1:
        return ", ".join(f"{day:%d/%m}" for day in times[0].told)
    days = [day for item in times for day in item.told]
    return f"{min(days):%d/%m/%Y} – {max(days):%d/%m/%Y}" if days else ""
