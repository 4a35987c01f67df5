"""What is kept about those who register: read and accepted before anything else."""

from flows.effects import AcceptNotice
from flows.notice import NOTICE, NOTICE_VERSION
from flows.session import Screen, Session
from flows.states.newcomer import language_options, welcome

ACCEPT = f"accept:{NOTICE_VERSION}"


def is_due(session: Session) -> bool:
    """Whether the notice has to be accepted before anything else happens."""
    return (
        not session.context.has_accepted
        and session.conversation.state not in ("newcomer", "accepting")
        and not any(isinstance(effect, AcceptNotice) for effect in session.effects)
    )


def inform(session: Session) -> None:
    """Show the notice; afterwards everything goes on where it was."""
    back_to = session.conversation.back_to or session.conversation.state
    session.move("inform", back_to=back_to)


class Accepting:
    """Shows the notice until it is accepted, in whichever language."""

    def show(self, session: Session) -> Screen:
        """Show the notice, with a button for each other language."""
        languages = [
            [option for option in row if option.action != f"l:{session.say.language}"]
            for row in language_options(session)
        ]
        accept = session.option("I have read this and accept it", ACCEPT)
        return Screen(session.say(NOTICE), [[accept], *filter(None, languages)])

    def tap(self, session: Session, action: str) -> None:
        """Accept and go on, or read it in another language."""
        verb, _, name = action.partition(":")
        if verb == "l":
            session.change(language=name)
            return
        session.effects.append(AcceptNotice(NOTICE_VERSION, session.say.language))
        back_to = session.conversation.back_to
        session.move(f"return_to_{back_to}", back_to="")
        if back_to == "idle":
            welcome(session)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say what is needed first."""
        session.notices.append(session.say("Please read this first, and accept it."))

    def back(self, session: Session) -> None:
        """Stay: nothing is registered before this is accepted."""
        self.read(session, "")
