"""What is sealed in the database, and with which keys."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Text,
    and_,
    case,
    cast,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from storage.column_types import SealedJSON
from storage.problems import DatabaseProblem
from storage.sealing import AS_TYPED, MARK, NAME, seal_of
from storage.statements import insert_new
from storage.tables import (
    conversations,
    organisations,
    record_revisions,
    record_values,
    reviews,
    sealing_keys,
)

SEALED: tuple[Column[Any], ...] = (
    organisations.c.ambassador,
    conversations.c.snapshot,
    record_revisions.c.reason,
    record_revisions.c.remark,
    record_revisions.c.set_aside,
    record_values.c.value,
    record_values.c.remark,
    reviews.c.comment,
)
"""The columns that hold what somebody typed; a test asks a decision for every other one."""

CODED = ("select_one", "select_multiple", "integer", "decimal", "date", "note", "counts")
"""The types of questions whose values are choices, numbers and days: nothing of one's own."""


def is_free(kind: str) -> bool:
    """Whether a value of this type of question can hold words of somebody's own."""
    return kind not in CODED


def written(column: Column[Any]) -> ColumnElement[str]:
    """Return a column as the text in which it stands in the database."""
    return cast(column, Text)


def quotes(column: Column[Any]) -> int:
    """Return how many characters stand before a sealed text: JSON puts it in quotes."""
    return int(isinstance(column.type, SealedJSON))


def registered(connection: Connection) -> dict[str, bool]:
    """Return the names of the keys with which something may be sealed, and which are finished."""
    return {row.name: row.finished for row in connection.execute(select(sealing_keys))}


def prepare(connection: Connection, label: str) -> bool:
    """Make the first key if there is none, and write down that the newest one is in use.

    Return whether everything is sealed; no key is missing then. Raises DatabaseProblem for a
    missing key: another one would not help, so none is made.
    """
    seal, known = seal_of(connection), registered(connection)
    if absent := known.keys() - set(seal.names):
        raise missing(absent, label, seal.keys.where)
    if not seal.names:
        seal.keys.make()
        seal.refresh()
    register(connection, seal.newest)
    # A change of keys that was begun later is left to whoever began it.
    return bool(known) and (len(known) > 1 or all(known.values()))


def register(connection: Connection, name: str) -> None:
    """Write down that something may be sealed with a key."""
    insert_new(connection, sealing_keys, {"name": name})


def finish(connection: Connection, name: str) -> None:
    """Write down that everything is sealed with a key."""
    statement = update(sealing_keys).where(sealing_keys.c.name == name)
    connection.execute(statement.values(finished=True))


def unregister(connection: Connection, names: Collection[str]) -> None:
    """Write down that nothing is sealed with these keys any more."""
    connection.execute(delete(sealing_keys).where(sealing_keys.c.name.in_(list(names))))


def lock(connection: Connection) -> None:
    """Let nobody write what is sealed until the commit, and wait for whoever is writing it.

    A SQLite transaction that writes is alone already.
    """
    if connection.dialect.name == "postgresql":
        tables = ", ".join(dict.fromkeys(column.table.name for column in SEALED))
        connection.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))


def missing(names: Iterable[str], label: str, where: str) -> DatabaseProblem:
    """Return the problem of keys that are not here."""
    listed = ", ".join(sorted(names))
    return DatabaseProblem(
        f"{label} holds texts that are sealed with the key {listed}, which is not in {where};"
        " put it back there, for nobody can read them without it. Nothing was changed."
    )


def sealed_with(column: Column[Any]) -> ColumnElement[str]:
    """Return the name of the key with which a column's text is sealed; "" for none."""
    stored, first = written(column), quotes(column) + 1
    return case(
        (func.substr(stored, first, len(AS_TYPED)) == AS_TYPED, ""),
        (func.substr(stored, first, 1) == MARK, func.substr(stored, first + 1, NAME)),
        else_="",
    )


def holds(column: Column[Any]) -> ColumnElement[bool]:
    """Return whether there is anything to be sealed in a column."""
    something = written(column).not_in(("", "{}"))
    if column is record_values.c.value:
        return and_(something, record_values.c.type.not_in(CODED))
    return something


def counts(connection: Connection) -> Mapping[str, int]:
    """Return how many texts each key seals, by its name; "" for those that are not sealed."""
    found: Counter[str] = Counter()
    for column in SEALED:
        name = sealed_with(column).label("name")
        rows = connection.execute(
            select(name, func.count().label("number")).where(holds(column)).group_by(name)
        )
        found.update({row.name: row.number for row in rows})
    return found
