"""The export formats: one file each, one line each in FORMATS."""

from flows.exports.codebook import CodeBook
from flows.exports.crosswalk import Crosswalk
from flows.exports.format import Format
from flows.exports.funders import Funders
from flows.exports.long import Long
from flows.exports.outcome import Outcome
from flows.exports.process import Process
from flows.exports.wide import Wide

FORMATS: dict[str, Format] = {
    "long": Long(),
    "wide": Wide(),
    "codebook": CodeBook(),
    "crosswalk": Crosswalk(),
    "funders": Funders(),
    "outcome": Outcome(),
    "process": Process(),
}

__all__ = ["FORMATS", "Format"]
