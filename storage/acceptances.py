"""Who has accepted the notice: in which version, in which language, when."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from storage.people import Key
from storage.statements import Lookup, insert_new
from storage.tables import acceptances


def add(connection: Connection, key: Key, version: int, language: str, now: datetime) -> None:
    """Write down that somebody has accepted; the first time counts."""
    organisation, person = key
    row = {"organisation": organisation, "person": person, "version": version}
    insert_new(connection, acceptances, row | {"language": language, "accepted_at": now})


def accepted(connection: Connection, keys: Iterable[Key], version: int) -> set[Key]:
    """Return who of these people has accepted a version, or a later one."""
    rows = _ACCEPTANCES.rows(connection, keys)
    return {(row.organisation, row.person) for row in rows if row.version >= version}


_ACCEPTANCES = Lookup(
    select(acceptances.c.organisation, acceptances.c.person, acceptances.c.version),
    acceptances.c.organisation,
    acceptances.c.person,
)
