"""What can be done about what is missing: remind, extend, excuse, give it to somebody else."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta

from flows.access import ROLES
from flows.effects import Decide, Notify
from flows.local import show_day
from flows.matching import Option
from flows.overview import Member, Overview, responsible
from flows.pages import on_page
from flows.schedule import Decision, Due
from flows.sending import NUDGE
from flows.session import Session
from flows.states.excusing import REASONS
from flows.states.oversight import decision_on, item_of, name_of, was_reminded
from flows.states.wording import turning
from flows.texts import marked

PAGE = 8
WEEK = timedelta(weeks=1)

ON_ITS_WAY = marked("A reminder is on its way to {people}.")
BECAUSE = (
    ON_ITS_WAY,
    marked("Was reminded today already: {people}."),
    marked("Cannot be reached in the chat: {people}."),
    marked("Has had as many messages this week as the project allows: {people}."),
    marked("You are to do this yourself: /today."),
)
"""What became of a reminder, of each of those who are to do it."""

LONGEST = timedelta(days=731)
"""For how long something can be extended."""

Item = tuple[Overview, Due]
Shown = tuple[str, list[list[Option]]]


def days(session: Session) -> Shown:
    """Show until when something can be extended."""
    found = item_of(session)
    if found is None:
        return session.say("That has changed meanwhile."), []
    say, today = session.say, session.context.today
    begin = max(found[1].occasion.due, today)
    rows = []
    for weeks, text in enumerate((marked("A week"), marked("Two weeks")), start=1):
        day = begin + weeks * WEEK
        shown = show_day(day, say.language, today)
        label = say("{label}: {value}", label=say(text), value=shown)
        words = session.context.interface.everywhere(text)
        rows.append([Option(label, f"until:{day.isoformat()}", words)])
    question = say("Until when? Tap one, or type another day, like 20/3.")
    return f"{name_of(session, *found)}\n{question}", rows


def reasons(session: Session) -> Shown:
    """Show why something is not done."""
    rows = [[session.option(text, f"not:{name}")] for name, text in REASONS.items()]
    return session.say("Why can this measurement not be done?"), rows


def colleagues(session: Session) -> Shown:
    """Show who else could do it: those who register such things in the project."""
    found = item_of(session)
    if found is None:
        return session.say("That has changed meanwhile."), []
    others = _who_could(*found)
    rows = [
        [Option(_named(session, member), f"who:{member.person}")]
        for member in on_page(others, session.conversation.page, PAGE)
    ]
    text = session.say("Who is to do it?")
    if not others:
        text = session.say("Nobody else works here who registers this.")
    return text, [*rows, *turning(session, len(others), PAGE)]


def take(session: Session, verb: str, argument: str) -> None:
    """Do what a button says about the item of the choice."""
    if found := item_of(session):
        ACTIONS[verb](session, found, argument)


def extend(session: Session, day: date) -> bool:
    """Give something more time; return False for a day that has passed, which is said."""
    found = item_of(session)
    if found is None:
        return True
    say, (of, due), today = session.say, found, session.context.today
    shown = show_day(day, say.language, today)
    if day < today:
        session.notices.append(say("Choose today or a later day: {day} has passed.", day=shown))
        return False
    if day > today + LONGEST:
        session.notices.append(
            say("{day} is too far away. Choose a day within two years.", day=shown)
        )
        return False
    _decide(session, found, replace(decision_on(of, due), due=day, reason=""))
    session.notices.append(say("Extended until {day}.", day=shown))
    end = of.standing.project.plan.ends_on
    if end and day > end:
        last = show_day(end, say.language, today)
        session.notices.append(say("That is after the project ends, on {day}.", day=last))
    return True


def remind(session: Session, items: Collection[Item]) -> None:
    """Remind those who are to do it, each at most once a day, and say of whom that is done."""
    people = {
        member.person: (of, member)
        for of, due in items
        for member in responsible(of.standing, of.crew, due.occasion)
    }
    told: dict[str, list[str]] = {text: [] for text in BECAUSE}
    for person, (of, member) in sorted(people.items()):
        because = _because(session, of, member)
        told[because].append(person)
        if because == ON_ITS_WAY:
            session.effects.append(Notify(NUDGE, person, session.context.today))
    lines = [session.say(text, people=", ".join(of)) for text, of in told.items() if of]
    session.notices += lines or [session.say("Nobody works here who registers this.")]


def _because(session: Session, of: Overview, member: Member) -> str:
    on_its_way, already, away, enough, yourself = BECAUSE
    if member.person == session.context.person:
        return yourself
    if not (member.is_reachable and member.has_chat):
        return away
    if was_reminded(session, member.person):
        return already
    return enough if member.burden >= of.standing.project.plan.most_messages else on_its_way


def _who_could(of: Overview, due: Due) -> list[Member]:
    now = decision_on(of, due).assignee
    return [
        member
        for member in of.crew
        if member.person != now and not due.occasion.roles.isdisjoint(member.roles)
    ]


def _named(session: Session, member: Member) -> str:
    roles = ", ".join(session.say(ROLES[role].name) for role in member.roles if role in ROLES)
    return f"{member.person} · {roles}"


def _decide(session: Session, item: Item, decision: Decision) -> None:
    session.effects.append(Decide(item[1].occasion, decision))


def _remind(session: Session, item: Item, _: str) -> None:
    remind(session, [item])


def _until(session: Session, _: Item, day: str) -> None:
    extend(session, date.fromisoformat(day))


def _excuse(session: Session, item: Item, reason: str) -> None:
    _decide(session, item, replace(decision_on(*item), reason=reason))
    session.notices.append(session.say("Noted as not done. Nobody is reminded of it any more."))


def _reassign(session: Session, item: Item, person: str) -> None:
    if any(member.person == person for member in _who_could(*item)):
        _decide(session, item, replace(decision_on(*item), assignee=person, reason=""))
        session.notices.append(session.say("{person} is to do it from now on.", person=person))


def _anew(session: Session, item: Item, _: str) -> None:
    _decide(session, item, Decision())
    session.notices.append(session.say("Taken back: the plan counts again."))


ACTIONS: Mapping[str, Callable[[Session, Item, str], None]] = {
    "remind": _remind,
    "until": _until,
    "not": _excuse,
    "who": _reassign,
    "anew": _anew,
}
