"""Which stage of what was told to whom: written before it is sent, and once only."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from sqlalchemy import Connection

from flows.schedule import Occasion
from storage.people import Key
from storage.statements import insert_many_new
from storage.tables import reminders

COLUMNS = (
    *("organisation", "person", "project", "moment", "subject", "number", "due", "stage"),
    "day",
)


class Told(Protocol):
    """A stage of an occasion that is told to one person."""

    @property
    def person(self) -> Key:
        """The organisation and who is told."""
        ...

    @property
    def occasion(self) -> Occasion:
        """What is due."""
        ...

    @property
    def stage(self) -> str:
        """One of flows.schedule.STAGES."""
        ...


def add(connection: Connection, told: Iterable[Told], day: date) -> set[Key]:
    """Note what is told on a day; return whom something is told that they were not told before.

    An occasion that gets another due day is told anew.
    """
    rows = {
        (item.person, item.occasion.project, *item.occasion[2:5], item.occasion.due, item.stage)
        for item in told
    }
    found = insert_many_new(
        connection,
        reminders,
        [dict(zip(COLUMNS, (*row[0], *row[1:], day), strict=True)) for row in sorted(rows)],
        "organisation",
        "person",
    )
    return {(row.organisation, row.person) for row in found}
