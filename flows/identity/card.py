"""Numbers of payment cards."""

from collections.abc import Iterator

from stdnum import luhn

from flows.identity.runs import Span
from flows.identity.writing import Writing

LENGTHS = range(14, 20)


def find(writing: Writing) -> Iterator[Span]:
    """Return fourteen to nineteen digits with the right check (Luhn) that stand alone."""
    for run in writing.joined:
        if len(run.number) in LENGTHS and luhn.is_valid(run.number):
            yield run.span
