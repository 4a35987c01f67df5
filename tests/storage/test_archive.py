"""What a conversation may see of what is stored: only its own organisation, only what counts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from flows.access import scope
from flows.effects import ReviewRecord
from flows.record import Record, RecordValue, Status
from storage import exported, people, records, reviews
from storage.archive import MOST, StoredArchive
from storage.database import Database
from storage.people import Me

T = TypeVar("T")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASELINE = ("kompas", "participant", "baseline", "K7-N")


@pytest.fixture(autouse=True)
def two_towns(database: Database, settle: Callable[[Connection, str], None]) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        settle(connection, "gent")
        bea = Me("brugge", "bea", ("project_coordinator",))
        people.admit(connection, bea, "console", "bea", NOON)


def save(database: Database, *saved: Record, organisation: str = "brugge") -> None:
    with database.writing() as connection:
        for number, record in enumerate(saved):
            at = NOON + timedelta(minutes=number)
            records.save(connection, [(organisation, record)], at)


def review(database: Database, revision: int, state: str, comment: str = "") -> None:
    with database.writing() as connection:
        said = ReviewRecord("r1", revision, state, comment)
        reviews.add(connection, ("brugge", "bea"), said, NOON)


def look(
    database: Database,
    at: Callable[[StoredArchive], T],
    of: str = "brugge",
    who: str = "bea",
    projects: Sequence[str] = ("kompas",),
) -> T:
    """Look as somebody who coordinates these projects, or as Ana, who registers in them."""
    roles = ["practitioner"] if who == "ana" else ["project_coordinator"]
    with database.reading() as connection:
        return at(StoredArchive(connection, scope(of, who, roles, projects)))


def test_the_latest_revision_is_found_and_earlier_ones_by_number(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    second = record(revision=2, values=(value(value="4"),), reason="mistake")
    save(database, record(), second)
    assert look(database, lambda archive: archive.record("r1")) == second
    assert look(database, lambda archive: archive.record("r1", 1)) == record()
    assert look(database, lambda archive: archive.record("r9")) is None
    assert look(database, lambda archive: archive.record("r1"), of="gent") is None


def test_what_is_complete_is_found_until_it_is_deleted_or_not_counted(
    database: Database, record: Callable[..., Record]
) -> None:
    other = record(record="r2", person="bea")
    half = record(record="r3", complete=False)
    save(database, record(), other, half)
    assert look(database, lambda archive: archive.complete(*BASELINE)) == [record(), other]
    review(database, 1, "not_counted")
    assert look(database, lambda archive: archive.complete(*BASELINE)) == [other]
    gone = replace(other, revision=2, complete=False, values=(), deleted=True, reason="twice")
    save(database, gone)
    assert look(database, lambda archive: archive.complete(*BASELINE)) == []
    assert look(database, lambda archive: archive.complete(*BASELINE), of="gent") == []


def test_records_are_listed_newest_first_own_ones_or_those_of_the_project(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record(), record(record="r2", person="bea", subject="P3-H"))
    save(database, record(), organisation="gent")

    def listed(person: str, *projects: str) -> list[str]:
        return look(
            database,
            lambda archive: [item.record for item in archive.recent()],
            who=person,
            projects=projects,
        )

    assert listed("bea", "kompas") == ["r2", "r1"]
    assert listed("ana", "kompas") == ["r1"]
    assert listed("ana") == []
    save(database, record(revision=2, complete=False, values=(), deleted=True))
    assert listed("bea", "kompas") == ["r2"]


def test_a_review_belongs_to_the_revision_that_was_looked_at(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record())
    review(database, 1, "flagged", "high")
    review(database, 1, "returned", "look again")
    found = look(database, StoredArchive.returned, who="ana")
    assert [(item.record, item.review, item.comment) for item in found] == [
        ("r1", "returned", "look again")
    ]
    assert look(database, StoredArchive.returned) == []
    save(database, record(revision=2, reason="mistake"))
    assert look(database, StoredArchive.returned, who="ana") == []
    assert look(database, lambda archive: archive.recent())[0].review == "received"


def test_what_does_not_count_goes_on_not_to_count_until_it_is_said_otherwise(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record())
    review(database, 1, "not_counted")
    save(database, record(revision=2, reason="mistake"))
    for counts in (False, True):
        state = "approved" if counts else "not_counted"
        (item,) = look(database, lambda archive: archive.recent())
        assert (item.revision, item.review) == (2, state)
        assert bool(look(database, lambda archive: archive.complete(*BASELINE))) is counts
        with database.reading() as connection:
            assert {row.review for row in exported.values(connection, "brugge")} == {state}
        review(database, 2, "approved")


def test_a_review_of_a_revision_that_somebody_changed_at_once_says_nothing_of_the_next(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record(), record(revision=2, reason="mistake"))
    review(database, 1, "approved")
    (item,) = look(database, lambda archive: archive.recent())
    assert (item.revision, item.review) == (2, "received")


@pytest.mark.parametrize("who", ["ana", "bea"])
def test_a_receipt_is_found_also_where_more_was_saved_since_than_is_listed(
    database: Database, record: Callable[..., Record], who: str
) -> None:
    ids = [f"R{number:03}-27QM-XJ4T" for number in range(MOST + 2)]
    save(database, *(record(record=name, subject=f"S{name}") for name in ids))
    save(database, *(record(record=f"{name}-G") for name in ids[:2]), organisation="gent")

    def found(receipt: str = "", projects: tuple[str, ...] = ("kompas",)) -> list[str]:
        return look(
            database,
            lambda archive: [item.record for item in archive.recent(receipt)],
            who=who,
            projects=projects,
        )

    assert found() == ids[:1:-1]
    assert found("R001") == found(ids[1]) == [ids[1]]
    assert found("R001", ()) == found("%001") == found("X") == []
    save(database, record(record=ids[1], subject=f"S{ids[1]}", revision=2, deleted=True))
    assert found("R001") == []


def test_a_receipt_of_somebody_else_is_not_found(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record(person="bea"), record(record="r2"))
    assert look(database, lambda archive: archive.recent("r1"), who="ana") == []


def test_an_export_leaves_out_what_was_deleted_and_names_reviews_and_provenance(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record(provenance="phone", entered_for="bea"), record(record="r2"))
    review(database, 1, "approved")
    save(database, record(record="r2", revision=2, complete=False, values=(), deleted=True))
    with database.reading() as connection:
        rows = list(exported.values(connection, "brugge"))
    assert [(row.record, row.review, row.provenance, row.entered_for) for row in rows] == [
        ("r1", "approved", "phone", "bea")
    ]


def test_who_works_for_a_project_is_known_by_role_and_code(database: Database) -> None:
    assert look(database, lambda archive: archive.colleagues("kompas")) == ["ana", "bea"]
    assert look(database, lambda archive: archive.roles("kompas")) == [
        "practitioner",
        "project_coordinator",
    ]
    assert look(database, lambda archive: archive.roles("nothing")) == []


def test_what_was_measured_is_told_by_indicator(
    database: Database, record: Callable[..., Record]
) -> None:
    assert look(database, lambda archive: archive.measured("kompas")) == frozenset()
    save(database, made := record())
    answered = {value.indicator for value in made.values if value.status is Status.ANSWERED}
    assert answered - {""}
    assert look(database, lambda archive: archive.measured("kompas")) == answered - {""}
    assert look(database, lambda archive: archive.measured("other")) == frozenset()
    assert look(database, lambda archive: archive.measured("kompas"), of="gent") == frozenset()
