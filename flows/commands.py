"""The commands: a function each, one line each in COMMANDS."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.access import ROLES, verbs
from flows.conversation import ASIDES
from flows.effects import AccountFor
from flows.kinds import KINDS
from flows.local import fold, language_name
from flows.session import Session
from flows.states import STATES
from flows.states.asking import why
from flows.states.leaving import pause, undo
from flows.states.overseeing import look_over
from flows.states.pending import look_ahead
from flows.states.reviewing import save, save_so_far
from flows.states.wording import draft_title
from flows.team import OPENED_ELSEWHERE
from flows.texts import marked

BACK_ONLY = (
    "remarking",
    "translating",
    "choosing",
    "excusing",
    "attributing",
    "enrolling",
    "finding",
    "amending",
    "auditing",
    "staffing",
    "disclosing",
    "overseeing",
    "pending",
    "wishing",
    "exporting",
)
"""The states in which there is nothing to throw away: cancelling is going back."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a command does, and what /help says of it."""

    description: str
    run: Callable[[Session, str], None]


def _start(session: Session, invitation: str) -> None:
    if invitation not in ("", OPENED_ELSEWHERE):
        # Strangers' invitations never come this far; this one stays unused.
        session.notices.append(
            session.say("You are in already, so the link was not used. Here is where you are:")
        )
    elif session.conversation.state not in ("newcomer", "accepting"):
        pause(session)


def _help(session: Session, _: str) -> None:
    lines = [
        f"/{name} – {session.say(command.description)}"
        for name, command in offered(session.context.roles).items()
    ]
    about = session.say("Tap a button, or type its number or its words.")
    if ambassador := session.context.archive.ambassador():
        lines.append(session.say("Questions about registering? Ask {who}.", who=ambassador))
    session.notices.append("\n".join([about, *lines]))


def _settings(session: Session, _: str) -> None:
    context, say = session.context, session.say
    roles = ", ".join(say(ROLES[role].name) for role in context.roles if role in ROLES)
    session.notices.append(
        "\n".join(
            [
                say(
                    "Language: {language} (change it with /language)",
                    language=language_name(say.language),
                ),
                say("Your role: {roles}", roles=roles or "–"),
                say("Your code, for colleagues: {person}", person=context.person),
                say(
                    "Projects: {projects}",
                    projects=", ".join(project.name for project in context.projects) or "–",
                ),
            ]
        )
    )


def _mydata(session: Session, _: str) -> None:
    pause(session)
    session.move("disclose")


def _language(session: Session, wanted: str) -> None:
    named = {
        fold(language_name(language)): language for language in session.context.interface.languages
    }
    language = named.get(fold(wanted), fold(wanted))
    state = session.conversation.state
    if language in session.context.interface.languages:
        if state in ("newcomer", "translating"):
            STATES[state].tap(session, f"l:{language}")
        session.change(language=language)
    elif state not in ("newcomer", "accepting", "translating"):
        _aside(session, "translate")


def _status(session: Session, _: str) -> None:
    say = session.say
    lines = [
        say(
            "{title}: {done} of {all} answered, not finished yet",
            title=draft_title(session, draft),
            done=sum(place.answer is not None for place in places),
            all=len(places),
        )
        for draft in session.conversation.drafts
        for places in [session.path_of(draft).asked]
    ]
    session.notices.append(
        "\n".join(lines) if lines else say("Nothing is under way; everything is saved.")
    )


def _back(session: Session, _: str) -> None:
    STATES[session.conversation.state].back(session)


def _pause(session: Session, _: str) -> None:
    pause(session)


def _cancel(session: Session, _: str) -> None:
    if session.conversation.state in BACK_ONLY:
        _back(session, "")
    elif session.conversation.draft is None:
        session.notices.append(session.say("There is nothing to throw away."))
    elif not session.draft.answers:
        pause(session)
    elif session.conversation.state != "discarding":
        _aside(session, "discard")


def _save(session: Session, _: str) -> None:
    if session.conversation.draft is None:
        session.notices.append(session.say("There is nothing to save now."))
    elif session.conversation.state == "reviewing":
        save(session)
    else:
        save_so_far(session)


def _why(session: Session, _: str) -> None:
    if session.conversation.state in ("asking", "confirming"):
        session.notices.append(why(session))
    else:
        session.notices.append(
            session.say("There is no question now. /help says what is possible.")
        )


def _remark(session: Session, _: str) -> None:
    place = session.place if session.conversation.state == "asking" else None
    is_note = place is not None and not KINDS[place.question.type].stored
    if is_note or session.conversation.state not in ("asking", "reviewing"):
        session.notices.append(
            session.say("A remark belongs to a question, or to the check at the end.")
        )
    elif not session.sheet.remarks:
        session.notices.append(
            session.say("This registration takes no remarks, so that nobody can be recognised.")
        )
    else:
        _aside(session, "remark")


def _corrections(session: Session, _: str) -> None:
    if session.conversation.state == "newcomer":
        return
    pause(session)
    session.move("find")


def _people(session: Session, _: str) -> None:
    pause(session)
    session.move("staff")


def _overview(session: Session, _: str) -> None:
    if session.conversation.state != "newcomer":
        look_over(session)


def _export(session: Session, _: str) -> None:
    if session.conversation.state != "newcomer":
        pause(session)
        session.move("export")


def _today(session: Session, _: str) -> None:
    if session.conversation.state != "newcomer":
        look_ahead(session)


def _reminders(session: Session, _: str) -> None:
    pause(session)
    session.move("wish")


def _undo(session: Session, _: str) -> None:
    if session.conversation.undo:
        pause(session)
        undo(session)
    else:
        session.notices.append(
            session.say("There is nothing to undo. /corrections changes what was saved.")
        )


def _audit(session: Session, _: str) -> None:
    if session.conversation.state == "newcomer":
        return
    pause(session)
    session.move("audit")
    session.effects.append(AccountFor("audit_read", detail={"how": "chat"}))


def _aside(session: Session, trigger: str) -> None:
    if session.conversation.state in ASIDES:
        _back(session, "")
    session.move(trigger, back_to=session.conversation.state)


COMMANDS: dict[str, Command] = {
    "start": Command(marked("the menu: what can be registered"), _start),
    "help": Command(marked("what is possible"), _help),
    "today": Command(marked("what is due, the most urgent first"), _today),
    "reminders": Command(marked("when you want to hear of what is due"), _reminders),
    "settings": Command(marked("your language, role and projects"), _settings),
    "mydata": Command(marked("what is stored about you"), _mydata),
    "language": Command(marked("another language, at any moment"), _language),
    "status": Command(marked("what is under way"), _status),
    "back": Command(marked("one step back"), _back),
    "pause": Command(marked("keep it for later"), _pause),
    "save": Command(marked("save what is answered so far"), _save),
    "why": Command(marked("why this is asked"), _why),
    "remark": Command(marked("a remark on this question"), _remark),
    "undo": Command(marked("take back what you saved last"), _undo),
    "corrections": Command(marked("change or delete what was saved"), _corrections),
    "cancel": Command(marked("throw this registration away"), _cancel),
    "audit": Command(marked("who did what, newest first"), _audit),
    "overview": Command(marked("how your projects stand, and what is missing"), _overview),
    "export": Command(marked("what was registered, as a file"), _export),
    "people": Command(marked("who works here, and who is invited"), _people),
}


def offered(roles: tuple[str, ...]) -> dict[str, Command]:
    """Return the commands that people with these roles may use."""
    allowed = verbs("command", roles)
    return {name: command for name, command in COMMANDS.items() if name in allowed}
