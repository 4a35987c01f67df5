"""Who goes on with somebody's work; the records themselves keep who registered them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from storage.people import Key
from storage.statements import insert_new
from storage.tables import handovers


def add(connection: Connection, key: Key, heir: str, records: Iterable[str], now: datetime) -> None:
    """Note that a colleague goes on with these records of a person, under way or saved."""
    organisation, person = key
    for record in records:
        row = {"organisation": organisation, "record": record, "heir": heir, "person": person}
        insert_new(connection, handovers, row | {"handed_at": now})
