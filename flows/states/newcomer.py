"""A person's first contact: which language, and what never to write here."""

from flows.local import language_name
from flows.matching import Option
from flows.session import Screen, Session
from flows.states.wording import narrow


def language_options(session: Session) -> list[list[Option]]:
    """Return a button for each language, called as it calls itself."""
    return narrow(
        [
            [
                Option(language_name(language), f"l:{language}", (), language)
                for language in session.context.interface.languages
            ]
        ]
    )


def welcome(session: Session) -> None:
    """Say what this is for, above the first menu."""
    session.notices.append(
        session.say(
            "Here you register what your project does. Never write a name, an address or"
            " anything else that could point to a person: use the codes."
            " /help says what is possible."
        )
    )


class Newcomer:
    """Asks for the language before anything else."""

    def show(self, session: Session) -> Screen:
        """Greet in every language on offer."""
        interface = session.context.interface
        return Screen(
            "\n".join(interface.everywhere("Welcome to Meetmoment. Which language do you prefer?")),
            language_options(session),
        )

    def tap(self, session: Session, action: str) -> None:
        """Take the language and show what can be registered."""
        session.move("welcome", language=action.removeprefix("l:"))
        if session.context.has_accepted:
            welcome(session)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say that a language is needed first."""
        session.notices.append(session.say("Please choose a language first."))

    def back(self, session: Session) -> None:
        """Stay: there is nothing before this."""
        self.read(session, "")
