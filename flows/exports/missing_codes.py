"""What stands where a value is missing, in formats in which a number says why."""

from collections.abc import Mapping
from typing import NamedTuple

from flows.record import Status


class Code(NamedTuple):
    """A missing code: its number, its letter in Stata (`.a`), what it means."""

    number: int
    letter: str
    label: str


CODES: Mapping[Status, Code] = {
    Status.DONT_KNOW: Code(-999_999_991, "a", "don't know"),
    Status.REFUSED: Code(-999_999_992, "b", "refused"),
    Status.NOT_APPLICABLE: Code(-999_999_993, "c", "not applicable"),
    Status.SKIPPED: Code(-999_999_994, "d", "skipped by logic"),
    Status.NOT_DONE: Code(-999_999_995, "e", "not done"),
}
"""The same in all files; -77 and the like would be a temperature, a balance or a difference."""

LOWEST = min(code.number for code in CODES.values())
HIGHEST = max(code.number for code in CODES.values())
LETTERS = {code.number: code.letter for code in CODES.values()}
LABELS = {code.number: code.label for code in CODES.values()}
ANSWERED = 1
"""Stands where a column says only whether there is a value."""


def is_missing_code(number: float) -> bool:
    """Whether a number would be taken for a missing code."""
    return LOWEST <= number <= HIGHEST
