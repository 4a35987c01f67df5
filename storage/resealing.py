"""Seals what is stored once more, with the newest key, while others go on reading and writing.

Each batch is a transaction, and what is done is seen from the rows themselves: it may end at any
point and begin again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    select,
    tuple_,
    update,
)

from storage.column_types import SealedJSON
from storage.problems import ContentDamaged
from storage.sealed import (
    SEALED,
    counts,
    finish,
    holds,
    lock,
    register,
    registered,
    sealed_with,
    unregister,
    written,
)
from storage.sealing import Seal
from storage.tables import conversations


class Transactions(Protocol):
    """The database, as far as it is needed here."""

    @property
    def seal(self) -> Seal:
        """What seals and opens with its keys."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Return a connection that only reads."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Return a connection in one transaction."""

    def compact(self) -> None:
        """Leave nothing of what was deleted in the file."""


PAGE = 500
AT_ONCE = {conversations: 1}
"""How many rows a transaction changes, where it is not a page: others lock several of these."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """What came of it: texts that were sealed once more, and those that nobody can read."""

    texts: int
    damaged: int


def is_finished(database: Transactions) -> bool:
    """Whether everything was sealed with the newest key once."""
    with database.reading() as connection:
        return registered(connection).get(database.seal.newest, False)


def begin(database: Transactions) -> None:
    """Make a key that is newer than all others; whoever writes from now on uses it."""
    # Within a transaction, so that nobody makes one for a database that cannot be written.
    with database.writing() as connection:
        database.seal.keys.make()
        database.seal.refresh()
        register(connection, database.seal.newest)


def forget(database: Transactions) -> list[str]:
    """Throw away the keys that seal nothing, not the newest one; return their names."""
    with database.writing() as connection:
        lock(connection)
        used = counts(connection)
        names = [name for name in database.seal.names[1:] if not used.get(name)]
        unregister(connection, names)
    # After the commit: a key that is listed must be at hand.
    database.seal.keys.forget(names)
    return names


def seal_first(database: Transactions) -> None:
    """Seal what an older version stored as it was typed, and leave no trace of that."""
    if _reseal_all(database).texts:
        database.compact()
    _finish(database)


def reseal(database: Transactions) -> Resealed:
    """Seal everything with the newest key; what cannot be read is left as it is."""
    found = _reseal_all(database)
    _finish(database)
    return found


def _finish(database: Transactions) -> None:
    with database.writing() as connection:
        finish(connection, database.seal.newest)


def _reseal_all(database: Transactions) -> Resealed:
    total, found = Resealed(0, 0), Resealed(1, 0)
    while found.texts:
        # Once more until nothing is left: what was under way meanwhile used the key before.
        each = [_reseal(database, column) for column in SEALED]
        found = Resealed(sum(item.texts for item in each), sum(item.damaged for item in each))
        total = Resealed(total.texts + found.texts, found.damaged)
    return total


def _reseal(database: Transactions, column: Column[Any]) -> Resealed:
    changed = damaged = 0
    for rows in _pages(database, column):
        found = [(row, _again(database.seal, column, row.text)) for row in rows]
        damaged += sum(text is None for _, text in found)
        written = [
            dict(_key(row), was=row.text, becomes=text) for row, text in found if text is not None
        ]
        changed += _replace(database, column, written)
    return Resealed(changed, damaged)


def _pages(database: Transactions, column: Column[Any]) -> Iterator[Sequence[Row[Any]]]:
    """Yield what is not sealed with the newest key, by key; no page keeps a transaction open."""
    key = column.table.primary_key.columns.values()
    named: list[Any] = [part.label(f"key_{place}") for place, part in enumerate(key)]
    statement: Select[Any] = (
        select(*named, written(column).label("text"))
        .where(holds(column), sealed_with(column) != bindparam("newest"))
        .order_by(*key)
        .limit(PAGE)
    )
    after: tuple[Any, ...] = ()
    while True:
        with database.reading() as connection:
            further = statement.where(tuple_(*key) > after) if after else statement
            rows = connection.execute(further, {"newest": database.seal.newest}).all()
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][:-1])


def _again(seal: Seal, column: Column[Any], text: str) -> Any:  # noqa: ANN401 - JSON
    """Return a text sealed with the newest key; None for one that nobody can read."""
    try:
        if isinstance(column.type, SealedJSON):
            return seal.close_json(column, seal.open_json(column, json.loads(text)))
        return seal.close(column, seal.open(column, text))
    except (ContentDamaged, ValueError):
        return None


def _replace(database: Transactions, column: Column[Any], rows: Sequence[Mapping[str, Any]]) -> int:
    """Write rows, each only if it is still what was read; return how many those were."""
    changed, at_once = 0, AT_ONCE.get(column.table, PAGE)
    statement, options = _statement(column), {"preserve_rowcount": True}
    for start in range(0, len(rows), at_once):
        with database.writing() as connection:
            part = list(rows[start : start + at_once])
            changed += connection.execute(statement, part, execution_options=options).rowcount
    return changed


def _statement(column: Column[Any]) -> Update:
    keys = [_is(*numbered) for numbered in enumerate(column.table.primary_key)]
    was = written(column) == bindparam("was", type_=Text)
    return update(column.table).where(and_(*keys), was).values({column: bindparam("becomes")})


def _is(place: int, part: ColumnElement[Any]) -> ColumnElement[bool]:
    return part == bindparam(f"key_{place}", type_=part.type)


def _key(row: Row[Any]) -> dict[str, Any]:
    key: tuple[Any, ...] = tuple(row)[:-1]
    return {f"key_{place}": part for place, part in enumerate(key)}
