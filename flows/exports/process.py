"""Process CSV, for the team: what was done and under which circumstances, apart from outcomes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from flows.catalogue import TEAM, Entry, catalogue_of
from flows.evaluation.derived import PERCENT, SHARES, derived, share_at
from flows.evaluation.periods import (
    NOTHING_REGISTERED,
    PARTICIPANTS,
    PEOPLE,
    PERSONS,
    SMALL_NUMBER,
    TIMES,
    Number,
    Summed,
    plain,
    sums_of,
)
from flows.evaluation.process import ATTENDANCE, RECORDS, Figures, Period, Tally
from flows.evaluation.suppression import Mark, cell, is_small
from flows.evaluation.time_line import NUMERIC, changes, happened
from flows.exports.csv_file import csv_file
from flows.exports.dataset import Areas, Dataset, Sheets
from flows.exports.format import choice_cell, safe, value_cell, value_label
from flows.record import ExportedValue
from flows.sheet import MEASUREMENTS
from flows.texts import marked

COLUMNS = (
    *("reader", "project", "project_name", "part", "indicator", "name", "measure"),
    *("period", "from", "to", "category", "label", "value", "unit"),
    *("without_number", "status", "reason", "note"),
)
SUM, MEASURED, DERIVED = "sum", "measured", "derived"
AREA, TIME_LINE, EMPTY = "area", "time_line", "empty"

AREA_INDICATORS = ("DG16", "DG17", "DG18", "DG19")
NOTES = {
    **dict.fromkeys(
        AREA_INDICATORS,
        "context of the area; never linked to participants, no effect of the project",
    ),
    "DG01": "somebody who is met twice counts twice",
    "DG02": "contacts, not different people",
    "DG05": "somebody who is met twice counts twice, so that it can be above 100",
    "DG10": "a referral of an earlier period may have arrived in this one",
    "PR27": "the budget of a calendar year for each person met in the period",
}
OWN_UNIT = {
    *(("PR17", "activity"), ("PR20", RECORDS), ("PR21", "meetings"), ("PR24", RECORDS)),
    *(("DG01", "met"), ("DG09", "referrals"), ("DG21", "syringes_in"), TIMES[:2]),
}
"""What an indicator's unit belongs to, where more than one thing is counted of it."""

NOT_CHOSEN = ("select_multiple", "0")

Row = dict[str, str]


