"""When somebody wants to hear of what is due: at which hour, on which days, or not at all."""

from dataclasses import replace
from datetime import date, time, timedelta

from flows.access import OVERSEEING
from flows.effects import ChangeWishes
from flows.hours import read_span, read_time
from flows.local import show_day, weekday_names
from flows.matching import Option
from flows.plan import NO_PLAN
from flows.session import Screen, Session
from flows.states.leaving import pause
from flows.texts import marked
from flows.wishes import DIGESTS, Wishes
from flows.working_time import Hours, is_quiet

HOURS = (time(8), time(8, 30), time(9), time(10), time(13), time(16))
QUIET = ((time(18), time(8)), (time(20), time(7)), (time(22), time(7)))
WEEK = timedelta(days=7)
IN_QUIET = marked(
    "{at} is in your quiet hours, from {quiet_from} to {quiet_until}; nothing would ever come."
    " Take another hour, or change the quiet hours first."
)
QUIET_OVER = marked(
    "Your hour is {at}, and these quiet hours are from {quiet_from} to {quiet_until}; nothing would"
    " ever come. Take other ones, or change the hour first."
)
NO_QUIET = marked("There are no quiet hours; nothing comes on holidays.")
QUIET_LINE = marked("Nothing comes from {quiet_from} to {quiet_until}, or on holidays.")
ASKED = {
    "hour": marked("At which hour? Tap, or type one, such as 8:30."),
    "quiet": marked("When should nothing come? Tap, or type it, such as 20:00-7:00."),
    "days": marked("On which days may something come? Nothing comes on holidays."),
    "digest": marked("How often do you want the overview of your projects?"),
}


class Wishing:
    """Shows the wishes; with `do` in the choice, asks for one of them."""

    def show(self, session: Session) -> Screen:
        """Show what is wished, or what can be."""
        doing, back = session.conversation.choice.get("do", ""), session.option("‹ Back", "back")
        if doing in ASKED:
            rows = [*_choices(session, doing), [back]]
            return Screen(session.say(ASKED[doing]), rows, digits=True)
        rows = [
            [session.option("Hour", "ask:hour"), session.option("Quiet hours", "ask:quiet")],
            [session.option("Days", "ask:days"), session.option("Overview", "rhythm:digest")],
            _muting(session),
            [back],
        ]
        return Screen("\n".join(_told(session)), rows)

    def tap(self, session: Session, action: str) -> None:
        """Ask for a wish, or take it."""
        verb, _, name = action.partition(":")
        if verb in ("ask", "rhythm"):
            session.change(choice={"do": name})
        elif verb == "at":
            _at(session, time.fromisoformat(name))
        elif verb == "quiet":
            start, _, end = name.partition("-")
            _quiet(session, time.fromisoformat(start), time.fromisoformat(end))
        elif verb == "day":
            _toggle(session, int(name))
        elif verb == "digest":
            _wish(session, replace(_wishes(session), digest=name))
        elif verb == "mute":
            _mute(session, name)
        else:
            self.back(session)

    def read(self, session: Session, text: str) -> None:
        """Take an hour, or from when until when it is quiet."""
        say, doing = session.say, session.conversation.choice.get("do", "")
        if doing == "quiet" and (span := read_span(text, say.language)):
            _quiet(session, *span)
        elif doing in ("", "hour") and (at := read_time(text, say.language)):
            _at(session, at)
        elif doing == "quiet":
            session.notices.append(
                say("I did not understand that. From when until when, such as 20:00-7:00?")
            )
        elif doing == "hour":
            session.notices.append(
                say("I did not understand that. Type an hour of the day, such as 8:30.")
            )
        else:
            session.notices.append(say("Please tap one of these, or go back."))

    def back(self, session: Session) -> None:
        """Go back to all wishes, then to the menu."""
        if session.conversation.choice:
            session.change(choice={})
        else:
            pause(session)


def most_messages(session: Session) -> int:
    """Return how many messages may come in seven days."""
    found = [item.plan.most_messages for item in session.context.projects]
    return max(found, default=NO_PLAN.most_messages)


def _wishes(session: Session) -> Wishes:
    """Return what is wished after this step."""
    changed = [effect.wishes for effect in session.effects if isinstance(effect, ChangeWishes)]
    return changed[-1] if changed else session.context.agenda.wishes()


