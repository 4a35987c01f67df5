"""How values and revisions of records are sealed when they go in, and opened when they come out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from flows.record import RecordValue
from storage.problems import ContentDamaged
from storage.sealed import is_free
from storage.sealing import Seal, UnknownKey
from storage.tables import record_revisions, record_values

VALUE = tuple(item.name for item in fields(RecordValue))
TYPE, STATUS, TEXT, REMARK = map(VALUE.index, ("type", "status", "value", "remark"))
TYPED = ("remark", "reason")
"""What somebody typed about a revision."""


def sealed_value(seal: Seal, value: RecordValue) -> dict[str, Any]:
    """Return the columns of a value, with its texts sealed."""
    found: dict[str, Any] = {name: getattr(value, name) for name in VALUE}
    column = record_values.c
    if is_free(value.type):
        found["value"] = seal.close(column.value, value.value)
    found["remark"] = seal.close(column.remark, value.remark)
    return found


def open_value(seal: Seal, value: list[Any]) -> None:
    """Open the texts of a value, in the order of VALUE."""
    column = record_values.c
    # Nearly all are neither; an export asks this millions of times.
    if value[TEXT] and is_free(value[TYPE]):
        value[TEXT] = seal.open(column.value, value[TEXT])
    if value[REMARK]:
        value[REMARK] = seal.open(column.remark, value[REMARK])


def sealed_revision(seal: Seal, revision: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a revision with what was typed sealed."""
    column = record_revisions.c
    texts = {name: seal.close(column[name], revision[name]) for name in TYPED}
    set_aside = seal.close_json(column.set_aside, revision["set_aside"])
    return {**revision, **texts, "set_aside": set_aside}


def opened_revision(seal: Seal, revision: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a revision with what was typed opened."""
    column = record_revisions.c
    texts = {name: seal.open(column[name], revision[name]) for name in TYPED}
    set_aside = seal.open_json(column.set_aside, revision["set_aside"])
    return {**revision, **texts, "set_aside": set_aside}


@contextmanager
def named(record: str) -> Iterator[None]:
    """Say of which record it is that something is damaged."""
    try:
        yield
    except UnknownKey:
        raise
    except ContentDamaged as error:
        raise ContentDamaged(f"Record {record} cannot be read: {error}") from None
