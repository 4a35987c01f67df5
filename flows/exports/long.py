"""Tidy long CSV: a row per value."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from flows.exports.csv_file import ANALYSIS, Dialect, Line
from flows.exports.dataset import Dataset
from flows.exports.format import (
    YES_OR_NO,
    answer_label,
    is_plain,
    moment_of_time,
    safe,
    unit_of,
)
from flows.record import ExportedAnswer, ExportedRecord
from flows.sheet import AREAS, Sheet
from flows.texts import marked

BEFORE = (
    *("organisation", "project", "project_name", "level", "moment", "subject", "sheet"),
    *("indicator", "question", "category", "type", "value"),
)
AFTER = (
    *("status", "reason", "remark", "record_remark", "record", "revision", "complete", "review"),
    *("provenance", "sheet_version", "role", "observed_on", "submitted_at"),
)

MOST_REMEMBERED = 10_000
"""Values whose text is kept; what was remembered before is then forgotten."""


class Long:
    """One row for each value; a missing one says why in `status` and `reason`.

    In several languages there is a column of labels for each of them, beside one set of codes.
    """

    shared = False

    def __init__(self, dialect: Dialect = ANALYSIS) -> None:
        self.dialect = dialect
        self.file = f"long{dialect.suffix}.csv"
        self.title = TITLES[dialect.suffix]

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the values as they come."""
        count = 0
        with (folder / self.file).open("w", encoding="utf-8", newline="") as out:
            out.write(self.dialect.start + Line(self.dialect).whole(*columns(data.languages)))
            for lines in self._lines(data):
                out.writelines(lines)
                count += len(lines)
        return {self.file: count}

    def _lines(self, data: Dataset) -> Iterator[list[str]]:
        known: dict[tuple[str, int], _Values] = {}
        for about, answers in data.blocks():
            key = about.sheet, about.sheet_version
            values = known.get(key)
            if values is None:
                values = known[key] = _Values(data, data.sheets[key], self.dialect)
            yield values.lines(about, answers)


def columns(languages: Sequence[str]) -> tuple[str, ...]:
    """Return the columns: `label`, or `label_nl` and `label_fr`, likewise units."""
    named = [f"_{language}" for language in languages] if len(languages) > 1 else [""]
    texts = [f"{what}{name}" for what in ("label", "unit") for name in named]
    return (*BEFORE, *texts, *AFTER)


class _Values:
    """Writes the values of one version of a sheet, and remembers how.

    A million values say few different things, so that nearly all of a line is only put together.
    """

    def __init__(self, data: Dataset, sheet: Sheet, dialect: Dialect) -> None:
        self._data, self._sheet, self._dialect = data, sheet, dialect
        self._line = Line(dialect)
        self._areas = {item.name for item in sheet.questions if item.list_name == AREAS}
        # By identity, with the answer itself so that it stays the only one of that identity.
        self._remembered: dict[int, _Rendered] = {}

    def lines(self, about: ExportedRecord, answers: Iterable[ExportedAnswer]) -> list[str]:
        """Return the lines of one record."""
        head, middle, tail = self._about(about)
        known, render = self._remembered.get, partial(self._rendered, about.project)
        return [
            f"{head}{found[0]}{middle}{found[1]}{tail}"
            for answer in answers
            for found in (known(id(answer)) or render(answer),)
        ]

    def _about(self, of: ExportedRecord) -> tuple[str, str, str]:
        text = self._text
        head = self._line.begun(
            *map(text, (of.organisation, of.project, of.project_name)),
            *(of.level, of.moment, text(of.subject), of.sheet),
        )
        middle = self._line.begun(
            *(text(of.record_remark), of.record, of.revision, YES_OR_NO[of.complete]),
            *(of.review, of.provenance, of.sheet_version),
        )
        tail = self._line.whole(of.observed_on.isoformat(), moment_of_time(of.submitted_at))
        return head, middle, tail

    def _rendered(self, project: str, of: ExportedAnswer) -> "_Rendered":
        text, languages = self._text, self._data.languages
        labels = [
            answer_label(of, project, self._sheet, self._data.areas, language)
            for language in languages
        ]
        units = [unit_of(of, self._sheet, language) for language in languages]
        value = self._dialect.number(of.value) if is_plain(of) else text(of.value)
        first = self._line.begun(
            *(text(of.indicator), of.question, of.category, of.type, value),
            *map(text, (*labels, *units)),
            *(of.status.value, of.reason, text(of.remark)),
        )
        rendered = first, self._line.begun(of.role), of
        # An area is called what its project calls it, and a text comes only once.
        if of.question not in self._areas and of.type != "text" and not of.remark:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[id(of)] = rendered
        return rendered

    def _text(self, text: str) -> str:
        return self._dialect.text(safe(text))


_Rendered = tuple[str, str, ExportedAnswer]
"""What stands before and after what is said of the record, and whose it is."""

TITLES = {
    "": marked("Single values, for analysis (CSV)"),
    "-excel": marked("Single values, for Excel (CSV)"),
}