def _wish(session: Session, wishes: Wishes, *, goes_on: bool = False) -> None:
    session.effects.append(ChangeWishes(wishes))
    session.change(choice=session.conversation.choice if goes_on else {})


def _at(session: Session, at: time) -> None:
    wishes = _wishes(session)
    hours = replace(wishes.hours, at=at)
    if is_quiet(at, hours):
        session.notices.append(_said(session, IN_QUIET, hours))
    else:
        _wish(session, replace(wishes, hours=hours))


def _quiet(session: Session, start: time, end: time) -> None:
    wishes = _wishes(session)
    hours = replace(wishes.hours, quiet_from=start, quiet_until=end)
    if is_quiet(hours.at, hours):
        session.notices.append(_said(session, QUIET_OVER, hours))
    else:
        _wish(session, replace(wishes, hours=hours))


def _toggle(session: Session, day: int) -> None:
    wishes = _wishes(session)
    days = wishes.hours.days ^ {day}
    if not days:
        session.notices.append(
            session.say("At least one day has to stay. To hear nothing at all, mute it.")
        )
    else:
        _wish(session, replace(wishes, hours=replace(wishes.hours, days=days)), goes_on=True)


def _mute(session: Session, how: str) -> None:
    today = session.context.today
    until = {"week": today + WEEK, "on": date.max}.get(how)
    _wish(session, replace(_wishes(session), muted_until=until))


def _said(session: Session, text: str, hours: Hours) -> str:
    return session.say(
        text,
        at=f"{hours.at:%H:%M}",
        quiet_from=f"{hours.quiet_from:%H:%M}",
        quiet_until=f"{hours.quiet_until:%H:%M}",
    )


def _told(session: Session) -> list[str]:
    say, wishes, today = session.say, _wishes(session), session.context.today
    hours, names = wishes.hours, weekday_names(say.language, "abbreviated")
    days = ", ".join(names[day] for day in sorted(hours.days))
    lines = [
        say("Reminders come at {at}, on {days}.", at=f"{hours.at:%H:%M}", days=days),
        _said(session, NO_QUIET if hours.quiet_from == hours.quiet_until else QUIET_LINE, hours),
    ]
    if wishes.is_muted(today):
        lines.append(_muted_line(session, wishes))
    if not OVERSEEING.isdisjoint(session.context.roles):
        lines.append(say("Overview of your projects: {often}.", often=say(DIGESTS[wishes.digest])))
    lines.append(
        say(
            "Reminders in the last seven days: {count}, of at most {most}.",
            count=session.context.agenda.burden(),
            most=most_messages(session),
        )
    )
    return lines


def _muted_line(session: Session, wishes: Wishes) -> str:
    until, say = wishes.muted_until, session.say
    if until is None or until == date.max:
        return say("Now you hear nothing, until you switch it on again. /today shows what is due.")
    day = show_day(until, say.language, session.context.today)
    return say(
        "Now you hear nothing, up to and including {day}. /today shows what is due.", day=day
    )


def _muting(session: Session) -> list[Option]:
    if _wishes(session).is_muted(session.context.today):
        return [session.option("Switch on again", "mute:off")]
    return [
        session.option("Nothing for a week", "mute:week"),
        session.option("Nothing until I say so", "mute:on"),
    ]


def _choices(session: Session, doing: str) -> list[list[Option]]:
    wishes, say = _wishes(session), session.say
    if doing == "hour":
        row = [Option(f"{at:%H:%M}", f"at:{at:%H:%M}") for at in HOURS]
        return [row[:3], row[3:]]
    if doing == "quiet":
        rows = [
            [Option(f"{start:%H:%M}-{end:%H:%M}", f"quiet:{start:%H:%M}-{end:%H:%M}")]
            for start, end in QUIET
        ]
        return [*rows, [session.option("No quiet hours", "quiet:00:00-00:00")]]
    if doing == "days":
        short, middle, wide = (
            weekday_names(say.language, width) for width in ("short", "abbreviated", "wide")
        )
        options = [
            Option(f"{'☑' if day in wishes.hours.days else '☐'} {names[0]}", f"day:{day}", names)
            for day, names in enumerate(zip(short, middle, wide, strict=True))
        ]
        return [options[:4], options[4:]]
    return [[session.option(text, f"digest:{name}")] for name, text in DIGESTS.items()]
