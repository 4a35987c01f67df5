"""An aside: one more question before a registration is thrown away."""

from flows.session import Screen, Session
from flows.states.leaving import drop
from flows.states.wording import draft_title, head


class Discarding:
    """Asks once, then throws away; what was saved before stays saved."""

    def show(self, session: Session) -> Screen:
        """Say how much would be lost."""
        count = sum(place.answer is not None for place in session.path.asked)
        text = session.say.plural(
            "Throw this away? {count} answer will be gone.",
            "Throw this away? {count} answers will be gone.",
            count,
        )
        if session.draft.kept:
            text = session.say("Throw this away? Nothing new would be lost.")
        if session.draft.revision:
            kept = session.say("What you saved before stays saved.")
            text = f"{text} {kept}"
        rows = [[session.option("Yes, throw away", "yes"), session.option("No, go on", "back")]]
        return Screen(text, rows, head(session))

    def tap(self, session: Session, action: str) -> None:
        """Throw away, or return."""
        if action != "yes":
            self.back(session)
            return
        title = draft_title(session, session.draft)
        drop(session)
        session.move("leave", back_to="", page=0)
        session.receipts.append(session.say("Thrown away: {title}.", title=title))

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Ask again: only a clear yes throws anything away."""
        session.notices.append(session.say("Please tap Yes or No."))

    def back(self, session: Session) -> None:
        """Return to the state before."""
        session.move(f"return_to_{session.conversation.back_to}", back_to="")
