"""The audit: what is written stays, in one chain for each organisation, whoever writes."""

import hmac
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from flows.audit import REFUSED, Act, AuditEntry, Unaccountable
from flows.chain import broken
from storage.audit import NOBODYS, ONCE, Audit, entries, heads
from storage.database import Database


def seals(text: str) -> list[str]:
    return [hmac.new(b"a test's key", text.encode(), sha256).hexdigest()]


AUDIT = Audit(seals)


def deleted(record: str, person: str = "ana") -> Act:
    return Act(person, "deleted", record, {"revision": 2, "provenance": ""})


def attempt(who: str) -> Act:
    return Act("", REFUSED, who, {"reason": "stranger"})


def stored(database: Database) -> list[AuditEntry]:
    with database.reading() as connection:
        return list(entries(connection))


def write(database: Database, now: datetime, *acts: Act, organisation: str = "gent") -> None:
    with database.writing() as connection:
        AUDIT.write(connection, organisation, acts, now)


def test_each_organisation_has_a_chain_from_one_on(database: Database, now: datetime) -> None:
    for _ in range(2):
        for organisation in ("gent", "brugge", NOBODYS):
            write(database, now, deleted("r1"), deleted("r2"), organisation=organisation)
    found = stored(database)
    assert [(item.organisation, item.number) for item in found] == [
        (organisation, number) for organisation in ("", "brugge", "gent") for number in range(1, 5)
    ]
    for organisation in ("", "brugge", "gent"):
        chain = [item for item in found if item.organisation == organisation]
        assert [item.previous for item in chain] == ["", *(item.digest for item in chain[:-1])]
        assert list(broken(chain, seals)) == []
        with database.reading() as connection:
            assert heads(connection)[organisation] == (4, chain[-1].digest)


def test_an_entry_comes_back_as_it_was_written(database: Database, now: datetime) -> None:
    at = now + timedelta(microseconds=123_456)
    write(database, at, deleted("8F3K-27QM-XJ4T"))
    (entry,) = stored(database)
    assert (entry.at, entry.person, entry.action) == (at, "ana", "deleted")
    assert (entry.about, entry.detail) == ("8F3K-27QM-XJ4T", '{"provenance":"","revision":2}')


def test_an_audit_begins_once(database: Database, now: datetime) -> None:
    for _ in range(2):
        with database.writing() as connection:
            AUDIT.begin(connection, "gent", now)
    assert [item.action for item in stored(database)] == ["begun"]


def test_a_transaction_that_is_rolled_back_leaves_no_entry(
    database: Database, now: datetime
) -> None:
    write(database, now, deleted("r1"))
    with pytest.raises(RuntimeError):
        _write_in_vain(database, now)
    write(database, now, deleted("r3"))
    found = stored(database)
    assert [(item.number, item.about) for item in found] == [(1, "r1"), (2, "r3")]
    assert list(broken(found, seals)) == []


def _write_in_vain(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        AUDIT.write(connection, "gent", [deleted("r2")], now)
        raise RuntimeError


@pytest.mark.parametrize(
    "act",
    [
        Act("ana", "danced"),
        Act("ana", "deleted", "r1"),
        Act("ana", "left", "r1", {"why": "old"}),
        Act("Ana Peeters", "left", "x"),
        Act("ana", "left", "hij belde gisteren"),
        Act("ana", "signed_in", "x", {"channel": "telegram", "roles": ["hij belde"]}),
        Act("ana", "exported", "", {"filter": "x", "language": "nl", "rows": 1, "files": {"é": 1}}),
        Act("ana", "left", "\N{ARABIC-INDIC DIGIT ONE}"),
    ],
)
def test_nothing_but_identifiers_is_written(database: Database, now: datetime, act: Act) -> None:
    with pytest.raises(Unaccountable) as told:
        write(database, now, deleted("r1"), act)
    assert "Peeters" not in str(told.value)
    assert "belde" not in str(told.value)
    assert stored(database) == []


def test_a_refused_attempt_is_written_once_an_hour(database: Database, now: datetime) -> None:
    write(database, now, attempt("a1"), attempt("b2"), attempt("a1"), organisation=NOBODYS)
    for minutes in (1, 59):
        at = now + timedelta(minutes=minutes)
        write(database, at, attempt("a1"), organisation=NOBODYS)
    assert [item.about for item in stored(database)] == ["a1", "b2"]
    write(database, now + ONCE, attempt("a1"), attempt("c3"), organisation=NOBODYS)
    assert [item.about for item in stored(database)] == ["a1", "b2", "a1", "c3"]
    write(database, now + ONCE, attempt("a1"))
    assert [item.organisation for item in stored(database)][-1] == "gent"


CHANGES = [
    "UPDATE audit SET about = 'r9'",
    "UPDATE audit SET number = number + 10",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE number = 2",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_or_remove_an_entry(
    database: Database, now: datetime, statement: str
) -> None:
    _refused(database, now, statement)


def test_sqlite_refuses_to_replace_an_entry(sqlite_url: str, now: datetime) -> None:
    with closing(Database(sqlite_url)) as database:
        _refused(
            database,
            now,
            "INSERT OR REPLACE INTO audit SELECT organisation, number, at, person, action, 'r9',"
            " detail, previous, digest FROM audit WHERE number = 1",
        )


def test_postgresql_refuses_to_empty_the_table(postgresql_url: str, now: datetime) -> None:
    with closing(Database(postgresql_url)) as database:
        _refused(database, now, "TRUNCATE audit")


def _refused(database: Database, now: datetime, statement: str) -> None:
    write(database, now, deleted("r1"), deleted("r2"))
    before = stored(database)
    with pytest.raises(DBAPIError, match="audit"), database.writing() as connection:
        connection.execute(text(statement))
    assert stored(database) == before


def test_two_processes_that_write_at_once_make_one_chain(database: Database, now: datetime) -> None:
    begin = Barrier(2)
    url = database.location.url.render_as_string(hide_password=False)

    def writer(number: int) -> None:
        begin.wait()
        with closing(Database(url)) as own:
            for turn in range(20):
                with own.writing() as connection:
                    AUDIT.begin(connection, "gent", now)
                    act = deleted(f"r{number}-{turn}", f"p{number}")
                    AUDIT.write(connection, "gent", [act, attempt("same")], now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(writer, range(2)))
    found = stored(database)
    assert [item.number for item in found] == [*range(1, 43)]
    assert list(broken(found, seals)) == []
    assert [item.action for item in found].count("begun") == 1
    assert [item.about for item in found].count("same") == 1
    for number in range(2):
        theirs = [item.about for item in found if item.person == f"p{number}"]
        assert theirs == [f"r{number}-{turn}" for turn in range(20)]


def test_only_writers_of_the_same_chain_wait_for_each_other(
    postgresql_url: str, now: datetime
) -> None:
    with closing(Database(postgresql_url)) as one, closing(Database(postgresql_url)) as other:
        with one.writing() as first, other.writing() as second:
            AUDIT.write(first, "gent", [deleted("r1")], now)
            AUDIT.write(second, "gent", [], now)
            AUDIT.write(second, "brugge", [deleted("r1")], now)
        assert [item.organisation for item in stored(one)] == ["brugge", "gent"]
