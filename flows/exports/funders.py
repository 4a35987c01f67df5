"""For each funder of each project: what they want to see, planned and realised."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from flows.catalogue import catalogue_of
from flows.crosswalks import UNVERIFIED
from flows.evaluation.goals import Goal, Goals
from flows.evaluation.measures import counts_at_all
from flows.evaluation.realised import NUMBER, Figures, Realised, first_questions
from flows.exports.csv_file import csv_file
from flows.exports.dataset import Dataset
from flows.exports.format import safe, value_cell, value_label
from flows.record import ExportedValue, Status
from flows.texts import marked

FUNDING = "funding"
COLUMNS = (
    "project",
    "funder",
    "programme",
    "system",
    "rhythm",
    "next_report",
    "goal",
    "indicator",
    "name",
    "item",
    "planned",
    "realised",
    "period",
    "comment",
)
ITEM_UNVERIFIED = "the matching item is unverified"


@dataclass
class Funder:
    """A record of `funding`: its cells as they are written, and the indicators it wants."""

    cells: dict[str, str] = field(default_factory=dict)
    system: str = ""
    wanted: set[str] = field(default_factory=set)


@dataclass
class _Read:
    """What is kept of one project."""

    figures: Figures
    funders: dict[str, Funder] = field(default_factory=dict)
    goals: Goals = field(default_factory=Goals)


class Funders:
    """One row for each indicator that a funder wants, and for each goal that it shows.

    Funder and rhythm are called what the sheet calls them; `system` is the name that the
    crosswalk uses. Records that are half saved or set aside do not count. One project's
    summaries are held at a time.
    """

    title = marked("For funders: planned and realised (CSV)")
    shared = True
    file = "funders.csv"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write one project after the other, its funders in the order of their records."""
        return csv_file(folder / self.file, COLUMNS, _Book(data).lines(data.values()))


class _Book:
    """What the rows of every project are written with."""

    def __init__(self, data: Dataset) -> None:
        self.threshold = data.threshold
        self.sheets, self.areas, self.language = data.sheets, data.areas, data.language
        self.crosswalks = data.crosswalks
        self.catalogue = catalogue_of(data.sheets)
        self.indicators = [entry.indicator for entry in self.catalogue.values()]
        self.firsts = first_questions(data.sheets.values())

    def lines(self, rows: Iterable[ExportedValue]) -> Iterator[list[str]]:
        for project, values in groupby(rows, key=lambda row: row.project):
            read = self._read(values)
            for funder in read.funders.values():
                for code in self.catalogue:
                    if code in funder.wanted:
                        for goal in read.goals.of(code) or [Goal()]:
                            yield self._line(project, funder, code, goal, read.figures.of(code))

    def _read(self, values: Iterable[ExportedValue]) -> _Read:
        read = _Read(Figures(self.indicators, self.firsts, self.threshold))
        for row in values:
            if not counts_at_all(row) or row.status is not Status.ANSWERED:
                continue
            read.figures.take(row)
            read.goals.take(row)
            if row.sheet == FUNDING:
                self._fund(read.funders.setdefault(row.record, Funder()), row)
        return read

    def _fund(self, funder: Funder, row: ExportedValue) -> None:
        if row.question == "funder_indicators":
            if row.value == "1":
                funder.wanted.add(row.category)
        elif row.question == "system":
            funder.system = row.value
        else:
            sheet = self.sheets[row.sheet, row.sheet_version]
            label = value_label(row, sheet, self.areas, self.language)
            funder.cells[row.question] = safe(label) if label else value_cell(row)

    def _line(
        self, project: str, funder: Funder, code: str, goal: Goal, realised: Realised
    ) -> list[str]:
        matches = self.crosswalks.of(code, funder.system)
        unverified = any(match.status == UNVERIFIED for match in matches)
        comments = [*realised.comments, *([ITEM_UNVERIFIED] if unverified else [])]
        sheet = self.catalogue[code].sheet
        value = realised.value
        return [
            safe(project),
            funder.cells.get("funder", ""),
            funder.cells.get("programme", ""),
            safe(funder.system),
            funder.cells.get("rhythm", ""),
            funder.cells.get("first_report", ""),
            safe(goal.text),
            safe(code),
            safe(sheet.text(self.language, f"indicators.{code}.name")),
            safe(" | ".join(match.item for match in matches)),
            goal.planned,
            value if NUMBER.fullmatch(value) else safe(value),
            realised.period,
            "; ".join(comments),
        ]
