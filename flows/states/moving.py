"""What a changed plan moves, as the review shows it, and what in it cannot be."""

from collections.abc import Iterator

from flows.local import show_date
from flows.moves import Move, Times, moves
from flows.plan import NEVER, Plan, impossible
from flows.project import Project
from flows.questionnaire import MOMENT_NAMES, moments
from flows.schedule import MISSING, Standing, state_of
from flows.session import Session
from flows.set_up import PLAN, PROJECT_SHEET
from flows.sheet import REGISTRARS
from flows.states.consequences import becomes
from flows.states.wording import moment_name
from flows.working_time import Hours, working_day

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
        *_closed_at_once(session, before, after),
        *_not_asked(session, after),
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


def _closed_at_once(session: Session, before: Project, after: Project) -> Iterator[str]:
    """Yield how much can no longer be entered as soon as the plan is saved."""
    agenda, today = session.context.agenda, session.context.today
    for here in agenda.of([before.id]):
        open_now = {
            item.key
            for item in agenda.schedule.occasions(here.of(before), today)
            if state_of(item, here, today) in MISSING
        }
        closed = [
            item
            for item in agenda.schedule.occasions(here.of(after), today)
            if item.key in open_now and state_of(item, here, today) == "locked"
        ]
        if closed:
            yield "⚠ " + session.say.plural(
                "Closed at once: {count} registration. With /overview it gets more time.",
                "Closed at once: {count} registrations. With /overview they get more time.",
                len(closed),
            )


def _not_asked(session: Session, after: Project) -> Iterator[str]:
    """Yield which sheets are to be filled in regularly and register nothing in this project."""
    context, language = session.context, session.conversation.language
    for name in after.plan.periodic:
        version = context.current.get(name)
        sheet = context.sheets[name, version] if version else None
        if sheet and "continuous" not in moments(sheet, after, REGISTRARS):
            title = sheet.text(language, f"{name}.title")
            yield "⚠ " + session.say(
                "{sheet} is not part of what is registered, so nothing is asked.", sheet=title
            )


def _days(session: Session, count: int) -> str:
    return session.say.plural(
        "{count} day after the due day", "{count} days after the due day", count
    )


def _line(session: Session, move: Move) -> str:
    say, what = session.say, _what(session, move)
    due = _change(_due(session, move.before), _due(session, move.after))
    told = _change(_told(session, move.before), _told(session, move.after))
    if not move.before:
        line = say("New: {what}: {days}", what=what, days=due)
    elif not move.after:
        line = say("Falls away: {what}: {days}", what=what, days=due)
    else:
        line = say("{label}: {value}", label=what, value=due)
    return f"• {line}\n   " + say("Reminders: {days}", days=told or say("none any more"))


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


def _told(session: Session, times: tuple[Times, ...]) -> str:
    """Write the coming days of the reminders: each, or of several the first and the last."""
    today, plan = session.context.today, becomes(session)[1].plan
    stages = {day for item in times for day in item.told if day >= today}
    days = sorted({working_day(day, Hours().days, plan.region) for day in stages})
    if len(times) == 1:
        return ", ".join(
            f"{day:%d/%m}" if day.year == today.year else f"{day:%d/%m/%Y}" for day in days
        )
    return f"{days[0]:%d/%m/%Y} – {days[-1]:%d/%m/%Y}" if days else ""
