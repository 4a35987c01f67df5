"""Begins a registration of which everything is known, or goes on with it where it is under way."""

from flows.context import Registered
from flows.conversation import Conversation, Draft
from flows.drafts import new_draft
from flows.kinds import KINDS
from flows.project import Project
from flows.session import Session, asked
from flows.sheet import Sheet
from flows.states.deadlines import closed
from flows.states.leaving import pause


def begin(session: Session, sheet: Sheet, project: Project, moment: str, subject: str) -> None:
    """Go to the first question, or to the one at which the same registration was left.

    What is registered all the time is begun anew each time.
    """
    again = None
    if moment != "continuous" or sheet.single:
        again = under_way(session.conversation, sheet.name, project.id, moment, subject)
    if again is not None:
        resume(session, again)
        return
    if sentence := closed(session, project, sheet.name, moment, subject):
        session.notices.append(sentence)
        pause(session)
        return
    draft = new_draft(session, sheet, project, moment, subject)
    session.notices.append(_introduction(session, sheet, draft))
    session.open(draft)
    session.move("begin", choice={}, page=0)


def resume(session: Session, draft: Draft) -> None:
    """Go on with a registration at the exact question."""
    session.move("resume", current=draft.number, choice={}, page=0)
    session.notices.append(session.say("You had begun this before; here is where you were."))


def under_way(
    conversation: Conversation, sheet: str, project: str, moment: str, subject: str
) -> Draft | None:
    """Return the registration of this subject at this moment that is not finished."""
    key = sheet, project, moment, subject
    return next(
        (
            draft
            for draft in conversation.drafts
            if (draft.sheet, draft.project, draft.moment, draft.subject) == key
        ),
        None,
    )


def _introduction(session: Session, sheet: Sheet, draft: Draft) -> str:
    questions = asked(sheet, draft)
    certain = [question for question in questions if question.is_asked and not question.relevant]
    seconds = sum(KINDS[question.type].seconds for question in certain)
    purpose = sheet.text(session.conversation.language, f"{sheet.name}.purpose")
    minutes = session.say.plural(
        "About {count} minute.", "About {count} minutes.", max(1, round(seconds / 60))
    )
    known = ""
    if draft.revision:
        return session.say("This was set before. Change what has changed, then save.")
    here = Registered(draft.project, draft.sheet, draft.moment, draft.subject)
    if draft.moment != "continuous" and here in session.context.registered:
        known = session.say(
            "This was registered before; what you save now is a second record beside it."
        )
    return " ".join(part for part in (purpose, minutes, known) if part)
