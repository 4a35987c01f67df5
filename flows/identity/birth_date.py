"""Dates of birth."""

import re
from collections.abc import Iterator

from flows.identity.runs import Span
from flows.identity.writing import Writing

RECENT_YEAR = 2015
"""A full date before this year is taken for a date of birth; projects are younger."""
NEWEST_SHORT = 27
"""From here on, two digits are a year of the last century."""

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_NAMED = (
    r"(?:jan(?:uari|uary|vier|uar)?|feb(?:ruari|ruary|ruar)?|f[ée]v(?:rier)?|maart|mrt|mars|march|"
    r"m[äa]rz|apr(?:il)?|avr(?:il)?|mei|mai|may|jun[ie]?|juin|jul[iy]?|juil(?:let)?|aug(?:ust(?:us)?)?|"
    r"ao[uû]t|sep(?:t(?:ember|embre)?)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|d[eé][cz](?:ember|embre)?)"
)
_BORN = re.compile(
    r"geb(?:oren|\.|oorte|urt)|verjaar|\bn[ée]{1,2}(?:\(e\)|e)?s?\b|naissance|naiss\b|anniversaire|"
    r"born\b|birth|°|\bDOB\b",
    re.IGNORECASE,
)
_BEFORE = 30
"""How far before a date it may be said that it is one of birth."""
_DATE = re.compile(
    rf"(?<![\d/.-]){_DAY}(?:\s?[/.-]\s?|\s){_MONTH}(?:\s?[/.-]\s?|\s)(?P<numeric>(?:19|20)\d\d)(?!\d)"
    rf"|(?<![\d/.-])(?P<first>(?:19|20)\d\d)[/. -]{_MONTH}[/. -]{_DAY}(?!\d)"
    rf"|(?<![\d/.-])(?:0[1-9]|[12]\d|3[01])([/.-])(?:0[1-9]|1[0-2])\3(?P<short>\d\d)(?![/.-]?\d)"
    rf"|(?<!\d){_DAY}(?:er|ste|de|e|th|st|nd|rd)?\.?\s{{1,2}}(?:of\s)?{_NAMED}\.?,?\s{{1,2}}['’]?"
    r"(?P<named>(?:19|20)\d\d|\d\d)(?!\d)"
    rf"|\b{_NAMED}\s{_DAY}(?:th|st|nd|rd)?,?\s(?P<english>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)


def find(writing: Writing) -> Iterator[Span]:
    """Return full dates that lie before the projects, or that are said to be of a birth."""
    for match in _DATE.finditer(writing.digits if writing.has_digits else ""):
        if _is_old(match) or _BORN.search(
            writing.plain[max(0, match.start() - _BEFORE) : match.start()]
        ):
            yield Span(*match.span())


def _is_old(match: re.Match[str]) -> bool:
    if short := match["short"]:
        return int(short) >= NEWEST_SHORT
    year = match["numeric"] or match["first"] or match["named"] or match["english"]
    return len(year) == len("1985") and int(year) < RECENT_YEAR
