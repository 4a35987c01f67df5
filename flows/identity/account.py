"""Account numbers (IBAN)."""

import re
from collections.abc import Iterator

from stdnum import iban
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from flows.identity.runs import Span
from flows.identity.writing import Writing

SHORTEST, LONGEST = 15, 34

_BEGINNING = re.compile(r"(?<![^\W_])([A-Za-z]{2})([ .-]?)([\dOo]{2})")
_SIGN = re.compile(r"[ .\-/]{0,2}([A-Za-z\d])")


def find(writing: Writing) -> Iterator[Span]:
    """Return the account numbers: what stands behind one may look like more of it."""
    for match in _BEGINNING.finditer(writing.plain):
        if end := _end(writing.digits, match):
            yield Span(match.start(), end)


def _end(text: str, match: re.Match[str]) -> int:
    number = match[1].upper() + match[3].replace("O", "0").replace("o", "0")
    at = match.end()
    while len(number) < LONGEST and (sign := _SIGN.match(text, at)):
        number, at = number + sign[1].upper(), sign.end()
        if len(number) >= SHORTEST and _is_account(number):
            return at
    return 0


def _is_account(number: str) -> bool:
    try:
        mod_97_10.validate(number[4:] + number[:4])
    except ValidationError:
        return False
    return bool(iban.is_valid(number))
