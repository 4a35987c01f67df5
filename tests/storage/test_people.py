"""Who is reached at which address, and who waits for whom."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from flows.record import Record
from storage import conversations, organisations, people, records, tables
from storage.column_types import Unstorable
from storage.conversations import Written
from storage.database import Database
from storage.people import Me
from tests.keys import KEYS
from tests.waiting import wait_until_one_waits

ANA = Me("brugge", "ana", ("practitioner",))
BEA = Me("brugge", "bea", ("project_coordinator", "practitioner"))


@pytest.fixture
def brugge(
    database: Database, settle: Callable[[Connection, str], None], now: datetime
) -> Database:
    settled(database, settle, now)
    return database


@pytest.fixture
def server(
    postgresql_url: str, settle: Callable[[Connection, str], None], now: datetime
) -> Iterator[Database]:
    with closing(Database(postgresql_url, KEYS)) as database:
        settled(database, settle, now)
        yield database


def settled(database: Database, settle: Callable[[Connection, str], None], now: datetime) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        people.admit(connection, BEA, "telegram", "22", now)


def test_people_are_reached_by_their_address_and_strangers_are_left_out(brugge: Database) -> None:
    with brugge.writing() as connection:
        assert people.reached(connection, "telegram", ["22", "33", "22", ""]) == {"22": BEA}
        assert people.reached(connection, "console", ["ana@brugge"]) == {"ana@brugge": ANA}
        assert people.reached(connection, "telegram", []) == {}


def test_a_person_is_known_by_channel_and_address(brugge: Database) -> None:
    with brugge.reading() as connection:
        assert people.person(connection, "console", "ana@brugge") == ANA
        assert people.person(connection, "telegram", "ana@brugge") is None
        assert people.person(connection, "console", "22") is None


def test_whoever_is_admitted_works_for_all_projects_of_the_organisation(brugge: Database) -> None:
    with brugge.reading() as connection:
        found = organisations.projects(connection, [BEA])
    assert [project.id for project in found[BEA.key]] == ["kompas"]


def test_somebody_can_be_admitted_before_there_is_a_project(
    brugge: Database, now: datetime
) -> None:
    row = {"id": "gent", "name": "Gent", "created_at": now}
    cem = Me("gent", "cem", ("practitioner",))
    with brugge.writing() as connection:
        connection.execute(tables.organisations.insert(), row)
        people.admit(connection, cem, "telegram", "33", now)
        assert people.person(connection, "telegram", "33") == cem
        assert organisations.projects(connection, [cem]) == {}


def test_an_address_leads_to_one_person(brugge: Database, now: datetime) -> None:
    other = Me("brugge", "cem", ("practitioner",))
    with pytest.raises(IntegrityError), brugge.writing() as connection:
        people.admit(connection, other, "telegram", "22", now)
    with brugge.reading() as connection:
        assert people.person(connection, "telegram", "22") == BEA
        known = connection.scalars(select(tables.people.c.id).order_by("id")).all()
    assert known == ["ana", "bea"]


@pytest.mark.parametrize("is_newcomer", [True, False], ids=["newcomer", "known"])
def test_of_two_writers_of_one_person_the_second_sees_what_the_first_wrote(
    server: Database, now: datetime, *, is_newcomer: bool
) -> None:
    written = {BEA.key: Written({"by": 1}, 1, None)}
    if not is_newcomer:
        with server.writing() as connection:
            conversations.save(connection, written, now)
        written = {BEA.key: Written({"by": 2}, 2, 1)}

    def second() -> int:
        with server.writing() as connection:
            people.reached(connection, "telegram", ["22"])
            return conversations.load(connection, [BEA.key])[BEA.key].turn

    with ThreadPoolExecutor(1) as threads:
        with server.writing() as connection:
            people.reached(connection, "telegram", ["22"])
            seen = threads.submit(second)
            wait_until_one_waits(server)
            conversations.save(connection, written, now)
        assert seen.result(60) == written[BEA.key].turn


def test_whoever_waits_to_take_what_somebody_sends_finds_a_stranger_once_they_are_out(
    server: Database, now: datetime
) -> None:
    def second() -> dict[str, Me]:
        with server.writing() as connection:
            return people.reached(connection, "telegram", ["22"])

    with ThreadPoolExecutor(1) as threads:
        with server.writing() as connection:
            people.leave(connection, BEA.key, now)
            seen = threads.submit(second)
            wait_until_one_waits(server)
        assert seen.result(60) == {}


def test_people_are_locked_in_the_same_order_however_they_are_named(server: Database) -> None:
    """The second waits for Ana before it asks for Bea, so Bea is still free for the first."""
    with server.writing() as connection:
        moved = tables.people.update().values(channel="telegram")
        connection.execute(moved.where(tables.people.c.id == "ana").values(address="44"))

    def second() -> list[str]:
        with server.writing() as connection:
            return list(people.reached(connection, "telegram", ["22", "44"]))

    with ThreadPoolExecutor(1) as threads:
        with server.writing() as connection:
            people.reached(connection, "telegram", ["44"])
            seen = threads.submit(second)
            wait_until_one_waits(server)
            people.reached(connection, "telegram", ["22"])
        assert seen.result(60) == ["44", "22"]


def test_whoever_only_looks_waits_for_nobody(brugge: Database) -> None:
    url = brugge.location.url.render_as_string(hide_password=False)
    with closing(Database(url, KEYS, patience=0.05)) as impatient, brugge.writing() as first:
        people.reached(first, "telegram", ["22"])
        with impatient.reading() as second:
            assert people.person(second, "telegram", "22") == BEA


def test_records_of_a_person_who_is_locked_can_be_stored(
    server: Database, record: Callable[..., Record], now: datetime
) -> None:
    url = server.location.url.render_as_string(hide_password=False)
    with closing(Database(url, KEYS, patience=0.05)) as impatient, server.writing() as first:
        people.reached(first, "console", ["ana@brugge"])
        with impatient.writing() as second:
            records.save(second, [("brugge", record())], now)


@pytest.mark.parametrize("address", ["a\0b", "a\ud800"], ids=["NUL", "half a pair"])
def test_an_address_that_cannot_be_stored_is_refused_alike_on_both(
    database: Database, address: str
) -> None:
    with pytest.raises(Unstorable), database.reading() as connection:
        people.person(connection, "telegram", address)
