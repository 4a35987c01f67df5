"""A typed text as the detectors read it: in plain letters and digits, with the way back."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from flows.identity.runs import Run, Span, alone, joined

_ORDINARY = re.compile(r"[\x20-\x7eÀ-ÿ‘’“”–—…€]*")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_TOKEN = re.compile(r"(?<![^\W_])[\dOoIl]++(?![^\W\d_])")
_HIDDEN = ("Mn", "Me", "Cf")

LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнАВЕКМНОРСТХУІЈЅοανρτικΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɑɡ",
    "aeopcyxijsdhkmtbhABEKMHOPCTXYIJSoavptikABEZHIKMNOPTYXiag",
)
"""Cyrillic, Greek and other letters that are drawn like Latin ones."""
_DIGITS = str.maketrans("OolI", "0011")
_UNMARKED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "œ": "oe", "æ": "ae", "ð": "d", "þ": "th"})


class Word(NamedTuple):
    """A word of the plain text; `folded` is without accents and case."""

    start: int
    end: int
    text: str
    folded: str

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True)
class Writing:
    """A text that was typed.

    `plain` is without marks over letters that no language has, without invisible characters and
    look-alike letters, in ASCII digits; `origins` says for each of its characters where it comes
    from. `names` are first names that the organisation has added, folded.
    """

    typed: str
    plain: str
    origins: tuple[int, ...] | range
    names: frozenset[str] = frozenset()

    @cached_property
    def digits(self) -> str:
        """The plain text, as long, with 0 for an O and 1 for an l that stand among digits."""
        return _TOKEN.sub(lambda match: _as_digits(match.group()), self.plain)

    @cached_property
    def has_digits(self) -> bool:
        """Whether there is any digit."""
        return any(char.isdigit() for char in self.digits)

    @cached_property
    def joined(self) -> list[Run]:
        """The digits that belong together as far as no letter breaks them."""
        return joined(self.digits)

    @cached_property
    def alone(self) -> list[Run]:
        """The digits that are read as one number."""
        return alone(self.digits)

    @cached_property
    def words(self) -> list[Word]:
        """The words, hyphens inside them included."""
        return [
            Word(match.start(), match.end(), match.group(), fold(match.group()))
            for match in _WORD.finditer(self.plain)
        ]

    def fragment(self, span: Span) -> str:
        """Return what was typed there."""
        first, last = self.origins[span.start], self.origins[span.end - 1]
        return self.typed[first : last + 1].strip()


def written(typed: str, names: frozenset[str] = frozenset()) -> Writing:
    """Return a text as the detectors read it."""
    if _ORDINARY.fullmatch(typed):
        return Writing(typed, typed, range(len(typed)), names)
    plain, origins = [], []
    for start, end in _clusters(typed):
        for char in _plain(typed[start:end]):
            plain.append(char)
            origins.append(start)
    return Writing(typed, "".join(plain), tuple(origins), names)


def fold(word: str) -> str:
    """Return a word without accents and case."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char)).translate(_UNMARKED)


def _clusters(typed: str) -> list[tuple[int, int]]:
    """Return where each letter with its marks begins and ends."""
    starts = [
        index
        for index, char in enumerate(typed)
        if not index or unicodedata.category(char) not in _HIDDEN
    ]
    return list(zip(starts, [*starts[1:], len(typed)], strict=True))


def _plain(cluster: str) -> str:
    shown = unicodedata.normalize("NFKC", cluster)
    kept = "".join(
        _digit(char)
        for char in shown
        if unicodedata.category(char) not in _HIDDEN and char.isprintable()
    )
    return (kept or (" " if cluster.isspace() else "")).translate(LOOK_ALIKES)


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)


def _as_digits(token: str) -> str:
    return token if token.isalpha() else token.translate(_DIGITS)
