"""Builders for the tests of storage: a town to register in, sheets, records."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, insert

from flows.record import Record, RecordValue, Status
from flows.sheet import Question, Sheet
from storage import sheets, tables

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

SHEET = Sheet(
    name="participant",
    version=1,
    level="participant",
    moments=("baseline", "interim", "final"),
    title="Participant",
    purpose="How one participant fares.",
    source="",
    observed_on="",
    remarks=True,
    sections=(),
    questions=(Question("integer", "nights", "How many nights outside?"),),
    indicators=(),
    texts={"nl": {"participant.title": "Deelnemer"}},
)

VALUE = RecordValue(
    position=1,
    question="nights",
    category="",
    indicator="PA01",
    role="practitioner",
    type="integer",
    status=Status.ANSWERED,
    reason="",
    value="3",
    remark="",
)

RECORD = Record(
    record="r1",
    revision=1,
    project="kompas",
    sheet="participant",
    sheet_version=1,
    level="participant",
    moment="baseline",
    subject="K7-N",
    person="ana",
    observed_on=date(2026, 3, 1),
    complete=True,
    remark="",
    values=(VALUE,),
    set_aside={},
)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def sheet() -> Callable[..., Sheet]:
    return lambda **changes: replace(SHEET, **changes)


@pytest.fixture
def value() -> Callable[..., RecordValue]:
    return lambda **changes: replace(VALUE, **changes)


@pytest.fixture
def record() -> Callable[..., Record]:
    return lambda **changes: replace(RECORD, **changes)


@pytest.fixture
def settle() -> Callable[[Connection, str], None]:
    """Make an organisation with Ana, the project Kompas and one released sheet."""

    def settle(connection: Connection, organisation: str) -> None:
        def add(table: str, **row: object) -> None:
            connection.execute(insert(tables.metadata.tables[table]), row)

        here = {"organisation": organisation}
        add("organisations", id=organisation, name=organisation.title(), created_at=NOW)
        ana = {"id": "ana", "roles": ["practitioner"], "channel": "console"}
        add("people", **here, **ana, address=f"ana@{organisation}", created_at=NOW)
        areas = [{"name": "park", "label": "Park"}]
        kompas = {"id": "kompas", "name": "Kompas", "areas": areas, "selection": ["PA01"]}
        add("projects", **here, **kompas, created_at=NOW)
        add("memberships", **here, person="ana", project="kompas")
        add("participants", **here, project="kompas", code="K7-N", created_at=NOW)
        sheets.release(connection, organisation, [SHEET], NOW)

    return settle
