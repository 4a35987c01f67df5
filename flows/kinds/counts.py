"""Counts by category in one message with − and + buttons, which may have to add up."""

import re
from collections.abc import Sequence
from typing import Any

from flows.kinds.kind import Asking, Cell, Offered, Outcome, Partial, Refused, Taken
from flows.kinds.select_one import choice_options
from flows.local import read_decimal
from flows.matching import Option, meant
from flows.record import Value
from flows.sheet import Question

MOST = 10**9


class Counts:
    """A whole number for each choice of a list.

    While it is being answered the entry holds the counts so far and, once the middle of a row
    was tapped, the category whose number is typed next. A button names the number that it
    leads to ("set:18_24:3"), so that a tap that arrives twice counts once. For one person the
    first + is the answer.
    """

    digits = True
    stored = True
    seconds = 20

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return − [category: n] + for each category, and Done."""
        counts = self._counts(asking)
        rows = []
        choices = asking.on_page
        for option, choice in zip(choice_options(asking, choices), choices, strict=True):
            name, count = choice.name, counts[choice.name]
            less, more = max(0, count - asking.question.step), count + asking.question.step
            rows.append(
                [
                    Option("−", f"v:set:{name}:{less}"),
                    Option(
                        asking.say(
                            "{label}: {value}", label=option.label, value=asking.number(count)
                        ),
                        f"v:type:{name}",
                        (option.label, *option.others),
                    ),
                    Option("+", f"v:set:{name}:{more}"),
                ]
            )
        return [
            *rows,
            [Option(self._done(asking, sum(counts.values())), "v:done", (asking.say("done"),))],
        ]

    def accepts(self, asking: Asking) -> str:
        """Say how to count, and what the counts must add up to."""
        if opened := self._opened(asking):
            return asking.say("Type the number for “{category}”.", category=asking.labels[opened])
        example = _example(asking)
        if asking.total is not None:
            return asking.say(
                "Tap − and + until it adds up to {total}, then Done. Or type: {example}",
                total=asking.number(asking.total),
                example=example,
            )
        return asking.say("Tap − and +, then Done. Or type: {example}", example=example)

    def read(self, text: str, asking: Asking) -> Outcome:
        """Understand a number for what is opened, all in order, "name number", or 0 for none."""
        numbers = [self._whole(piece, asking) for piece in re.split(r"[\s;,]+", text.strip())]
        opened = self._opened(asking)
        if opened and (count := self._whole(text, asking)) is not None:
            return Partial({"counts": self._counts(asking) | {opened: count}})
        if numbers == [0] and not asking.total:
            return self._complete(dict.fromkeys(self._counts(asking), 0), asking)
        if len(numbers) == len(asking.choices) and all(number is not None for number in numbers):
            names = [choice.name for choice in asking.choices]
            return self._complete(
                {name: number or 0 for name, number in zip(names, numbers, strict=True)}, asking
            )
        return self._pairs(text, asking)

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Set a count, open a category for typing, or finish."""
        counts = self._counts(asking)
        verb, _, rest = argument.partition(":")
        name, _, number = rest.partition(":")
        if verb == "done":
            return self._complete(counts, asking)
        if name not in counts:
            return Refused(self.accepts(asking))
        if verb == "type":
            return Partial({"counts": counts, "open": name})
        if verb == "set" and number.isdecimal() and int(number) <= MOST:
            counted = counts | {name: int(number)}
            alone = asking.total == 1 == sum(counted.values())
            return Taken(counted) if alone else Partial({"counts": counted})
        return Refused(self.accepts(asking))

    def show(self, value: Value, asking: Asking) -> str:
        """Write the categories that are not zero."""
        counts = value if isinstance(value, dict) else {}
        some = [
            f"{asking.labels.get(name, name)} {asking.number(count)}"
            for name, count in counts.items()
            if count
        ]
        return ", ".join(some) or asking.number(0)

    def node(self, value: Value) -> str:
        """Write the sum."""
        return str(sum(value.values())) if isinstance(value, dict) else ""

    def fits(self, value: Value, offered: Offered) -> bool:
        """Whether the categories are those on offer and the counts still add up."""
        counts = value if isinstance(value, dict) else {}
        same = counts.keys() == {choice.name for choice in offered.choices}
        return same and (offered.total is None or sum(counts.values()) == offered.total)

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return a count for each category."""
        return (
            [(name, str(count)) for name, count in value.items()] if isinstance(value, dict) else []
        )

    def value(self, cells: Sequence[Cell]) -> Value:
        """Return the counts by category."""
        return {category: int(count) for category, count in cells}

    def _entry(self, asking: Asking) -> dict[str, Any]:
        return asking.entry if isinstance(asking.entry, dict) else {}

    def _counts(self, asking: Asking) -> dict[str, int]:
        so_far = self._entry(asking).get("counts", {})
        return {choice.name: int(so_far.get(choice.name, 0)) for choice in asking.choices}

    def _opened(self, asking: Asking) -> str:
        opened = self._entry(asking).get("open", "")
        return opened if any(choice.name == opened for choice in asking.choices) else ""

    def _done(self, asking: Asking, total: int) -> str:
        if asking.total is None:
            return asking.say("Done ({count})", count=asking.number(total))
        return asking.say(
            "Done ({count} of {total})",
            count=asking.number(total),
            total=asking.number(asking.total),
        )

    def _complete(self, counts: dict[str, int], asking: Asking) -> Outcome:
        total = sum(counts.values())
        if asking.total is not None and total != asking.total:
            return Refused(
                asking.say(
                    "Together that makes {count}; it must be {total}.",
                    count=asking.number(total),
                    total=asking.number(asking.total),
                )
            )
        return Taken(counts)

    def _pairs(self, text: str, asking: Asking) -> Outcome:
        counts, options = self._counts(asking), choice_options(asking, asking.choices)
        for piece in re.split(r"[,;\n]", text):
            # A number may hold spaces ("25 000") only behind a colon, since labels hold numbers.
            name, colon, number = piece.replace("=", ":").rpartition(":")
            if not colon:
                name, _, number = piece.strip().rpartition(" ")
            count = self._whole(number, asking)
            found = meant(name, options, [""] * len(options))
            if count is None or len(found) != 1:
                return Refused(self.accepts(asking))
            counts[found[0].removeprefix("v:")] = count
        return Partial({"counts": counts})

    def _whole(self, text: str, asking: Asking) -> int | None:
        number = read_decimal(text, asking.language)
        if number is None or number != number.to_integral_value() or not 0 <= number <= MOST:
            return None
        return int(number)


def _example(asking: Asking) -> str:
    """Return "18–24: 2, 25–34: 1": the first categories of the list, adding up where they must."""
    numbers = [3 * asking.question.step, 2 * asking.question.step]
    if asking.total is not None:
        numbers = [asking.total - 1, 1] if asking.total > 1 else [1]
    return ", ".join(
        asking.say("{label}: {value}", label=asking.labels[choice.name], value=number)
        for choice, number in zip(asking.choices, numbers, strict=False)
    )
