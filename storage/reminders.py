"""Which stage of what was told to whom: written before it is sent, and once only."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from sqlalchemy import Connection

from flows.schedule import Occasion
from storage.people import Key
from storage.statements import insert_all_new
from storage.tables import reminders


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
    rows = [
        {
            "organisation": item.person[0],
            "person": item.person[1],
            "project": item.occasion.project,
            "sheet": item.occasion.sheet,
            "moment": item.occasion.moment,
            "subject": item.occasion.subject,
            "number": item.occasion.number,
            "due": item.occasion.due,
            "stage": item.stage,
            "day": day,
        }
        for item in told
    ]
    found = insert_all_new(connection, reminders, rows, "organisation", "person")
    return {(row.organisation, row.person) for row in found}
