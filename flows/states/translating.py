"""An aside: another language, at any moment."""

from flows.session import Screen, Session
from flows.states.newcomer import language_options


class Translating:
    """Offers the languages and returns to where one was."""

    def show(self, session: Session) -> Screen:
        """Show the languages."""
        rows = [*language_options(session), [session.option("‹ Back", "back")]]
        return Screen(session.say("Which language?"), rows)

    def tap(self, session: Session, action: str) -> None:
        """Change the language, or return without."""
        if action.startswith("l:"):
            session.change(language=action.removeprefix("l:"))
        self.back(session)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say which languages there are."""
        session.notices.append(session.say("Please choose one of these languages, or go back."))

    def back(self, session: Session) -> None:
        """Return to the state before."""
        session.move(f"return_to_{session.conversation.back_to}", back_to="")
