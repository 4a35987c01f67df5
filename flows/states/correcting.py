"""The list from which an answer is picked to be changed."""

from flows.matching import Option
from flows.pages import on_page
from flows.path import Place
from flows.session import Screen, Session
from flows.states.asking import look_at
from flows.states.reviewing import listed
from flows.states.wording import head, label, shown, turn_page, turning

PAGE = 10


class Correcting:
    """Shows a button for each answer."""

    def show(self, session: Session) -> Screen:
        """Show the answers as buttons, in pages where there are many."""
        places = listed(session)
        rows = [
            *(
                [self._option(session, place)]
                for place in on_page(places, session.conversation.page, PAGE)
            ),
            *turning(session, len(places), PAGE),
            [session.option("‹ Back", "back")],
        ]
        return Screen(session.say("Which answer do you want to change?"), rows, head(session))

    def tap(self, session: Session, action: str) -> None:
        """Show the question again, turn the page, or return."""
        verb, _, argument = action.partition(":")
        if verb == "e" and session.path.place(argument):
            look_at(session, argument)
            session.move("ask")
        elif verb == "page":
            turn_page(session, argument)
        elif verb == "back":
            self.back(session)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say what can be done here."""
        session.notices.append(session.say("That is not one of the answers. Please tap one."))

    def back(self, session: Session) -> None:
        """Return to the review."""
        session.move("review", page=0)

    def _option(self, session: Session, place: Place) -> Option:
        return Option(
            f"{label(session, place)} {shown(session, place)}",
            f"e:{place.question.name}",
            (session.text(place.question, "label"),),
            place.question.name,
        )
