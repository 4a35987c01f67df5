"""A postcode with its municipality."""

import re
from collections.abc import Iterator

from flows.identity.lists import read
from flows.identity.runs import Span
from flows.identity.writing import Writing, fold

MUNICIPALITIES = read("municipalities")["municipalities"]
YEARS = range(1950, 2050)
"""Postcodes that are more likely a year, but for those of Antwerp."""
OF_ANTWERP = ("2000", "2018", "2020", "2030", "2040")

_PLACE = re.compile(
    r"(?<![\w.,-])(?:B[ -]?)?([1-9]\d{3})[, ]{1,2}([^\W\d_]{1,30}(?:[-'’][^\W\d_]{1,30}){0,4})"
)


def find(writing: Writing) -> Iterator[Span]:
    """Return the postcodes before a municipality that is known."""
    for match in _PLACE.finditer(writing.plain):
        code, name = match[1], fold(match[2])
        is_year = int(code) in YEARS and not (
            code in OF_ANTWERP and name in ("antwerpen", "anvers")
        )
        if name in MUNICIPALITIES and not is_year:
            yield Span(*match.span())
