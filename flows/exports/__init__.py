"""The export formats: one file each, one line each in FORMATS."""

from flows.exports.codebook import CodeBook
from flows.exports.format import Format
from flows.exports.long import Long
from flows.exports.wide import Wide

FORMATS: dict[str, Format] = {
    "long": Long(),
    "wide": Wide(),
    "codebook": CodeBook(),
}

__all__ = ["FORMATS", "Format"]
