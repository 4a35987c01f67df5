"""Participants: codes that are unique in an organisation, found again by a digest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection

from flows.access import scope
from flows.context import Enrolled
from flows.effects import AddParticipant
from flows.project import Area, Project
from storage import organisations, participants, people
from storage.archive import StoredArchive
from storage.database import Database
from storage.participants import CodeTaken
from storage.people import Me

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERYTHING = ("name", "areas", "selection", "registrars")
ANA = Me("brugge", "ana", ("practitioner",))


@pytest.fixture(autouse=True)
def two_towns(database: Database, settle: Callable[[Connection, str], None]) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        settle(connection, "gent")


def add(database: Database, code: str, digest: str = "", project: str = "kompas") -> None:
    with database.writing() as connection:
        participants.add(connection, "brugge", AddParticipant(project, code, digest), NOON)


def test_a_participant_is_added_once(database: Database) -> None:
    add(database, "M4-Q", "aa")
    add(database, "M4-Q", "aa")
    for other in ("bb", ""):
        with pytest.raises(CodeTaken):
            add(database, "M4-Q", other)
    with database.reading() as connection:
        assert participants.of(connection, "brugge", "kompas") == ("K7-N", "M4-Q")
        assert participants.of(connection, "gent", "kompas") == ("K7-N",)
        assert participants.found(connection, "brugge", "aa") == [
            Enrolled("M4-Q", "kompas", date(2026, 3, 2))
        ]
        assert participants.found(connection, "gent", "aa") == []


def test_all_codes_of_an_organisation_are_taken(database: Database) -> None:
    with database.writing() as connection:
        baken = Project("baken", "Baken", (Area("park", "Park"),), ("PA01",))
        organisations.change(connection, ANA, baken, EVERYTHING, NOON)
    add(database, "M4-Q", project="baken")
    with database.writing() as connection:
        assert participants.taken(connection, "brugge") == {"K7-N", "M4-Q"}
        assert participants.taken(connection, "gent") == {"K7-N"}


def test_digests_say_by_which_key_they_were_made(database: Database) -> None:
    add(database, "M4-Q", "11112222")
    add(database, "P3-H", "11113333")
    with database.reading() as connection:
        assert participants.key_marks(connection, 4) == {"1111"}


def test_whoever_makes_a_project_works_for_it(database: Database) -> None:
    baken = Project("baken", "Baken", (Area("park", "Park"),), ("PA01",), {"PA01": "x"})
    with database.writing() as connection:
        organisations.change(connection, ANA, baken, EVERYTHING, NOON)
        found = organisations.projects(connection, [ANA, Me("gent", "ana", ())])
    assert found[ANA.key][0] == baken
    assert [project.id for project in found["gent", "ana"]] == ["kompas"]


def test_a_project_that_is_changed_keeps_its_people_and_touches_no_other_organisation(
    database: Database,
) -> None:
    kompas = Project("kompas", "OpStap", (Area("north", "North"),), ("PA02",))
    with database.writing() as connection:
        organisations.change(connection, ANA, kompas, EVERYTHING, NOON)
        found = organisations.projects(connection, [ANA, Me("gent", "ana", ())])
    assert found[ANA.key] == (kompas,)
    assert found["gent", "ana"][0].name == "Kompas"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("name", "areas"), ("OpStap", "north", ("PA01",), {})),
        (("selection", "registrars"), ("Kompas", "park", ("PA02",), {"PA02": "x"})),
    ],
    ids=str,
)
def test_what_a_sheet_says_nothing_of_stays_as_it_is(
    database: Database, columns: tuple[str, ...], expected: tuple[object, ...]
) -> None:
    kompas = Project("kompas", "OpStap", (Area("north", "North"),), ("PA02",), {"PA02": "x"})
    with database.writing() as connection:
        organisations.change(connection, ANA, kompas, columns, NOON)
        (found,) = organisations.projects(connection, [ANA])[ANA.key]
    assert (found.name, found.areas[0].name, found.selection, found.registrars) == expected


def test_nobody_changes_a_project_that_they_do_not_work_for(database: Database) -> None:
    bea = Me("brugge", "bea", ("project_coordinator",))
    baken = Project("baken", "Baken", (Area("park", "Park"),), ("PA01",))
    with database.writing() as connection:
        people.admit(connection, bea, "console", "bea", NOON)
        organisations.change(connection, ANA, baken, EVERYTHING, NOON)
        organisations.change(connection, bea, replace(baken, name="Mine"), EVERYTHING, NOON)
        found = organisations.projects(connection, [ANA, bea])
    assert [project.name for project in found[ANA.key]] == ["Baken", "Kompas"]
    assert "baken" not in [project.id for project in found[bea.key]]


def test_each_organisation_names_its_ambassador(database: Database) -> None:
    with database.writing() as connection:
        organisations.name_ambassador(connection, "brugge", "the prevention service")
        found = [
            StoredArchive(connection, scope(name, "ana", ["admin"], [])).ambassador()
            for name in ("brugge", "gent", "nowhere")
        ]
    assert found == ["the prevention service", "", ""]
