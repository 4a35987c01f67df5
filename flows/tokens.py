"""What a button carries: person.turn.draft.question.action, in at most 64 bytes."""

import hashlib
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass

MOST_BYTES = 64
"""What Telegram lets a button carry: core.telegram.org/bots/api#inlinekeyboardbutton."""

DIGEST_BYTES = 9

LASTING = "!"
"""What the action of a button begins with that belongs to no screen."""

_TOKEN = re.compile(
    r"(?P<person>[^.]{1,12})\.(?P<turn>\d{1,9})\.(?P<draft>\d{1,6})\.(?P<question>\d{1,4}|-)\.(?P<action>.+)",
    re.DOTALL | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Token:
    """The parts of a token; its action counts only on the screen that shows it.

    `question` is the number of the question at hand on its sheet, None where there is none. `verb`
    is the beginning of the action, which says for whom it is; no verb where it was shortened.
    """

    person: str
    turn: int
    draft: int
    question: int | None
    verb: str


def token(place: str, action: str) -> str:
    """Return what a button carries: its place (person.turn.draft.question) and what it does.

    An action that would make it too long is replaced by its digest.
    """
    whole = f"{place}.{action}"
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    digest = hashlib.sha256(action.encode()).digest()[:DIGEST_BYTES]
    return f"{place}.~{urlsafe_b64encode(digest).decode()}"


def lasting(person: str, action: str) -> str:
    """Return what a button carries that stands in a message of its own and works at any turn."""
    return token(f"{person}.0.0.-", f"{LASTING}{action}")


def lasting_action(text: str) -> str:
    """Return what such a button does; "" for every other one."""
    found = parsed(text)
    if found is None or not found.verb.startswith(LASTING):
        return ""
    return text.split(".", 4)[4].removeprefix(LASTING)


def parsed(text: str) -> Token | None:
    """Return the parts of a token; None for a text that cannot be one."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        return None
    question = None if match["question"] == "-" else int(match["question"])
    verb = match["action"].partition(":")[0]
    return Token(match["person"], int(match["turn"]), int(match["draft"]), question, verb)
