"""How a simulated worker answers a question: a button or a typed value, by a seeded chance."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from bot.simulation.chats import Chats, Shown, action_of
from flows.engine import Button
from flows.sheet import Question, Sheet
from flows.tokens import parsed

SAID = "Simulated"
"""What is typed where words are asked, so that nobody takes it for something that was seen."""

ASKED = ("v", "m", "why", "save", "yes")
"""What the buttons do of a registration that is under way."""

MISSING, YESTERDAY, TAPPED = 0.04, 0.2, 0.8
"""How often something is not known, was the day before, or is on a button where both can be."""

PATIENCE = 8
"""So often a question is tried that takes no answer, before it is given up."""

MOST_TICKED = 2
LARGEST = (12, 2, 0, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000)
"""Up to which number one is typed: as usual, and after each refusal."""


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it stands on the screen, with the buttons that answer it.

    `day` is the only one that counts, where there is one; `refused` says how often it was tried.
    """

    question: Question
    values: list[Button]
    day: date | None
    refused: int


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: a token that is tapped, or a text that is typed."""

    text: str
    is_tapped: bool = False


class Answering:
    """Answers the questions of one person's registrations."""

    def __init__(
        self, chats: Chats, person: str, sheets: Mapping[str, Sheet], chance: Random
    ) -> None:
        self._chats = chats
        self._person = person
        self._chance = chance
        self._sheets = sheets

    def fills(
        self, shown: Shown, wanted: Mapping[str, str] | None = None, day: date | None = None
    ) -> tuple[Shown, str]:
        """Answer all that is asked, save, and return what is seen then with the receipt.

        `wanted` has what is to be typed, by question. The receipt is "" where there was nothing
        to be filled in, or where no answer was found.
        """
        refused = 0
        while shown.having(*ASKED):
            number = _number_of(shown)
            if refused > PATIENCE:
                return self._chats.taps(self._person, shown.having("pause")[0].token), ""
            shown = self._next(shown, wanted or {}, day, refused)
            if shown.receipts:
                return shown, shown.receipts[-1]
            is_same = number is not None and _number_of(shown) == number
            refused = refused + 1 if is_same else 0
        return shown, ""

    def _next(
        self, shown: Shown, wanted: Mapping[str, str], day: date | None, refused: int
    ) -> Shown:
        for verb in ("save", "yes"):
            if buttons := shown.having(verb):
                return self._chats.taps(self._person, buttons[0].token)
        question = self._sheets[shown.sheet].questions[_number_of(shown) or 0]
        if not refused and question.name in wanted:
            return self._chats.types(self._person, wanted[question.name])
        missing = shown.having("m", "skip")
        if missing and (refused >= PATIENCE or self._chance.random() < MISSING):
            return self._chats.taps(self._person, self._chance.choice(missing).token)
        put = Put(question, shown.having("v", ""), day, refused)
        said = ANSWERS[question.type](self._chance, put)
        does = self._chats.taps if said.is_tapped else self._chats.types
        return does(self._person, said.text)


def _number_of(shown: Shown) -> int | None:
    found = parsed(shown.buttons[0].token)
    return found.question if found else None


def _one(chance: Random, put: Put) -> Said:
    return Said(chance.choice(put.values).token, is_tapped=True)


def _several(chance: Random, put: Put) -> Said:
    """Type the numbers of one or two choices, as they stand on the buttons."""
    done = [button for button in put.values if action_of(button.token) == "v:done"]
    if done:
        return Said(done[0].token, is_tapped=True)
    ticks = [button for button in put.values if button.label.startswith("☐")]
    some = chance.sample(ticks, min(len(ticks), chance.randint(1, MOST_TICKED)))
    return Said(", ".join(button.key for button in sorted(some, key=put.values.index)))


def _counts(chance: Random, put: Put) -> Said:
    """Type a number for each category; they add up to what stands on Done, where it says so."""
    rows = sum(action_of(button.token).startswith("v:type") for button in put.values)
    *_, total = [0, *(int(found) for found in re.findall(r"\d+", put.values[-1].label)[1:])]
    numbers = [0] * rows
    for _ in range(total or chance.randint(0, rows)):
        numbers[chance.randrange(rows)] += 1
    return Said(" ".join(str(number) for number in numbers))


def _number(chance: Random, put: Put) -> Said:
    """Tap a number or type one."""
    if put.values and chance.random() < TAPPED:
        return Said(chance.choice(put.values).token, is_tapped=True)
    return Said(str(chance.randint(0, LARGEST[min(put.refused, len(LARGEST) - 1)])))


def _day(chance: Random, put: Put) -> Said:
    """Mostly take today, or the only day that counts."""
    is_month = put.question.appearance == "month-year"
    if put.day is not None and not is_month and not put.refused:
        return Said(f"{put.day:%d/%m/%Y}")
    days = [button for button in put.values if re.search(r"\d$", action_of(button.token))]
    if not days:
        return _one(chance, put)
    at = 1 if len(days) > 1 and chance.random() < YESTERDAY else 0
    return Said(days[at].token, is_tapped=True)


def _words(_: Random, __: Put) -> Said:
    return Said(SAID)


ANSWERS: Mapping[str, Callable[[Random, Put], Said]] = {
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
