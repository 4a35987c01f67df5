"""How a simulated worker answers a question: a button or a typed value, by a seeded chance."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from random import Random

from bot.simulation.chats import Chats, Shown, action_of
from flows.engine import Button
from flows.sheet import Question, Sheet
from flows.tokens import parsed

SAID = "Simulated"
"""What is typed where words are asked, so that nobody takes it for something that was seen."""

MISSING, YESTERDAY, PATIENCE = 0.04, 0.2, 8
MOST_TICKED = 2
SMALL = 12
NOTE = "ⓘ"

Typed = tuple[str, str]
"""Whether it is tapped or typed, and the token or the text."""


class Answering:
    """Answers the questions of one registration until it is saved."""

    def __init__(
        self,
        chats: Chats,
        address: str,
        sheets: Mapping[str, Sheet],
        language: str,
        chance: Random,
    ) -> None:
        self._chats = chats
        self._address = address
        self._chance = chance
        self._sheets = {
            sheet.text(language, f"{name}.title"): sheet for name, sheet in sheets.items()
        }

    def fills(
        self, shown: Shown, wanted: Mapping[str, str] | None = None, day: date | None = None
    ) -> tuple[Shown, str]:
        """Answer all that is asked, save, and return what is seen then with the receipt.

        `wanted` has what is to be typed, by question; `day` is the day that it is about, where
        that is not today. The receipt is "" where nothing was there to be filled in.
        """
        refused = 0
        while shown.having("v", "m", "why", "save", "yes"):
            before, number = shown, _question(shown)
            shown = self._next(shown, wanted or {}, day, refused)
            if shown.receipts:
                return shown, shown.receipts[-1]
            refused = refused + 1 if number is not None and _question(shown) == number else 0
            if refused > PATIENCE:
                message = f"{self._address} cannot answer {before.screen.text!r}"
                raise RuntimeError(message)
        return shown, ""

    def _next(
        self, shown: Shown, wanted: Mapping[str, str], day: date | None, refused: int
    ) -> Shown:
        for verb in ("save", "yes"):
            if buttons := shown.having(verb):
                return self._chats.taps(self._address, buttons[0].token)
        question, values = self._asked(shown), shown.having("v", "")
        if not refused and question.name in wanted:
            return self._chats.types(self._address, wanted[question.name])
        missing = shown.having("m", "skip")
        if missing and (refused >= PATIENCE or self._chance.random() < MISSING):
            return self._chats.taps(self._address, self._chance.choice(missing).token)
        kind, said = ANSWERS[question.type](self._chance, question, values, day)
        does = self._chats.taps if kind == "tap" else self._chats.types
        return does(self._address, said)

    def _asked(self, shown: Shown) -> Question:
        parts = shown.screen.head.split(" · ")
        sheet = next(self._sheets[part] for part in parts if part in self._sheets)
        number = _question(shown)
        assert number is not None
        return sheet.questions[number]


def _question(shown: Shown) -> int | None:
    found = parsed(shown.buttons[0].token) if shown.buttons else None
    return found.question if found else None


def _one(chance: Random, _: Question, values: list[Button], __: date | None) -> Typed:
    return "tap", chance.choice(values).token


def _several(chance: Random, _: Question, values: list[Button], __: date | None) -> Typed:
    """Type the numbers of one or two choices, as they stand on the buttons."""
    done = [button for button in values if action_of(button.token) == "v:done"]
    if done:
        return "tap", done[0].token
    ticks = [button for button in values if button.label.startswith("☐")]
    some = chance.sample(ticks, min(len(ticks), chance.randint(1, MOST_TICKED)))
    return "type", ", ".join(button.key for button in sorted(some, key=values.index))


def _counts(chance: Random, _: Question, values: list[Button], __: date | None) -> Typed:
    """Type a number for each category; they add up to what stands on Done, where it says so."""
    rows = sum(action_of(button.token).startswith("v:type") for button in values)
    told = [int(found) for found in re.findall(r"\d+", values[-1].label)]
    if len(told) > 1:
        numbers = [0] * rows
        for _nobody in range(told[-1]):
            numbers[chance.randrange(rows)] += 1
    else:
        numbers = [chance.choice((0, 0, 1, 2, 3)) for _row in range(rows)]
    return "type", " ".join(str(number) for number in numbers)


def _number(chance: Random, _: Question, values: list[Button], __: date | None) -> Typed:
    if values and chance.random() > YESTERDAY:
        return "tap", chance.choice(values).token
    return "type", str(chance.randint(0, SMALL))


def _day(chance: Random, question: Question, values: list[Button], day: date | None) -> Typed:
    """Mostly take today; a day that is asked for where only that counts."""
    days = [button for button in values if re.search(r"\d$", action_of(button.token))]
    if day is not None and question.appearance != "month-year":
        return "type", f"{day:%d/%m/%Y}"
    if not days:
        return "tap", values[0].token
    at = 1 if len(days) > 1 and chance.random() < YESTERDAY else 0
    return "tap", days[at].token


def _words(_: Random, __: Question, ___: list[Button], ____: date | None) -> Typed:
    return "type", SAID


ANSWERS: Mapping[str, Callable[[Random, Question, list[Button], date | None], Typed]] = {
    "select_one": _one,
    "select_multiple": _several,
    "integer": _number,
    "decimal": _number,
    "text": _words,
    "date": _day,
    "note": _one,
    "counts": _counts,
}
"""How a question of each type is answered."""
