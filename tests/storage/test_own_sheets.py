"""What an organisation brought is its own: offered, registered and seen nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from flows.access import scope
from flows.record import Record
from flows.sheet import Sheet
from storage import agreements, exported, organisations, own_sheets, people, records, sheets, tables
from storage.archive import StoredArchive
from storage.database import Database
from storage.people import Me
from tests.own import INTAKE, REWORDED

CODE = "8F3K-27QM-XJ4T-8F3K-27QM-XJ4T"
CODES = tuple(INTAKE.by_code)


@pytest.fixture(autouse=True)
def towns(database: Database, settle: Callable[[Connection, str], None], now: datetime) -> None:
    """Two organisations with a project each; Brugge brought a sheet."""
    with database.writing() as connection:
        for town in ("brugge", "gent"):
            settle(connection, town)
        bring(connection, INTAKE, now)


def bring(connection: Connection, sheet: Sheet, now: datetime) -> None:
    sheets.release(connection, "brugge", [sheet], now)
    own_sheets.register(connection, "brugge", "kompas", sheet.by_code)


def selection(connection: Connection, organisation: str = "brugge") -> tuple[str, ...]:
    return organisations.every_project(connection, organisation)["kompas"].selection


def offered(database: Database, organisation: str = "brugge") -> dict[str, int]:
    with database.reading() as connection:
        found = own_sheets.offered(connection, organisation)
    return {name: sheet.version for name, sheet in found.items()}


def test_the_newest_version_is_offered_where_it_was_brought_and_nowhere_else(
    database: Database, now: datetime
) -> None:
    assert (offered(database), offered(database, "gent")) == ({"own_intake": 1}, {})
    with database.writing() as connection:
        bring(connection, REWORDED, now)
    assert offered(database) == {"own_intake": 2}
    with database.reading() as connection:
        released = sheets.released(connection, "gent")
    assert not any(name == "own_intake" for name, _ in released)


def test_a_retired_sheet_is_kept_and_offered_again_when_that_is_taken_back(
    database: Database, now: datetime
) -> None:
    with database.writing() as connection:
        own_sheets.retire(connection, "brugge", "own_intake", now)
    assert offered(database) == {}
    with database.writing() as connection:
        assert ("own_intake", 1) in sheets.released(connection, "brugge")
        own_sheets.retire(connection, "brugge", "own_intake", None)
    assert offered(database) == {"own_intake": 1}


def test_a_sheet_of_the_handbook_cannot_be_retired(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        own_sheets.retire(connection, "brugge", "participant", now)
        columns = tables.sheets.c
        rows = connection.execute(tables.sheets.select().where(columns.name == "participant"))
        assert [row.retired_at for row in rows] == [None, None]


def test_a_project_registers_what_was_added_no_more_what_was_dropped_and_is_planned_anew(
    database: Database, now: datetime
) -> None:
    with database.writing() as connection:
        assert selection(connection) == ("PA01", *CODES)
        places = [("brugge", "kompas")]
        organisations.note_planned(connection, places, now.date())
        own_sheets.register(connection, "brugge", "kompas", ["XNEW"], [CODES[0]])
        assert selection(connection) == ("PA01", CODES[1], "XNEW")
        assert places[0] in organisations.unplanned(connection, now.date(), 9)
        assert selection(connection, "gent") == ("PA01",)


def test_a_choice_that_is_saved_while_a_sheet_comes_in_keeps_its_codes(
    database: Database, now: datetime
) -> None:
    ana = Me("brugge", "ana", ("project_coordinator",))
    with database.writing() as connection:
        project = organisations.every_project(connection, "brugge")["kompas"]
        # As it was read before the form came in, with a code that was retired since.
        stale = replace(project, selection=("DN01", "XGONE"))
        organisations.change(connection, ana, stale, ("selection",), now)
        assert selection(connection) == ("DN01", *CODES)


def test_a_project_that_another_organisation_joins_is_copied_without_own_indicators(
    database: Database, now: datetime
) -> None:
    with database.writing() as connection:
        agreements.offer(connection, "brugge", "kompas", CODE, now)
        copied, _ = agreements.join(connection, ("gent", ""), CODE, "j1", now)
        assert copied.selection == ("PA01",)


def test_records_of_own_sheets_are_counted_and_shared_with_nobody(
    database: Database, record: Callable[..., Record], now: datetime
) -> None:
    own = replace(record(), record="r2", sheet="own_intake", level="target_group", subject="")
    gone = replace(own, revision=2, deleted=True, complete=False, values=())
    with database.writing() as connection:
        for number, saved in enumerate((record(), own, replace(own, record="r3"))):
            records.save(connection, [("brugge", saved)], now + timedelta(minutes=number))
        records.save(connection, [("brugge", replace(gone, record="r3"))], now)
        assert own_sheets.records_of(connection, "brugge") == {"own_intake": 1}
        agreements.offer(connection, "brugge", "kompas", CODE, now)
        agreements.join(connection, ("gent", "kompas"), CODE, "j1", now)
        people.admit(connection, Me("gent", "bo", ("admin",)), "console", "bo", now)
        connection.execute(
            insert(tables.memberships),
            {"organisation": "gent", "person": "bo", "project": "kompas"},
        )
        shared = agreements.shared(connection, "gent")
        assert {value.record for value in exported.values(connection, "gent", shared)} == {"r1"}
        reached = scope("gent", "bo", ("project_coordinator",), ["kompas"])
        archive = StoredArchive(connection, reached)
        assert [item.record for item in archive.recent()] == ["r1"]
        assert archive.record("r1", organisation="brugge") is not None
        assert archive.record("r2", organisation="brugge") is None
