"""Outcome CSV, for an independent evaluator: how participants changed, without small numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import median_low

from flows.catalogue import EVALUATOR, Entry, catalogue_of
from flows.evaluation.goals import Goals
from flows.evaluation.measures import Cohort, Values, change, cohort_of
from flows.evaluation.outcome import (
    CHARACTERISTICS,
    DURATION,
    STARTED,
    Divided,
    Group,
    Protected,
    Readings,
    Way,
    asking,
    divided,
    is_asked,
    is_comparable,
    protected,
    readings_of,
    ways_of,
    with_answers,
)
from flows.evaluation.suppression import WITHHELD, cell
from flows.exports.csv_file import csv_file
from flows.exports.dataset import Dataset, Sheets
from flows.exports.format import choice_cell, safe
from flows.sheet import MEASUREMENTS
from flows.texts import marked

COUNTS = {
    "started": STARTED,
    **{f"{moment}_n": f"n.{moment}" for moment in MEASUREMENTS},
    **{f"missing_{moment}": f"missing.{moment}" for moment in MEASUREMENTS},
}
CHANGED = ("both", "improved", "same", "worse")
COLUMNS = (
    *("reader", "project", "project_name", "indicator", "name", "question"),
    *("sub_group", "sub_group_name", "compared", "category", "label"),
    *("baseline", "target", "actual", "change"),
    *(*COUNTS, *CHANGED, "note"),
)

NOBODY = "no participant has started"
NOT_ASKED = "not asked in this project"
NOT_COMPARABLE = "asked in different ways, see comparability.csv; compare with care"
EXPLAINED = "withheld where a small number could be computed from it"
NOTES = {
    "DN18": "against what was agreed with each participant",
    "DN22": "whoever left stays in all counts",
    "DN23": "months between joining and leaving, where both are known",
}

Row = dict[str, str]


class Outcome:
    """A row for each change between two moments and for each answer, in all and by sub-group.

    It holds the participants of one project at a time. The numbers of all who started, drop-outs
    included, and of those with both measurements stand beside each change. `baseline` and `actual`
    are medians of those with both, `change` the steps between them, `target` what the project's
    goals plan for the indicator, which is for all participants together.
    """

    title = marked("Outcomes: how participants changed (CSV)")
    shared = True
    file = "outcome.csv"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write one project after the other."""
        catalogue = catalogue_of(data.sheets)
        entries = {code: item for code, item in catalogue.items() if item.reader == EVALUATOR}
        return csv_file(folder / self.file, COLUMNS, self._lines(data, entries))

    def _lines(self, data: Dataset, entries: Mapping[str, Entry]) -> Iterator[list[str]]:
        asked = asking(entries)
        projects = groupby(data.values(), lambda row: (row.project, row.project_name))
        for (project, name), values in projects:
            goals = Goals()
            cohort = cohort_of(goals.watching(values))
            among = divided(cohort, asked, data.threshold)
            about = {"reader": EVALUATOR, "project": safe(project), "project_name": safe(name)}
            tables = _Tables(cohort, among, goals, entries, data.sheets, data.language)
            for row in tables.rows():
                yield [(about | row).get(column, "") for column in COLUMNS]


@dataclass(frozen=True)
class _Tables:
    """The tables of one project."""

    cohort: Cohort
    among: Divided
    goals: Goals
    entries: Mapping[str, Entry]
    sheets: Sheets
    language: str

    def rows(self) -> Iterator[Row]:
        """Return the rows of every indicator."""
        for code, entry in self.entries.items():
            for way in ways_of(entry):
                about = {"indicator": safe(code), "name": safe(entry.name(self.language))}
                about["question"] = way.question
                for row in self._indicator(entry, way):
                    yield about | row

    def _indicator(self, entry: Entry, way: Way) -> Iterator[Row]:
        if self.cohort.started and not is_asked(self.cohort, way):
            # Zeros would look as if everybody had dropped out.
            yield {"note": NOT_ASKED}
            return
        values = readings_of(self.cohort, way)
        way = with_answers(way, values)
        counted = protected(way, values, self.among)
        whole = way.code in CHARACTERISTICS or not self.cohort.started
        notes, target = self._notes(way), self._target(way.code)
        for group in [self.among.everybody] if whole else self.among.groups:
            about = self._sub_group(group[0])
            about["target"] = "" if group[0] else target
            for row in self._group(entry, way, values, counted, group):
                told = [*notes, *([EXPLAINED] if WITHHELD in row.values() else [])]
                yield about | row | {"note": "; ".join(told)}

    def _group(
        self, entry: Entry, way: Way, values: Readings, counted: Protected, group: Group
    ) -> Iterator[Row]:
        for first, second in way.pairs:
            columns = COUNTS | {part: f"{part}.{second}" for part in CHANGED}
            row = self._cells(counted, group, columns) | {"compared": f"{first}_to_{second}"}
            yield row | self._medians(values[first], values[second], row["both"], group)
        for category in way.categories:
            columns = COUNTS | {f"{moment}_n": f"{category}.{moment}" for moment in MEASUREMENTS}
            label = entry.label(way.question, category, self.language)
            row = self._cells(counted, group, columns)
            yield row | {"category": choice_cell(category), "label": safe(label)}
        if not way.pairs and not way.categories:
            row = self._cells(counted, group, COUNTS)
            if way.code == DURATION and self._enough(row["final_n"]):
                row["actual"] = _median(values["final"], group)
            yield row

    def _cells(self, counted: Protected, group: Group, columns: Mapping[str, str]) -> Row:
        return {
            column: cell(counted.cells[key], counted.marks[key], self.among.threshold)
            for column, name in columns.items()
            if (key := (group[0], name)) in counted.cells
        }

    def _medians(self, before: Values, after: Values, both: str, group: Group) -> Row:
        if not self._enough(both):
            return {}
        found = change(before, after, group[1])
        first, last = found.median_before, found.median_after
        if first is None or last is None:
            return {}
        return {"baseline": str(first), "actual": str(last), "change": str(last - first)}

    def _enough(self, shown: str) -> bool:
        """Whether a group is shown and large enough for a median: one of three tells of each."""
        return shown.isdigit() and int(shown) >= self.among.threshold

    def _sub_group(self, name: str) -> Row:
        code, _, choice = name.partition(":")
        label = ""
        if code in self.entries:
            question = ways_of(self.entries[code])[0].question
            label = self.entries[code].label(question, choice, self.language)
        return {"sub_group": safe(name), "sub_group_name": safe(label)}

    def _target(self, code: str) -> str:
        """Return what is planned; where several goals are shown by an indicator, all of them."""
        return " | ".join(goal.planned for goal in self.goals.of(code) if goal.planned)

    def _notes(self, way: Way) -> list[str]:
        """Return what is to be known of an indicator, whatever its numbers."""
        notes = [] if self.cohort.started else [NOBODY]
        if not is_comparable(self.cohort, way, self.sheets):
            notes.append(NOT_COMPARABLE)
        return notes + ([NOTES[way.code]] if way.code in NOTES else [])


def _median(months: Values, group: Group) -> str:
    return str(median_low(int(months[who]) for who in group[1] if who in months))
