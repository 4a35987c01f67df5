"""Everything is answered: check it, save it."""

from flows.kinds import KINDS
from flows.matching import Option
from flows.path import Place
from flows.saving import record_of
from flows.session import SaveRecord, Screen, Session
from flows.states.asking import look_at, offer
from flows.states.leaving import drop, pause
from flows.states.wording import draft_title, head, shown


class Reviewing:
    """Lists every answer, then saves, changes or throws away."""

    def show(self, session: Session) -> Screen:
        """Show the answers."""
        lines = [
            f"• {session.text(place.question, 'label')} {shown(session, place)}"
            for place in listed(session)
        ]
        if remark := session.draft.remarks.get(""):
            about = session.say("Remark")
            lines.append("• " + session.say("{label}: {value}", label=about, value=remark))
        rows = [
            [session.option("Save", "save")],
            [session.option("Change an answer", "correct"), *self._remark(session)],
            *offer(session),
            [session.option("‹ Back", "back"), session.option("Pause", "pause")],
            [session.option("Throw away", "discard")],
        ]
        return Screen("\n".join([session.say("Check your answers:"), *lines]), rows, head(session))

    def tap(self, session: Session, action: str) -> None:
        """Save, change, remark, pause or throw away."""
        if action == "save":
            save(session)
        elif action == "correct":
            session.move("correct", page=0)
        elif action == "remark" and session.sheet.remarks:
            session.move("remark", back_to="reviewing")
        elif action == "discard":
            session.move("discard", back_to="reviewing")
        elif action == "pause":
            pause(session)
        elif action == "back":
            self.back(session)
        elif action.startswith("e:") and session.path.place(action.removeprefix("e:")):
            look_at(session, action.removeprefix("e:"))
            session.move("ask")

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say what can be done here."""
        session.notices.append(
            session.say("Everything is answered. Tap Save, or change an answer.")
        )

    def back(self, session: Session) -> None:
        """Go to the last question."""
        last = session.path.before("")
        if last is not None:
            look_at(session, last.question.name)
            session.move("ask")

    def _remark(self, session: Session) -> list[Option]:
        return [session.option("Remark", "remark")] if session.sheet.remarks else []


def listed(session: Session) -> list[Place]:
    """Return the places that a review lists: what was asked and can be changed."""
    return [place for place in session.path.asked if KINDS[place.question.type].stored]


def save(session: Session) -> None:
    """Save the complete record and go to the menu."""
    draft, sheet = session.draft, session.sheet
    if session.path.open is not None:
        # An answer stopped being right since the review was shown; it is asked again.
        return
    record = record_of(draft, sheet, session.path, session.conversation.person, complete=True)
    session.effects.append(SaveRecord(record))
    count = len(listed(session))
    receipt = session.say.plural(
        "Saved: {title}, {count} answer. Receipt {receipt}.",
        "Saved: {title}, {count} answers. Receipt {receipt}.",
        count,
        title=draft_title(session, draft),
        receipt=receipt_of(draft.record),
    )
    session.receipts.append(receipt)
    drop(session)
    session.move("save", page=0)


def save_so_far(session: Session) -> None:
    """Save what is answered as a revision that is not complete yet; the registration goes on."""
    draft = session.draft
    if draft.kept or not draft.answers:
        session.notices.append(session.say("There is nothing new to save yet."))
        return
    record = record_of(
        draft, session.sheet, session.path, session.conversation.person, complete=False
    )
    session.effects.append(SaveRecord(record))
    session.change_draft(revision=record.revision, kept=True)
    session.receipts.append(
        session.say(
            "Saved so far: {title}. Receipt {receipt}. The rest can follow whenever you like.",
            title=draft_title(session, draft),
            receipt=receipt_of(draft.record),
        )
    )


def receipt_of(record: str) -> str:
    """Return the short form of a record's id, to quote to a coordinator."""
    return record.split("-", maxsplit=1)[0]
