"""How the cells of an archive's tables are written, read back and described in a Table Schema."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flows.exports.format import safe, unsafe
from flows.plan import EARLIEST, FURTHEST

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
WHOLE = re.compile(r"\d{1,9}")
"""Whatever is longer has no room in a database."""

IDENTIFIER = re.compile(r"[A-Za-z0-9_.:/+-]{1,128}")
"""Of records, projects and people, as an audit takes them."""
MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Cells:
    """A kind of cells; `read` raises ValueError with what to write instead."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]
    field: Mapping[str, object]


def _text(cell: str) -> str:
    if "\0" in cell:
        raise ValueError("it holds a character that cannot be stored; take that out")
    return unsafe(cell)


def _name(cell: str) -> str:
    if not cell:
        raise ValueError("this is needed")
    return _text(cell)


def _identifier(cell: str) -> str:
    name = _name(cell)
    if not IDENTIFIER.fullmatch(name):
        raise ValueError(f"{_shown(cell)} is no identifier")
    return name


def _whole(cell: str) -> int:
    if not WHOLE.fullmatch(cell):
        raise ValueError(f"{_shown(cell)} is no whole number")
    return int(cell)


def _day(cell: str) -> date:
    if DAY.fullmatch(cell):
        with suppress(ValueError):
            day = date.fromisoformat(cell)
            if EARLIEST <= day <= FURTHEST:
                return day
    raise ValueError(f"{_shown(cell)} is no day; write it like 2026-03-02")


def _time(cell: str) -> datetime:
    if TIME.fullmatch(cell):
        with suppress(ValueError):
            moment = datetime.fromisoformat(cell)
            if EARLIEST <= moment.date() <= FURTHEST:
                return moment
    raise ValueError(f"{_shown(cell)} is no time; write it like 2026-03-02T09:30:00.000000Z")


def _written_time(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= MOST_SHOWN else f"{cell[:MOST_SHOWN]}…")


def one_of(*words: str) -> Cells:
    """Return cells that hold one of these words."""

    def read(cell: str) -> str:
        if cell not in words:
            listed = ", ".join(word or "nothing" for word in words)
            raise ValueError(f"{_shown(cell)} is not possible; use one of {listed}")
        return cell

    possible = [word for word in words if word]
    return Cells(str, read, {"type": "string", "constraints": {"enum": possible}})


def _yes(cell: str) -> bool:
    return bool(YES_NO_WORDS.read(cell) == "yes")


YES_NO_WORDS = one_of("yes", "no")
BOOLEAN: Mapping[str, object] = {
    "type": "boolean",
    "trueValues": ["yes"],
    "falseValues": ["no"],
}
WORDS = Cells(safe, _text, {"type": "string"})
"""A text, with a mark where a spreadsheet would take it for a formula."""
NAMES = Cells(safe, _name, {"type": "string", "constraints": {"required": True}})
AS_WRITTEN = Cells(str, _text, {"type": "string"})
"""What has its mark already, because numbers stand beside texts."""
IDENTIFIERS = Cells(safe, _identifier, NAMES.field)
NUMBERS = Cells(str, _whole, {"type": "integer", "constraints": {"required": True}})
DAYS = Cells(date.isoformat, _day, {"type": "date", "constraints": {"required": True}})
NO_DAY_OR_DAYS = Cells(
    lambda day: day.isoformat() if day else "",
    lambda cell: _day(cell) if cell else None,
    {"type": "date"},
)
TIMES = Cells(_written_time, _time, {"type": "datetime", "constraints": {"required": True}})
YES_NO = Cells(lambda said: "yes" if said else "no", _yes, BOOLEAN)
