"""Licence plates: Belgian ones and the shapes of the neighbours."""

import re
from collections.abc import Iterator

from flows.identity.runs import Span
from flows.identity.writing import Writing

_SPOKEN = (
    r"(?i:nummerpla(?:at|ten)|kentekens?|plaat|plaque|plate|immatricul\w{0,6}|voiture|auto|wagen|"
    r"camionnette|kennzeichen|car|van|moto)"
)
_PLATE = re.compile(
    # Belgium since 2010.
    r"(?<![\w-])[1-9][.-]?[A-Za-z]{3}[.-]?\d{3}(?![\w-])"
    r"|(?<![\w-])(?:[1-9] [A-Z]{3} \d{3}|[TOM]-[A-Z]{3}-\d{3})(?![\w-])"
    # Belgium before, with its hyphen.
    r"|(?<![\w-])(?:[A-Z]{3}-\d{3}|\d{3}-[A-Z]{3})(?![\w-])"
    # France; the Netherlands.
    r"|(?<![\w-])[A-Z]{2}-\d{3}-[A-Z]{2}(?![\w-])"
    r"|(?<![\w-])(?=[A-Z\d-]{8}(?![\w-]))(?=[\d-]{0,7}[A-Z])(?=[A-Z-]{0,7}\d)"
    r"(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{1,3}|\d{1,3})(?![\w-])"
    # Germany.
    r"|(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{2,4}[EH]?(?![\w-])"
    # Others, when a car is spoken of.
    rf"|\b{_SPOKEN}[ :]{{1,3}}(?P<spoken>"
    r"[1-9][ .-]?[A-Za-z]{3}[ .-]?\d{3}|[A-Za-z]{1,3}[ .-]?\d{3,4}"
    r"|\d{3,4}[ .-]?[A-Za-z]{2,3}(?:[ .-]?\d{2})?)(?![\w-])",
)


def find(writing: Writing) -> Iterator[Span]:
    """Return the plates."""
    for match in _PLATE.finditer(writing.plain if writing.has_digits else ""):
        yield Span(*match.span("spoken" if match["spoken"] else 0))
