"""Places on the map: degrees, links to a map, plus codes."""

import re
from collections.abc import Iterator

from flows.identity.runs import Span
from flows.identity.writing import Writing

_PLUS = "23456789CFGHJMPQRVWX"
_PLACE = re.compile(
    r"(?<![\d.,])-?\d{1,2}[.,]\d{4,12}°?\s{0,2}[,;/\s]\s{0,2}-?\d{1,3}[.,]\d{4,12}(?!\d)"
    r"|\d{1,3}\s?°\s?\d{1,2}\s?['’′](?:\s?\d{1,2}(?:[.,]\d{1,6})?\s?(?:[\"”″]|['’′]{2}))?"
    r"(?:\s?[NSEWOZ]\b)?"
    r"|\b(?:https?://)?(?:www\.)?(?:maps\.app\.goo\.gl|goo\.gl/maps|maps\.google\.[a-z]{2,3}"
    r"|google\.[a-z]{2,3}/maps|maps\.apple\.com|(?:www\.)?openstreetmap\.org|osm\.org|waze\.com"
    r"|what3words\.com|w3w\.co)[^\s]{0,300}"
    r"|\bgeo:-?\d[^\s]{0,60}"
    r"|(?<![\w/])///[a-z]{3,20}\.[a-z]{3,20}\.[a-z]{3,20}"
    rf"|(?<!\w)(?=[{_PLUS}+]{{0,8}}[CFGHJMPQRVWX])[{_PLUS}]{{4,8}}\+[{_PLUS}]{{2,3}}(?!\w)",
)


def find(writing: Writing) -> Iterator[Span]:
    """Return the places; from four decimals on, a pair of numbers is one."""
    for match in _PLACE.finditer(writing.plain):
        yield Span(*match.span())
