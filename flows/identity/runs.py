"""Digits that belong together, whatever stands between them but letters."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Span(NamedTuple):
    """A part of a text."""

    start: int
    end: int


LONGEST = 19
"""Digits of the longest number that is looked for, a payment card's."""

_RUN = re.compile(r"\d(?:[\W_]{0,8}\d)*")
_GROUP = re.compile(r"\d+")
_LIST = re.compile(r"[,;&]\s|\s[+/]\s|\n")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_MASKED = re.compile(
    rf"(?<![\d/.-]){_DAY}\s?[/.-]\s?{_MONTH}\s?[/.-]\s?(?:(?:19|20)\d\d|\d\d)(?![/.-]?\d)"
    rf"|(?<![\d/.-])(?:19|20)\d\d[/.-]{_MONTH}[/.-]{_DAY}(?![/.-]?\d)"
    r"|(?<![\d:])(?:[01]?\d|2[0-4])\s?[:hu]\s?[0-5]\d(?![:\d])"
    r"|(?:€|\bEUR|\beuro)\s?\d{1,3}(?:[. ]\d{3}){1,3}(?:,\d\d)?(?!\d)"
    r"|(?<!\d)\d{1,3}(?:[. ]\d{3}){1,3}(?:,\d\d)?(?=\s?(?:€|EUR\b|euros?\b))",
    re.IGNORECASE,
)
"""Days, times and amounts: digits that are no part of a number."""


class Run(NamedTuple):
    """Groups of digits, each with where it begins and ends."""

    groups: tuple[tuple[int, int, str], ...]

    @property
    def span(self) -> Span:
        """Where the run is."""
        return Span(self.groups[0][0], self.groups[-1][1])

    @property
    def number(self) -> str:
        """All its digits."""
        return "".join(digits for _, _, digits in self.groups)

    def parts(self, *lengths: int) -> Iterator[tuple[Span, str]]:
        """Return the parts of whole groups that have one of these numbers of digits."""
        for first, (start, _, _) in enumerate(self.groups):
            number = ""
            for _, end, digits in self.groups[first:]:
                number += digits
                if len(number) > LONGEST:
                    break
                if len(number) in lengths:
                    yield Span(start, end), number


def joined(text: str) -> list[Run]:
    """Return the runs of a text as far as no letter breaks them."""
    return [Run(_groups(text, match.start(), match.end())) for match in _RUN.finditer(text)]


def alone(text: str) -> list[Run]:
    """Return the runs that are read as one number: not a day, a time, an amount or a list.

    What begins with 0 is no list of numbers, so its commas break nothing.
    """
    masked = _MASKED.sub(lambda match: "x" * len(match.group()), text)
    runs: list[Run] = []
    for match in _RUN.finditer(masked):
        groups = _groups(masked, match.start(), match.end())
        runs += [Run(groups)] if groups[0][2].startswith("0") else _listed(masked, groups)
    return runs


def _groups(text: str, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (match.start(), match.end(), match.group()) for match in _GROUP.finditer(text, start, end)
    )


def _listed(text: str, groups: tuple[tuple[int, int, str], ...]) -> Iterator[Run]:
    first = 0
    for index in range(1, len(groups)):
        if _LIST.search(text, groups[index - 1][1], groups[index][0]):
            yield Run(groups[first:index])
            first = index
    yield Run(groups[first:])
