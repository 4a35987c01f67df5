"""What lies outside somebody's scope does not exist for them; two organisations never meet."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select

from bot.participants import CodesInScope, StoredCodes
from flows.access import Scope, scope
from flows.effects import AddParticipant, ReviewRecord
from flows.record import Record
from storage import (
    agreements,
    exported,
    organisations,
    participants,
    people,
    records,
    reviews,
    tables,
)
from storage.archive import StoredArchive
from storage.database import Database
from storage.people import Me
from storage.problems import DatabaseProblem

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASELINE = ("participant", "baseline", "K7-N")
CODE = "8F3K-27QM-XJ4T-8F3K-27QM-XJ4T"
COORDINATOR = ("project_coordinator",)
Settle = Callable[[Connection, str], None]

READS: dict[str, Callable[[StoredArchive, CodesInScope, str, str], object]] = {
    "record": lambda archive, _, project, record: archive.record(record),
    "revision": lambda archive, _, project, record: archive.record(record, 1),
    "of another": lambda archive, _, project, record: archive.record(record, None, "gent"),
    "complete": lambda archive, _, project, record: archive.complete(project, *BASELINE),
    "recent": lambda archive, _, project, record: archive.recent(record),
    "measured": lambda archive, _, project, record: sorted(archive.measured(project)),
    "roles": lambda archive, _, project, record: archive.roles(project),
    "colleagues": lambda archive, _, project, record: archive.colleagues(project),
    "codes": lambda _, codes, project, record: list(codes.of(project)),
    "digest": lambda _, codes, project, record: codes.found("a digest of gent"),
}


@pytest.fixture(autouse=True)
def two_towns(database: Database, settle: Settle, record: Callable[..., Record]) -> None:
    """Two organisations with the same project, participant code and record identifier."""
    with database.writing() as connection:
        for town in ("brugge", "gent"):
            settle(connection, town)
            bea = Me(town, f"bea-{town}", COORDINATOR)
            people.admit(connection, bea, "console", bea.person, NOON)
        row = {"organisation": "gent", "name": "X", "areas": [], "selection": []}
        connection.execute(insert(tables.projects), row | {"id": "other", "created_at": NOON})
        added = AddParticipant("kompas", "M4-Q", "a digest of gent")
        participants.add(connection, "gent", added, NOON)
        secret = replace(record(), person="bea-gent", remark="of gent")
        saved = [("brugge", record()), ("gent", secret), ("gent", replace(secret, record="r2"))]
        records.save(connection, saved, NOON)
        said = ReviewRecord("r2", 1, "returned", "of gent")
        reviews.add(connection, ("gent", "bea-gent"), said, NOON)


def reach(projects: Sequence[str] = ("kompas",), of: str = "brugge") -> Scope:
    return scope(of, f"bea-{of}", COORDINATOR, projects)


def reads(
    connection: Connection, at: Scope, read: str, project: str, record: str
) -> tuple[object, int]:
    """Return what a read gives, and how many statements it took."""
    count: list[str] = []

    def counted(*arguments: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        count.append(arguments[2])

    codes = StoredCodes(connection, at.organisation, lambda text: text, lambda: 0, NOON.date())
    event.listen(connection, "before_cursor_execute", counted)
    found = READS[read](StoredArchive(connection, at), CodesInScope(codes, at), project, record)
    event.remove(connection, "before_cursor_execute", counted)
    return found, len(count)


@pytest.mark.parametrize("read", READS)
def test_what_another_organisation_has_is_as_good_as_nothing(database: Database, read: str) -> None:
    with database.reading() as connection:
        theirs = reads(connection, reach(), read, "other", "r2")
        nothing = reads(connection, reach(), read, "nothing", "r9")
        same_names = reads(connection, reach(), read, "kompas", "r1")
    assert theirs == nothing
    assert "gent" not in repr(same_names)
    assert "M4-Q" not in repr(same_names)


@pytest.mark.parametrize("read", [name for name in READS if name != "of another"])
def test_a_project_out_of_reach_is_as_good_as_none(database: Database, read: str) -> None:
    with database.reading() as connection:
        theirs = reads(connection, reach(["b"]), read, "kompas", "r1")
        nothing = reads(connection, reach(["b"]), read, "nothing", "r9")
    assert theirs[0] == nothing[0]


@pytest.mark.parametrize("role", ["evaluator", "admin"])
@pytest.mark.parametrize("read", READS)
def test_who_sees_no_content_finds_none(database: Database, read: str, role: str) -> None:
    at = scope("brugge", "bea-brugge", [role], ["kompas"])
    with database.reading() as connection:
        found, _ = reads(connection, at, read, "kompas", "r1")
    assert not found


def test_what_was_begun_stays_in_hand_when_the_project_is_lost(database: Database) -> None:
    at = scope("brugge", "ana", ["practitioner"], [], ["r1", "r2"])
    with database.reading() as connection:
        archive = StoredArchive(connection, at)
        assert archive.record("r1") is not None
        assert archive.record("r2") is None
        assert archive.recent() == []


def test_all_projects_are_given_to_whoever_is_bound_to_none(database: Database) -> None:
    given = Me("gent", "cem", ("city_coordinator",), everywhere=True)
    bound = Me("gent", "dag", ("city_coordinator", "practitioner"), everywhere=True)
    admin = Me("gent", "eva", ("admin",))
    with database.writing() as connection:
        for me in (given, bound, admin):
            people.admit(connection, me, "console", me.person, NOON)
            assert people.person(connection, "console", me.person) == me
        row = {"organisation": "gent", "id": "later", "name": "Later", "created_at": NOON}
        connection.execute(insert(tables.projects), row | {"areas": [], "selection": []})
        found = organisations.projects(connection, [given, bound, admin])
        archive = StoredArchive(connection, reach(["later"], of="gent"))
        assert archive.colleagues("later") == ["cem"]
    names = {key[1]: {project.id for project in theirs} for key, theirs in found.items()}
    everything = {"kompas", "other", "later"}
    assert names == {"cem": everything, "dag": {"kompas", "other"}, "eva": everything}


def agree(connection: Connection) -> str:
    """Share the project of Gent with Brugge; return what it is there."""
    agreements.offer(connection, "gent", "kompas", CODE, NOON)
    own, other = agreements.join(connection, ("brugge", ""), CODE, "JOIN-T", NOON)
    assert (own.name, other) == ("Kompas", "gent")
    return own.id


def test_a_project_that_is_joined_is_made_and_each_keeps_its_own(database: Database) -> None:
    with database.writing() as connection:
        there = agree(connection)
        rows = connection.execute(
            select(tables.projects).where(tables.projects.c.id.in_(["kompas", there]))
        ).all()
        copied, given = (
            next(row for row in rows if (row.organisation, row.id) == key)
            for key in (("brugge", there), ("gent", "kompas"))
        )
        assert (copied.name, copied.areas, copied.selection, copied.registrars) == (
            given.name,
            given.areas,
            given.selection,
            given.registrars,
        )
        # The name was taken in Brugge, by a project that has nothing to do with it.
        assert there == "join-t"
        assert agreements.shared(connection, "brugge") == {("gent", "kompas"): "join-t"}
        assert agreements.shared(connection, "gent") == {("brugge", "join-t"): "kompas"}


def test_a_code_is_used_once_in_time_by_another_and_is_not_stored(database: Database) -> None:
    with database.writing() as connection:
        agreements.offer(connection, "gent", "Kompas", CODE, NOON)
        stored = connection.execute(select(tables.joint_codes)).one()
        assert CODE not in repr(stored)
        late = NOON + agreements.VALID
        for town, code, at in (
            ("gent", CODE, NOON),
            ("brugge", f"{CODE}X", NOON),
            ("brugge", CODE, late),
        ):
            with pytest.raises(DatabaseProblem, match="not known"):
                agreements.join(connection, (town, ""), code, "JOIN-T", at)
        agreements.join(connection, ("brugge", ""), CODE.lower(), "JOIN-T", late - timedelta(1))
        with pytest.raises(DatabaseProblem, match="not known"):
            agreements.join(connection, ("brugge", ""), CODE, "JOIN-U", NOON)


def test_a_coordinator_reads_what_the_other_registered_and_nobody_is_named(
    database: Database,
) -> None:
    with database.writing() as connection:
        there = agree(connection)
    with database.reading() as connection:
        archive = StoredArchive(connection, reach([there]))
        found = archive.recent()
        assert {(item.organisation, item.project, item.person) for item in found} == {
            ("gent", there, "")
        }
        assert sorted(item.record for item in found) == ["r1", "r2"]
        seen = archive.record("r2", organisation="gent")
        assert seen is not None
        assert (seen.project, seen.person, seen.remark) == (there, "", "of gent")
        assert archive.record("r2") is None
        others = StoredArchive(connection, scope("brugge", "ana", ["practitioner"], [there]))
        assert others.recent() == []
        assert others.record("r2", organisation="gent") is None


def test_an_export_holds_the_records_of_both_and_names_nobody_of_the_other(
    database: Database, record: Callable[..., Record]
) -> None:
    with database.writing() as connection:
        there = agree(connection)
        own = record(record="r3", project=there)
        records.save(connection, [("brugge", own)], NOON)
    with database.reading() as connection:
        shared = agreements.shared(connection, "brugge")
        rows = list(exported.values(connection, "brugge", shared))
        alone = list(exported.values(connection, "brugge"))
    seen = [(row.organisation, row.project, row.record, row.person) for row in rows]
    assert seen == [
        ("brugge", there, "r3", "ana"),
        ("gent", there, "r1", "gent 1"),
        ("gent", there, "r2", "gent 1"),
        ("brugge", "kompas", "r1", "ana"),
    ]
    assert {row.organisation for row in alone} == {"brugge"}


@pytest.mark.parametrize("leaving", ["brugge", "gent"])
def test_when_one_parts_neither_sees_the_other_any_more(database: Database, leaving: str) -> None:
    with database.writing() as connection:
        there = agree(connection)
        project = there if leaving == "brugge" else "kompas"
        agreements.part(connection, leaving, project, NOON)
        with pytest.raises(DatabaseProblem, match="shared with nobody"):
            agreements.part(connection, leaving, project, NOON)
        assert agreements.shared(connection, "brugge") == {}
        assert agreements.shared(connection, "gent") == {}
        assert StoredArchive(connection, reach([there])).recent() == []
        # Those who agree again take the project that is there.
        agreements.offer(connection, "gent", "kompas", CODE, NOON)
        agreements.join(connection, ("brugge", there), CODE, "JOIN-V", NOON)
        assert agreements.shared(connection, "gent") == {("brugge", there): "kompas"}
        assert len(list(exported.values(connection, "gent"))) == 2


def test_a_third_sees_only_those_who_agreed_with_it(database: Database, settle: Settle) -> None:
    with database.writing() as connection:
        there = agree(connection)
        settle(connection, "aalst")
        agreements.offer(connection, "gent", "kompas", CODE, NOON)
        agreements.join(connection, ("aalst", ""), CODE, "JOIN-W", NOON)
        assert set(agreements.shared(connection, "aalst")) == {("gent", "kompas")}
        assert set(agreements.shared(connection, "gent")) == {
            ("aalst", "join-w"),
            ("brugge", there),
        }
