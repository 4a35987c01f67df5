"""One choice of a list."""

from dataclasses import replace

from flows.kinds.kind import Asking, Cell, Outcome, Refused, Taken
from flows.matching import Option
from flows.record import Value
from flows.sheet import Question

ROW_LENGTH = 30
ROW_MOST = 4


def choice_options(asking: Asking) -> list[Option]:
    """Return a button for each choice."""
    return [
        Option(
            asking.labels[choice.name], f"v:{choice.name}", asking.others[choice.name], choice.name
        )
        for choice in asking.choices
    ]


def in_rows(options: list[Option]) -> list[list[Option]]:
    """Lay buttons out: several in a row where their labels are short, otherwise one."""
    rows: list[list[Option]] = []
    for option in options:
        row = rows[-1] if rows else []
        length = sum(len(item.label) + 2 for item in (*row, option))
        if row and len(row) < ROW_MOST and length <= ROW_LENGTH:
            row.append(option)
        else:
            rows.append([option])
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
                for option in choice_options(asking)
            ]
        )

    def accepts(self, asking: Asking) -> str:
        """Say that one choice is needed."""
        return asking.say("Please tap one of the choices, or type its number or its words.")

    def read(self, text: str, asking: Asking) -> Outcome:  # noqa: ARG002
        """Refuse: a text that names a choice has been understood as its button already."""
        return Refused(self.accepts(asking))

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Take the choice."""
        return Taken(argument) if self.fits(argument, asking) else Refused(self.accepts(asking))

    def show(self, value: Value, asking: Asking) -> str:
        """Write the label."""
        return asking.labels.get(str(value), str(value))

    def node(self, value: Value) -> str:
        """Write the name."""
        return str(value)

    def fits(self, value: Value, asking: Asking) -> bool:
        """Whether the choice is on offer."""
        return any(choice.name == value for choice in asking.choices)

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return the name."""
        return [("", str(value))]
