"""The question types: one file each, one line each in KINDS."""

from flows.kinds.counts import Counts
from flows.kinds.day import Dates
from flows.kinds.kind import PAGE, Asking, Kind, Outcome, Partial, Refused, Taken
from flows.kinds.number import Decimals, Integers
from flows.kinds.select_multiple import SelectMultiple
from flows.kinds.select_one import SelectOne
from flows.kinds.text import Text
from flows.kinds.unasked import Calculate, Note

KINDS: dict[str, Kind] = {
    "select_one": SelectOne(),
    "select_multiple": SelectMultiple(),
    "integer": Integers(),
    "decimal": Decimals(),
    "text": Text(),
    "date": Dates(),
    "note": Note(),
    "calculate": Calculate(),
    "counts": Counts(),
}

__all__ = ["KINDS", "PAGE", "Asking", "Kind", "Outcome", "Partial", "Refused", "Taken"]
