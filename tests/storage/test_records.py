from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from flows.record import ExportedValue, Record, RecordValue, Status
from storage import exported, records
from storage.column_types import Unstorable
from storage.database import Database
from storage.people import Me, admit
from storage.records import RevisionTaken

LATER = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def brugge(database: Database, settle: Callable[[Connection, str], None]) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")


def save(database: Database, *saved: Record, now: datetime = LATER) -> None:
    with database.writing() as connection:
        for record in saved:
            records.save(connection, [("brugge", record)], now)


def latest(database: Database, organisation: str = "brugge") -> list[ExportedValue]:
    with database.reading() as connection:
        return list(exported.values(connection, organisation))


def test_a_record_comes_back_as_it_was_saved(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    values = (
        value(position=1, category="f", value="2"),
        value(position=1, category="m", value="1"),
        value(position=2, status=Status.REFUSED, value="", remark="geen zin · ça"),
    )
    saved = record(
        values=values, set_aside={"age": 17, "needs": ["food"], "n": {"a": 1}, "x": None}
    )
    save(database, saved)
    with database.reading() as connection:
        assert records.load(connection, "brugge", "r1", 1) == saved
        assert records.load(connection, "brugge", "r1", 2) is None


def test_a_record_without_values_is_stored(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record(values=(), complete=False))
    with database.reading() as connection:
        assert records.load(connection, "brugge", "r1", 1) == record(values=(), complete=False)


def test_saving_the_same_revision_again_changes_nothing(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    values = (value(category="m"), value(category="f"))
    save(database, record(values=values))
    save(database, record(values=values), now=datetime(2026, 4, 1, tzinfo=UTC))
    assert [item.submitted_at for item in latest(database)] == [LATER, LATER]


def test_a_correction_is_a_revision_beside_the_first(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    corrected = record(revision=2, values=(value(value="4"),))
    save(database, record(), corrected)
    with database.reading() as connection:
        assert records.load(connection, "brugge", "r1", 1) == record()
        assert records.load(connection, "brugge", "r1", 2) == corrected


def test_several_records_are_saved_at_once_and_one_that_is_refused_is_named(
    database: Database,
    settle: Callable[[Connection, str], None],
    record: Callable[..., Record],
    value: Callable[..., RecordValue],
) -> None:
    save(database, record())
    corrected, other = record(revision=2, values=(value(value="4"),)), record(record="r2")
    with database.writing() as connection:
        settle(connection, "gent")
        records.save(
            connection, [("brugge", corrected), ("brugge", other), ("gent", record())], LATER
        )
    with database.writing() as connection:
        records.save(connection, [("brugge", other), ("brugge", corrected)], LATER)
        records.save(connection, [], LATER)
    assert [(item.record, item.value) for item in latest(database)] == [("r1", "4"), ("r2", "3")]
    assert [item.record for item in latest(database, "gent")] == ["r1"]
    changed, new = record(record="r2", remark="another"), record(record="r3")
    with pytest.raises(RevisionTaken, match="record r2 "), database.writing() as connection:
        records.save(connection, [("brugge", new), ("brugge", changed)], LATER)
    assert [item.record for item in latest(database)] == ["r1", "r2"]


def test_two_corrections_of_one_record_in_a_transaction_are_refused_and_nothing_is_stored(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    save(database, record())
    one = record(revision=2, values=(value(value="4"),))
    for other in (one, record(revision=2, values=(value(value="5"),))):
        with pytest.raises(RevisionTaken), database.writing() as connection:
            records.save(connection, [("brugge", one), ("brugge", other)], LATER)
    assert [(item.revision, item.value) for item in latest(database)] == [(1, "3")]


def test_whoever_registered_a_record_first_stands_in_an_export_whoever_corrected_it(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    with database.writing() as connection:
        admit(connection, Me("brugge", "bea", ()), "console", "bea", LATER)
    save(database, record(), record(revision=2, person="bea", values=(value(value="4"),)))
    assert [(item.person, item.revision, item.value) for item in latest(database)] == [
        ("ana", 2, "4")
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"remark": "another"},
        {"values": ()},
        {"subject": "P3-H"},
        {"revision": 3},
        {"revision": 0},
        {"revision": 2, "moment": "final"},
        {"revision": 2, "sheet": "contact"},
        {"record": "r2", "revision": 2},
    ],
    ids=str,
)
def test_what_is_not_the_next_revision_of_the_record_is_refused(
    database: Database, record: Callable[..., Record], changes: dict[str, object]
) -> None:
    save(database, record())
    with pytest.raises(RevisionTaken):
        save(database, record(**changes))
    with database.reading() as connection:
        assert records.load(connection, "brugge", "r1", 1) == record()
        assert records.load(connection, "brugge", "r1", 2) is None


@pytest.mark.parametrize(
    "changes",
    [{"project": "other"}, {"sheet_version": 9}, {"person": "bob"}],
    ids=str,
)
def test_a_record_points_to_what_exists_in_its_organisation(
    database: Database, record: Callable[..., Record], changes: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError):
        save(database, record(**changes))
    assert latest(database) == []


def test_a_text_that_cannot_be_stored_leaves_no_half_record(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    with pytest.raises(Unstorable):
        save(database, record(values=(value(remark="\0"),)))
    assert latest(database) == []


def test_an_export_holds_the_latest_revision_with_its_record_and_project(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    save(database, record(), record(revision=2, remark="typo", values=(value(value="4"),)))
    assert latest(database) == [
        ExportedValue(
            organisation="brugge",
            project="kompas",
            project_name="Kompas",
            level="participant",
            moment="baseline",
            subject="K7-N",
            sheet="participant",
            sheet_version=1,
            record="r1",
            revision=2,
            complete=True,
            person="ana",
            observed_on=date(2026, 3, 1),
            submitted_at=LATER,
            record_remark="typo",
            entered_for="",
            provenance="",
            review="received",
            entered_at=LATER,
            position=1,
            question="nights",
            category="",
            indicator="PA01",
            role="practitioner",
            type="integer",
            status=Status.ANSWERED,
            reason="",
            value="4",
            remark="",
        )
    ]


def test_an_export_tells_when_a_record_was_first_entered(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record())
    save(database, record(revision=2), now=LATER + timedelta(days=9))
    (found,) = latest(database)
    assert (found.entered_at, found.submitted_at) == (LATER, LATER + timedelta(days=9))


def test_an_export_holds_one_organisation(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, record())
    assert latest(database, "gent") == []


def test_an_export_has_the_same_order_on_every_database(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    nasty = [
        "",
        " ",
        "-",
        "A",
        "B",
        "Z",
        "_",
        "a",
        "a b",
        "ab",
        "b",
        "É",
        "é",
        "e\u0301",
        "ß",
        "👋",
    ]
    saved = [record(record=f"id-{text}", subject=text) for text in nasty]
    saved += [record(record=text or "empty", subject="same") for text in nasty]
    values = tuple(value(position=n, category=text) for n in (10, 9) for text in nasty)
    saved.append(record(record="values", subject="zz", values=values))
    saved.append(record(record="early", subject="zz", observed_on=date(2025, 12, 31)))
    Random(3).shuffle(saved)
    save(database, *saved)
    keys = [
        (item.subject, item.observed_on, item.record, item.position, item.category)
        for item in latest(database)
    ]
    assert keys == sorted(keys)
    assert len(keys) == len(nasty) * 4 + 1


def test_an_export_takes_records_from_the_database_as_it_goes(
    database: Database, record: Callable[..., Record]
) -> None:
    names = [f"r{number:04d}" for number in range(exported.RECORDS + 2)]
    save(database, *(record(record=name) for name in names))
    with database.reading() as connection:
        stream = exported.values(connection, "brugge")
        assert [item.record for item in islice(stream, 3)] == names[:3]
        if connection.dialect.name == "postgresql":
            assert connection.scalar(text("SELECT count(*) FROM pg_cursors")) == 1
        assert [item.record for item in stream] == names[3:]


def test_an_export_may_stop_half_way_and_begin_again(
    database: Database, record: Callable[..., Record]
) -> None:
    save(database, *(record(record=f"r{number}") for number in range(exported.RECORDS + 2)))
    with database.reading() as connection:
        for _ in range(2):
            with closing(exported.values(connection, "brugge")) as stream:
                assert next(stream).record == "r0"


def test_records_never_change_whatever_the_caller_does_with_its_own(
    database: Database, record: Callable[..., Record]
) -> None:
    aside = {"age": 17}
    saved = record(set_aside=aside)
    save(database, saved)
    aside["age"] = 18
    with database.reading() as connection:
        stored = records.load(connection, "brugge", "r1", 1)
    assert stored == replace(saved, set_aside={"age": 17})
