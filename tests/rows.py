"""Builds the rows that an export gets: values of records on the sheets of the real handbook."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from itertools import chain
from types import MappingProxyType

from flows import checking
from flows.evaluation.suppression import THRESHOLD
from flows.exports.format import Format
from flows.record import ExportedValue, Status
from flows.sheet import Indicator, Sheet
from tests.datasets import dataset, text_of

Rows = list[ExportedValue]
Sheets = Mapping[tuple[str, int], Sheet]
DAY = date(2026, 3, 2)
NOTHING: Mapping[str, Status] = MappingProxyType({})


@cache
def sheets() -> Sheets:
    """Return the real sheets as an export gets them, without translations."""
    found = checking.load().sheets.values()
    return {(sheet.name, sheet.version): sheet for sheet in found}


@cache
def indicators() -> Mapping[str, Indicator]:
    """Return the real catalogue."""
    return checking.load().indicators


def record(
    sheet: str,
    answers: Mapping[str, str | int | float | Mapping[str, int]],
    moment: str = "continuous",
    name: str = "",
    missing: Mapping[str, Status] = NOTHING,
    **changes: object,
) -> Rows:
    """Return the values of one record; the name of each is made from what is in it."""
    version = max(version for known, version in sheets() if known == sheet)
    asked = sheets()[sheet, version]
    rows = []
    # Every sheet asks for the day first.
    for question in ["observed_on", *answers, *missing]:
        answer = answers.get(question, DAY.isoformat() if question == "observed_on" else "")
        cells = answer.items() if isinstance(answer, Mapping) else [("", answer)]
        for category, value in cells:
            made = ExportedValue(
                organisation="example",
                project="kompas",
                project_name="Kompas",
                level=asked.level,
                moment=moment,
                subject="",
                sheet=sheet,
                sheet_version=version,
                record=name or f"{sheet} {moment} {sorted(answers.items())} {sorted(changes)}",
                revision=1,
                complete=True,
                person="p1",
                observed_on=DAY,
                submitted_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
                record_remark="",
                entered_for="",
                provenance="",
                review="received",
                entered_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
                position=asked.positions[question],
                question=question,
                category=category,
                indicator=asked.by_name[question].indicator,
                role="practitioner",
                type=asked.by_name[question].type,
                status=missing.get(question, Status.ANSWERED),
                reason="",
                value=str(value),
                remark="",
            )
            rows.append(made._replace(**changes))  # type: ignore[arg-type]
    return rows


def participant(
    subject: str, moment: str, missing: Mapping[str, Status] = NOTHING, /, **answers: str | int
) -> Rows:
    """Return the record of a participant at a moment."""
    return record("participant", answers, moment, f"{subject} {moment}", missing, subject=subject)


def joined(count: int, moment: str = "baseline", first: int = 1, /, **answers: str | int) -> Rows:
    """Return the records of some participants who all answer the same, from number `first` on."""
    subjects = range(first, first + count)
    return list(chain.from_iterable(participant(f"S{n:03}", moment, **answers) for n in subjects))


def written(
    form: Format,
    rows: Iterable[ExportedValue],
    language: str = "en",
    known: Sheets | None = None,
    *,
    threshold: int = THRESHOLD,
) -> str:
    """Return what a format writes, with the number below which no people are shown."""
    data = dataset(list(rows), known or sheets(), {}, language, threshold=threshold)
    return text_of(form, data)


def exported(
    form: Format, rows: Iterable[ExportedValue], threshold: int = THRESHOLD, /, **wanted: str
) -> list[dict[str, str]]:
    """Return the rows that a format writes, those with the wanted cells only."""
    found = csv.DictReader(io.StringIO(written(form, rows, threshold=threshold)))
    return [row for row in found if row.items() >= wanted.items()]
