"""The database: opens it, keeps it up to date and gives out transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from json import JSONDecodeError
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from storage import resealing, sealed
from storage.column_types import Unstorable
from storage.location import Location, located
from storage.problems import DAMAGED, ContentDamaged, DatabaseProblem, problem
from storage.sealing import NO_KEYS, Keys, Seal, UnknownKey

# Up to this size a complete check takes a fraction of a second.
CHECKED_BYTES = 50_000_000

CONNECT_SECONDS = "10"
RETRY_SECONDS = 0.01

# Whoever writes is waited for, because this is done at night.
MAINTENANCE_SECONDS = 60.0

# The channels name a connection in their signatures, and speak no SQL.
__all__ = ["Connection", "Database"]


class Database:
    """A SQLite file or a PostgreSQL database; it connects when it is first used.

    `keys` seal what somebody typed; without them, nothing typed can be stored. `patience` is how
    many seconds a transaction waits for another program's lock. A file that is thrown away need
    not be `safe` from a loss of power, and is faster then.
    """

    def __init__(
        self, url: str, keys: Keys = NO_KEYS, *, patience: float = 15.0, safe: bool = True
    ) -> None:
        self.location = located(url)
        self.seal = Seal(keys)
        make = _server if self.location.path is None else partial(_file, safe=safe)
        # So that whoever has a connection has the seal of its database.
        self._writer, self._reader = (
            engine.execution_options(seal=self.seal) for engine in make(self.location, patience)
        )
        self._file: tuple[int, int] | None = None

    def __repr__(self) -> str:
        return f"<Database: {self.location.label}>"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in one transaction, committed at the end and rolled back on errors."""
        with self._explained(), self._writer.begin() as connection:
            self._stay()
            self.seal.refresh()
            yield connection
            self._stay()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one unchanging state of the database and cannot write."""
        with self._explained(), self._reader.begin() as connection:
            self.seal.refresh()
            yield connection

    def migrate(self) -> None:
        """Check the file and bring the tables up to date; two programs may do so at once.

        What was stored before texts were sealed is sealed then.
        """
        from storage import migrations

        self._check()
        with self.writing() as connection:
            migrations.upgrade(connection, self.location.label)
            is_sealed = self.seal.keys is NO_KEYS or sealed.prepare(connection, self.location.label)
        if not is_sealed:
            resealing.seal_first(self)

    def compact(self) -> None:
        """Write a SQLite file anew, without what was stored there before and is not any more."""
        if self.location.path is None:
            return
        with self._explained(), closing(self._writer.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def forget(self) -> None:
        """Let what was deleted be gone: from the file, or for PostgreSQL to be written over.

        A SQLite file is written anew, because pages that were freed keep what stood in them.
        """
        with self._explained(), self._maintenance() as connection:
            connection.exec_driver_sql("VACUUM")
            if self.location.path is not None:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _maintenance(self) -> Iterator[Connection]:
        """Yield a connection that is in no transaction."""
        if self.location.path is None:
            with self._writer.execution_options(isolation_level="AUTOCOMMIT").connect() as found:
                yield found
            return
        arguments = {"timeout": MAINTENANCE_SECONDS, "isolation_level": None}
        engine = create_engine(self.location.url, poolclass=NullPool, connect_args=arguments)
        with engine.connect() as connection:
            yield connection

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
        except UnknownKey as error:
            raise self._missing(error) from None
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

    def _missing(self, error: UnknownKey) -> DatabaseProblem:
        """Return what is wrong when a text names a key that is not here: the key, or the text."""
        with self.reading() as connection:
            if error.name in sealed.registered(connection):
                return sealed.missing([error.name], self.location.label, self.seal.keys.where)
        return error


def _file(location: Location, patience: float, *, safe: bool) -> tuple[Engine, Engine]:
    # The driver would begin only at the first change, too late for a consistent view. A writer
    # takes its lock at once, because a reader that becomes a writer may not wait for it.
    return (
        _file_engine(location, patience, begin="BEGIN IMMEDIATE", query_only="OFF", safe=safe),
        _file_engine(location, patience, begin="BEGIN", query_only="ON", safe=safe),
    )


def _file_engine(
    location: Location, patience: float, *, begin: str, query_only: str, safe: bool
) -> Engine:
    # Errors repeat no parameters, because parameters are answers.
    engine = create_engine(
        location.url,
        hide_parameters=True,
        connect_args={"timeout": patience, "isolation_level": None},
    )
    prepare = partial(_prepare_file, patience=patience, query_only=query_only, safe=safe)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_file(
    connection: DBAPIConnection,
    _entry: ConnectionPoolEntry,
    *,
    patience: float,
    query_only: str,
    safe: bool,
) -> None:
    cursor = connection.cursor()
    _use_write_ahead_log(cursor, monotonic() + patience)
    cursor.execute(f"PRAGMA synchronous={'FULL' if safe else 'OFF'}")
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
