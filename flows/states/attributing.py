"""A coordinator enters what a colleague answered: how it came, and whose it is."""

from flows.matching import Option
from flows.record import PROVENANCES
from flows.session import Screen, Session
from flows.states.wording import PROVENANCE_NAMES, head


class Attributing:
    """Asks how the answers came, then for whom they are entered."""

    def show(self, session: Session) -> Screen:
        """Ask the one or the other."""
        how = session.conversation.choice.get("provenance", "")
        if not how:
            rows = [[session.option(PROVENANCE_NAMES[name], f"how:{name}") for name in PROVENANCES]]
            rows.append([session.option("They are my own", "how:")])
            text = session.say("How did your colleague's answers come to you?")
        else:
            rows = [[Option(person, f"who:{person}", (), person)] for person in _others(session)]
            rows.append([session.option("Somebody without an account", "who:")])
            text = session.say("Whose answers are they? This is their code in the project.")
        return Screen(text, [*rows, [session.option("‹ Back", "back")]], head(session))

    def tap(self, session: Session, action: str) -> None:
        """Keep how, then whose."""
        verb, _, name = action.partition(":")
        if verb == "how" and name in PROVENANCES:
            session.change(choice={"provenance": name})
        elif verb == "how":
            _keep(session, "", "")
        elif verb == "who" and (not name or name in _others(session)):
            _keep(session, session.conversation.choice["provenance"], name)
        else:
            self.back(session)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say that one of the buttons is needed."""
        session.notices.append(session.say("Please tap one of these, or go back."))

    def back(self, session: Session) -> None:
        """Return to the review."""
        session.move("review", choice={}, page=0)


def _others(session: Session) -> list[str]:
    found = session.context.archive.colleagues(session.draft.project)
    return [person for person in found if person != session.context.person]


def _keep(session: Session, provenance: str, person: str) -> None:
    session.change_draft(provenance=provenance, entered_for=person, kept=False)
    session.move("review", choice={}, page=0)
