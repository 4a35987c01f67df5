"""Tidy long CSV: a row per value."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.exports.csv_file import ANALYSIS, Dialect, csv_text
from flows.exports.dataset import Block, Dataset
from flows.exports.format import (
    answer_label,
    is_number,
    moment_of_time,
    safe,
    unit_of,
)
from flows.record import ExportedAnswer, ExportedRecord
from flows.sheet import Sheet
from flows.texts import marked

BEFORE = (
    *("organisation", "project", "project_name", "level", "moment", "subject", "sheet"),
    *("indicator", "question", "category", "type", "value"),
)
AFTER = (
    *("status", "reason", "remark", "record_remark", "record", "revision", "complete", "review"),
    *("provenance", "sheet_version", "role", "observed_on", "submitted_at"),
)

MOST_REMEMBERED = 50_000
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
            out.write(self.dialect.start + csv_text(columns(data.languages), self.dialect))
            for lines in self._lines(data):
                out.writelines(lines)
                count += len(lines)
        return {self.file: count}

    def _lines(self, data: Dataset) -> Iterator[list[str]]:
        known: dict[tuple[str, int, str], _Values] = {}
        for about, answers in data.blocks():
            key = about.sheet, about.sheet_version, about.project
            values = known.get(key)
            if values is None:
                values = known[key] = _Values(data, *key, self.dialect)
            yield values.lines((about, answers))


def columns(languages: Sequence[str]) -> tuple[str, ...]:
    """Return the columns: `label`, or `label_nl` and `label_fr`, likewise units."""
    named = [f"_{language}" for language in languages] if len(languages) > 1 else [""]
    texts = [f"{what}{name}" for what in ("label", "unit") for name in named]
    return (*BEFORE, *texts, *AFTER)


class _Values:
    """Writes the values of one version of a sheet in one project, and remembers how.

    A million values say few different things, so that nearly all of a line is only put together.
    """

    def __init__(
        self, data: Dataset, sheet: str, version: int, project: str, dialect: Dialect
    ) -> None:
        self._sheet: Sheet = data.sheets[sheet, version]
        self._data, self._project, self._dialect = data, project, dialect
        self._remembered: dict[ExportedAnswer, tuple[str, str]] = {}

    def lines(self, block: Block) -> list[str]:
        """Return the lines of one record."""
        about, answers = block
        head, middle, tail = self._about(about)
        lines = []
        for answer in answers:
            found = self._remembered.get(answer) or self._rendered(answer)
            lines.append(f"{head}{found[0]}{middle}{found[1]}{tail}")
        return lines

    def _about(self, of: ExportedRecord) -> tuple[str, str, str]:
        text, write = self._text, self._joined
        head = write(
            *map(text, (of.organisation, of.project, of.project_name)),
            *(of.level, of.moment, text(of.subject), of.sheet),
        )
        middle = write(
            *(text(of.record_remark), of.record, of.revision, "yes" if of.complete else "no"),
            *(of.review, of.provenance, of.sheet_version),
        )
        day = of.observed_on.isoformat()
        tail = csv_text((day, moment_of_time(of.submitted_at)), self._dialect)
        return head, middle, tail

    def _rendered(self, of: ExportedAnswer) -> tuple[str, str]:
        text, languages = self._text, self._data.languages
        areas = self._data.areas
        value = self._dialect.number(of.value) if is_number(of) else text(of.value)
        rendered = (
            self._joined(
                *(text(of.indicator), of.question, of.category, of.type, value),
                *(
                    text(answer_label(of, self._project, self._sheet, areas, language))
                    for language in languages
                ),
                *(text(unit_of(of, self._sheet, language)) for language in languages),
                *(of.status.value, of.reason, text(of.remark)),
            ),
            self._joined(of.role),
        )
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[of] = rendered
        return rendered

    def _text(self, text: str) -> str:
        return self._dialect.text(safe(text))

    def _joined(self, *cells: object) -> str:
        """Return cells as the beginning of a line that goes on."""
        return csv_text((*cells, ""), self._dialect).removesuffix("\r\n")


TITLES = {
    "": marked("Single values, for analysis (CSV)"),
    "-excel": marked("Single values, for Excel (CSV)"),
}
