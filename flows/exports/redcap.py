"""The shape of REDCap: records by event, with the data dictionary that they fit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

from flows.exports.csv_file import csv_file
from flows.exports.dataset import Block, Dataset
from flows.exports.format import moment_of_time, safe, summed, value_cell, without_column
from flows.exports.missing_codes import CODES
from flows.exports.redcap_dictionary import ABOUT, HEADER, Forms, dictionary
from flows.exports.variables import key_of
from flows.record import SUM, ExportedAnswer, ExportedRecord, Status
from flows.sheet import MOMENTS
from flows.texts import marked

FIRST = (
    *("record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"),
    "redcap_data_access_group",
)
CONTINUOUS = "continuous"
COMPLETE = {True: "2", False: "0"}
"""What REDCap writes for a form that is complete, or incomplete."""

SUMS = (
    *("organisation", "project", "subject", "form", "until", "question", "category"),
    *("status", "sum"),
)
Cells = dict[str, str]


class Redcap:
    """A row for each measurement of somebody or something, with the answers of all its sheets.

    A second measurement at a moment is an event of its own, and what is registered all the time is
    a repeating instrument. `record_id` is the project with the participant's code, or with the
    level where nobody is meant.
    """

    title = marked("Records and data dictionary in the shape of REDCap (CSV)")
    shared = False
    folder = "redcap"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the records, what they fit, and which events there are."""
        target = folder / self.folder
        target.mkdir()
        forms, found = Forms(data), _Found()
        columns = [*FIRST, *forms.columns]
        rows = (
            [cells.get(column, "") for column in columns] for cells in _rows(data, forms, found)
        )
        missing = ([code.number, code.label] for code in CODES.values())
        files = (
            ("data.csv", columns, rows),
            ("dictionary.csv", HEADER, dictionary(data, forms)),
            ("events.csv", ("event_name", "arm_num", "unique_event_name"), found.events()),
            ("event_forms.csv", ("arm_num", "unique_event_name", "form"), found.forms()),
            ("repeating_forms.csv", ("event_name", "form_name"), found.repeating()),
            ("missing_codes.csv", ("code", "label"), missing),
            ("monthly_sums.csv", SUMS, _sums(data)),
        )
        return {
            f"{self.folder}/{name}": csv_file(target / name, header, lines)[name]
            for name, header, lines in files
        }


@dataclass
class _Found:
    """Which events there are, and which forms are filled in at each."""

    places: dict[tuple[int, int], set[str]] = field(default_factory=dict)

    def event(self, moment: str, number: int, form: str) -> str:
        """Return the unique name of the event at which a form is filled in."""
        self.places.setdefault((MOMENTS.index(moment), number), set()).add(form)
        return _event(moment, number)

    @cached_property
    def _ordered(self) -> list[tuple[str, int, list[str]]]:
        return [
            (MOMENTS[place], number, sorted(forms))
            for (place, number), forms in sorted(self.places.items())
        ]

    def events(self) -> Iterator[list[str]]:
        """Return the rows that REDCap imports as events."""
        for moment, number, _ in self._ordered:
            name = moment.capitalize()
            yield [f"{name} {number}" if number > 1 else name, "1", _event(moment, number)]

    def forms(self) -> Iterator[list[str]]:
        """Return the rows that say which form belongs to which event."""
        for moment, number, forms in self._ordered:
            yield from (["1", _event(moment, number), form] for form in forms)

    def repeating(self) -> Iterator[list[str]]:
        """Return the rows that say which forms can be there many times."""
        for moment, number, forms in self._ordered:
            if moment == CONTINUOUS:
                yield from ([_event(moment, number), form] for form in forms)


def _event(moment: str, number: int) -> str:
    return f"{moment}_{number}_arm_1" if number > 1 else f"{moment}_arm_1"


def _counted(data: Dataset) -> Iterator[Block]:
    return (block for block in data.blocks() if block[0].provenance != SUM)


def _rows(data: Dataset, forms: Forms, found: _Found) -> Iterator[Cells]:
    # Records come by project, level, moment and subject, so that only those of one are held.
    of_one = groupby(_counted(data), lambda block: (*block[0][1:2], *block[0][3:6]))
    for (_, _, moment, _), blocks in of_one:
        if moment == CONTINUOUS:
            yield from _repeated(data, blocks, forms, found)
        else:
            yield from _measured(data, blocks, forms, found)


def _repeated(
    data: Dataset, blocks: Iterable[Block], forms: Forms, found: _Found
) -> Iterator[Cells]:
    instances: Counter[tuple[str, str]] = Counter()
    for block in blocks:
        about = block[0]
        who = record_id(data, about)
        instances[who, about.sheet] += 1
        yield {
            "record_id": who,
            "redcap_event_name": found.event(about.moment, 1, about.sheet),
            "redcap_repeat_instrument": about.sheet,
            "redcap_repeat_instance": str(instances[who, about.sheet]),
            "redcap_data_access_group": safe(about.project),
            **_cells(data, block, forms),
        }


def _measured(
    data: Dataset, blocks: Iterable[Block], forms: Forms, found: _Found
) -> Iterator[Cells]:
    numbers: Counter[tuple[str, str]] = Counter()
    rows: dict[tuple[str, int], Cells] = {}
    for block in blocks:
        about = block[0]
        who = record_id(data, about)
        numbers[who, about.sheet] += 1
        number = numbers[who, about.sheet]
        row = rows.setdefault((who, number), {})
        row |= {
            "record_id": who,
            "redcap_event_name": found.event(about.moment, number, about.sheet),
            "redcap_data_access_group": safe(about.project),
            **_cells(data, block, forms),
        }
    yield from rows.values()


def record_id(data: Dataset, of: ExportedRecord) -> str:
    """Return what stands for a participant, or for a level of a project; nobody is named."""
    whose = "" if of.organisation == data.organisation else f"{of.organisation}-"
    return safe(f"{whose}{of.project}-{of.subject or of.level}")


def _cells(data: Dataset, block: Block, forms: Forms) -> Cells:
    about, answers = block
    names = forms.about[about.sheet]
    said = (
        *(about.record, str(about.revision), str(about.sheet_version), about.review),
        *(about.provenance, moment_of_time(about.submitted_at), safe(about.record_remark)),
    )
    cells = dict(zip((names[name] for name in ABOUT), said, strict=True))
    for answer in answers:
        cells.update(_answer(data, about, answer, forms))
    cells[f"{about.sheet}_complete"] = COMPLETE[about.complete]
    return cells


def _answer(
    data: Dataset, about: ExportedRecord, answer: ExportedAnswer, forms: Forms
) -> Mapping[str, str]:
    if answer.status is not Status.ANSWERED:
        number = CODES[answer.status].number
        # Of a checkbox, a column says that the code was chosen.
        return {
            column: "1" if is_box else str(number)
            for column, is_box in forms.missing(about.sheet, answer.question, number)
        }
    sheet = data.sheets[about.sheet, about.sheet_version]
    column = forms.of_value.get((about.sheet, *key_of(sheet, answer)))
    if column is None:
        raise without_column(about, answer.question)
    return {column: value_cell(answer)}


def _sums(data: Dataset) -> Iterator[list[str]]:
    for about, answers in data.blocks():
        if about.provenance != SUM:
            continue
        for answer in answers:
            yield [
                *(safe(about.organisation), safe(about.project), safe(about.subject), about.sheet),
                *(about.observed_on.isoformat(), answer.question, *summed(answer), answer.value),
            ]
