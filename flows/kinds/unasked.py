"""Rows of a sheet that ask nothing: a note is read, a calculation is worked out."""

from flows.kinds.kind import Asking, Cell, Outcome, Refused, Taken
from flows.kinds.text import Text
from flows.matching import Option
from flows.record import Value
from flows.sheet import Question

READ = "read"


class Note(Text):
    """A text to read; the button says that it was read."""

    digits = False
    stored = False
    seconds = 5

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return the button that goes on."""
        return [[Option(asking.say("Go on"), f"v:{READ}")]]

    def accepts(self, asking: Asking) -> str:
        """Say how to go on."""
        return asking.say("Tap “Go on” when you have read it.")

    def read(self, text: str, asking: Asking) -> Outcome:  # noqa: ARG002
        """Refuse: there is nothing to type."""
        return Refused(self.accepts(asking))

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Note that it was read."""
        return Taken(READ) if argument == READ else Refused(self.accepts(asking))

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return nothing: a note is not data."""
        return []


class Calculate(Note):
    """A value worked out from other answers; never asked."""

    stored = True
    seconds = 0

    def options(self, asking: Asking) -> list[list[Option]]:  # noqa: ARG002
        """Return nothing to tap."""
        return []

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return the value as text."""
        return [("", str(value))]
