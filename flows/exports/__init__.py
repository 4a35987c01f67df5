"""The export formats: one file each, one line each in FORMATS."""

from collections.abc import Iterable, Mapping

from flows.exports.codebook import CodeBook
from flows.exports.comparability import Comparability
from flows.exports.crosswalk import Crosswalk
from flows.exports.csv_file import EXCEL
from flows.exports.csvw import Csvw
from flows.exports.format import Format
from flows.exports.funders import Funders
from flows.exports.grid import Grid
from flows.exports.long import Long
from flows.exports.outcome import Outcome
from flows.exports.parquet import Parquet
from flows.exports.process import Process
from flows.exports.r_script import RScript
from flows.exports.redcap import Redcap
from flows.exports.spss import Spss
from flows.exports.stata import Stata
from flows.exports.wide import Wide
from flows.exports.xlsx import Xlsx

FORMATS: Mapping[str, Format] = {
    "xlsx": Xlsx(),
    "long-excel": Long(EXCEL),
    "wide-excel": Wide(EXCEL),
    "funders": Funders(),
    "outcome": Outcome(),
    "process": Process(),
    "codebook": CodeBook(),
    "long": Long(),
    "wide": Wide(),
    "grid": Grid(),
    "comparability": Comparability(),
    "crosswalk": Crosswalk(),
    "spss": Spss(),
    "stata": Stata(),
    "parquet": Parquet(),
    "redcap": Redcap(),
    "csvw": Csvw(),
    "r": RScript(),
}
"""In the order in which a menu shows them: what is opened at once, then what is worked with."""

USUAL = (
    *("long", "wide", "grid", "comparability", "codebook", "crosswalk"),
    *("funders", "outcome", "process"),
)
"""What is written where nobody says what is wanted."""

ABOUT_SHEETS = frozenset({"codebook", "crosswalk"})
"""Formats that say the same whatever was registered."""

DESCRIBED: Mapping[str, tuple[str, ...]] = {"csvw": ("long", "wide"), "r": ("long", "wide")}
"""The formats whose files another one describes: it is of no use without them."""

OPENED_AT_ONCE = frozenset({"xlsx", "long-excel", "wide-excel"})
"""What somebody opens on the phone: sent as it is, and not in a folder with its manifest."""


def complete(wanted: Iterable[str]) -> tuple[str, ...]:
    """Return formats with those that they describe, each once."""
    listed = (name for each in wanted for name in (*DESCRIBED.get(each, ()), each))
    return tuple(dict.fromkeys(listed))


__all__ = ["ABOUT_SHEETS", "DESCRIBED", "FORMATS", "OPENED_AT_ONCE", "USUAL", "Format", "complete"]
