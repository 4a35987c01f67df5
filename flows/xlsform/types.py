"""Reads the type of a survey row, in any spelling that pyxform takes."""

import re
from collections.abc import Iterable
from dataclasses import replace

from flows.columns import COLUMNS
from flows.sheet import AREAS, INDICATOR_LISTS
from flows.xlsform.problems import Problems
from flows.xlsform.tables import Row
from flows.xlsform.words import DAY, NOT_KEPT, REFUSED_SELECTS, REFUSED_TYPES, SELECTS, TYPES

_OTHER = re.compile(r"(.+?) (?:or_other|or other|or specify other)")
_GROUP_WORDS = re.compile(r"(begin|end)[ _]")


def type_of(row: Row, lists: Iterable[str], problems: Problems) -> tuple[str, str]:
    """Return the type and the list of a row; ("", "") when it cannot be used, which is noted."""
    said, place = row.text("type"), row.at("type")
    if not said:
        problems.report("column_missing", row.place, what="type")
        return "", ""
    if found := _plain(said):
        return found, ""
    if remedy := _refused(said):
        problems.report("type_refused", place, what=said, remedy=remedy)
    elif listed := _with_list(said):
        return _listed(*listed, row, list(lists), problems)
    elif _plain(said.lower()) or _refused(said.lower()) or _with_list(said.lower()):
        proposal = _in_small_letters(said)
        problems.report("type_case", place, proposal=proposal)
        cell = row.cells["type"]._replace(text=proposal)
        return type_of(replace(row, cells={**row.cells, "type": cell}), lists, problems)
    else:
        possible = ", ".join(COLUMNS["type"])
        problems.report("type_unknown", place, COLUMNS["type"], what=said, possible=possible)
    return "", ""


def is_group_row(row: Row) -> bool:
    """Whether a row of a type that cannot be used begins or ends something, so asks nothing."""
    return _GROUP_WORDS.match(row.text("type").lower()) is not None


def _plain(said: str) -> str:
    found = TYPES.get(said, said)
    simple = found in COLUMNS["type"] and found not in SELECTS.values()
    return found if simple or found in (DAY, *NOT_KEPT) else ""


def _refused(said: str) -> str:
    if said in REFUSED_TYPES:
        return REFUSED_TYPES[said]
    begun = (words for words in REFUSED_SELECTS if said.startswith(f"{words} "))
    return next((REFUSED_SELECTS[words] for words in begun), "")


def _with_list(said: str) -> tuple[str, str] | None:
    for words, found in SELECTS.items():
        if said == words or said.startswith(f"{words} "):
            return found, said[len(words) :].strip()
    return None


def _listed(
    found: str, rest: str, row: Row, lists: list[str], problems: Problems
) -> tuple[str, str]:
    place = row.at("type")
    if match := _OTHER.fullmatch(rest):
        problems.report("or_other", place)
        rest = match[1]
    if not rest or " " in rest:
        problems.report("list_missing", place, what=found)
    elif rest in INDICATOR_LISTS:
        problems.report("list_reserved", place, what=rest)
    elif rest == AREAS and found != "select_one":
        problems.report("list_of_areas", place, what=found)
    elif rest not in lists and rest != AREAS:
        problems.report("list_unknown", place, [AREAS, *lists], what=rest)
    else:
        return found, rest
    return "", ""


def _in_small_letters(said: str) -> str:
    """Return a type in small letters, and its list as it was written."""
    count = max((len(w.split()) for w in SELECTS if said.lower().startswith(w)), default=99)
    words = said.split()
    return " ".join([*(word.lower() for word in words[:count]), *words[count:]])
