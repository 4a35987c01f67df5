"""Whole and decimal numbers."""

import re
from collections.abc import Sequence
from decimal import Decimal

from flows.kinds.kind import Asking, Cell, Offered, Outcome, Refused, Taken
from flows.local import read_decimal, show_decimal
from flows.matching import Option
from flows.record import Value
from flows.sheet import Question

THOUSAND = 1000


class Decimals:
    """A number with decimals, kept as its plain text so that nothing is rounded."""

    digits = True
    stored = True
    seconds = 8
    number = re.compile(r"-?\d{1,12}(\.\d{1,6})?")

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return the usual numbers as buttons."""
        row = [
            Option(show_decimal(Decimal(number), asking.language), f"v:{number}")
            for number in self._offered(asking)
        ]
        return [row] if row else []

    def accepts(self, asking: Asking) -> str:
        """Say that a number is needed."""
        example = show_decimal(Decimal("3.5"), asking.language)
        return asking.say("Please type a number, for instance {example}.", example=example)

    def read(self, text: str, asking: Asking) -> Outcome:
        """Read a number in the worker's own notation."""
        number = read_decimal(text, asking.language)
        return self._taken(number) if number is not None else Refused(self.accepts(asking))

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Take the number on the button."""
        return (
            self._taken(Decimal(argument))
            if argument in self._offered(asking)
            else Refused(self.accepts(asking))
        )

    def show(self, value: Value, asking: Asking) -> str:
        """Write the number the local way."""
        return show_decimal(Decimal(str(value)), asking.language)

    def node(self, value: Value) -> str:
        """Write the number plainly."""
        return str(value)

    def fits(self, value: Value, offered: Offered) -> bool:  # noqa: ARG002
        """Return true: a number stays a number."""
        return True

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return the number."""
        return [("", str(value))]

    def value(self, cells: Sequence[Cell]) -> Value:
        """Return the number."""
        return cells[0][1]

    def _taken(self, number: Decimal) -> Outcome:
        return Taken(plain(number))

    def _offered(self, asking: Asking) -> list[str]:
        numbers = dict.fromkeys([*asking.question.quick, asking.default])
        return [number for number in numbers if self.number.fullmatch(number)]


class Integers(Decimals):
    """A whole number."""

    number = re.compile(r"-?\d{1,12}")

    def accepts(self, asking: Asking) -> str:
        """Say that a whole number is needed."""
        return asking.say("Please type a whole number, for instance {example}.", example="3")

    def read(self, text: str, asking: Asking) -> Outcome:
        """Read a whole number; "3.0" is one, "3.5" is not."""
        number = read_decimal(text, asking.language)
        if number is None or number != number.to_integral_value():
            return Refused(self.accepts(asking))
        if abs(number) < THOUSAND and re.search(r"[.,]\d{3}\s*$", text):
            # "1.000" is a thousand for one colleague and one for the other.
            return Refused(self.accepts(asking))
        return self._taken(number)

    def _taken(self, number: Decimal) -> Outcome:
        return Taken(int(number))


def plain(number: Decimal) -> str:
    """Return a number without exponent and without trailing zeros: "3.5", "100", "0"."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
