"""The number of a Belgian identity card."""

from collections.abc import Iterator

from stdnum.be import eid

from flows.identity.runs import Span
from flows.identity.writing import Writing

LENGTH = 12


def find(writing: Writing) -> Iterator[Span]:
    """Return twelve digits with the right check (modulo 97)."""
    for run in writing.joined:
        for span, number in run.parts(LENGTH):
            if eid.is_valid(number):
                yield span
