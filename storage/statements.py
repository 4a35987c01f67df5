"""Statements that several tables need, in the words of each database and built once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    column,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from storage.column_types import Words

INSERT: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


Statement = TypeVar("Statement", Select[Any], Update)


class _ByKeys(Generic[Statement]):
    """A statement about rows with keys of one or more texts.

    PostgreSQL takes them as arrays: the statement is then the same for any number of keys, so that
    neither the driver nor the server has to read it again.
    """

    def __init__(self, found: Statement, *columns: Column[str]) -> None:
        names = [f"key_{number}" for number in range(len(columns))]
        arrays = [bindparam(name, type_=postgresql.ARRAY(Words)) for name in names]
        rows = func.unnest(*arrays).table_valued(*names).render_derived()
        key = tuple_(*columns)
        self._names = names
        self._by_dialect: dict[str, Statement] = {
            "sqlite": found.where(key.in_(bindparam("keys", expanding=True))),
            "postgresql": found.where(key.in_(select(*(rows.c[name] for name in names)))),
        }

    def _given(
        self, connection: Connection, keys: Iterable[tuple[str, ...]], given: dict[str, Any]
    ) -> tuple[Statement, dict[str, Any]]:
        listed, dialect = list(keys), connection.dialect.name
        if dialect == "postgresql":
            columns = zip(*listed, strict=True) if listed else ((),) * len(self._names)
            given |= dict(zip(self._names, map(list, columns), strict=True))
        else:
            given["keys"] = listed
        return self._by_dialect[dialect], given


class Lookup(_ByKeys[Select[Any]]):
    """Finds rows by keys of one or more texts."""

    def rows(
        self,
        connection: Connection,
        keys: Iterable[tuple[str, ...]],
        **given: Any,  # noqa: ANN401 - what else the statement takes
    ) -> Sequence[Row[Any]]:
        """Return the rows of those keys that are there."""
        return connection.execute(*self._given(connection, keys, given)).all()


class Change(_ByKeys[Update]):
    """Changes rows by keys of one or more texts."""

    def change(
        self,
        connection: Connection,
        keys: Iterable[tuple[str, ...]],
        **given: Any,  # noqa: ANN401 - what else the statement takes
    ) -> None:
        """Change the rows of those keys that are there."""
        connection.execute(*self._given(connection, keys, given))


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


def insert_many_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *returned: str
) -> Sequence[Row[Any]]:
    """Insert thousands of rows whose key is not taken, as insert_all_new does.

    All have the same columns, none of which is JSON. PostgreSQL takes them as arrays, as a Lookup.
    """
    if not rows or connection.dialect.name != "postgresql":
        return insert_all_new(connection, table, rows, *returned)
    names = tuple(rows[0])
    given = {name: [row[name] for row in rows] for name in names}
    return connection.execute(_insert_arrays(table, names, returned), given).all()


@cache
def _insert_arrays(
    table: Table, names: tuple[str, ...], returned: tuple[str, ...]
) -> ReturningInsert[Any]:
    types = [table.c[name].type for name in names]
    arrays = [
        bindparam(name, type_=postgresql.ARRAY(kind))
        for name, kind in zip(names, types, strict=True)
    ]
    columns = [column(name, kind) for name, kind in zip(names, types, strict=True)]
    rows = func.unnest(*arrays).table_valued(*columns).render_derived()
    statement = postgresql.insert(table).from_select(names, select(*rows.c))
    return statement.on_conflict_do_nothing().returning(*(table.c[name] for name in returned))


@cache
def _insert_all_new(dialect: str, table: Table, returned: tuple[str, ...]) -> ReturningInsert[Any]:
    return _insert_new(dialect, table).returning(*(table.c[name] for name in returned))


@cache
def _insert_new(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return INSERT[dialect](table).on_conflict_do_nothing()
