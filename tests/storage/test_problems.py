import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.problems import DatabaseProblem
from storage.tables import organisations

NOBODY = 65534


@pytest.fixture
def damaged(sqlite_template: Path, tmp_path: Path) -> Callable[[Callable[[bytes], bytes]], Path]:
    """Make a SQLite file with a few hundred rows and then a fault in its bytes."""

    def damaged(fault: Callable[[bytes], bytes]) -> Path:
        path = tmp_path / "meetmoment.db"
        shutil.copy(sqlite_template, path)
        connection = sqlite3.connect(path)
        rows = ((f"id{number}", "name" * 50, "2026-03-02") for number in range(500))
        connection.executemany(
            "INSERT INTO organisations (id, name, created_at) VALUES (?, ?, ?)", rows
        )
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        path.write_bytes(fault(path.read_bytes()))
        return path

    return damaged


def noise(content: bytes) -> bytes:
    # Amid the rows that are read.
    middle = (content.index(b"namename") + content.rindex(b"namename")) // 2
    return content[:middle] + random.Random(7).randbytes(20_000) + content[middle + 20_000 :]


def problem(url: str) -> str:
    database = Database(url)
    with pytest.raises(DatabaseProblem) as caught:
        database.migrate()
    database.close()
    return str(caught.value)


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """Drop the rights of root, for whom every folder is writable, and give out a folder."""
    folder = Path(tempfile.mkdtemp(prefix="meetmoment-"))
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (noise, "is damaged"),
        (lambda content: content[: len(content) // 2], "is damaged"),
        (lambda content: content[: len(content) // 2 - 100], "is damaged"),
        (lambda content: content[:50], "is damaged"),
        (lambda _: b"Dear diary, " * 1000, "is not a SQLite database"),
        (lambda content: bytes(100) + content[100:], "is not a SQLite database"),
    ],
    ids=["noise in the middle", "half", "torn page", "50 bytes", "other file", "no header"],
)
def test_a_damaged_file_is_named_with_a_remedy_and_left_as_it_is(
    damaged: Callable[[Callable[[bytes], bytes]], Path],
    fault: Callable[[bytes], bytes],
    words: str,
) -> None:
    path = damaged(fault)
    before = path.read_bytes()
    message = problem(f"sqlite:///{path}")
    assert message.startswith(f"The database file {path} {words}")
    assert "restore the latest backup" in message
    assert path.read_bytes() == before


def test_damage_that_is_found_while_in_use_is_the_same_problem(
    damaged: Callable[[Callable[[bytes], bytes]], Path],
) -> None:
    database = Database(f"sqlite:///{damaged(noise)}")
    with pytest.raises(DatabaseProblem, match="is damaged"), database.reading() as connection:
        connection.execute(select(organisations)).all()
    database.close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    message = problem(f"sqlite:///{tmp_path}/data/meetmoment.db")
    assert f"the folder {tmp_path}/data does not exist; make that folder" in message


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    message = problem(f"sqlite:///{tmp_path}/data/meetmoment.db")
    assert f"{tmp_path}/data is not a folder" in message


def test_a_folder_where_a_file_should_be_is_named(tmp_path: Path) -> None:
    assert "is a folder; name a file in it" in problem(f"sqlite:///{tmp_path}")


def test_a_folder_that_may_not_be_written_is_a_problem_with_a_remedy() -> None:
    with ordinary_user() as folder:
        folder.chmod(0o500)
        message = problem(f"sqlite:///{folder}/meetmoment.db")
    assert "allow the user who runs Meetmoment to write" in message


def test_a_file_that_may_not_be_written_is_a_problem_with_a_remedy(sqlite_template: Path) -> None:
    content = sqlite_template.read_bytes()
    with ordinary_user() as folder:
        path = folder / "meetmoment.db"
        path.write_bytes(content)
        path.chmod(0o400)
        message = problem(f"sqlite:///{path}")
    assert "cannot be written; allow the user" in message


def test_a_full_disk_is_a_problem_and_leaves_nothing_half_written(
    sqlite_url: str, now: datetime
) -> None:
    database = Database(sqlite_url)
    row = {"id": "gent", "name": "x" * 1_000_000, "created_at": now}

    def write() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 60")
            connection.execute(insert(organisations), row)

    with pytest.raises(DatabaseProblem, match="free some space"):
        write()
    with database.reading() as connection:
        assert connection.execute(select(organisations)).first() is None
    database.close()


@pytest.mark.parametrize(
    ("condition", "remedy"),
    [
        ("disk_full", "free some space"),
        ("lock_not_available", "locked by another program"),
        ("deadlock_detected", "locked by another program"),
        ("insufficient_privilege", "make the user in the URL the owner"),
        ("data_corrupted", "is damaged"),
        ("read_only_sql_transaction", "can only be read"),
        ("too_many_connections", "max_connections"),
    ],
)
def test_what_postgresql_reports_by_code_gets_a_remedy(
    postgresql_url: str, condition: str, remedy: str
) -> None:
    database = Database(postgresql_url)
    report = text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{condition}'; END $$")
    with pytest.raises(DatabaseProblem, match=remedy), database.writing() as connection:
        connection.execute(report)
    database.close()


def test_a_server_that_does_not_answer_is_a_problem_with_a_remedy() -> None:
    message = problem("postgresql://ana@127.0.0.1:1/meetmoment")
    assert message.startswith("The PostgreSQL database 'meetmoment' on 127.0.0.1:1 cannot be reach")


def test_a_host_that_does_not_exist_is_a_problem_with_a_remedy() -> None:
    assert "cannot be reached" in problem("postgresql://ana@db.invalid/meetmoment")


def test_a_database_that_does_not_exist_is_a_problem_with_a_remedy(postgresql_url: str) -> None:
    url = make_url(postgresql_url).set(database="absent")
    message = problem(url.render_as_string(hide_password=False))
    assert "'absent'" in message
    assert "does not exist; create it" in message


def test_an_unknown_user_is_a_problem_with_a_remedy(postgresql_url: str) -> None:
    url = make_url(postgresql_url).set(username="absent")
    assert "refuses this user" in problem(url.render_as_string(hide_password=False))


def test_a_wrong_password_is_a_problem_that_does_not_repeat_it(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE bea LOGIN PASSWORD 'right'")
        row = connection.execute("SHOW hba_file").fetchone()
        assert row is not None
        rules = Path(row[0])
        rules.write_text(f"local all bea scram-sha-256\n{rules.read_text()}")
        connection.execute("SELECT pg_reload_conf()")
    url = make_url(postgresql_url).set(username="bea", password="s3cret")
    message = problem(url.render_as_string(hide_password=False))
    assert "refuses this password" in message
    assert "s3cret" not in message


def test_a_connection_that_breaks_is_a_problem_and_the_next_one_works(postgresql_url: str) -> None:
    database = Database(postgresql_url)

    def write() -> None:
        with database.writing() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
            with psycopg.connect(postgresql_url) as other:
                other.execute("SELECT pg_terminate_backend(%s, 1000)", [backend])
            connection.execute(select(organisations))

    with pytest.raises(DatabaseProblem, match="start the server again"):
        write()
    with database.writing() as connection:
        assert connection.execute(select(organisations)).first() is None
    database.close()


def test_a_database_that_cannot_hold_every_language_is_refused(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    url = make_url(postgresql_url).set(database="latin").render_as_string(hide_password=False)
    assert "encoded in LATIN1; create it again with the encoding UTF8" in problem(url)


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(database: Database) -> None:
    version = text("SELECT version_num FROM alembic_version")
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseProblem, match=r"newer version of Meetmoment \(migration 9999\)"):
        database.migrate()
    with database.reading() as connection:
        assert connection.scalar(version) == "9999"


def test_the_database_of_another_program_is_refused(empty_database: Database) -> None:
    with empty_database.writing() as connection:
        connection.execute(text("CREATE TABLE people (name TEXT)"))
    with pytest.raises(DatabaseProblem, match="belongs to another program"):
        empty_database.migrate()
