"""One choice of a list."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flows.kinds.kind import Asking, Cell, Offered, Outcome, Refused, Taken
from flows.matching import Option, meant
from flows.record import Value
from flows.sheet import Choice, Question

ROW_LENGTH = 30
ROW_MOST = 4


def choice_options(asking: Asking, choices: Iterable[Choice]) -> list[Option]:
    """Return a button for each of these choices."""
    return [
        Option(
            asking.labels[choice.name], f"v:{choice.name}", asking.others[choice.name], choice.name
        )
        for choice in choices
    ]


def in_rows(options: list[Option]) -> list[list[Option]]:
    """Lay buttons out: several in a row where their labels are short, otherwise one."""
    rows: list[list[Option]] = []
    length = 0
    for option in options:
        length += len(option.label) + 2
        if rows and len(rows[-1]) < ROW_MOST and length <= ROW_LENGTH:
            rows[-1].append(option)
        else:
            rows.append([option])
            length = len(option.label) + 2
    return rows


class SelectOne:
    """One choice, one tap."""

    digits = False
    stored = True
    seconds = 6

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return the choices as buttons, the default marked."""
        return in_rows(
            [
                replace(option, label=f"✓ {option.label}", others=(option.label, *option.others))
                if option.name == asking.default
                else option
                for option in choice_options(asking, asking.on_page)
            ]
        )

    def accepts(self, asking: Asking) -> str:
        """Say that one choice is needed."""
        return asking.say("Please tap one of the choices, or type its number or its words.")

    def read(self, text: str, asking: Asking) -> Outcome:
        """Find the one choice that a text means, on whatever page it is."""
        found = meant(text, choice_options(asking, asking.choices), asking.keys)
        if len(found) != 1:
            return Refused(self.accepts(asking))
        return Taken(found[0].removeprefix("v:"))

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Take the choice."""
        return Taken(argument) if self.fits(argument, asking) else Refused(self.accepts(asking))

    def show(self, value: Value, asking: Asking) -> str:
        """Write the label."""
        return asking.labels.get(str(value), str(value))

    def node(self, value: Value) -> str:
        """Write the name."""
        return str(value)

    def fits(self, value: Value, offered: Offered) -> bool:
        """Whether the choice is on offer."""
        return any(choice.name == value for choice in offered.choices)

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return the name."""
        return [("", str(value))]

    def value(self, cells: Sequence[Cell]) -> Value:
        """Return the name."""
        return cells[0][1]
