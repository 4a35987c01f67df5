"""Phone numbers: Belgian and those of the neighbours, and any with a country's prefix."""

import re
from collections.abc import Callable, Iterator

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    is_possible_number,
    is_valid_number,
    parse,
)

from flows.identity.runs import Run, Span
from flows.identity.writing import Writing

REGIONS = ("BE", "FR", "NL", "DE", "LU")
"""Whose numbers are known without a prefix; Belgium's own first."""
SHORTEST, LONGEST = 8, 15

_PREFIX = re.compile(r"\+[\s(]{0,2}\Z")


def find(writing: Writing) -> Iterator[Span]:
    """Return the numbers of a numbering plan, and with a prefix all of the right length."""
    for run in writing.alone:
        first = run.groups[0][0]
        plus = _PREFIX.search(writing.digits, max(0, first - 3), first)
        may_begin = plus or run.groups[0][2].startswith("0")
        if may_begin and (end := _end(run, "+" if plus else "")):
            yield Span(plus.start() if plus else first, end)


def _end(run: Run, plus: str) -> int:
    """Return where the longest number ends that the run begins with; 0 if there is none."""
    number, ends = "", []
    for _, end, digits in run.groups:
        number += digits
        if len(number) > LONGEST:
            break
        if len(number) >= SHORTEST:
            ends.append((plus + number, end))
    return next((end for number, end in reversed(ends) if _is_phone(number)), 0)


def _is_phone(number: str) -> bool:
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if number.startswith("+"):
        return _fits(number, None, is_possible_number)
    return any(_fits(number, region, is_valid_number) for region in REGIONS)


def _fits(number: str, region: str | None, check: Callable[[PhoneNumber], bool]) -> bool:
    try:
        return check(parse(number, region))
    except NumberParseException:
        return False
