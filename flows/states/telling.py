"""What was sent to whom, and how much registering asks: as those read it who oversee projects."""

from collections.abc import Iterator

from flows.access import ROLES
from flows.burden import WEEKS, Asked, asked
from flows.local import show_date, show_moment
from flows.matching import Option
from flows.overview import Overview
from flows.pages import on_page
from flows.questionnaire import MOMENT_NAMES
from flows.sending import KINDS, OUTCOMES, Sent
from flows.session import Session
from flows.sheet import REGISTRARS
from flows.states.oversight import overviews, sent
from flows.states.wording import turning

LINES = 12

Shown = tuple[str, list[list[Option]]]


def log(session: Session) -> Shown:
    """Show what was sent, the newest first."""
    found = sent(session)
    if not found:
        return session.say("Nothing was sent yet."), []
    lines = [_line(session, item) for item in on_page(found, session.conversation.page, LINES)]
    return "\n".join(lines), turning(session, len(found), LINES)


def asks(session: Session) -> Shown:
    """Show how many messages people got, and how much the plan asks of them in the coming weeks.

    A page for each project: what one person does in two of them is not held together.
    """
    found = overviews(session)
    if not found:
        return session.say("You have no projects yet."), []
    shown = on_page(found, session.conversation.page, 1)
    lines = [line for of in shown for line in (*_messages(session, of), "", *_coming(session, of))]
    return "\n".join(lines), turning(session, len(found), 1)


def _line(session: Session, item: Sent) -> str:
    say = session.say
    # Until it is sent, the time of the day is not certain.
    day = show_date(item.day, say.language)
    parts = [
        day if item.state == "waiting" else show_moment(item.at, say.language),
        item.person,
        say(KINDS[item.kind]),
        say("by {person}", person=item.caused_by) if item.caused_by else "",
        say(OUTCOMES[item.state]),
    ]
    return " · ".join(part for part in parts if part)


def _messages(session: Session, of: Overview) -> Iterator[str]:
    say, most = session.say, of.standing.project.plan.most_messages
    yield say(
        "{project}: reminders in the last seven days; nobody gets more than {most}.",
        project=of.standing.project.name,
        most=most,
    )
    for role in REGISTRARS:
        crew = [member for member in of.crew if role in member.roles]
        if crew:
            each = ", ".join(f"{member.person} {member.burden}" for member in crew)
            yield "• " + say("{label}: {value}", label=say(ROLES[role].name), value=each)


def _coming(session: Session, of: Overview) -> Iterator[str]:
    context = session.context
    sheets = {name: context.sheets[name, version] for name, version in context.current.items()}
    found = asked(context.agenda.schedule, sheets, [(of.standing, of.crew)], context.today)
    if not found:
        yield session.say("The plan asks nothing in the coming {weeks} weeks.", weeks=WEEKS)
        return
    yield session.say("What the plan asks in the coming {weeks} weeks:", weeks=WEEKS)
    for item in found:
        yield "• " + _asked(session, item)


def _asked(session: Session, item: Asked) -> str:
    say = session.say
    whom = f"{say(ROLES[item.role].name)}, {say(MOMENT_NAMES[item.moment])}"
    many = say.plural("{count} registration", "{count} registrations", item.count)
    if item.people == 0:
        return say("{whom}: {many}, and nobody works here who does them", whom=whom, many=many)
    load = item.load_of_each
    minutes = say.plural("{count} minute", "{count} minutes", load.minutes)
    if item.people == 1:
        return say(
            "{whom}: {many}, about {taps} taps and {minutes}",
            whom=whom,
            many=many,
            taps=load.taps,
            minutes=minutes,
        )
    return say(
        "{whom}: {many} for {people} people; each about {each}, {taps} taps and {minutes}",
        whom=whom,
        many=many,
        people=item.people,
        each=item.each,
        taps=load.taps,
        minutes=minutes,
    )
