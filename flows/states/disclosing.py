"""What is stored about whoever asks, and the button that erases the account."""

from collections.abc import Iterator

from flows.access import ROLES, WRITING
from flows.effects import EraseAccount
from flows.local import language_name, show_date
from flows.retention import PERIODS
from flows.session import Screen, Session
from flows.states.leaving import pause

MOST_NOTICES = 6


class Disclosing:
    """Shows what is stored; with `do` in the choice, asks for the code before all is erased."""

    def show(self, session: Session) -> Screen:
        """Show it, ask once more, or say goodbye."""
        say = session.say
        if any(isinstance(effect, EraseAccount) for effect in session.effects):
            return Screen(
                say("Your account is erased. What you registered stays, without you. Goodbye!"), []
            )
        back = [session.option("‹ Back", "back")]
        if session.conversation.choice.get("do"):
            # A button could be tapped by mistake, or by whoever holds the phone for a moment.
            text = say(
                "Erase your account? You cannot register any more, and nobody can undo it. What"
                " you saved stays, without you. If you are sure, type your code: {person}",
                person=session.context.person,
            )
            return Screen(text, [back], digits=True)
        rows = [[session.option("Erase my account", "erase")], back]
        return Screen("\n".join(_stored(session)), rows, say("What is stored about you"))

    def tap(self, session: Session, action: str) -> None:
        """Ask for the code, or go back."""
        if action != "erase":
            self.back(session)
        elif message := _hindrance(session):
            session.notices.append(message)
        else:
            session.change(choice={"do": "erase"})

    def read(self, session: Session, text: str) -> None:
        """Erase the account of whoever types their own code."""
        if not session.conversation.choice.get("do"):
            session.notices.append(session.say("Please tap one of these, or go back."))
        elif text.strip().casefold() != session.context.person.casefold():
            session.notices.append(session.say("That is not your code; nothing was erased."))
        elif message := _hindrance(session):
            session.notices.append(message)
        else:
            session.change(drafts=(), undo={})
            session.effects.append(EraseAccount())

    def back(self, session: Session) -> None:
        """Go back to what is stored, then to the menu."""
        if session.conversation.choice:
            session.change(choice={})
        else:
            pause(session)


def announced(session: Session) -> Iterator[str]:
    """Return what will be deleted of the projects, a sentence each, for who coordinates them."""
    context, say = session.context, session.say
    if "project_coordinator" not in context.roles:
        return
    names = {project.id: project.name for project in context.projects}
    for item in list(context.archive.announced(names))[:MOST_NOTICES]:
        told = say(
            PERIODS[item.kind].notice,
            day=show_date(item.due, say.language),
            until=show_date(item.until, say.language),
            count=item.rows,
        )
        yield f"{names[item.project]}: {told}" if len(names) > 1 else told


def _hindrance(session: Session) -> str:
    """Return why an account cannot be erased now; "" if it can."""
    count = sum(not draft.practice for draft in session.conversation.drafts)
    # Whoever registers nothing any more could neither save nor throw it away.
    if count and not WRITING.isdisjoint(session.context.roles):
        return session.say.plural(
            "You have {count} registration that is not finished. Save it or throw it away first.",
            "You have {count} registrations that are not finished. Save them or throw them away"
            " first.",
            count,
        )
    if session.context.archive.known(session.context.person).is_last_admin:
        return session.say("You are the only one who manages this organisation. Appoint another.")
    return ""


def _stored(session: Session) -> list[str]:
    context, say, language = session.context, session.say, session.say.language
    known = context.archive.known(context.person)
    roles = [say(ROLES[role].name) for role in context.roles if role in ROLES]
    lines = [
        say(
            "Your code {person}, since {day}, and where this chat is reached.",
            person=context.person,
            day=show_date(known.since, language),
        ),
        say("Language: {language}", language=language_name(language)),
        say("You register as: {roles}", roles=", ".join(roles) or "–"),
        say(
            "Projects: {projects}",
            projects=", ".join(project.name for project in context.projects) or "–",
        ),
        say(
            "Saved by you: {records} registrations in {revisions} versions, {reviews} reviews.",
            records=known.records,
            revisions=known.revisions,
            reviews=known.reviews,
        ),
    ]
    if known.first and known.last:
        first, last = (show_date(day, language) for day in (known.first, known.last))
        lines.append(say("From {first} to {last}.", first=first, last=last))
    lines += [
        say("Not finished: {count}", count=len(session.conversation.drafts)),
        say("Of the chat: which messages have to be changed or removed, not what is in them."),
        say("When you want to hear of what is due, and which reminders you got: /reminders"),
        say("Who sees it: the coordinators of your projects and who manages this database."),
        say(
            "/corrections changes what you saved. For all else, or for all of it as a file, ask"
            " your coordinator."
        ),
    ]
    return lines
