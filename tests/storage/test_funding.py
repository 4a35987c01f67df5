"""What funders want is read from the latest revisions of their sheets, and only where it counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection

from flows.effects import ReviewRecord
from flows.record import Record, RecordValue, Status
from flows.reports import Funding
from flows.sheet import Sheet
from storage import records, reviews, sheets
from storage.database import Database
from storage.funding import fundings

NOW = datetime(2026, 3, 3, tzinfo=UTC)
HERE, THERE = ("brugge", "kompas"), ("gent", "kompas")
CITY = Funding("kompas", "f1", "city", date(2026, 6, 30), "quarterly")


@pytest.fixture
def funder(
    record: Callable[..., Record], value: Callable[..., RecordValue]
) -> Callable[..., Record]:
    def funder(**changes: object) -> Record:
        answers = (("funder", "select_one", "city"), ("rhythm", "select_one", "quarterly"))
        said = (*answers, ("first_report", "date", "2026-06-30"))
        values = tuple(
            value(position=number, question=name, type=kind, value=text)
            for number, (name, kind, text) in enumerate(said)
        )
        about = {"sheet": "funding", "level": "project", "moment": "continuous", "subject": ""}
        return record(record="f1", values=values, **about | changes)

    return funder


@pytest.fixture(autouse=True)
def two_towns(
    database: Database,
    settle: Callable[[Connection, str], None],
    sheet: Callable[..., Sheet],
) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        settle(connection, "gent")
        sheets.release(connection, "brugge", [sheet(name="funding", level="project")], NOW)


def found(
    database: Database, *saved: Record, review: str = ""
) -> dict[tuple[str, str], list[Funding]]:
    with database.writing() as connection:
        for record in saved:
            records.save(connection, [("brugge", record)], NOW)
        if review:
            said = ReviewRecord("f1", saved[-1].revision, review, "")
            reviews.add(connection, ("brugge", "ana"), said, NOW)
        return fundings(connection, [HERE, THERE])


def test_a_funder_of_one_organisation_is_nobody_elses(
    database: Database, funder: Callable[..., Record]
) -> None:
    assert found(database, funder()) == {HERE: [CITY], THERE: []}


def test_only_the_latest_revision_says_when_the_report_is_due(
    database: Database, funder: Callable[..., Record]
) -> None:
    first = funder()
    *others, day = first.values
    later = replace(first, revision=2, values=(*others, replace(day, value="2026-09-30")))
    expected = CITY._replace(first_report=date(2026, 9, 30))
    assert found(database, first, later)[HERE] == [expected]


def test_a_funder_whose_day_is_not_known_has_no_report(
    database: Database, funder: Callable[..., Record]
) -> None:
    first = funder()
    *others, day = first.values
    unknown = replace(day, value="", status=Status.DONT_KNOW)
    assert found(database, replace(first, values=(*others, unknown)))[HERE] == []


@pytest.mark.parametrize("change", [{"complete": False}, {"deleted": True}], ids=str)
def test_what_is_not_complete_or_deleted_asks_for_nothing(
    database: Database, funder: Callable[..., Record], change: dict[str, bool]
) -> None:
    assert found(database, funder(**change))[HERE] == []


def test_what_does_not_count_asks_for_nothing(
    database: Database, funder: Callable[..., Record]
) -> None:
    assert found(database, funder(), review="not_counted")[HERE] == []
