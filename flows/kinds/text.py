"""A short free text, refused when it could identify somebody."""

import unicodedata
from collections.abc import Sequence

from flows.identity import REMARK, Found, identifying
from flows.kinds.kind import Asking, Cell, Offered, Outcome, Refused, Taken
from flows.matching import Option
from flows.record import Value
from flows.sheet import Question
from flows.texts import Say, marked

FOUND = {
    "email": marked("an e-mail address"),
    "profile": marked("an account on a network"),
    "coordinates": marked("a place on the map"),
    "account": marked("an account number"),
    "national_number": marked("a national register number"),
    "identity_card": marked("the number of an identity card"),
    "phone": marked("a phone number"),
    "foreign_number": marked("a national number of another country"),
    "card": marked("the number of a bank card"),
    "birth_date": marked("a date of birth"),
    "passport": marked("a passport number"),
    "plate": marked("a licence plate"),
    "address": marked("an address"),
    "locality": marked("a postcode with its place"),
    "title": marked("somebody’s name"),
    "initials": marked("initials"),
    "name": marked("a first name"),
    "number": marked("a long number"),
}
"""What each kind of finding is called."""

INVISIBLE = "Cf"
"""The category of characters that only change how others are drawn."""

MOST_SHOWN, FRAGMENT_LENGTH = 5, 40


def clean(text: str) -> str:
    """Return a text on one line, without control characters and what nobody can see."""
    seen = (char for char in text if unicodedata.category(char) != INVISIBLE)
    return " ".join("".join(char if char.isprintable() else " " for char in seen).split())


def refusal(text: str, most: int, say: Say, names: frozenset[str], field: str = REMARK) -> str:
    """Return why a text is not kept, or ""; shows what was found, for the worker's eyes only.

    `names` are the first names that the organisation adds, `field` is one of FIELDS.
    """
    if len(text) > most:
        return say(
            "That is {count} characters; at most {most} are kept. Please say it shorter.",
            count=len(text),
            most=most,
        )
    if found := identifying(text, names, field):
        return say(
            "This could point to somebody: {what}. Nothing of it was kept. Please say it again"
            " without that.",
            what=", ".join(_shown(item, say) for item in dict.fromkeys(found[:MOST_SHOWN])),
        )
    return ""


def _shown(found: Found, say: Say) -> str:
    fragment = found.fragment
    if len(fragment) > FRAGMENT_LENGTH:
        fragment = f"{fragment[: FRAGMENT_LENGTH - 1]}…"
    return say("“{fragment}” ({kind})", fragment=fragment, kind=say(FOUND[found.kind]))


class Text:
    """A short free text."""

    digits = True
    stored = True
    seconds = 25

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return the default as a button, if there is one."""
        return [[Option(asking.default, "v:default")]] if asking.default else []

    def accepts(self, asking: Asking) -> str:
        """Say how long it may be."""
        return asking.say(
            "Please type a short text, at most {most} characters. No names, please.",
            most=asking.question.max_length,
        )

    def read(self, text: str, asking: Asking) -> Outcome:
        """Take the text when it is short and identifies nobody."""
        cleaned = clean(text)
        if not cleaned:
            return Refused(self.accepts(asking))
        question = asking.question
        message = refusal(
            cleaned, question.max_length, asking.say, asking.names, question.free_text
        )
        return Refused(message) if message else Taken(cleaned)

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Take the default."""
        return (
            self.read(asking.default, asking)
            if argument == "default"
            else Refused(self.accepts(asking))
        )

    def show(self, value: Value, asking: Asking) -> str:  # noqa: ARG002
        """Write the text."""
        return str(value)

    def node(self, value: Value) -> str:
        """Write the text."""
        return str(value)

    def fits(self, value: Value, offered: Offered) -> bool:  # noqa: ARG002
        """Return true: a text that was taken stays one."""
        return True

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return the text."""
        return [("", str(value))]

    def value(self, cells: Sequence[Cell]) -> Value:
        """Return the text."""
        return cells[0][1]
