"""The Belgian national register number, and the bis number of who is not in the register."""

from collections.abc import Iterator

from stdnum.be import bis, nn

from flows.identity.runs import Span
from flows.identity.writing import Writing

LENGTH = 11


def find(writing: Writing) -> Iterator[Span]:
    """Return eleven digits with the right check (modulo 97), also among other digits."""
    for run in writing.joined:
        for span, number in run.parts(LENGTH):
            if nn.is_valid(number) or bis.is_valid(number):
                yield span
