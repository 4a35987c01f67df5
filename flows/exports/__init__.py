"""The export formats: one file each, one line each in FORMATS."""

from collections.abc import Mapping

from flows.exports.codebook import CodeBook
from flows.exports.crosswalk import Crosswalk
from flows.exports.csv_file import EXCEL
from flows.exports.format import Format
from flows.exports.funders import Funders
from flows.exports.long import Long
from flows.exports.outcome import Outcome
from flows.exports.process import Process
from flows.exports.wide import Wide

FORMATS: Mapping[str, Format] = {
    "long": Long(),
    "wide": Wide(),
    "codebook": CodeBook(),
    "crosswalk": Crosswalk(),
    "funders": Funders(),
    "outcome": Outcome(),
    "process": Process(),
    "long-excel": Long(EXCEL),
    "wide-excel": Wide(EXCEL),
}

USUAL = ("long", "wide", "codebook", "crosswalk", "funders", "outcome", "process")
"""What is written where nobody says what is wanted."""

ABOUT_SHEETS = frozenset({"codebook", "crosswalk"})
"""Formats that say the same whatever was registered."""

OPENED_AT_ONCE = frozenset({"xlsx", "long-excel", "wide-excel"})
"""What somebody opens on the phone: sent as it is, and not in a folder with its manifest."""

__all__ = ["ABOUT_SHEETS", "FORMATS", "OPENED_AT_ONCE", "USUAL", "Format"]
