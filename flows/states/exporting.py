"""What was registered, as a file: which one, of what, in which language."""

from collections.abc import Mapping

from flows.effects import Notify
from flows.exports import FORMATS
from flows.matching import Option, meant
from flows.order import (
    MOST_LANGUAGES,
    PARTS,
    PERIOD,
    Choices,
    Wanted,
    allowed,
    choices,
    possible,
    told,
)
from flows.pages import on_page
from flows.period import PERIODS, Period, read_period
from flows.sending import EXPORT
from flows.session import Screen, Session
from flows.states.leaving import pause
from flows.states.wording import turn_page, turning
from flows.texts import marked

PAGE = 8
SEPARATOR = "\n"
ASKED: Mapping[str, str] = {
    "project": marked("Of which projects? Without a tick it is all of them."),
    "moment": marked("Of which moments? Without a tick it is all of them."),
    "period": marked(
        "About which days? Tap, or type a year, a month, or two days such as 1/1/2026 - 31/3/2026."
    ),
    "status": marked("Which answers? Without a tick it is all of them."),
    "version": marked("Which versions of a sheet? Without a tick it is all of them."),
    "language": marked("In which language? With two of them, both stand side by side."),
}


class Exporting:
    """Asks for a format, then shows the order; with `do` in the choice, one part of it.

    The other parts of the choice are the order, in the words of its filter.
    """

    def show(self, session: Session) -> Screen:
        """Show the formats, the order, or what can be chosen of a part."""
        doing, back = session.conversation.choice.get("do", ""), session.option("‹ Back", "back")
        if not _format(session):
            return _formats(session, back)
        if doing == "period":
            rows = [
                *_two_by_two(_periods(session)),
                [session.option("The whole time", "all")],
            ]
            return Screen(session.say(ASKED[doing]), [*rows, [back]], digits=True)
        if doing in _parts(session):
            return _ticks(session, doing, back)
        return _order(session, back)

    def tap(self, session: Session, action: str) -> None:
        """Take one step; only what is on the screen can be tapped."""
        verb, _, name = action.partition(":")
        doing = session.conversation.choice.get("do", "")
        if verb == "page":
            turn_page(session, name)
        elif verb == "format":
            _choose(session, name)
        elif verb == "change":
            _put(session, do=name)
        elif verb == "tick":
            _tick(session, doing, name)
        elif verb == "all":
            of = PERIOD if doing == "period" else (doing,)
            _put(session, do="", **dict.fromkeys(of, ""))
        elif verb == "period":
            _narrow_to(session, PERIODS[name][1](session.context.today))
        elif verb == "make":
            _make(session)
        else:
            self.back(session)

    def read(self, session: Session, text: str) -> None:
        """Take the name of a format, a project or a moment, or a period."""
        doing = session.conversation.choice.get("do", "")
        if not _format(session):
            found = _meant(text, _named(session))
            if len(found) == 1:
                _choose(session, found[0].partition(":")[2])
                return
        elif doing in ("", "period") and "period" in _parts(session) and _is_period(session, text):
            return
        elif part := _part_of(session, text, doing):
            _tick(session, *part)
            return
        session.notices.append(_not_understood(session, doing))

    def back(self, session: Session) -> None:
        """Go back to the order, to the formats, then to the menu."""
        choice = session.conversation.choice
        if choice.get("do"):
            _put(session, do="")
        elif choice:
            session.change(choice={}, page=0)
        else:
            pause(session)


def _format(session: Session) -> str:
    """Return the format that was chosen; "" for none, or for one that was taken away meanwhile."""
    chosen = session.conversation.choice.get("format", "")
    return chosen if chosen in allowed(session.context.roles) else ""


def _formats(session: Session, back: Option) -> Screen:
    named = _named(session)
    shown = on_page(named, session.conversation.page, PAGE)
    titles = [session.say(FORMATS[option.name].title) for option in shown]
    # What a button says whole is not said twice.
    more = [
        f"• {title}" for option, title in zip(shown, titles, strict=True) if title != option.label
    ]
    text = "\n".join([session.say("What do you want to have?"), *more])
    rows = [[option] for option in shown] + turning(session, len(named), PAGE)
    return Screen(text, [*rows, [back]], more=len(named) > PAGE)


def _named(session: Session) -> list[Option]:
    """Return a button for each format, with the words before the colon of its title."""
    say, everywhere = session.say, session.context.interface.everywhere
    listed = []
    for name in allowed(session.context.roles):
        titles = everywhere(FORMATS[name].title)
        heads = tuple(text.partition(":")[0] for text in titles)
        label = say(FORMATS[name].title).partition(":")[0].strip()
        listed.append(Option(label, f"format:{name}", (*titles, *heads), name))
    return listed


