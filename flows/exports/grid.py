"""Grid CSV: a row for everything that was planned, filled in or not."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

from flows.evaluation.grid import Cell, Grids
from flows.exports.csv_file import csv_file
from flows.exports.dataset import Block, Dataset
from flows.exports.filter import EVERYTHING
from flows.exports.format import YES_OR_NO, moment_of_time, safe
from flows.record import ExportedRecord
from flows.schedule import Occasion, Standing
from flows.texts import marked

COLUMNS = (
    *("organisation", "project", "project_name", "level", "moment", "number"),
    *("begins", "ends", "opens", "due", "subject", "sheet", "indicator", "status", "reason"),
    *("state", "late", "record", "revision", "complete", "sheet_version", "observed_on"),
    *("submitted_at", "questions", "answered", "planned", "comparable"),
)
ALWAYS = (date.min, date.max)
"""A record counts from whenever, or up to whenever."""

Group = tuple[str, str, Standing | None, Iterable[Block]]
"""A project and what it is called, with its plan and its records."""


class Grid:
    """One row for each project, moment, subject and indicator that was planned, exactly once.

    What was measured beside the plan follows it. A filter narrows cells by what they are about: a
    period by the day of the record, or by the day on which a cell without one is due; a version by
    that of the record, or by the one with which it would be made now. One project is held at a
    time.
    """

    title = marked("All that was planned, filled in or not (CSV)")
    shared = False
    file = "grid.csv"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the projects as their records come, then those without any."""
        return csv_file(folder / self.file, COLUMNS, _lines(data))


def _lines(data: Dataset) -> Iterator[list[object]]:
    grids = Grids(
        organisation=data.organisation,
        as_of=data.as_of,
        zone=data.zone,
        schedule=data.schedule,
        current=data.current,
        sheets=data.sheets,
    )
    is_everything = data.filter == EVERYTHING
    for project, name, standing, blocks in _projects(data):
        writer = _Writer(data.organisation, project, name)
        for cell in grids.cells(standing, blocks):
            if is_everything or _is_wanted(cell, data):
                yield writer.row(cell)


def _projects(data: Dataset) -> Iterator[Group]:
    waiting = {item.project.id: item for item in data.standings}
    named = groupby(data.unnarrowed(), lambda block: (block[0].project, block[0].project_name))
    for (project, name), blocks in named:
        yield project, name, waiting.pop(project, None), blocks
    for project, standing in sorted(waiting.items()):
        yield project, standing.project.name, standing, ()


def _is_wanted(cell: Cell, data: Dataset) -> bool:
    wanted = data.filter
    version = cell.record.sheet_version if cell.record else data.current[cell.sheet].version
    return (
        (not wanted.moments or cell.moment in wanted.moments)
        and (wanted.since is None or wanted.since <= cell.day)
        and (wanted.until is None or cell.day <= wanted.until)
        and (not wanted.statuses or cell.status in wanted.statuses)
        and (not wanted.versions or (cell.sheet, version) in wanted.versions)
    )


class _Writer:
    """Writes the cells of one project.

    Those of an occasion follow each other, and mostly have the same record, so that nearly all of
    a row is that of the row before.
    """

    def __init__(self, organisation: str, project: str, name: str) -> None:
        self._organisation = organisation
        self._about = safe(project), safe(name)
        self._occasion: Occasion | None = None
        self._planned: tuple[object, ...] = ()
        self._record: ExportedRecord | None = None
        self._registered = _of_record(None, organisation)

    def row(self, cell: Cell) -> list[object]:
        """Return a cell in the order of COLUMNS."""
        if cell.occasion is None or cell.occasion is not self._occasion:
            self._occasion, self._planned = cell.occasion, _of_occasion(cell)
        if cell.record is not self._record:
            self._record = cell.record
            self._registered = _of_record(cell.record, self._organisation)
        return [
            *(self._registered[0], *self._about, *self._planned),
            *(safe(cell.indicator), cell.status, cell.reason, cell.state, YES_OR_NO[cell.is_late]),
            *(*self._registered[1:], cell.questions, cell.answered),
            *(YES_OR_NO[cell.occasion is not None], YES_OR_NO[cell.is_comparable]),
        ]


def _of_occasion(cell: Cell) -> tuple[object, ...]:
    occasion, days = cell.occasion, ALWAYS * 2
    if occasion:
        days = occasion.begins, occasion.ends, occasion.opens, occasion.due
    return (
        *(cell.level, cell.moment, occasion.number if occasion else ""),
        *("" if day in ALWAYS else day.isoformat() for day in days),
        *(safe(cell.subject), cell.sheet),
    )


def _of_record(record: ExportedRecord | None, organisation: str) -> tuple[object, ...]:
    if record is None:
        return (safe(organisation), *[""] * 6)
    return (
        *(safe(record.organisation), record.record, record.revision, YES_OR_NO[record.complete]),
        *(record.sheet_version, record.observed_on.isoformat()),
        moment_of_time(record.submitted_at),
    )
