"""The sheets that an organisation brought itself: which it offers, and which project asks them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, update

from flows.own import OWN_SHEET
from flows.sheet import Sheet
from storage import tables
from storage.latest import IS_LATEST
from storage.sheets import restored_from


class Brought(NamedTuple):
    """One version of an own sheet; a retired one is not offered any more."""

    sheet: Sheet
    is_retired: bool


def brought(connection: Connection, organisation: str) -> dict[str, list[Brought]]:
    """Return every version of an organisation's own sheets by name, the newest first."""
    sheets = tables.sheets.c
    rows = connection.execute(
        select(tables.sheets)
        .where(sheets.organisation == organisation, is_own(sheets.name))
        .order_by(sheets.name, sheets.version.desc())
    )
    found: dict[str, list[Brought]] = {}
    for row in rows:
        item = Brought(restored_from(row), row.retired_at is not None)
        found.setdefault(row.name, []).append(item)
    return found


def offered(connection: Connection, organisation: str) -> dict[str, Sheet]:
    """Return the newest version of each own sheet that is not retired, by name."""
    return {
        name: versions[0].sheet
        for name, versions in brought(connection, organisation).items()
        if not versions[0].is_retired
    }


def state(connection: Connection, organisation: str) -> list[tuple[Any, ...]]:
    """Return what differs as soon as another sheet is offered, or in other translations."""
    sheets = tables.sheets.c
    rows = connection.execute(
        select(sheets.name, sheets.version, sheets.digest, sheets.texts, sheets.retired_at)
        .where(sheets.organisation == organisation, is_own(sheets.name))
        .order_by(sheets.name, sheets.version)
    )
    return [tuple(row) for row in rows]


def retire(connection: Connection, organisation: str, name: str, now: datetime | None) -> None:
    """Let a sheet not be offered any more, or offer it again where `now` is None."""
    sheets = tables.sheets.c
    connection.execute(
        update(tables.sheets)
        .where(sheets.organisation == organisation, sheets.name == name, is_own(sheets.name))
        .values(retired_at=now)
    )


def records_of(connection: Connection, organisation: str) -> dict[str, int]:
    """Return how many records there are of each own sheet that has some."""
    records, revisions = tables.records.c, tables.record_revisions.c
    rows = connection.execute(
        select(records.sheet, func.count().label("records"))
        .join(tables.record_revisions)
        .where(
            records.organisation == organisation,
            is_own(records.sheet),
            IS_LATEST,
            ~revisions.deleted,
        )
        .group_by(records.sheet)
    )
    return {row.sheet: row.records for row in rows}


def register(
    connection: Connection,
    organisation: str,
    project: str,
    codes: Collection[str],
    dropped: Collection[str] = (),
) -> None:
    """Let a project register these indicators from now on, and those that are dropped no more.

    The project is held by organisations.lock_projects.
    """
    projects = tables.projects.c
    here = (projects.organisation == organisation) & (projects.id == project)
    before: list[str] = connection.execute(select(projects.selection).where(here)).scalar_one()
    kept = [code for code in before if code in codes or code not in dropped]
    after = list(dict.fromkeys((*kept, *codes)))
    if after != before:
        change: dict[str, Any] = {"selection": after, "planned_for": None}
        connection.execute(update(tables.projects).where(here).values(change))


def is_own(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a column names an own sheet."""
    return column.startswith(OWN_SHEET, autoescape=True)
