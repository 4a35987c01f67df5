"""What is missing in the projects of whoever oversees them, and what can be done about it."""

from collections.abc import Callable, Mapping

from flows.due import mark, when
from flows.effects import Notify
from flows.local import read_coming_date
from flows.matching import Option
from flows.missing import counts, group_mark, whose_line, worst_first
from flows.overview import Overview, whose
from flows.pages import on_page
from flows.schedule import MISSING, Decision, Due
from flows.sending import CALENDAR, PICTURES
from flows.session import Screen, Session
from flows.states.deciding import colleagues, days, extend, reasons, remind, take
from flows.states.excusing import REASONS
from flows.states.leaving import pause
from flows.states.oversight import (
    about,
    decision_on,
    item_of,
    label_of,
    listed,
    name_of,
    overviews,
)
from flows.states.telling import asks, log
from flows.states.wording import turn_page, turning
from flows.texts import marked

PAGE = 8

Shown = tuple[str, list[list[Option]]]

BEYOND_AN_ITEM = ("extend", "excuse", "reassign")


class Overseeing:
    """Lists what is missing; the conversation's choice holds what is being done about what.

    That is `do`, with the mark of what it is about in `item`.
    """

    def show(self, session: Session) -> Screen:
        """Show the list, or the step that the choice leads to."""
        doing = session.conversation.choice.get("do", "")
        text, rows = SCREENS.get(doing, _list)(session)
        # Digits are the beginning of a date there.
        digits = doing == "extend"
        return Screen(text, [*rows, [session.option("‹ Back", "back")]], digits=digits)

    def tap(self, session: Session, action: str) -> None:
        """Take one step; only what is on the screen can be tapped."""
        verb, _, argument = action.partition(":")
        item = session.conversation.choice.get("item", "")
        if verb == "back":
            self.back(session)
        elif verb == "page":
            turn_page(session, argument)
        elif verb == "item":
            _go(session, do="item", item=argument)
        elif verb in ("sent", "burden"):
            _go(session, do=verb)
        elif verb == "calendar":
            _send_calendar(session)
        elif verb == "pictures":
            _send_pictures(session)
        elif verb in BEYOND_AN_ITEM:
            _go(session, do=verb, item=item)
        else:
            take(session, verb, argument)
            _go(session, do="item", item=item)

    def read(self, session: Session, text: str) -> None:
        """Take a day, where one is asked for."""
        choice = session.conversation.choice
        if choice.get("do") != "extend":
            session.notices.append(session.say("Please tap one of these, or go back."))
            return
        day = read_coming_date(text, session.say.language, session.context.today)
        if day is None:
            session.notices.append(session.say("That is no day. Type it like 20/3."))
        elif extend(session, day):
            _go(session, do="item", item=choice["item"])

    def back(self, session: Session) -> None:
        """Go one step back, or to the menu."""
        choice = session.conversation.choice
        if not choice:
            pause(session)
        elif choice["do"] in BEYOND_AN_ITEM:
            _go(session, do="item", item=choice["item"])
        else:
            _go(session)


def look_over(session: Session, _: str = "") -> None:
    """Go to the list, from wherever somebody is."""
    pause(session)
    session.move("oversee")


def _send_calendar(session: Session) -> None:
    context = session.context
    session.effects.append(Notify(CALENDAR, context.person, context.today))
    session.notices.append(
        session.say("The calendar file comes within a minute, at most once a day.")
    )


def _send_pictures(session: Session) -> None:
    context = session.context
    session.effects.append(Notify(PICTURES, context.person, context.today))
    session.notices.append(session.say("The charts come within a minute, at most once a day."))


def remind_group(session: Session, wanted: str) -> None:
    """Remind of all that a button of an overview is about, wherever the conversation is."""
    found = [
        (of, due)
        for of in overviews(session)
        for due in of.missing
        if group_mark(due.occasion) == wanted
    ]
    if found:
        remind(session, found)
    else:
        session.notices.append(session.say("That is in by now, or was decided about."))


def _list(session: Session) -> Shown:
    found = overviews(session)
    dues = listed(found)
    shown = on_page(dues, session.conversation.page, PAGE)
    head = [] if session.conversation.page else _heads(session, found)
    lines = [_line(session, of, due) for of, due in shown]
    if not dues:
        lines = [session.say("Nothing is missing.")]
    rows = [[Option(label_of(session, of, due), f"item:{mark(due.occasion)}")] for of, due in shown]
    rows += turning(session, len(dues), PAGE)
    rows.append([session.option("What was sent", "sent")])
    rows.append([session.option("How much this asks", "burden")])
    if any(of.standing.project.plan.measurements for of in found):
        rows.append([session.option("Calendar file", "calendar")])
    rows.append([session.option("Charts to show", "pictures")])
    return "\n".join([*head, *lines]), rows


def _heads(session: Session, found: list[Overview]) -> list[str]:
    """Return a line for each project, the worst first."""
    say, ordered = session.say, sorted(found, key=worst_first)
    lines = [
        say("{label}: {value}", label=of.standing.project.name, value=counts(say, of))
        for of in ordered[:PAGE]
    ]
    if rest := len(ordered) - len(lines):
        lines.append(say.plural("and {count} more project", "and {count} more projects", rest))
    return [*lines, ""]


def _line(session: Session, of: Overview, due: Due) -> str:
    say, name = session.say, name_of(session, of, due)
    if due.state == "not_done":
        reason = say(REASONS[decision_on(of, due).reason])
        return "• " + say("{title}: not done, “{reason}”", title=name, reason=reason)
    people = whose_line(say, whose(of.standing, of.crew, due.occasion))
    how = when(say, due, session.context.today)
    return "• " + say("{title}: {counts} ({people})", title=name, counts=how, people=people)


def _one(session: Session) -> Shown:
    found = item_of(session)
    if found is None:
        return session.say("That has changed meanwhile."), []
    of, due = found
    offered = [
        (marked("Remind now"), "remind", due.state in MISSING),
        (marked("Extend"), "extend", due.state in {*MISSING, "locked", "not_done"}),
        (marked("Not done, because…"), "excuse", due.state in {*MISSING, "locked"}),
        (marked("Somebody else does it"), "reassign", due.state in MISSING),
        (marked("Take the decision back"), "anew", decision_on(of, due) != Decision()),
    ]
    return about(session, of, due), [
        [session.option(text, verb)] for text, verb, is_possible in offered if is_possible
    ]


SCREENS: Mapping[str, Callable[[Session], Shown]] = {
    "item": _one,
    "extend": days,
    "excuse": reasons,
    "reassign": colleagues,
    "sent": log,
    "burden": asks,
}


def _go(session: Session, **choice: str) -> None:
    session.change(choice=choice, page=0)
