"""Stores what an archive holds: an organisation as it was, without the account of anybody."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from flows.archive.ledger import Saved
from flows.archive.tables import Decided, Review
from flows.project import Project
from storage import tables
from storage.people import NOWHERE
from storage.records import ABOUT, REVISED
from storage.sealed_values import sealed_revision, sealed_value
from storage.sealing import seal_of
from storage.statements import insert_all_new

Rows = Iterable[Mapping[str, Any]]


def projects(
    connection: Connection, organisation: str, found: Iterable[Project], now: datetime
) -> None:
    """Add projects with all that was decided about them."""
    columns = ("id", "name", "selection", "registrars", "dates", "rules")
    _add(
        connection,
        tables.projects,
        (
            {name: getattr(project, name) for name in columns}
            | {"organisation": organisation, "created_at": now}
            | {"areas": [asdict(area) for area in project.areas]}
            for project in found
        ),
    )


def people(
    connection: Connection, organisation: str, codes: Collection[str], now: datetime
) -> None:
    """Add people of whom nothing but the code is known; no channel reaches them."""
    rows = [
        {
            "organisation": organisation,
            "id": code,
            "roles": [],
            "channel": NOWHERE,
            "address": f"{organisation}/{code}",
            "created_at": now,
            "left_at": now,
        }
        for code in sorted(codes)
    ]
    insert_all_new(connection, tables.people, rows, "id")


def participants(
    connection: Connection, organisation: str, found: Iterable[tuple[str, str, datetime]]
) -> None:
    """Add participants, each with the project and the time since when they take part."""
    _add(
        connection,
        tables.participants,
        (
            {"organisation": organisation, "project": project, "code": code, "created_at": since}
            for project, code, since in found
        ),
    )


def revisions(connection: Connection, organisation: str, saved: Sequence[Saved]) -> None:
    """Add revisions as they were; those of a record come one after the other."""
    here, seal = {"organisation": organisation}, seal_of(connection)
    _add(
        connection,
        tables.records,
        (
            here
            | {"id": record.record, "created_at": submitted_at}
            | {name: getattr(record, name) for name in ABOUT}
            for record, submitted_at in saved
            if record.revision == 1
        ),
    )
    keys = [here | {"record": item.record, "revision": item.revision} for item, _ in saved]
    _add(
        connection,
        tables.record_revisions,
        (
            key
            | {"submitted_at": submitted_at}
            | sealed_revision(seal, {name: getattr(record, name) for name in REVISED})
            for key, (record, submitted_at) in zip(keys, saved, strict=True)
        ),
    )
    _add(
        connection,
        tables.record_values,
        (
            key | sealed_value(seal, value)
            for key, (record, _) in zip(keys, saved, strict=True)
            for value in record.values
        ),
    )


def known(
    connection: Connection, organisation: str, listed: Collection[str]
) -> set[tuple[str, int]]:
    """Return which revisions of these records there are."""
    column = tables.record_revisions.c
    rows = connection.execute(
        select(column.record, column.revision).where(
            column.organisation == organisation, column.record.in_(sorted(listed))
        )
    )
    return {(row.record, row.revision) for row in rows}


def reviews(connection: Connection, organisation: str, found: Iterable[Review]) -> None:
    """Add what was said of revisions."""
    column, seal = tables.reviews.c, seal_of(connection)
    _add(
        connection,
        tables.reviews,
        (
            item._asdict()
            | {"organisation": organisation, "comment": seal.close(column.comment, item.comment)}
            for item in found
        ),
    )


def decisions(
    connection: Connection, organisation: str, found: Iterable[tuple[Decided, datetime]]
) -> None:
    """Add what was decided about occasions, each with its time."""
    _add(
        connection,
        tables.decisions,
        (
            {name: value for name, value in item._asdict().items() if name != "decided_on"}
            | {"organisation": organisation, "decided_at": at}
            for item, at in found
        ),
    )


def _add(connection: Connection, table: Table, rows: Rows) -> None:
    if listed := [*rows]:
        connection.execute(insert(table), listed)
