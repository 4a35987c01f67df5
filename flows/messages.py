"""Buttons in messages that came by themselves: they work at any turn, while there is reason to."""

from collections.abc import Callable, Mapping

from flows.session import Session
from flows.states.overseeing import look_over, remind_group

MESSAGES: Mapping[str, Callable[[Session, str], None]] = {
    "overview": look_over,
    "remind": remind_group,
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
