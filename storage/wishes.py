"""When people want to hear of what is due; whoever said nothing has no row."""

import logging
from collections.abc import Iterable
from datetime import time
from typing import Any

from sqlalchemy import Connection, Row, select, update

from flows.wishes import Wishes
from flows.working_time import Hours
from storage.people import Key
from storage.statements import Lookup, insert_new
from storage.tables import reminder_settings

log = logging.getLogger(__name__)

_SETTINGS = Lookup(
    select(reminder_settings), reminder_settings.c.organisation, reminder_settings.c.person
)


def of(connection: Connection, keys: Iterable[Key]) -> dict[Key, Wishes]:
    """Return the wishes of those who said something."""
    found = {}
    for row in _SETTINGS.rows(connection, keys):
        try:
            found[row.organisation, row.person] = _wishes(row)
        except (ValueError, TypeError) as error:
            log.error("the wishes of %s are not used: %s", row.person, error)
    return found


def _wishes(row: Row[Any]) -> Wishes:
    return Wishes(
        Hours(
            at=time.fromisoformat(row.remind_at),
            quiet_from=time.fromisoformat(row.quiet_from),
            quiet_until=time.fromisoformat(row.quiet_until),
            days=frozenset(row.days),
        ),
        row.digest,
        row.muted_until,
    )


def put(connection: Connection, key: Key, wishes: Wishes) -> None:
    """Store what somebody wishes, in the place of what it was before."""
    organisation, person = key
    hours = wishes.hours
    content: dict[str, Any] = {
        "remind_at": f"{hours.at:%H:%M}",
        "quiet_from": f"{hours.quiet_from:%H:%M}",
        "quiet_until": f"{hours.quiet_until:%H:%M}",
        "days": sorted(hours.days),
        "digest": wishes.digest,
        "muted_until": wishes.muted_until,
    }
    about = {"organisation": organisation, "person": person}
    if not insert_new(connection, reminder_settings, about | content):
        column = reminder_settings.c
        connection.execute(
            update(reminder_settings)
            .where(column.organisation == organisation, column.person == person)
            .values(content)
        )
