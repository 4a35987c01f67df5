"""One saved record: changed, deleted, approved, questioned, sent back, or counted alone."""

from flows.drafts import opened
from flows.effects import ReviewRecord, SaveRecord
from flows.kinds.text import clean, refusal
from flows.matching import Option
from flows.record import SUM, Record, StoredRecord
from flows.saving import answers_of
from flows.session import Screen, Session
from flows.states.finding import found_by
from flows.states.leaving import gone, pause, remember
from flows.states.wording import receipt_of, record_title, recorded
from flows.texts import marked

A_SUM = marked(
    "This is a monthly sum that took the place of the records themselves; it cannot be changed."
)
REASONS = {
    "mistake": marked("A typing mistake"),
    "learned": marked("I know more now"),
    "misplaced": marked("Wrong person, place or moment"),
    "twice": marked("Registered twice"),
}
REVIEW_NAMES = {
    "received": marked("received"),
    "flagged": marked("with a question mark"),
    "returned": marked("sent back to change"),
    "approved": marked("approved"),
    "not_counted": marked("not counted"),
}
MOST = 140
COMMENTED = {"return": "returned", "flag": "flagged"}
WITH_REASON = ("change", "delete")


class Amending:
    """Shows the record; the choice holds `record`, and in `do` what needs a reason or comment."""

    def show(self, session: Session) -> Screen:
        """Show the record with what can be done, or ask for the reason or the comment."""
        found, back = _found(session), [session.option("‹ Back", "back")]
        if found is None:
            text = session.say("That registration is not there any more.")
            return Screen(text, [back])
        item, record = found
        doing = session.conversation.choice.get("do", "")
        title = record_title(session, item)
        if doing in COMMENTED:
            said = {
                "flag": session.say(
                    "What is your question? It still counts; whoever opens it sees the question."
                    " One sentence, at most {most} characters, no names.",
                    most=MOST,
                ),
                "return": session.say(
                    "What should be changed? Whoever registered it finds it in the menu; meanwhile"
                    " it counts. One sentence, at most {most} characters, no names.",
                    most=MOST,
                ),
            }
            return Screen(said[doing], [back], title, digits=True)
        if doing:
            asked = {
                "change": session.say("Why is it changed? Tap, or type a reason in a few words."),
                "delete": session.say(
                    "Why is it deleted? It counts nowhere any more; that it was there stays"
                    " known. Tap, or type a reason in a few words."
                ),
            }
            rows = [[session.option(text, f"why:{name}")] for name, text in REASONS.items()]
            return Screen(asked[doing], [*rows, back], title, digits=True)
        if record.provenance == SUM:
            return Screen(session.say(A_SUM), [back], title)
        return Screen(_text(session, item, record), [*_actions(session, item, record), back], title)

    def tap(self, session: Session, action: str) -> None:
        """Do it, or ask why first."""
        verb, _, name = action.partition(":")
        found = _found(session)
        if verb == "back" or found is None or found[0].organisation:
            self.back(session)
            return
        item, record = found
        if _overtaken(session, item):
            return
        if record.provenance == SUM:
            session.notices.append(session.say(A_SUM))
        elif verb in (*COMMENTED, *WITH_REASON):
            session.change(choice={**session.conversation.choice, "do": verb})
        elif verb == "why":
            self._with_reason(session, record, name)
        elif verb == "approve":
            _review(session, item, "approved", "")
        elif verb == "alone":
            _count_alone(session, item, record)

    def read(self, session: Session, text: str) -> None:
        """Take a reason or a comment in the person's own words."""
        found, said = _found(session), clean(text)
        doing = session.conversation.choice.get("do", "")
        if found is None or not doing:
            session.notices.append(session.say("Please tap one of these, or go back."))
        elif _overtaken(session, found[0]):
            return
        elif message := refusal(said, MOST, session.say, session.context.names):
            session.notices.append(message)
        elif doing in COMMENTED:
            _review(session, found[0], COMMENTED[doing], said)
        else:
            self._with_reason(session, found[1], said)

    def back(self, session: Session) -> None:
        """Go back to the record, then to the list."""
        choice = session.conversation.choice
        if choice.get("do"):
            session.change(choice={name: choice[name] for name in ("record", "revision")})
        else:
            session.move("find", choice={}, page=0)

    def _with_reason(self, session: Session, record: Record, reason: str) -> None:
        doing = session.conversation.choice.get("do", "")
        if doing == "change":
            under_way = [
                item for item in session.conversation.drafts if item.record == record.record
            ]
            for draft in under_way:
                session.change(current=draft.number)
            if not under_way:
                session.open(opened(session, record, reason))
            session.move("begin", choice={}, page=0)
        elif doing == "delete":
            deleted = gone(session, record, reason)
            session.effects.append(SaveRecord(deleted))
            title = f"{record_title(session, record)} {receipt_of(record.record)}"
            session.receipts.append(session.say("Deleted: {title}.", title=title))
            others = [item for item in session.conversation.drafts if item.record != record.record]
            session.change(drafts=tuple(others))
            sheet = session.context.sheets[record.sheet, record.sheet_version]
            remember(session, deleted, sheet, title)
            pause(session)


