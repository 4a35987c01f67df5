"""A message that was changed after it answered: a new answer to tap, never a silent change."""

from flows.kinds import KINDS, Refused, Taken
from flows.path import Place
from flows.record import Answer, Status, Value
from flows.session import Session
from flows.states.asking import check, impossible, look_at
from flows.states.wording import shown

TAKE = "take"
"""The action of the button that takes what is proposed."""


def propose(session: Session, text: str, of: str) -> None:
    """Offer what a changed message says as the new answer to the question that it answered."""
    number, _, name = of.partition(".")
    state, current = session.conversation.state, session.conversation.current
    if of and number != str(current):
        session.notices.append(
            session.say("That registration is not open any more; nothing was changed.")
        )
        return
    open_now = of and state in ("asking", "confirming", "reviewing")
    place = session.path.place(name) if open_now else None
    if place is None or place.answer is None:
        session.notices.append(
            session.say("A changed message changes nothing. Here is where you are:")
        )
        return
    _understand(session, place, place.answer, text)


def take(session: Session, name: str, value: Value) -> None:
    """Answer a question with what was proposed, checked like any answer."""
    place, at, before = session.path.place(name), session.place, session.draft
    if place is None:
        return
    if session.conversation.state != "asking":
        session.change_draft(doubted=None)
        session.move("ask")
    look_at(session, name)
    check(session, place, Taken(value))
    if session.answered and at is not None and at.question.name != name:
        _return_to(session, at, before.focus, before.entry)


def _understand(session: Session, place: Place, given: Answer, text: str) -> None:
    still = session.say("Your answer is still {answer}.", answer=shown(session, place))
    kind, asking = KINDS[place.question.type], session.asking(place)
    outcome = kind.read(text, asking)
    if not isinstance(outcome, Taken):
        why = outcome.message if isinstance(outcome, Refused) else kind.accepts(asking)
        session.notices.append(f"{why} {still}")
    elif outcome.value == given.value:
        session.notices.append(session.say("That is already your answer."))
    elif message := impossible(session, place, Answer(Status.ANSWERED, outcome.value)):
        session.notices.append(f"{message} {still}")
    else:
        changed = session.say("You changed your message.")
        session.notices.append(f"{changed} {still}")
        session.change(offer=place.question.name, proposed=outcome.value)


def _return_to(session: Session, at: Place, focus: str, entry: object) -> None:
    """Leave the question at hand as it was, with what was tapped of its answer so far."""
    session.change_draft(focus=focus)
    if session.place is not None and session.place.question == at.question:
        session.change_draft(entry=entry)
