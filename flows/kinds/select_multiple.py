"""Several choices of a list; an exclusive one ("none of these") is chosen alone.

It never takes the place of what is chosen already: "Nothing more" may be meant as "that is all".
"""

import re
from collections.abc import Sequence

from flows.kinds.kind import PAGE, Asking, Cell, Offered, Outcome, Partial, Refused, Taken
from flows.kinds.select_one import choice_options, in_rows
from flows.matching import Option, meant
from flows.record import Value
from flows.sheet import Question

CHOSEN, NOT_CHOSEN = "1", "0"


class SelectMultiple:
    """Choices that are switched on and off until Done is tapped.

    A button says what its choice becomes ("on:food"), so that a tap that arrives twice
    changes nothing the second time.
    """

    digits = False
    stored = True
    seconds = 10

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return a switch for each choice, and Done once something is chosen."""
        chosen = self._chosen(asking)
        switches = []
        choices = asking.on_page
        for choice, option in zip(choices, choice_options(asking, choices), strict=True):
            mark, verb = ("☑", "off") if choice.name in chosen else ("☐", "on")
            label = option.label if choice.exclusive else f"{mark} {option.label}"
            switches.append(Option(label, f"v:{verb}:{choice.name}", option.others, option.name))
        done = Option(
            asking.say("Done ({count})", count=len(chosen)), "v:done", _done_words(asking)
        )
        return in_rows(switches) + ([[done]] if chosen else [])

    def accepts(self, asking: Asking) -> str:
        """Say that several may be chosen."""
        together = [
            key
            for key, choice in zip(asking.keys, asking.choices, strict=False)
            if key and not choice.exclusive
        ]
        return asking.say(
            "Tap all that apply and then Done. Or type their numbers with commas between:"
            " {example}",
            example=", ".join(together[:2]),
        )

    def read(self, text: str, asking: Asking) -> Outcome:
        """Understand "1, 3" or "food, housing" as the whole answer."""
        options = choice_options(asking, asking.choices)
        found = meant(text, options, asking.keys) if len(asking.choices) > PAGE else []
        if len(found) == 1:
            # It may be on another page, where it would be tapped on or off.
            name = found[0].removeprefix("v:")
            return self._switched(name, "off" if name in self._chosen(asking) else "on", asking)
        pieces = [piece for piece in re.split(r"[,;+&\n]|\s+(?=\d+\b)", text) if piece.strip()]
        names = []
        for piece in pieces:
            found = meant(piece, options, asking.keys)
            if len(found) != 1:
                return Refused(self.accepts(asking))
            names.append(found[0].removeprefix("v:"))
        return self._complete(names, asking)

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Switch a choice, take an exclusive one at once if nothing is chosen, or finish."""
        chosen = self._chosen(asking)
        if argument == "done":
            return self._complete(chosen, asking)
        verb, _, name = argument.partition(":")
        if verb not in ("on", "off") or not any(item.name == name for item in asking.choices):
            return Refused(self.accepts(asking))
        return self._switched(name, verb, asking)

    def show(self, value: Value, asking: Asking) -> str:
        """Write the labels."""
        return ", ".join(asking.labels.get(name, name) for name in _names(value))

    def node(self, value: Value) -> str:
        """Write the names with spaces between, as XLSForm does."""
        return " ".join(_names(value))

    def fits(self, value: Value, offered: Offered) -> bool:
        """Whether each choice is still on offer."""
        return {*_names(value)} <= {choice.name for choice in offered.choices}

    def cells(self, value: Value, question: Question) -> list[Cell]:
        """Return 1 or 0 for every choice of the list."""
        # The choices of the list `area` are the project's; then only those chosen are known here.
        names = [choice.name for choice in question.choices] or _names(value)
        return [(name, CHOSEN if name in _names(value) else NOT_CHOSEN) for name in names]

    def value(self, cells: Sequence[Cell]) -> Value:
        """Return the names that were chosen."""
        return [category for category, chosen in cells if chosen == CHOSEN]

    def _chosen(self, asking: Asking) -> list[str]:
        offered = {choice.name for choice in asking.choices if not choice.exclusive}
        so_far = asking.entry if isinstance(asking.entry, list) else asking.default.split()
        return [name for name in so_far if name in offered]

    def _switched(self, name: str, verb: str, asking: Asking) -> Outcome:
        chosen = self._chosen(asking)
        if any(choice.exclusive for choice in asking.choices if choice.name == name):
            return _untick_first(asking) if chosen else Taken([name])
        kept = [item for item in chosen if item != name]
        return Partial(self._in_order([*kept, name] if verb == "on" else kept, asking))

    def _complete(self, names: list[str], asking: Asking) -> Outcome:
        ordered = self._in_order(names, asking)
        if not ordered:
            return Refused(self.accepts(asking))
        alone = [choice for choice in asking.choices if choice.name in ordered and choice.exclusive]
        if alone and len(ordered) > 1:
            label = asking.labels[alone[0].name]
            return Refused(
                asking.say("“{choice}” cannot go together with another choice.", choice=label)
            )
        return _untick_first(asking) if alone and self._chosen(asking) else Taken(ordered)

    def _in_order(self, names: list[str], asking: Asking) -> list[str]:
        return [choice.name for choice in asking.choices if choice.name in names]


def _untick_first(asking: Asking) -> Refused:
    return Refused(asking.say("You have ticked something already. Tap Done, or untick that first."))


def _names(value: Value) -> list[str]:
    return list(value) if isinstance(value, list) else []


def _done_words(asking: Asking) -> tuple[str, ...]:
    return (asking.say("done"), asking.say("ready"))
