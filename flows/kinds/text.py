"""A short free text, refused when it could identify somebody."""

from collections.abc import Sequence

from flows.identity import identifying
from flows.kinds.kind import Asking, Cell, Offered, Outcome, Refused, Taken
from flows.matching import Option
from flows.record import Value
from flows.sheet import Question
from flows.texts import Say, marked

FOUND = {
    "birth_date": marked("a date of birth"),
    "email": marked("an e-mail address"),
    "account": marked("an account number"),
    "national_number": marked("a national register number"),
    "phone": marked("a phone number"),
    "number": marked("a long number"),
}


def clean(text: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def refusal(text: str, most: int, say: Say) -> str:
    """Return why a text is not kept, or ""; what was found is named but never repeated."""
    if len(text) > most:
        return say(
            "That is {count} characters; at most {most} are kept. Please say it shorter.",
            count=len(text),
            most=most,
        )
    if found := identifying(text):
        return say(
            "This looks like {what}. Nothing of it was kept. Please say it again without anything"
            " that could point to a person.",
            what=", ".join(say(FOUND[kind]) for kind in found),
        )
    return ""


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
        message = refusal(cleaned, asking.question.max_length, asking.say)
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
