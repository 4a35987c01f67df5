"""Long numbers that are nothing else: of a file, of a customer."""

from collections.abc import Iterator

from flows.identity.runs import Span
from flows.identity.writing import Writing

UNBROKEN_LENGTH = 6
BROKEN_LENGTH = 9


def find(writing: Writing) -> Iterator[Span]:
    """Return six digits in a row, or nine in groups."""
    for run in writing.alone:
        longest = max(len(digits) for _, _, digits in run.groups)
        if longest >= UNBROKEN_LENGTH or len(run.number) >= BROKEN_LENGTH:
            yield run.span
