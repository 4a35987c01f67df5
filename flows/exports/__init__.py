"""The export formats: one file each, one line each in FORMATS."""

from collections.abc import Callable

from flows.evaluation.suppression import THRESHOLD
from flows.exports.codebook import CodeBook
from flows.exports.crosswalk import Crosswalk
from flows.exports.format import Format
from flows.exports.funders import Funders
from flows.exports.long import Long
from flows.exports.outcome import Outcome
from flows.exports.process import Process
from flows.exports.wide import Wide

SHARED: dict[str, Callable[[int], Format]] = {
    "funders": Funders,
    "outcome": Outcome,
    "process": Process,
}
"""What is meant to be passed on: each is made with the number below which no people are shown."""

FORMATS: dict[str, Format] = {
    "long": Long(),
    "wide": Wide(),
    "codebook": CodeBook(),
    "crosswalk": Crosswalk(),
    **{name: make(THRESHOLD) for name, make in SHARED.items()},
}


def formats(threshold: int) -> dict[str, Format]:
    """Return the formats with the number below which a count of people is not shown."""
    return FORMATS | {name: make(threshold) for name, make in SHARED.items()}


__all__ = ["FORMATS", "Format", "formats"]
