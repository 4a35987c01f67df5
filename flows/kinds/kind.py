"""What every question type can do, and what it is given to do it with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flows.local import show_decimal
from flows.matching import Option
from flows.pages import first_of, on_page
from flows.record import Value
from flows.sheet import Choice, Question
from flows.texts import Say

PAGE = 24
"""How many choices are shown at once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer, complete."""

    value: Value


@dataclass(frozen=True, slots=True)
class Partial:
    """An answer that needs another tap; `entry` is kept in the conversation."""

    entry: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """No answer; the message says what is accepted."""

    message: str


Outcome = Taken | Partial | Refused


def _anything(_: Value) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Asking:
    """A question at the moment it is asked.

    `choices` are those that the choice_filter leaves, `labels` the labels of the whole list in
    the worker's language, `others` in every language; `total` is what counts must add up to.
    `page` is which page of many choices is open, `permits` whether the sheet's constraint holds,
    `names` the first names that the organisation adds.
    """

    question: Question
    choices: tuple[Choice, ...]
    labels: Mapping[str, str]
    others: Mapping[str, tuple[str, ...]]
    entry: Any
    total: int | None
    default: str
    today: date
    say: Say
    page: int = 0
    permits: Callable[[Value], bool] = _anything
    names: frozenset[str] = frozenset()

    @property
    def language(self) -> str:
        """The worker's language."""
        return self.say.language

    @property
    def on_page(self) -> tuple[Choice, ...]:
        """The choices of the page that is open."""
        return on_page(self.choices, self.page, PAGE)

    @property
    def keys(self) -> list[str]:
        """What may be typed for each choice: its number on the page that is open, else ""."""
        first = first_of(len(self.choices), self.page, PAGE)
        last = first + len(self.on_page)
        return [
            str(index - first + 1) if first <= index < last else ""
            for index in range(len(self.choices))
        ]

    def number(self, value: int) -> str:
        """Write a whole number the local way."""
        return show_decimal(value, self.language)


class Offered(Protocol):
    """What can be answered at all: the choices that are left, and what counts add up to."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices that the choice_filter leaves."""
        ...

    @property
    def total(self) -> int | None:
        """What counts must add up to."""
        ...


Cell = tuple[str, str]


class Kind(Protocol):
    """A question type: how it is asked, read, shown, and laid out in an export."""

    digits: bool
    """Whether typed digits are the answer, so that a button is not reached by its number."""
    stored: bool
    """Whether there is anything to save."""
    seconds: int
    """How long an answer usually takes, for the estimate."""

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return the rows of buttons; their actions begin with "v:"."""
        ...

    def accepts(self, asking: Asking) -> str:
        """Say in one sentence what can be answered."""
        ...

    def read(self, text: str, asking: Asking) -> Outcome:
        """Understand a typed answer."""
        ...

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Understand a tapped button: its action without "v:"."""
        ...

    def show(self, value: Value, asking: Asking) -> str:
        """Write an answer for people."""
        ...

    def node(self, value: Value) -> str:
        """Write an answer for the instance document that expressions read."""
        ...

    def fits(self, value: Value, offered: Offered) -> bool:
        """Whether an answer given before is still possible."""
        ...

    def cells(self, value: Value, question: Question) -> list[Cell]:
        """Return (category, value) for each value of an answer; the category is often ""."""
        ...

    def value(self, cells: Sequence[Cell]) -> Value:
        """Return the answer whose cells these are."""
        ...
