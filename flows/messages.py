"""Buttons in messages that came by themselves: they work at any turn, while there is reason to."""

from collections.abc import Callable, Mapping

from flows.session import Session
from flows.states.pending import look_ahead
from flows.states.to_do import snooze, start_marked
from flows.states.wishing import most_messages


def _today(session: Session, _: str) -> None:
    if session.conversation.state != "pending":
        look_ahead(session)


def _snooze(session: Session, _: str) -> None:
    snooze(session)


def _why(session: Session, _: str) -> None:
    session.notices.append(
        session.say(
            "You are told of what you have to register: when it can be begun, half-way, on the"
            " working day before it is due, and once after that. Whatever is due that day comes in"
            " one message, at most {most} times in seven days. /reminders changes when, or stops"
            " it.",
            most=most_messages(session),
        )
    )


MESSAGES: Mapping[str, Callable[[Session, str], None]] = {
    "due": start_marked,
    "today": _today,
    "snooze": _snooze,
    "why": _why,
}
"""What such a button does with what stands behind its verb; each verb has a line in ACCESS."""


def react(session: Session, action: str) -> None:
    """Do what a button says that the person may use."""
    verb, _, argument = action.partition(":")
    if session.conversation.state == "newcomer" or verb not in MESSAGES:
        session.notices.append(
            session.say("That button does not work any more. Here is where you are:")
        )
    else:
        MESSAGES[verb](session, argument)