def _order(session: Session, back: Option) -> Screen:
    say, parts = session.say, _parts(session)
    title = say(FORMATS[_format(session)].title)
    lines = told(say, _wanted(session), _known(session), parts)
    changing = [session.option(PARTS[part], f"change:{part}") for part in parts]
    rows = [*_two_by_two(changing), [session.option("Make it", "make")], [back]]
    return Screen("\n".join([title, *lines]), rows)


def _ticks(session: Session, part: str, back: Option) -> Screen:
    chosen, options = _chosen(session, part), _options(session, part)
    shown = on_page(options, session.conversation.page, PAGE)
    rows = [
        [Option(f"{'☑' if item.name in chosen else '☐'} {item.label}", *_rest(item))]
        for item in shown
    ]
    rows += turning(session, len(options), PAGE)
    if chosen and part != "language":
        rows.append([session.option("All of them", "all")])
    return Screen(session.say(ASKED[part]), [*rows, [back]], more=len(options) > PAGE)


def _rest(option: Option) -> tuple[str, tuple[str, ...], str]:
    return option.action, option.others, option.name


def _options(session: Session, part: str) -> list[Option]:
    known = _known(session).get(part, {})
    return [Option(label, f"tick:{name}", (), name) for name, label in known.items()]


def _parts(session: Session) -> list[str]:
    """Return what there is to choose of the order: not where there is only one of it."""
    known, parts = _known(session), possible(_format(session), session.context.roles)
    return [part for part in parts if part == "period" or len(known[part]) > 1]


def _known(session: Session) -> Choices:
    context = session.context
    names = {project.id: project.name for project in context.projects}
    return choices(context.interface, session.say.language, names, context.sheets)


def _chosen(session: Session, part: str) -> list[str]:
    """Return what is ticked; what is not there any more is not."""
    listed = session.conversation.choice.get(part, "").split(SEPARATOR)
    known = _known(session)[part]
    found = [name for name in listed if name in known]
    return found or ([session.say.language] if part == "language" else [])


def _wanted(session: Session) -> Wanted:
    choice, can = session.conversation.choice, possible(_format(session), session.context.roles)
    parts = {part: _chosen(session, part) for part in can if part != "period"}
    days = {name: [choice[name]] for name in PERIOD if choice.get(name) and "period" in can}
    wanted = {"format": [_format(session)], **parts, **days}
    return {name: values for name, values in wanted.items() if values}


def _choose(session: Session, name: str) -> None:
    session.change(choice={"format": name}, page=0)


def _put(session: Session, **parts: str) -> None:
    choice = {**session.conversation.choice, **parts}
    session.change(choice={name: value for name, value in choice.items() if value}, page=0)


def _tick(session: Session, part: str, name: str) -> None:
    chosen, page = _chosen(session, part), session.conversation.page
    after = [item for item in chosen if item != name] if name in chosen else [*chosen, name]
    if part == "language":
        after = after[-MOST_LANGUAGES:]
        if not after:
            session.notices.append(session.say("At least one language has to stay."))
            return
    _put(session, **{part: SEPARATOR.join(after)})
    session.change(page=page)


def _is_period(session: Session, text: str) -> bool:
    """Take a period that was typed; say so where it ends before it begins."""
    today, named = session.context.today, _meant(text, _periods(session))
    if len(named) == 1:
        found: Period | None = PERIODS[named[0].partition(":")[2]][1](today)
    else:
        found = read_period(text, session.say.language, today)
    if found is None:
        return False
    if found[1] < found[0]:
        session.notices.append(session.say("That period ends before it begins."))
    else:
        _narrow_to(session, found)
    return True


def _narrow_to(session: Session, period: Period) -> None:
    first, last = period
    _put(session, do="", **{"from": first.isoformat(), "until": last.isoformat()})


def _periods(session: Session) -> list[Option]:
    return [session.option(text, f"period:{name}") for name, (text, _) in PERIODS.items()]


def _part_of(session: Session, text: str, doing: str) -> tuple[str, str] | None:
    """Return the part and the word that a typed name means; None where that is not clear."""
    parts = (
        [doing] if doing else [name for name in ("project", "moment") if name in _parts(session)]
    )
    found = [
        (part, action.partition(":")[2])
        for part in parts
        for action in _meant(text, _options(session, part))
    ]
    return found[0] if len(found) == 1 else None


def _meant(text: str, options: list[Option]) -> list[str]:
    return meant(text, options, [""] * len(options))


def _not_understood(session: Session, doing: str) -> str:
    if doing == "period":
        return session.say("I did not understand that. Two days look like 1/1/2026 - 31/3/2026.")
    return session.say("Please tap one of these, or go back.")


def _make(session: Session) -> None:
    context, wanted = session.context, _wanted(session)
    session.effects.append(Notify(EXPORT, context.person, context.today, wanted))
    session.notices.append(
        session.say("Your file is being made. It comes here by itself, mostly within two minutes.")
    )
    session.change(choice={}, page=0)


def _two_by_two(options: list[Option]) -> list[list[Option]]:
    return [options[place : place + 2] for place in range(0, len(options), 2)]
