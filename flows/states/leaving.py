"""How a registration is left: kept for later, dropped, or taken back after it was saved."""

from dataclasses import replace
from datetime import datetime, timedelta

from flows.effects import SaveRecord
from flows.record import Record
from flows.session import Session
from flows.set_up import COLUMNS
from flows.sheet import Sheet
from flows.states.wording import draft_title

UNDO = timedelta(minutes=15)
"""How long a saved registration can be taken back with one tap; after that it is corrected."""

UNDONE = "undone"


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
        draft = session.draft
        if draft.answers and not (draft.kept and draft.reason):
            title = draft_title(session, draft)
            session.notices.append(
                session.say("Kept for later: {title}. Go on whenever you like.", title=title)
            )
        else:
            # Nothing was answered, or nothing of a record that was opened again was changed.
            drop(session)
    session.move("leave", current=0, back_to="", choice={}, page=0)


def remember(session: Session, record: Record, sheet: Sheet, title: str) -> None:
    """Remember what was saved last, so that it can be taken back for a while."""
    if sheet.name in COLUMNS:
        # What a project is was changed along with it; the sheet is opened again instead.
        session.change(undo={})
        return
    until = session.context.now + UNDO
    undo = {
        "record": record.record,
        "revision": str(record.revision),
        "title": title,
        "until": until.isoformat(timespec="seconds"),
    }
    session.change(undo=undo)


def can_undo(session: Session) -> bool:
    """Whether what was saved last can still be taken back."""
    kept = session.conversation.undo
    return bool(kept) and session.context.now <= datetime.fromisoformat(kept["until"])


def undo(session: Session) -> None:
    """Take back what was saved last, by a further revision: the one before, or that it is gone."""
    kept, say = session.conversation.undo, session.say
    in_time = can_undo(session)
    session.change(undo={})
    latest = session.context.archive.record(kept["record"]) if in_time else None
    if latest is None:
        session.notices.append(
            say("That was more than 15 minutes ago. /corrections changes what was saved.")
        )
    elif latest.revision != int(kept["revision"]):
        session.notices.append(say("Somebody has changed that meanwhile; nothing was undone."))
    else:
        session.effects.append(SaveRecord(_undone(session, latest)))
        session.receipts.append(say("Undone: {title}.", title=kept["title"]))


def _undone(session: Session, latest: Record) -> Record:
    before = None
    if latest.revision > 1:
        before = session.context.archive.record(latest.record, latest.revision - 1)
    if before is None or before.deleted:
        return gone(session, latest, UNDONE)
    return replace(
        before, revision=latest.revision + 1, person=session.context.person, reason=UNDONE
    )


def gone(session: Session, latest: Record, reason: str) -> Record:
    """Return the revision that says that a record counts no more; the ones before stay."""
    return replace(
        latest,
        revision=latest.revision + 1,
        person=session.context.person,
        complete=False,
        values=(),
        set_aside={},
        remark="",
        reason=reason,
        deleted=True,
    )