class Process:
    """A row for each number of a period or measurement, then the time line, project by project.

    What is derived stands beside what it was derived from, and area figures are marked as such.
    """

    title = marked("Process: what was done, and what changed around it (CSV)")
    shared = True
    file = "process.csv"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write one project after the other."""
        catalogue = catalogue_of(data.sheets)
        entries = {code: item for code, item in catalogue.items() if item.reader == TEAM}
        return csv_file(folder / self.file, COLUMNS, self._lines(data, entries))

    def _lines(self, data: Dataset, entries: Mapping[str, Entry]) -> Iterator[list[str]]:
        names = Names(data.sheets, data.areas, data.language)
        projects = groupby(data.values(), lambda row: (row.project, row.project_name))
        for (project, name), values in projects:
            figures = Figures()
            for _, record in groupby(values, lambda row: (row.organisation, row.record)):
                figures.add(tuple(record))
            about = {"reader": TEAM, "project": safe(project), "project_name": safe(name)}
            for row in _Overview(figures, entries, names, data.threshold).rows():
                yield [(about | row).get(column, "") for column in COLUMNS]


class Names(NamedTuple):
    """Where texts come from, and in which language."""

    sheets: Sheets
    areas: Areas
    language: str


@dataclass(frozen=True)
class _Overview:
    """The rows of one project."""

    figures: Figures
    entries: Mapping[str, Entry]
    names: Names
    threshold: int

    @cached_property
    def periods(self) -> list[Summed]:
        return sums_of(self.figures, self.entries, self.threshold)

    def rows(self) -> Iterator[Row]:
        """Return the rows of every indicator, then the time line."""
        for code, entry in self.entries.items():
            found = [*self._measured(entry), *self._sums(entry), *self._derived(code)]
            name = safe(entry.name(self.names.language))
            about = {"indicator": safe(code), "name": name, "note": NOTES.get(code, "")}
            for row in found or [{"part": EMPTY, "reason": NOTHING_REGISTERED}]:
                area = {"part": AREA} if code in AREA_INDICATORS else {}
                yield about | row | area
        yield from self._logged()
        yield from self._changed()

    def _measured(self, entry: Entry) -> Iterator[Row]:
        for sheet, question in entry.asked:
            for moment in MEASUREMENTS:
                found = self.figures.measured.get((sheet, question, moment))
                if found is None:
                    continue
                about = {"part": MEASURED, "measure": question, "period": moment}
                about["to"] = found.order.observed_on.isoformat()
                if question in SHARES:
                    shown = _shown(share_at(self.figures, sheet, question, moment))
                    yield about | shown | {"part": DERIVED, "unit": PERCENT}
                    continue
                for value in found.values:
                    if (value.type, value.value) != NOT_CHOSEN:
                        yield about | self._value(entry, value)

    def _value(self, entry: Entry, value: ExportedValue) -> Row:
        unit, key = entry.indicator.unit, (value.indicator, value.question)
        people = value.value.isdigit() and (unit == PERSONS or key in PEOPLE)
        small = people and is_small(int(value.value), self.threshold)
        shown = cell(int(value.value), Mark.SMALL, self.threshold) if small else value_cell(value)
        counted = value.type in {*NUMERIC, "counts"}
        sheet = self.names.sheets[value.sheet, value.sheet_version]
        return {
            "category": choice_cell(value.category),
            "label": safe(value_label(value, sheet, self.names.areas, self.names.language)),
            "value": shown,
            "unit": safe(entry.text(self.names.language, "unit")) if counted else "",
            "status": value.status.value,
            "reason": SMALL_NUMBER if small else safe(value.reason),
        }

    def _sums(self, entry: Entry) -> Iterator[Row]:
        code, unit = entry.indicator.code, safe(entry.text(self.names.language, "unit"))
        measures = self.figures.categories(code)
        if code == ATTENDANCE and self.figures.attended:
            measures = {PARTICIPANTS[1]: set(), TIMES[1]: set()}
        for measure, categories in sorted(measures.items()):
            own = len(measures) == 1 or (code, measure) in OWN_UNIT
            for summed in self.periods:
                for category in ["", *_in_order(entry, categories)]:
                    key = (code, measure, category)
                    if key in summed.sums:
                        yield {
                            "part": SUM,
                            "measure": measure,
                            **_days(summed.period),
                            "category": choice_cell(category),
                            "label": safe(self._label(entry, measure, category)),
                            **_shown(summed.number(key)),
                            "unit": unit if own else "",
                            "without_number": self._without(key, summed.period),
                        }

    def _derived(self, code: str) -> Iterator[Row]:
        for item in derived(code, self.figures, self.periods):
            days = _days(item.period) if item.period else {}
            shown = days | _shown(item.number)
            yield shown | {"part": DERIVED, "measure": item.measure, "unit": item.unit}

    def _label(self, entry: Entry, measure: str, category: str) -> str:
        # What is counted is mostly a question by itself; else the first that has the category.
        questions = [measure, *(question for _, question in entry.asked)] if category else []
        labels = (entry.label(name, category, self.names.language) for name in questions)
        return next(filter(None, labels), "")

    def _without(self, key: Tally, period: Period) -> str:
        code, measure, category = key
        return "" if category else str(self.figures.without_number(code, measure, period))

    def _logged(self) -> Iterator[Row]:
        for item in happened(self.figures):
            sheet, language = self.names.sheets[item.sheet], self.names.language
            labels = [value_label(row, sheet, self.names.areas, language) for row in item.chosen]
            yield {
                "part": TIME_LINE,
                "indicator": safe(item.indicator),
                "name": safe(sheet.text(language, f"{sheet.name}.title")),
                "measure": sheet.name,
                "from": item.day.isoformat(),
                "category": safe(" ".join(row.category or row.value for row in item.chosen)),
                "label": safe(", ".join(labels)),
                "note": safe(item.text),
            }

    def _changed(self) -> Iterator[Row]:
        for item in changes(self.figures):
            entry, before = self.entries.get(item.indicator), item.before
            yield {
                "part": TIME_LINE,
                "indicator": safe(item.indicator),
                "name": safe(entry.name(self.names.language)) if entry else "",
                "measure": item.question,
                "from": item.day.isoformat(),
                "value": plain(item.by),
                "note": f"from {plain(before)} to {plain(item.after)}"
                if before is not None
                else "",
            }


def _in_order(entry: Entry, categories: Iterable[str]) -> list[str]:
    """Return categories as their list has them; what is in no list comes last."""
    listed = [choice.name for _, asked in entry.asked.values() for choice in asked.choices]
    found = set(categories) - {""}
    return sorted(
        found, key=lambda name: (listed.index(name) if name in listed else len(listed), name)
    )


def _days(period: Period) -> Row:
    first = (period.after + timedelta(days=1)).isoformat() if period.after else ""
    last = period.until.isoformat() if period.until else ""
    return {"period": period.name, "from": first, "to": last}


def _shown(number: Number) -> Row:
    return {"value": number.value, "reason": number.reason}
