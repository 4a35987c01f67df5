import subprocess
import sys
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Connection, func, insert, select

from flows.context import Registered
from flows.project import Area, Project
from flows.record import Record
from flows.sheet import REGISTRARS
from storage import organisations, participants, records, tables
from storage.database import Database
from storage.people import Me, admit, person
from storage.problems import DatabaseProblem

FIRST = """
import sys
from datetime import UTC, datetime
from storage import organisations
from storage.database import Database

database = Database(sys.argv[1])
with database.writing() as connection:
    print(organisations.first(connection, datetime.now(UTC), ["PA01"]).person)
database.close()
"""


EXAMPLE = ("K7-N", "P3-H")


def registered(database: Database) -> frozenset[Registered]:
    with database.reading() as connection:
        return organisations.registered(connection, "brugge", "kompas", "participant")


def test_the_first_organisation_can_be_used_at_once(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        me = organisations.first(connection, now, ["PA01", "DG02"])
        projects = organisations.projects(connection, [me])
        assert participants.of(connection, me.organisation, "kompas") == EXAMPLE
    assert me == Me("example-city", "local", REGISTRARS)
    areas = (Area("station", "Station"), Area("centre", "Centrum"), Area("park", "Park"))
    kompas = Project("kompas", "Kompas", areas, ("PA01", "DG02"))
    assert projects == {("example-city", "local"): (kompas,)}


def test_the_first_organisation_is_made_once(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        me = organisations.first(connection, now, ["PA01"])
        assert organisations.first(connection, now, ["DG02"]) == me
        (project,) = organisations.projects(connection, [me])[me.key]
    assert project.selection == ("PA01",)


def test_processes_that_start_at_once_make_one_organisation(database: Database) -> None:
    url = database.location.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", FIRST, url]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60)[0] for process in processes] == ["local\n"] * 3
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.organisations)) == 1
        assert connection.scalar(select(func.count()).select_from(tables.participants)) == 2


def test_no_example_is_added_to_an_organisation_that_exists(
    database: Database, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
    with pytest.raises(DatabaseProblem, match="Nobody"), database.writing() as connection:
        organisations.first(connection, now, ["PA01"])
    with database.reading() as connection:
        assert list(connection.scalars(select(tables.organisations.c.id))) == ["brugge"]


def test_whoever_writes_on_the_console_is_found_again(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        me = organisations.first(connection, now, ["PA01"])
        assert person(connection, *organisations.CONSOLE) == me


def test_a_person_has_only_the_projects_of_their_memberships(
    database: Database, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    other = {"id": "a", "name": "Other", "areas": [], "selection": [], "created_at": now}
    with database.writing() as connection:
        settle(connection, "brugge")
        connection.execute(insert(tables.projects), other | {"organisation": "brugge"})
        found = organisations.projects(
            connection, [Me("brugge", name, ()) for name in ("ana", "nobody")]
        )
        assert [project.id for project in found["brugge", "ana"]] == ["kompas"]
        assert found.keys() == {("brugge", "ana")}
        assert organisations.projects(connection, []) == {}


def test_people_who_are_looked_up_together_get_each_their_own_projects(
    database: Database, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    row = {"organisation": "brugge", "areas": [], "selection": [], "created_at": now}
    with database.writing() as connection:
        settle(connection, "brugge")
        settle(connection, "gent")
        connection.execute(insert(tables.projects), row | {"id": "a", "name": "Zomer"})
        connection.execute(insert(tables.projects), row | {"id": "b", "name": "Anker"})
        admit(connection, Me("brugge", "bea", ()), "console", "bea", now)
        gent = {"organisation": "gent", "project": "kompas", "code": "G1", "created_at": now}
        connection.execute(insert(tables.participants), gent)
        keys = [("gent", "ana"), ("brugge", "bea"), ("brugge", "ana")]
        asked = [Me(*key, ("practitioner",)) for key in keys]
        found = organisations.projects(connection, asked)
        codes = participants.of(connection, "gent", "kompas")
        assert participants.of(connection, "brugge", "kompas") == ("K7-N",)
        assert participants.of(connection, "brugge", "zomer") == ()
    names = {key: [project.name for project in projects] for key, projects in found.items()}
    assert names == {
        ("brugge", "ana"): ["Kompas"],
        ("brugge", "bea"): ["Anker", "Kompas", "Zomer"],
        ("gent", "ana"): ["Kompas"],
    }
    assert codes == ("G1", "K7-N")


def test_a_subject_is_registered_when_the_latest_revision_is_complete(
    database: Database,
    settle: Callable[[Connection, str], None],
    record: Callable[..., Record],
    now: datetime,
) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        records.save(connection, [("brugge", record(complete=False))], now)
    assert registered(database) == frozenset()
    with database.writing() as connection:
        records.save(connection, [("brugge", record(revision=2))], now)
    assert registered(database) == {Registered("kompas", "participant", "baseline", "K7-N")}
    with database.writing() as connection:
        records.save(connection, [("brugge", record(revision=3, complete=False))], now)
    assert registered(database) == frozenset()


def test_what_is_continuous_is_never_complete(
    database: Database,
    settle: Callable[[Connection, str], None],
    record: Callable[..., Record],
    now: datetime,
) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        records.save(connection, [("brugge", record(moment="continuous"))], now)
    assert registered(database) == frozenset()


def test_another_organisation_registers_apart(
    database: Database,
    settle: Callable[[Connection, str], None],
    record: Callable[..., Record],
    now: datetime,
) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        settle(connection, "gent")
        records.save(connection, [("gent", record())], now)
    assert registered(database) == frozenset()


def test_an_organisation_has_to_be_named_only_where_there_are_several(
    database: Database, settle: Callable[[Connection, str], None]
) -> None:
    with pytest.raises(DatabaseProblem, match="Nothing was registered"):  # noqa: SIM117
        with database.reading() as connection:
            organisations.named(connection)
    with database.writing() as connection:
        settle(connection, "gent")
        assert organisations.named(connection) == "gent"
        assert organisations.areas(connection, "gent") == {("kompas", "park"): "Park"}
        settle(connection, "brugge")
    with (
        pytest.raises(DatabaseProblem, match=r"several .*\(brugge, gent\); say which"),
        database.reading() as connection,
    ):
        organisations.named(connection)
    with database.reading() as connection:
        assert organisations.named(connection, "gent") == "gent"
        with pytest.raises(DatabaseProblem, match=r"no organisation 'aalst' here"):
            organisations.named(connection, "aalst")
