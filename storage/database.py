"""The database: opens it, keeps it up to date and gives out transactions."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from json import JSONDecodeError
from time import monotonic, sleep
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import ReturningInsert

from storage.column_types import Unstorable
from storage.location import Location, located
from storage.problems import DAMAGED, ContentDamaged, DatabaseProblem, problem

# Up to this size a complete check takes a fraction of a second.
CHECKED_BYTES = 50_000_000

CONNECT_SECONDS = "10"
RETRY_SECONDS = 0.01

# The channels name a connection in their signatures, and speak no SQL.
__all__ = ["Connection", "Database", "Lookup", "insert_all_new", "insert_new"]

INSERT: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Database:
    """A SQLite file or a PostgreSQL database; it connects when it is first used.

    `patience` is how many seconds a transaction waits for another program's lock.
    """

    def __init__(self, url: str, *, patience: float = 15.0) -> None:
        self.location = located(url)
        make = _server if self.location.path is None else _file
        self._writer, self._reader = make(self.location, patience)
        self._file: tuple[int, int] | None = None

    def __repr__(self) -> str:
        return f"<Database: {self.location.label}>"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in one transaction, committed at the end and rolled back on errors."""
        with self._explained(), self._writer.begin() as connection:
            self._stay()
            yield connection
            self._stay()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one unchanging state of the database and cannot write."""
        with self._explained(), self._reader.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Check the file and bring the tables up to date; two programs may do so at once."""
        from storage import migrations

        self._check()
        with self.writing() as connection:
            migrations.upgrade(connection, self.location.label)

    def _stay(self) -> None:
        """Refuse to write into a file that was removed or replaced: nobody would find it again."""
        path = self.location.path
        if path is None:
            return
        try:
            found = path.stat()
        except OSError:
            found = None
        if found is not None and self._file is None:
            self._file = (found.st_dev, found.st_ino)
        if found is None or self._file != (found.st_dev, found.st_ino):
            raise DatabaseProblem(
                f"{self.location.label} was removed or replaced while it was in use, and nothing"
                " more was stored; put it back and start again."
            )

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._writer.dispose()
        self._reader.dispose()

    def _check(self) -> None:
        path = self.location.path
        try:
            if path is not None and path.parent.is_dir() and not path.exists():
                # Answers are read by whoever runs the program, and by nobody else.
                path.touch(mode=0o600)
            if path is None or not path.is_file() or path.stat().st_size > CHECKED_BYTES:
                return
        except PermissionError:
            return
        except OSError as error:
            raise DatabaseProblem(
                f"{self.location.label} cannot be opened: {error.strerror}; name another file."
            ) from None
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if found != "ok":
            raise DatabaseProblem(f"{self.location.label} {DAMAGED}.")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except JSONDecodeError as error:
            raise ContentDamaged(f"{self.location.label} {DAMAGED}.") from error
        except DBAPIError as error:
            if known := problem(error, self.location.label, self.location.path):
                raise known from error
            raise
        except StatementError as error:
            if isinstance(error.orig, Unstorable):
                raise error.orig from None
            raise


class Lookup:
    """Finds rows by keys of one or more texts.

    PostgreSQL takes them as arrays: the statement is then the same for any number of keys, so that
    neither the driver nor the server has to read it again.
    """

    def __init__(self, found: Select[Any], *columns: Column[str]) -> None:
        names = [f"key_{number}" for number in range(len(columns))]
        arrays = [bindparam(name, type_=postgresql.ARRAY(Text)) for name in names]
        rows = func.unnest(*arrays).table_valued(*names).render_derived()
        key = tuple_(*columns)
        self._names = names
        self._by_dialect = {
            "sqlite": found.where(key.in_(bindparam("keys", expanding=True))),
            "postgresql": found.where(key.in_(select(*(rows.c[name] for name in names)))),
        }

    def rows(self, connection: Connection, keys: Iterable[tuple[str, ...]]) -> Sequence[Row[Any]]:
        """Return the rows of those keys that are there."""
        listed, dialect = list(keys), connection.dialect.name
        if dialect == "postgresql":
            columns = zip(*listed, strict=True) if listed else ((),) * len(self._names)
            given = dict(zip(self._names, map(list, columns), strict=True))
        else:
            given = {"keys": listed}
        return connection.execute(self._by_dialect[dialect], given).all()


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row and return True, or return False when its key is taken.

    On PostgreSQL it waits for a transaction that is inserting the same key.
    """
    statement = _insert_new(connection.dialect.name, table)
    options = {"preserve_rowcount": True}
    return connection.execute(statement, row, execution_options=options).rowcount == 1


def insert_all_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *returned: str
) -> Sequence[Row[Any]]:
    """Insert the rows whose key is not taken; return the named columns of those."""
    if not rows:
        return []
    return connection.execute(_insert_all_new(connection.dialect.name, table, returned), rows).all()


@cache
def _insert_all_new(dialect: str, table: Table, returned: tuple[str, ...]) -> ReturningInsert[Any]:
    return _insert_new(dialect, table).returning(*(table.c[name] for name in returned))


@cache
def _insert_new(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return INSERT[dialect](table).on_conflict_do_nothing()


def _file(location: Location, patience: float) -> tuple[Engine, Engine]:
    # The driver would begin only at the first change, too late for a consistent view. A writer
    # takes its lock at once, because a reader that becomes a writer may not wait for it.
    return (
        _file_engine(location, patience, begin="BEGIN IMMEDIATE", query_only="OFF"),
        _file_engine(location, patience, begin="BEGIN", query_only="ON"),
    )


def _file_engine(location: Location, patience: float, *, begin: str, query_only: str) -> Engine:
    # Errors repeat no parameters, because parameters are answers.
    engine = create_engine(
        location.url,
        hide_parameters=True,
        connect_args={"timeout": patience, "isolation_level": None},
    )
    event.listen(
        engine, "connect", partial(_prepare_file, patience=patience, query_only=query_only)
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_file(
    connection: DBAPIConnection, _entry: ConnectionPoolEntry, *, patience: float, query_only: str
) -> None:
    cursor = connection.cursor()
    _use_write_ahead_log(cursor, monotonic() + patience)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA query_only={query_only}")
    cursor.close()


def _use_write_ahead_log(cursor: DBAPICursor, until: float) -> None:
    # SQLite waits for every lock but the one of another program that has just begun a new file.
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(RETRY_SECONDS)
        else:
            return


def _server(location: Location, patience: float) -> tuple[Engine, Engine]:
    defaults = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"}
    engine = create_engine(
        location.url.update_query_dict(defaults | dict(location.url.query)),
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
    )
    event.listen(engine, "connect", partial(_prepare_session, milliseconds=round(patience * 1000)))
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine, snapshot


def _prepare_session(
    connection: DBAPIConnection, _entry: ConnectionPoolEntry, *, milliseconds: int
) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {milliseconds}")
    cursor.close()
    connection.commit()
