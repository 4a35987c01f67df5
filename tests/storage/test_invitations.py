"""Who gets in by an invitation, how often, and what is kept of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Connection, select

from flows.effects import Invite
from storage import invitations, organisations, people, tables
from storage.database import Database
from storage.invitations import Newcomer
from storage.people import Me

DAY = timedelta(days=1)
ANA = ("brugge", "ana")


@pytest.fixture
def brugge(
    database: Database, settle: Callable[[Connection, str], None], now: datetime
) -> Database:
    with database.writing() as connection:
        settle(connection, "brugge")
        invitations.add(connection, "brugge", "ana", invited(now), now)
    return database


def invited(now: datetime, digest: str = "d1", person: str = "", id_: str = "I1") -> Invite:
    return Invite(id_, digest, ("evaluator",), ("kompas",), now + 7 * DAY, person)


def newcomer(address: str, person: str = "bea") -> Newcomer:
    return Newcomer("telegram", address, lambda: person)


def accepted(
    database: Database, now: datetime, digest: str = "d1", address: str = "22", person: str = "bea"
) -> Me | None:
    with database.writing() as connection:
        return invitations.accept(connection, digest, newcomer(address, person), now)


def state(database: Database, now: datetime, id_: str = "I1") -> str:
    with database.reading() as connection:
        (found,) = [item for item in invitations.listed(connection, "brugge") if item.id == id_]
    return found.state(now)


def test_an_invitation_lets_one_account_in_with_its_roles_and_projects(
    brugge: Database, now: datetime
) -> None:
    me = Me("brugge", "bea", ("evaluator",))
    assert accepted(brugge, now) == me
    with brugge.reading() as connection:
        assert people.person(connection, "telegram", "22") == me
        (project,) = organisations.projects(connection, [me])[me.key]
        (found,) = invitations.listed(connection, "brugge")
    assert project.id == "kompas"
    assert (found.person, found.accepted_at, found.invited_by) == ("bea", now, "ana")
    assert accepted(brugge, now, address="33", person="cem") is None


def test_of_two_who_come_with_one_link_at_the_same_instant_one_gets_in(
    brugge: Database, now: datetime
) -> None:
    url = brugge.location.url.render_as_string(hide_password=False)
    together = Barrier(2, timeout=60)

    def comes(address: str) -> Me | None:
        with closing(Database(url)) as database:
            with database.reading() as connection:
                connection.execute(select(tables.people.c.id))
            together.wait()
            return accepted(database, now, address=address, person=f"p{address}")

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(comes, ("22", "33")))
    assert len([me for me in found if me]) == 1
    with brugge.reading() as connection:
        assert len(people.listed(connection, "brugge")) == 2


@pytest.mark.parametrize("why", ["expired", "revoked", "unknown"])
def test_what_is_not_open_lets_nobody_in(brugge: Database, now: datetime, why: str) -> None:
    if why == "revoked":
        with brugge.writing() as connection:
            assert invitations.revoke(connection, "brugge", "I1", now)
            assert not invitations.revoke(connection, "brugge", "I1", now)
            assert not invitations.revoke(connection, "brugge", "I9", now)
    at = now + 7 * DAY if why == "expired" else now
    assert accepted(brugge, at, "d9" if why == "unknown" else "d1") is None
    assert state(brugge, at) == ("open" if why == "unknown" else why)
    with brugge.reading() as connection:
        assert [item.person for item in people.listed(connection, "brugge")] == ["ana"]


def test_another_organisation_cannot_revoke_it(brugge: Database, now: datetime) -> None:
    with brugge.writing() as connection:
        assert not invitations.revoke(connection, "gent", "I1", now)
    assert state(brugge, now) == "open"


def test_a_lost_phone_is_out_at_once_and_its_person_goes_on_with_another(
    brugge: Database, now: datetime
) -> None:
    with brugge.writing() as connection:
        for id_ in ("I2", "I3"):
            invitations.add(connection, "brugge", "", invited(now, id_, "ana", id_), now)
        assert people.person(connection, "console", "ana@brugge") is None
        (ana,) = people.listed(connection, "brugge")
        assert (ana.person, ana.channel, ana.left_at) == ("ana", "", None)
    assert state(brugge, now, "I2") == "revoked"
    me = accepted(brugge, now, "I3", "44")
    assert me is not None
    assert me.key == ANA
    with brugge.reading() as connection:
        found = people.person(connection, "telegram", "44")
    assert found == Me("brugge", "ana", ("practitioner",))


def test_whoever_leaves_is_out_and_their_number_and_their_links_with_them(
    brugge: Database, now: datetime
) -> None:
    with brugge.writing() as connection:
        people.leave(connection, ANA, now)
        invitations.revoke_of(connection, "brugge", "ana", now)
        assert people.person(connection, "console", "ana@brugge") is None
        row = connection.execute(select(tables.people)).one()
    assert (row.left_at, row.address) == (now, "brugge/ana")
    assert state(brugge, now) == "revoked"


def test_an_account_that_left_can_come_in_as_somebody_new(brugge: Database, now: datetime) -> None:
    assert accepted(brugge, now) is not None
    with brugge.writing() as connection:
        people.leave(connection, ("brugge", "bea"), now)
        invitations.add(connection, "brugge", "", invited(now, "d2", "", "I2"), now)
    assert accepted(brugge, now, "d2", "22", "cem") == Me("brugge", "cem", ("evaluator",))
