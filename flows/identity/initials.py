"""Initials, alone or before a family name."""

import re
from collections.abc import Iterator

from flows.identity.lists import read
from flows.identity.runs import Span
from flows.identity.writing import Writing, fold

WORDS = read("words")
NUMBERED, COMMON = WORDS["numbered"], WORDS["common"]
ABBREVIATIONS = WORDS["abbreviations"]
"""Two letters with dots that are no person."""

_ALONE = re.compile(r"(?<![\w.])(?<!\w\. )([A-Z])\. ?([A-Z])\.(?! ?[A-Z]\b)(?!\w)")
_BEFORE_NAME = re.compile(
    r"(?<![\w.])(?<!\w\. )[A-Z]\. ?(?:[A-Z]\. ?)?"
    r"((?:(?:De|Van|El|Ben|Le|Di|Du|Al|van|de|den|der) ){0,3}[A-ZÀ-Ý][\w'’-]{2,30})"
)
_WORD_BEFORE = re.compile(r"([^\W\d_]{1,30})\W{1,3}\Z")


def find(writing: Writing) -> Iterator[Span]:
    """Return J.D. and K. Peeters, but no letter of a series, as in “vitamin C. The”."""
    for match in _ALONE.finditer(writing.plain):
        if fold(match[1] + match[2]) not in ABBREVIATIONS and not _is_series(
            writing.plain, match.start()
        ):
            yield Span(*match.span())
    for match in _BEFORE_NAME.finditer(writing.plain):
        name = fold(match[1])
        if name not in COMMON and not _is_series(writing.plain, match.start()):
            yield Span(*match.span())


def _is_series(text: str, start: int) -> bool:
    before = _WORD_BEFORE.search(text, max(0, start - 30), start)
    return before is not None and fold(before[1]) in NUMBERED
