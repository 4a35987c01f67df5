"""Everything is answered: check it, save it."""

from flows.drafts import CHANGED, makes_project
from flows.effects import ChangeProject, SaveRecord
from flows.kinds import KINDS
from flows.matching import Option
from flows.path import Place
from flows.record import Record
from flows.saving import record_of
from flows.session import Screen, Session
from flows.set_up import COLUMNS, PROJECT_SHEET
from flows.states.asking import look_at, offer
from flows.states.consequences import becomes, consequences
from flows.states.deadlines import late, locked_out
from flows.states.leaving import drop, pause, remember
from flows.states.moving import faults, moving
from flows.states.wording import draft_title, head, provenance_line, receipt_of, shown


class Reviewing:
    """Lists every answer, then saves, changes or throws away."""

    def show(self, session: Session) -> Screen:
        """Show the answers."""
        lines = [] if session.buttons_only else self._lines(session)
        rows = [
            [session.option("Save", "save")],
            [session.option("Change an answer", "correct"), *self._remark(session)],
            *offer(session),
            *self._attribute(session),
            [session.option("‹ Back", "back"), session.option("Pause", "pause")],
            [session.option("Throw away", "discard")],
        ]
        return Screen("\n".join(lines), rows, head(session))

    def _lines(self, session: Session) -> list[str]:
        lines = [
            f"• {session.text(place.question, 'label')} {shown(session, place)}"
            for place in listed(session)
        ]
        if remark := session.draft.remarks.get(""):
            about = session.say("Remark")
            lines.append("• " + session.say("{label}: {value}", label=about, value=remark))
        if line := provenance_line(session):
            lines.append(line)
        return [session.say("Check your answers:"), *lines, *(faults(session) or moving(session))]

    def tap(self, session: Session, action: str) -> None:
        """Save, change, remark, pause or throw away."""
        if action == "save":
            save(session)
        elif action == "correct":
            session.move("correct", page=0)
        elif action == "remark" and session.sheet.remarks:
            session.move("remark", back_to="reviewing")
        elif action == "attribute" and self._attribute(session):
            session.move("attribute", choice={})
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

    def _attribute(self, session: Session) -> list[list[Option]]:
        if session.draft.practice:
            return []
        return [[session.option("Entered for a colleague", "attribute")]]

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
    if draft.practice:
        practised(session)
        return
    if overtaken(session) or lost(session):
        return
    if faults(session):
        session.notices.append(
            session.say("Nothing was saved: the plan cannot be as it is. See what is said below.")
        )
        return
    record = record_of(draft, sheet, session.path, session.conversation.person, complete=True)
    if sentence := locked_out(session, draft, record.observed_on):
        session.notices.append(sentence)
        return
    store(session, record)
    count = len(listed(session))
    receipt = session.say.plural(
        "Saved: {title}, {count} answer. Receipt {receipt}.",
        "Saved: {title}, {count} answers. Receipt {receipt}.",
        count,
        title=draft_title(session, draft),
        receipt=receipt_of(draft.record),
    )
    said = (receipt, late(session, draft, record.observed_on))
    session.receipts.append(" ".join(part for part in said if part))
    drop(session)
    session.move("save", page=0)


def store(session: Session, record: Record) -> None:
    """Store a complete record, change the project if it says so, and say who else was there."""
    draft, sheet = session.draft, session.sheet
    before, after = becomes(session)
    if after != before:
        session.effects.append(ChangeProject(after, COLUMNS[sheet.name]))
        session.notices += consequences(session, before, after, sheet)
        session.change_project(after)
    session.effects.append(SaveRecord(record, single=sheet.single))
    remember(session, record, sheet, f"{draft_title(session, draft)} {receipt_of(draft.record)}")


def practised(session: Session) -> None:
    """End a registration that was for practice."""
    title = draft_title(session, session.draft)
    session.receipts.append(
        session.say("Well done: {title}. This was practice; nothing was stored.", title=title)
    )
    drop(session)
    session.move("save", page=0)


def lost(session: Session) -> bool:
    """Whether the sheet would change a project that is not the person's any more.

    Any other registration is saved as it was begun; a new project is nobody's yet.
    """
    draft = session.draft
    if session.sheet.name not in COLUMNS or makes_project(draft):
        return False
    if session.project_of(draft) is not None:
        return False
    session.notices.append(
        session.say(
            "This project is not yours any more, so nothing was saved. Tell your coordinator."
        )
    )
    return True


def overtaken(session: Session) -> bool:
    """Whether somebody saved this record meanwhile; the answers here then go on top of that."""
    draft = session.draft
    latest = _newer(session)
    if latest is None:
        return False
    if latest.deleted:
        session.notices.append(
            session.say("Somebody deleted this registration meanwhile; nothing more is saved.")
        )
        drop(session)
        session.move("leave", back_to="", choice={}, page=0)
        return True
    reason = draft.reason or (CHANGED if latest.complete else "")
    session.change_draft(record=latest.record, revision=latest.revision, kept=False, reason=reason)
    session.notices.append(
        session.say(
            "Somebody saved this registration meanwhile. Check your answers, then save again."
        )
    )
    return True


def _newer(session: Session) -> Record | None:
    """Return what was saved meanwhile: of this record, or of a sheet that a project has once."""
    draft, archive = session.draft, session.context.archive
    own = archive.record(draft.record) if draft.revision else None
    if own is not None and own.revision != draft.revision:
        return own
    if not session.sheet.single:
        return None
    found = archive.complete(draft.project, draft.sheet, draft.moment, draft.subject)
    return found[-1] if found and found[-1].record != draft.record else None


def save_so_far(session: Session) -> None:
    """Save what is answered as a revision that is not complete yet; the registration goes on."""
    draft = session.draft
    if draft.practice:
        session.notices.append(session.say("This is practice; nothing is stored."))
        return
    if draft.reason:
        session.notices.append(session.say("Answer everything, then save: it was complete before."))
        return
    if session.sheet.name == PROJECT_SHEET and session.project_of(draft) is None:
        session.notices.append(session.say("This can only be saved whole. It waits for you here."))
        return
    if draft.revision and overtaken(session):
        return
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
