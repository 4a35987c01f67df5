"""Datasets that every table of records is tried with, and where their files are read from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.exports.dataset import Dataset
from flows.exports.format import Format
from flows.record import SUM, ExportedValue, Status
from flows.sheet import Choice, Sheet
from tests.datasets import dataset
from tests.flows.test_exports import AREAS, ROWS, SHEETS, sheet, value
from tests.rows import Rows, joined, participant, record, sheets

HOSTILE = 'é–ŀ 😀 "quoted"; a,b\nsecond line\t' + "œ" * 300
"""More than 255 bytes, with all that separates cells."""

TOWN: Rows = [
    *joined(2, "baseline", age="18_24", housing="2", own_goal="-2"),
    *participant("S001", "interim", {"housing": Status.REFUSED}, own_goal="1"),
    *(
        row._replace(record="S001 interim 2", observed_on=date(2026, 6, 1))
        for row in participant("S001", "interim", housing="4")
    ),
    *record(
        "contact",
        {
            "kind": "group",
            "how_many": 3,
            "age": {"18_24": 2, "25_34": 1},
            "themes": {"housing": 1, "finances": 0},
        },
        missing={"place": Status.DONT_KNOW, "done": Status.SKIPPED},
    ),
]
"""Participants and a contact on the sheets of the real handbook."""

MONTH: Rows = [
    row._replace(
        provenance=SUM, record="SUM1", question=question, category=category, value=text, type=kind
    )
    for row in [record("contact", {})[0]]
    for question, category, text, kind in (
        ("kind", "person", "12", "select_one"),
        ("place", "~dont_know", "2", "select_one"),
        ("how_many", "", "31", "integer"),
    )
]
"""A record that took the place of many."""


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a time of March as files without zones have it."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC).replace(tzinfo=None)


def town(*languages: str) -> Dataset:
    """Return the dataset of the real handbook."""
    return dataset(TOWN, sheets(), AREAS, *languages, organisation="example")


def tiny(*rows: ExportedValue, languages: tuple[str, ...] = ("en",)) -> Dataset:
    """Return a dataset of a small sheet in two versions."""
    return dataset(list(rows) or ROWS, SHEETS, AREAS, *languages, organisation="brugge")


def every_sheet() -> Dataset:
    """Return a dataset with a record of every sheet of the handbook that says its day only."""
    rows = [
        value("day", "2026-03-02")._replace(
            sheet=sheet.name,
            sheet_version=sheet.version,
            record=sheet.name,
            question="observed_on",
        )
        for sheet in sheets().values()
    ]
    return dataset(rows, sheets(), AREAS, "nl", "fr")


def why(text: str) -> ExportedValue:
    """Return a value that is a text."""
    return value("why", text)


def three_versions() -> dict[tuple[str, int], Sheet]:
    """Return a sheet whose third version puts a choice before the others and calls one anew."""
    third = sheet(3, yes="Yes!")
    met = third.by_name["met"]
    choices = (Choice("perhaps", "Perhaps"), *met.choices)
    questions = tuple(
        replace(question, choices=choices) if question.name == "met" else question
        for question in third.questions
    )
    return {**SHEETS, ("tiny", 3): replace(third, questions=questions)}


@contextmanager
def written(form: Format, data: Dataset) -> Iterator[Path]:
    """Yield the folder to which a format has written."""
    with TemporaryDirectory() as folder:
        form.write(Path(folder), data)
        yield Path(folder)
