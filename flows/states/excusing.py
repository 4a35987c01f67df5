"""A whole measurement that was not done: why, instead of invented answers or a hole."""

from flows.matching import Option
from flows.saving import not_done
from flows.session import Screen, Session
from flows.states.leaving import drop
from flows.states.reviewing import store
from flows.states.wording import draft_title, head, receipt_of
from flows.texts import marked

REASONS = {
    "not_reached": marked("Could not be reached"),
    "refused": marked("Did not want to"),
    "left": marked("Had already left the project"),
    "no_time": marked("No time for it"),
    "no_data": marked("The figures are not there"),
    "other": marked("Another reason"),
}


class Excusing:
    """Asks for the reason, and stores the measurement as not done."""

    def show(self, session: Session) -> Screen:
        """Show the reasons."""
        rows: list[list[Option]] = [
            [session.option(text, f"not:{name}")] for name, text in REASONS.items()
        ]
        text = session.say("Why can this measurement not be done?")
        return Screen(text, [*rows, [session.option("‹ Back", "back")]], head(session))

    def tap(self, session: Session, action: str) -> None:
        """Store every question as not done, or return."""
        verb, _, reason = action.partition(":")
        if verb != "not" or reason not in REASONS:
            self.back(session)
            return
        draft = session.draft
        record = not_done(draft, session.sheet, session.path, session.conversation.person, reason)
        store(session, record)
        session.receipts.append(
            session.say(
                "Noted as not done: {title}. Receipt {receipt}.",
                title=draft_title(session, draft),
                receipt=receipt_of(draft.record),
            )
        )
        drop(session)
        session.move("leave", back_to="", choice={}, page=0)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say that a reason has to be tapped."""
        session.notices.append(session.say("Please tap a reason, or go back."))

    def back(self, session: Session) -> None:
        """Return to the question."""
        session.move("ask", page=0)
