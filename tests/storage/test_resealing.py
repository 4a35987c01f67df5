"""A change of keys loses nothing, whenever it is interrupted and whoever writes meanwhile."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from flows.record import Record, RecordValue
from storage import conversations, migrations, records, resealing, sealed
from storage.conversations import Written
from storage.database import Database
from storage.people import Me, admit
from storage.problems import DatabaseProblem
from storage.sealing import Fixed, Keys, name_of
from storage.tables import metadata

ANA = ("brugge", "ana")
FIRST, SECOND = b"1" * 32, b"2" * 32
LIKE_SEALED = ["~", "~=", "~=~", "~12345678AAAA", "plain"]

RESEALED = """
import sys
from storage import resealing
from storage.database import Database
from storage.sealing import Fixed

database = Database(sys.argv[1], Fixed([b"2" * 32, b"1" * 32], "there"))
print("ready", flush=True)
resealing.reseal(database)
"""


class Growing:
    """Keys to which one can be added, shared by several databases as a file would be."""

    where = "here"

    def __init__(self, *keys: bytes) -> None:
        self._keys: Sequence[bytes] = keys

    def held(self) -> Sequence[bytes]:
        return self._keys

    def make(self) -> None:
        self._keys = (SECOND, *self._keys)

    def forget(self, names: Sequence[str]) -> None:
        self._keys = tuple(key for key in self._keys if name_of(key) not in names)


def address(database: Database) -> str:
    return database.location.url.render_as_string(hide_password=False)


@pytest.fixture
def url(database: Database) -> str:
    return address(database)


def fill(
    url: str, keys: Keys, settle: Callable[[Connection, str], None], now: datetime, number: int
) -> None:
    """Let people have a conversation each."""
    with closing(Database(url, keys)) as database:
        database.migrate()
        with database.writing() as connection:
            settle(connection, "brugge")
            for person in map(str, range(number)):
                admit(connection, Me("brugge", person, ("practitioner",)), "console", person, now)
                written = {("brugge", person): Written({"of": person}, 1, None)}
                conversations.save(connection, written, now)


def counted(url: str, keys: Keys) -> dict[str, int]:
    with closing(Database(url, keys)) as database, database.reading() as connection:
        return {name: number for name, number in sealed.counts(connection).items() if number}


def test_everything_is_sealed_with_the_new_key_and_the_old_one_can_be_forgotten(
    url: str, settle: Callable[[Connection, str], None], record: Callable[..., Record],
    value: Callable[..., RecordValue], now: datetime,
) -> None:  # fmt: skip
    keys = Growing(FIRST)
    fill(url, keys, settle, now, 3)
    saved = record(
        values=(value(type="text", value="a"), value(position=2, remark="b")),
        remark="c",
        reason="d",
        set_aside={"e": "f"},
    )
    with closing(Database(url, keys)) as database:
        with database.writing() as connection:
            records.save(connection, [("brugge", saved)], now)
        assert counted(url, keys) == {name_of(FIRST): 8}
        resealing.begin(database)
        assert not resealing.is_finished(database)
        assert resealing.reseal(database) == resealing.Resealed(8, 0)
        assert resealing.is_finished(database)
        assert counted(url, keys) == {name_of(SECOND): 8}
        assert resealing.forget(database) == [name_of(FIRST)]
        assert resealing.forget(database) == []
    with closing(Database(url, Fixed([SECOND], "here"))) as database:
        database.migrate()
        with database.reading() as connection:
            assert records.load(connection, "brugge", "r1", 1) == saved


def test_a_key_that_seals_something_is_not_forgotten(
    url: str, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    keys = Growing(FIRST)
    fill(url, keys, settle, now, 3)
    with closing(Database(url, keys)) as database:
        resealing.begin(database)
        assert resealing.forget(database) == []
    assert keys.held() == (SECOND, FIRST)


def test_whoever_runs_reads_and_uses_a_key_that_another_process_made(
    url: str, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    keys = Growing(FIRST)
    fill(url, keys, settle, now, 1)
    with closing(Database(url, keys)) as running, closing(Database(url, keys)) as other:
        with running.reading() as connection:
            conversations.load(connection, [("brugge", "0")])
        resealing.begin(other)
        resealing.reseal(other)
        with running.writing() as connection:
            stored = conversations.load(connection, [("brugge", "0")])["brugge", "0"]
            assert stored.snapshot() == {"of": "0"}
            written = {("brugge", "0"): Written({"of": "0"}, 2, 1)}
            conversations.save(connection, written, now)
    assert counted(url, keys) == {name_of(SECOND): 1}


def test_a_change_of_keys_goes_on_after_it_was_killed(
    url: str, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    fill(url, Fixed([FIRST], "here"), settle, now, 300)
    both = Fixed([SECOND, FIRST], "here")
    command = [sys.executable, "-c", RESEALED, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while name_of(SECOND) not in counted(url, both):
            assert process.poll() is None
        process.kill()
    found = counted(url, both)
    # On a busy machine it may have come to its end before it was killed.
    left = found.get(name_of(FIRST), 0)
    assert left + found[name_of(SECOND)] == sum(found.values()) == 300
    with closing(Database(url, both)) as database:
        database.migrate()
        assert not (left and resealing.is_finished(database))
        assert resealing.reseal(database).texts == left
        with database.reading() as connection:
            stored = conversations.load(connection, [("brugge", str(n)) for n in range(300)])
    assert [stored["brugge", str(n)].snapshot()["of"] for n in range(300)] == [
        str(n) for n in range(300)
    ]


def test_answers_that_come_in_during_a_change_of_keys_are_kept(
    url: str, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    keys = Growing(FIRST)
    fill(url, keys, settle, now, 20)

    def answers(person: str) -> None:
        with closing(Database(url, keys)) as database:
            for turn in range(1, 40):
                with database.writing() as connection:
                    conversations.load(connection, [("brugge", person)])
                    written = {("brugge", person): Written({"turns": turn + 1}, turn + 1, turn)}
                    conversations.save(connection, written, now)

    with closing(Database(url, keys)) as database, ThreadPoolExecutor(2) as threads:
        working = [threads.submit(answers, person) for person in ("3", "17")]
        resealing.begin(database)
        resealing.reseal(database)
        for item in working:
            item.result(60)
        with database.reading() as connection:
            found = conversations.load(connection, [("brugge", "3"), ("brugge", "17")])
    assert [item.snapshot() for item in found.values()] == [{"turns": 40}] * 2
    assert counted(url, keys) == {name_of(SECOND): 20}


def test_a_damaged_text_is_left_as_it_is_and_ends_nothing(
    url: str, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    keys = Growing(FIRST)
    fill(url, keys, settle, now, 3)
    with closing(Database(url, keys)) as database:
        with database.writing() as connection:
            damage = "UPDATE conversations SET snapshot = substr(snapshot, 1, 20) WHERE person='1'"
            connection.execute(text(damage))
        resealing.begin(database)
        assert resealing.reseal(database) == resealing.Resealed(2, 1)
        assert resealing.forget(database) == []


@pytest.fixture
def older(
    empty_database: Database,
    settle: Callable[[Connection, str], None],
    record: Callable[..., Record],
    value: Callable[..., RecordValue],
    now: datetime,
) -> str:
    """A database of the version before, with a record for each text that looks sealed."""
    empty_database.migrate()
    values = (value(type="text", value=""),)
    with empty_database.writing() as connection:
        settle(connection, "brugge")
        names = [f"r{place}" for place in range(len(LIKE_SEALED))]
        saved = [("brugge", record(record=name, values=values)) for name in names]
        records.save(connection, saved, now)
        migrations.downgrade(connection, "0004")
        for name, typed in zip(names, LIKE_SEALED, strict=True):
            given = {"typed": typed, "record": name}
            for change in STORED_BEFORE:
                connection.execute(text(change), given)
    return address(empty_database)


STORED_BEFORE = (
    "UPDATE record_revisions SET reason = :typed WHERE record = :record",
    'UPDATE record_revisions SET set_aside = \'{"why": "plain"}\' WHERE record = :record',
    "UPDATE record_values SET value = :typed, remark = 'plain' WHERE record = :record",
)


def test_what_an_older_version_stored_is_sealed_when_it_is_brought_up_to_date(
    older: str, tmp_path: Path
) -> None:
    keys = Fixed([FIRST], "here")
    with closing(Database(older, keys)) as database:
        database.migrate()
        with database.reading() as connection:
            for place, typed in enumerate(LIKE_SEALED):
                found = records.load(connection, "brugge", f"r{place}", 1)
                assert found is not None
                assert (found.reason, found.values[0].value) == (typed, typed)
                assert (found.set_aside, found.values[0].remark) == ({"why": "plain"}, "plain")
            tables = [text(f"SELECT * FROM {name}") for name in metadata.tables]
            assert "plain" not in repr([connection.execute(table).all() for table in tables])
        assert counted(older, keys) == {name_of(FIRST): 20}
    assert [path.name for path in tmp_path.iterdir() if b"plain" in path.read_bytes()] == []


def test_what_an_older_version_stored_can_be_read_until_it_is_sealed(older: str) -> None:
    with closing(Database(older)) as database:
        database.migrate()
        with database.reading() as connection:
            found = records.load(connection, "brugge", "r1", 1)
    assert found is not None
    assert (found.reason, found.set_aside) == ("~=", {"why": "plain"})
    assert counted(older, Fixed([FIRST], "here")) == {"": 20}


def test_no_older_version_gets_what_is_sealed(older: str) -> None:
    with closing(Database(older, Fixed([FIRST], "here"))) as database:
        database.migrate()
        with (
            pytest.raises(DatabaseProblem, match="older version"),
            database.writing() as connection,
        ):
            migrations.downgrade(connection, "0004")
