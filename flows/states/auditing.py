"""The audit, for those who may read it: who did what, newest first."""

import json
from collections.abc import Mapping

from flows.access import ROLES, verbs
from flows.audit import ACTIONS, COMMAND_LINE, AuditEntry
from flows.local import show_moment
from flows.pages import first_of
from flows.session import Screen, Session
from flows.states.amending import REVIEW_NAMES
from flows.states.leaving import pause
from flows.states.wording import receipt_of, turn_page, turning

PAGE = 8
NAMES: Mapping[str, str] = REVIEW_NAMES | {name: role.name for name, role in ROLES.items()}


class Auditing:
    """Lists the entries, a page at a time."""

    def show(self, session: Session) -> Screen:
        """Show a page; nothing to whom the role was taken meanwhile."""
        trail, back = session.context.trail, session.option("‹ Back", "back")
        count = trail.count() if "audit" in verbs("command", session.context.roles) else 0
        skipped = first_of(count, session.conversation.page, PAGE)
        entries = trail.newest(skipped, PAGE) if count else ()
        lines = [_line(session, entry) for entry in entries]
        text = "\n".join(lines) or session.say("There is nothing to read here.")
        return Screen(text, [*turning(session, count, PAGE), [back]])

    def tap(self, session: Session, action: str) -> None:
        """Turn the page, or go back."""
        verb, _, name = action.partition(":")
        if verb == "page":
            turn_page(session, name)
        else:
            self.back(session)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Say that this is only read."""
        session.notices.append(session.say("Please tap one of these, or go back."))

    def back(self, session: Session) -> None:
        """Go back to the menu."""
        pause(session)


def _line(session: Session, entry: AuditEntry) -> str:
    say, action = session.say, ACTIONS[entry.action]
    detail = {name: _shown(session, value) for name, value in json.loads(entry.detail).items()}
    about = receipt_of(entry.about) if "revision" in action.fields else entry.about
    at = show_moment(entry.at, say.language)
    what = say(action.words, about=about, **detail)
    who = _who(session, entry.person)
    return f"{entry.number} · {at} · " + say("{label}: {value}", label=who, value=what)


def _shown(session: Session, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(session, part) for part in value) or "–"
    return session.say(NAMES[value]) if isinstance(value, str) and value in NAMES else str(value)


def _who(session: Session, person: str) -> str:
    if person == session.context.person:
        return session.say("You")
    if person == COMMAND_LINE:
        return session.say("command line")
    return person or "–"
