"""The tables from which an archive is made again: their columns are said here once."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from flows.archive.cells import (
    AS_WRITTEN,
    DAYS,
    IDENTIFIERS,
    NAMES,
    NO_DAY_OR_DAYS,
    NUMBERS,
    TIMES,
    WORDS,
    YES_NO,
    Cells,
    one_of,
)
from flows.archive.faults import Faults
from flows.archive.ledger import WHAT, Change
from flows.exports.csv_file import csv_file
from flows.exports.format import NUMBER, safe
from flows.kinds import KINDS
from flows.record import PROVENANCES, REVIEWS, STATUSES, SUM
from flows.sheet import LEVELS, MOMENTS, REGISTRARS

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its rows come by `key`, each only once.

    `points` says to which other table, by its path, the first columns of the key lead.
    """

    path: str
    columns: Mapping[str, Cells]
    key: tuple[str, ...]
    points: tuple[tuple[str, ...], str] | None = None

    def write(self, folder: Path, rows: Iterable[Sequence[Any]]) -> dict[str, int]:
        """Write rows, whose items stand in the order of the columns."""
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        writers = [cells.write for cells in self.columns.values()]
        cells = ([write(item) for write, item in zip(writers, row, strict=True)] for row in rows)
        return {self.path: sum(csv_file(path, self.columns, cells).values())}

    def read(self, lines: Iterable[str], faults: Faults) -> Iterator[tuple[int, Row]]:
        """Yield each row that can be read with its number, the header being row 1.

        What cannot be read is left out and noted as a fault.
        """
        rows = enumerate(strict_rows(lines, self.path, faults), start=1)
        _, header = next(rows, (1, []))
        if header != [*self.columns]:
            faults.add(self.path, 1, "", f"the columns have to be {','.join(self.columns)}")
            return
        places = [[*self.columns].index(name) for name in self.key]
        before: Row = ()
        for number, cells in rows:
            row = self._row(cells, number, faults)
            if row is None:
                continue
            key = tuple(row[place] for place in places)
            if before and key <= before:
                remedy = "the rows are not in order, or one stands there twice"
                faults.add(self.path, number, self.key[-1], remedy)
                continue
            before = key
            yield number, row

    def _row(self, cells: Sequence[str], number: int, faults: Faults) -> Row | None:
        if len(cells) != len(self.columns):
            what = f"it has {len(cells)} cells and not {len(self.columns)}"
            faults.add(self.path, number, "", what)
            return None
        found, count = [], faults.count
        for (name, kind), cell in zip(self.columns.items(), cells, strict=True):
            try:
                found.append(kind.read(cell))
            except ValueError as error:
                faults.add(self.path, number, name, str(error))
        return tuple(found) if faults.count == count else None


def strict_rows(lines: Iterable[str], path: str, faults: Faults) -> Iterator[list[str]]:
    """Yield the cells of each row, up to the first that is no CSV or no UTF-8: that is a fault."""
    count = 0
    try:
        for cells in csv.reader(lines, strict=True):
            count += 1
            yield cells
    except csv.Error as error:
        faults.add(path, count + 1, "", f"this is no CSV ({error})")
    except UnicodeDecodeError:
        faults.add(path, count + 1, "", "this is not UTF-8")


class Review(NamedTuple):
    """What a coordinator said of a revision."""

    record: str
    number: int
    revision: int
    state: str
    comment: str
    person: str
    reviewed_at: datetime


class Member(NamedTuple):
    """Since when a participant takes part; never the time, which would say who brought them."""

    project: str
    participant: str
    since: date


class Decided(NamedTuple):
    """What was decided about an occasion, by whom and on which day."""

    project: str
    sheet: str
    moment: str
    subject: str
    number: int
    due: date | None
    reason: str
    assignee: str
    person: str
    decided_on: date


_MOMENT, _LEVEL = one_of(*MOMENTS), one_of(*LEVELS)
_RECORD: Mapping[str, Cells] = {"record": IDENTIFIERS, "revision": NUMBERS}

REVISIONS = Table(
    "ledger/revisions.csv",
    {
        **_RECORD,
        "project": IDENTIFIERS,
        "sheet": IDENTIFIERS,
        "sheet_version": NUMBERS,
        "level": _LEVEL,
        "moment": _MOMENT,
        "subject": WORDS,
        "person": IDENTIFIERS,
        "entered_for": WORDS,
        "provenance": one_of("", *PROVENANCES, SUM),
        "submitted_at": TIMES,
        "observed_on": DAYS,
        "complete": YES_NO,
        "deleted": YES_NO,
        "reason": WORDS,
        "remark": WORDS,
    },
    ("record", "revision"),
)
CHANGES = Table(
    "ledger/changes.csv",
    {
        **_RECORD,
        "position": NUMBERS,
        "question": NAMES,
        "category": WORDS,
        "change": one_of(*WHAT),
        "indicator": WORDS,
        "role": one_of("", *REGISTRARS),
        "type": one_of(*KINDS),
        "old_status": one_of("", *STATUSES),
        "old_reason": WORDS,
        "old_value": AS_WRITTEN,
        "old_remark": WORDS,
        "status": one_of("", *STATUSES),
        "reason": WORDS,
        "value": AS_WRITTEN,
        "remark": WORDS,
    },
    ("record", "revision", "position", "category"),
    (("record", "revision"), REVISIONS.path),
)
REVIEWED = Table(
    "ledger/reviews.csv",
    {
        "record": IDENTIFIERS,
        "number": NUMBERS,
        "revision": NUMBERS,
        "state": one_of(*REVIEWS),
        "comment": WORDS,
        "person": IDENTIFIERS,
        "reviewed_at": TIMES,
    },
    ("record", "number"),
    (("record", "revision"), REVISIONS.path),
)
PARTICIPANTS = Table(
    "plan/participants.csv",
    {"project": IDENTIFIERS, "participant": NAMES, "since": DAYS},
    ("project", "participant"),
)
DECISIONS = Table(
    "plan/decisions.csv",
    {
        "project": IDENTIFIERS,
        "sheet": IDENTIFIERS,
        "moment": _MOMENT,
        "subject": WORDS,
        "number": NUMBERS,
        "due": NO_DAY_OR_DAYS,
        "reason": WORDS,
        "assignee": WORDS,
        "person": IDENTIFIERS,
        "decided_on": DAYS,
    },
    ("project", "sheet", "moment", "subject", "number"),
)
TABLES = {table.path: table for table in (REVISIONS, CHANGES, REVIEWED, PARTICIPANTS, DECISIONS)}


def marked_change(change: Change) -> Change:
    """Return a change whose texts have their marks, while numbers stay numbers."""
    return change._replace(
        old_value=_cell(change.type, change.old_value), value=_cell(change.type, change.value)
    )


def _cell(kind: str, value: str) -> str:
    return value if kind != "text" and NUMBER.fullmatch(value) else safe(value)
