"""An answer that is possible but unusual: it is put once more."""

from dataclasses import replace

from flows.kinds import KINDS
from flows.matching import Option
from flows.path import Place, permits
from flows.record import Answer, Status
from flows.session import Screen, Session
from flows.states.asking import Asking, at_hand, keep, offer
from flows.states.leaving import pause
from flows.states.wording import head, previous_line


class Confirming:
    """Shows the doubted answer and why it is doubted."""

    def show(self, session: Session) -> Screen:
        """Ask whether it is right."""
        place = at_hand(session)
        kind = KINDS[place.question.type]
        value = kind.show(session.draft.doubted, session.asking(place))
        lines = [
            session.text(place.question, "label"),
            session.say("You answered: {answer}", answer=value),
            _doubt(session, place),
            session.say("Is that right?"),
        ]
        rows = [
            [
                _short(session.option("Yes, that is right", "yes")),
                _short(session.option("No, change it", "back")),
            ],
            *offer(session),
            [session.option("Pause", "pause")],
        ]
        # A digit that is typed here is a better answer, never a button.
        text = "\n".join(line for line in lines if line)
        return Screen(text, rows, head(session), digits=kind.digits)

    def tap(self, session: Session, action: str) -> None:
        """Take the answer, or ask again."""
        if action == "pause":
            session.change_draft(doubted=None)
            pause(session)
        elif action == "yes":
            place, answer = at_hand(session), Answer(Status.ANSWERED, session.draft.doubted)
            session.move("ask")
            keep(session, place, answer)
        else:
            self.back(session)

    def read(self, session: Session, text: str) -> None:
        """Take a typed text for a better answer."""
        self.back(session)
        Asking().read(session, text)

    def back(self, session: Session) -> None:
        """Ask the question again."""
        session.change_draft(doubted=None)
        session.move("ask")


def _doubt(session: Session, place: Place) -> str:
    """Return why the answer is doubted: the sheet's own warning, or what it was before."""
    question, answer = place.question, Answer(Status.ANSWERED, session.draft.doubted)
    if permits(question.warning, question, answer, session.path.instance):
        return previous_line(session, place)
    return session.text(question, "warning_message")


def _short(option: Option) -> Option:
    """Let the word before the comma do as well: "yes"."""
    words = tuple(label.partition(",")[0] for label in option.others)
    return replace(option, others=(*option.others, *words))