def _found(session: Session) -> tuple[StoredRecord, Record] | None:
    """Return the record as it is now; None when it is gone or not for this person."""
    item = found_by(session, session.conversation.choice.get("record", ""))
    if item is None:
        return None
    record = session.context.archive.record(item.record, organisation=item.organisation)
    return (item, record) if record and not record.deleted else None


def _overtaken(session: Session, item: StoredRecord) -> bool:
    """Whether there is another revision than the one that was shown; that one is shown now."""
    choice = {"record": item.record, "revision": str(item.revision)}
    if choice["revision"] == session.conversation.choice.get("revision"):
        return False
    session.change(choice=choice)
    session.notices.append(session.say("Somebody changed this meanwhile. Look at it as it is now."))
    return True


def _text(session: Session, item: StoredRecord, record: Record) -> str:
    say, sheet = session.say, session.context.sheets.get((record.sheet, record.sheet_version))
    own = record.person == session.context.person
    lines = [
        say(
            "Receipt {receipt}, revision {revision}, by {who}. {review}.",
            receipt=receipt_of(record.record),
            revision=record.revision,
            who=say("you") if own else record.person or item.organisation,
            review=say(REVIEW_NAMES[item.review]).capitalize(),
        )
    ]
    if item.organisation:
        lines.append(say("It belongs to another organisation, so it can only be read here."))
    if item.comment:
        lines.append(say("Comment: {comment}", comment=item.comment))
    if _others(session, item, record):
        lines.append(
            say("This moment was registered more than once. All are kept; you choose which counts.")
        )
    # Another organisation may have used a version that was never released here.
    told = recorded(session, sheet, record, answers_of(record, sheet)) if sheet else []
    return "\n".join([*lines, *told])


def _actions(session: Session, item: StoredRecord, record: Record) -> list[list[Option]]:
    if item.organisation:
        return []
    rows = [[session.option("Change", "change"), session.option("Delete", "delete")]]
    rows += [
        [session.option("Approve", "approve"), session.option("Put a question mark", "flag")],
        [session.option("Send back to change", "return")],
    ]
    if _others(session, item, record) or item.review == "not_counted":
        rows.append([session.option("Count only this one", "alone")])
    return rows


def _others(session: Session, item: StoredRecord, record: Record) -> list[Record]:
    """Return the other records of the same moment that answer some of the same questions."""
    if record.moment == "continuous" or item.organisation:
        return []
    found = session.context.archive.complete(
        record.project, record.sheet, record.moment, record.subject
    )
    mine = {value.question for value in record.values if value.indicator}
    return [
        other
        for other in found
        if other.record != record.record
        and not mine.isdisjoint(value.question for value in other.values if value.indicator)
    ]


def _review(session: Session, item: StoredRecord, state: str, comment: str) -> None:
    session.effects.append(ReviewRecord(item.record, item.revision, state, comment))
    title = f"{record_title(session, item)} {receipt_of(item.record)}"
    name = session.say(REVIEW_NAMES[state])
    session.receipts.append(session.say("{title}: {state}.", title=title, state=name))
    session.move("find", choice={}, page=0)


def _count_alone(session: Session, item: StoredRecord, record: Record) -> None:
    for other in _others(session, item, record):
        session.effects.append(ReviewRecord(other.record, other.revision, "not_counted", ""))
    session.effects.append(ReviewRecord(record.record, record.revision, "approved", ""))
    session.receipts.append(
        session.say(
            "{receipt} counts; the others are kept beside it.", receipt=receipt_of(record.record)
        )
    )
    session.move("find", choice={}, page=0)
