"""Numbers of passports, by their shape."""

import re
from collections.abc import Iterator

from flows.identity.runs import Span
from flows.identity.writing import Writing

_NUMBER = re.compile(
    r"\b(?:[A-Z]{2} ?\d{6,7}|[A-Z] ?\d{7,8}|\d{2} ?[A-Z]{2} ?\d{5})\b"
    r"|(?i:paspoort|passe?port|reisepass|reispas)(?i:nummer|nr|numéro)?[\s.:°n]{1,6}"
    r"(?P<named>(?=[A-Za-z ]{0,4}\d)[A-Za-z\d]{1,4} ?[A-Za-z\d]{4,9})\b"
)
_LEAST_DIGITS = 5


def find(writing: Writing) -> Iterator[Span]:
    """Return two letters with six or seven digits and the like; any letters after “passport”."""
    for match in _NUMBER.finditer(writing.plain):
        span = Span(*match.span("named" if match["named"] else 0))
        if sum(char.isdigit() for char in writing.plain[span.start : span.end]) >= _LEAST_DIGITS:
            yield span
