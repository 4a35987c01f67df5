import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import conversations
from storage.column_types import Unstorable
from storage.database import Database
from storage.problems import DatabaseProblem
from storage.tables import organisations, people, projects

# Each turn reads what the other process may be about to write.
HUNDRED_TURNS = """
import sys
from datetime import UTC, datetime
from storage import conversations, people
from storage.conversations import Written
from storage.database import Database
from tests.keys import KEYS

ANA = ("brugge", "ana")
database = Database(sys.argv[1], KEYS)
for _ in range(100):
    with database.writing() as connection:
        people.reached(connection, "console", ["ana@brugge"])
        stored = conversations.load(connection, [ANA]).get(ANA)
        by = [*(stored.snapshot()["by"] if stored else []), sys.argv[2]]
        written = Written({"by": by}, len(by), len(by) - 1 if stored else None)
        conversations.save(connection, {ANA: written}, datetime.now(UTC))
database.close()
"""


def url(database: Database) -> str:
    return database.location.url.render_as_string(hide_password=False)


def add(connection: Connection, name: str, now: datetime) -> None:
    connection.execute(insert(organisations), {"id": name, "name": name, "created_at": now})


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(select(organisations.c.name).order_by("name")))


def test_a_half_written_transaction_leaves_nothing(database: Database, now: datetime) -> None:
    def fail_half_way() -> None:
        with database.writing() as connection:
            add(connection, "Gent", now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert names(database) == []


def test_two_processes_that_write_at_once_lose_nothing(
    database: Database, settle: Callable[[Connection, str], None]
) -> None:
    ana = ("brugge", "ana")
    with database.writing() as connection:
        settle(connection, "brugge")
    processes = [
        subprocess.Popen([sys.executable, "-c", HUNDRED_TURNS, url(database), name])
        for name in "ab"
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    with database.reading() as connection:
        stored = conversations.load(connection, [ana])[ana]
    by = stored.snapshot()["by"]
    assert (stored.turn, by.count("a"), by.count("b")) == (200, 100, 100)


def test_a_reader_sees_one_state_while_others_write(database: Database, now: datetime) -> None:
    with database.reading() as reader:
        count = select(func.count()).select_from(organisations)
        assert reader.scalar(count) == 0
        with database.writing() as writer:
            add(writer, "Gent", now)
        assert reader.scalar(count) == 0
    assert names(database) == ["Gent"]


def test_a_reader_cannot_write(database: Database, now: datetime) -> None:
    with pytest.raises(DatabaseProblem), database.reading() as connection:
        add(connection, "Gent", now)
    assert names(database) == []


def test_a_writer_may_write_on_the_connection_of_a_reader(
    database: Database, now: datetime
) -> None:
    assert names(database) == []
    with database.writing() as connection:
        add(connection, "Gent", now)
    assert names(database) == ["Gent"]


def test_a_lock_that_lasts_too_long_is_a_problem_with_a_remedy(
    database: Database, now: datetime
) -> None:
    with database.writing() as connection:
        add(connection, "Gent", now)
    impatient = Database(url(database), patience=0.05)
    rename = update(organisations).values(name="Ghent")
    with database.writing() as first:
        first.execute(rename)
        with pytest.raises(DatabaseProblem, match="locked by another program"):  # noqa: SIM117
            with impatient.writing() as second:
                second.execute(rename)
    impatient.close()


def test_a_naive_datetime_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - the fault under test
    with pytest.raises(Unstorable, match="time zone"), database.writing() as connection:
        add(connection, "Gent", naive)


def test_a_moment_comes_back_in_utc_whatever_zone_it_had(database: Database) -> None:
    brussels = timezone(timedelta(hours=2))
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL TIME ZONE 'America/New_York'"))
        add(connection, "Gent", datetime(2026, 7, 1, 1, 30, 0, 5, tzinfo=brussels))
        moment = connection.scalar(select(organisations.c.created_at))
    assert moment == datetime(2026, 6, 30, 23, 30, 0, 5, tzinfo=UTC)
    assert moment is not None
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("name", "reason"),
    [("be\0fore", "NUL"), ("be\ud83dfore", "surrogate"), ("é\0", "NUL")],
    ids=["NUL", "half a pair", "NUL after an accent"],
)
def test_text_that_one_database_cannot_hold_is_refused_on_both_and_not_repeated(
    database: Database, now: datetime, name: str, reason: str
) -> None:
    with pytest.raises(Unstorable, match=reason) as caught, database.writing() as connection:
        add(connection, name, now)
    assert "fore" not in str(caught.value)
    assert names(database) == []


def test_every_other_text_comes_back_as_it_was(database: Database, now: datetime) -> None:
    nasty = ["", " ", "\x01\x7f", "é", "e\u0301", "👩‍👩‍👧", "a'b\"c\\d%s:x", "\r\n", "\ufffe"]
    with database.writing() as connection:
        for name in nasty:
            add(connection, name, now)
    assert sorted(names(database)) == sorted(nasty)


def test_a_row_cannot_point_into_another_organisation(
    database: Database, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        add(connection, "gent", now)
        row = {"id": "p", "name": "P", "areas": [], "selection": [], "created_at": now}
        connection.execute(insert(projects), row | {"organisation": "gent"})
    statements = [
        "INSERT INTO memberships (organisation, person, project) VALUES ('gent', 'ana', 'p')",
        "INSERT INTO memberships (organisation, person, project) VALUES ('gent', 'ana', 'kompas')",
        "UPDATE projects SET organisation = 'gent' WHERE id = 'kompas'",
        "DELETE FROM organisations WHERE id = 'brugge'",
    ]
    for statement in statements:
        with pytest.raises(IntegrityError), database.writing() as connection:
            connection.execute(text(statement))


def test_an_error_repeats_no_parameters(
    database: Database, settle: Callable[[Connection, str], None], now: datetime
) -> None:
    row = {"organisation": "nowhere", "id": "x", "roles": ["s3cret"], "channel": "s3cret"}
    with pytest.raises(IntegrityError) as caught, database.writing() as connection:
        connection.execute(insert(people), row | {"address": "s3cret", "created_at": now})
    assert "s3cret" not in str(caught.value)


def test_a_fault_of_the_program_is_not_blamed_on_the_database(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nowhere"), database.reading() as connection:
        connection.execute(text("SELECT * FROM nowhere"))


def test_what_is_committed_on_sqlite_survives_a_power_cut(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.writing() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    database.close()
    full = 2
    assert found == ["wal", full, 1]


def test_a_new_file_that_another_program_is_writing_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "meetmoment.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        leaving = Timer(0.2, other.execute, ["COMMIT"])
        leaving.start()
        with closing(Database(f"sqlite:///{path}")) as database:
            database.migrate()
        leaving.join()
    assert path.exists()


@pytest.mark.parametrize("change", ["removed", "replaced"])
def test_a_file_that_is_gone_takes_no_answer_that_nobody_would_find(
    tmp_path: Path, change: str
) -> None:
    path = tmp_path / "meetmoment.db"
    with closing(Database(f"sqlite:///{path}")) as database:
        database.migrate()
        path.rename(tmp_path / "moved.db")
        if change == "replaced":
            shutil.copy(tmp_path / "moved.db", path)
        with pytest.raises(DatabaseProblem, match="removed or replaced"), database.writing():
            pass


def test_a_new_file_is_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "meetmoment.db"
    with closing(Database(f"sqlite:///{path}")) as database:
        database.migrate()
    assert path.stat().st_mode & 0o077 == 0
