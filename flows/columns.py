"""The words of a handbook file: which columns there are, and on which question types."""

import re

from flows.kinds import KINDS
from flows.sheet import (
    CMO_ELEMENTS,
    INDICATOR_KINDS,
    LEVELS,
    MISSING,
    MOMENTS,
    REGISTRARS,
    SENSITIVITIES,
    SETS,
    VALUE_TYPES,
)

NAME = re.compile(r"[a-z][a-z0-9_]{0,23}")
CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
CHOICE_NAME = re.compile(r"-?[a-z0-9_]{1,24}")
YES_NO = ("yes", "no")

SHEET_WORDS = (
    "sheet",
    "version",
    "level",
    "moments",
    "menu",
    "order",
    "registrar",
    "single",
    "title",
    "purpose",
    "remarks",
    "source",
    "observed_on",
    "survey",
)
SHEET_MAY_LACK = ("menu", "order", "registrar", "single", "purpose", "remarks", "source")
INDICATOR_COLUMNS = {"moments": MOMENTS, "cmo": CMO_ELEMENTS, "missing": MISSING}
INDICATOR_WORDS = {
    "set": SETS,
    "level": LEVELS,
    "kind": INDICATOR_KINDS,
    "registrar": REGISTRARS,
    "value_type": VALUE_TYPES,
    "sensitivity": SENSITIVITIES,
}
INDICATOR_MAY_LACK = ("registrar", "derived_from", "previous")
INDICATOR_TEXTS = ("name", "unit", "definition", "reason", "example", "source")
CHOICE_WORDS = ("name", "label", "exclusive", "indicators")

SELECTS = ("select_one", "select_multiple")
WITH_LIST = (*SELECTS, "counts")
NUMBERS = ("integer", "decimal")
ANSWERED = (*WITH_LIST, *NUMBERS, "text", "date")
GROUPS = ("begin_group", "end_group")

COLUMNS: dict[str, tuple[str, ...]] = {
    "type": (*KINDS, *GROUPS),
    "name": (*KINDS, *GROUPS),
    "label": (*KINDS, "begin_group"),
    "hint": (*ANSWERED, "note"),
    "guidance_hint": (*ANSWERED, "note"),
    "indicator": tuple(KINDS),
    "required": ANSWERED,
    "relevant": tuple(KINDS),
    "constraint": ANSWERED,
    "constraint_message": ANSWERED,
    "warning": ANSWERED,
    "warning_message": ANSWERED,
    "calculation": ("calculate",),
    "choice_filter": WITH_LIST,
    "default": (*SELECTS, *NUMBERS, "text", "date"),
    "read_only": ("select_one", *NUMBERS, "text"),
    "total": ("counts",),
    "step": ("counts",),
    "quick": NUMBERS,
    "max_length": ("text",),
    "free_text": ("text",),
    "appearance": ("date",),
    "moments": tuple(KINDS),
    "missing": ANSWERED,
}
"""The columns of the survey, each with the question types on which it has a meaning."""

TEXTS = ("label", "hint", "guidance_hint", "constraint_message", "warning_message")
APPEARANCES = ("month-year",)
EXPRESSIONS = (
    "relevant",
    "constraint",
    "warning",
    "calculation",
    "choice_filter",
    "total",
    "default",
)
