"""How a registration is left: kept for later, or dropped."""

from flows.session import Session
from flows.states.wording import draft_title


def drop(session: Session) -> None:
    """Take the current draft out of the conversation."""
    drafts = tuple(
        draft
        for draft in session.conversation.drafts
        if draft.number != session.conversation.current
    )
    session.change(drafts=drafts, current=0)


def pause(session: Session) -> None:
    """Go to the menu; a registration with answers waits there, an empty one is dropped."""
    if session.conversation.draft is not None:
        if session.draft.answers:
            title = draft_title(session, session.draft)
            session.notices.append(
                session.say("Kept for later: {title}. Go on whenever you like.", title=title)
            )
        else:
            drop(session)
    session.move("leave", current=0, back_to="", choice={}, page=0)
