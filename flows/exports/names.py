"""Gives columns names that another program takes."""

import hashlib
import re
from collections.abc import Iterable

DIGITS = 4
"""Of a digest, which tells shortened names apart."""

STATA = (
    *("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long"),
    *("_n", "_pi", "_pred", "_rc", "_skip", "strl", "using", "with"),
    *(f"str{length}" for length in range(1, 2046)),
)
SPSS = ("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")
RESERVED = frozenset({*STATA, *SPSS})
LONGEST = 28
"""Stata takes 32 and SPSS 64; the library makes names of label sets by adding up to four digits."""


def named(
    keys: Iterable[str], most: int = LONGEST, reserved: frozenset[str] = RESERVED
) -> dict[str, str]:
    """Return a name for each key: lower case, digits and underscores, no two of them the same.

    A name that is too long or reserved ends with four digits of a digest of its key, so that it
    does not change when other columns come. What stands in front keeps its name.
    """
    names: dict[str, str] = {}
    taken = set(reserved)
    for key in keys:
        name = _plain(key)
        if len(name) > most or name in taken:
            name = _told_apart(key, name, most, taken)
        taken.add(name)
        names[key] = name
    return names


def _plain(key: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
    return name if name[:1].isalpha() else f"v_{name}".rstrip("_")


def _told_apart(key: str, name: str, most: int, taken: set[str]) -> str:
    digest = hashlib.sha256(key.encode()).hexdigest()
    start = name[: most - DIGITS - 1].rstrip("_")
    for place in range(len(digest) - DIGITS):
        found = f"{start}_{digest[place : place + DIGITS]}"
        if found not in taken:
            return found
    raise ValueError(key)
