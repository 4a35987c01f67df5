"""How long an organisation keeps things, and what it announced before anything is deleted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, update

from flows.retention import PERIODS, Announced
from storage.statements import insert_new
from storage.tables import organisations, retention_notices

notice = retention_notices.c


@dataclass(frozen=True, slots=True)
class Notice:
    """What was announced of a project, and when; `rows` is how much there was then."""

    kind: str
    project: str
    until: date
    due: date
    announced_at: datetime
    rows: int


def months(connection: Connection, organisation: str) -> dict[str, int]:
    """Return after how many months each kind falls due."""
    statement = select(organisations.c.retention).where(organisations.c.id == organisation)
    chosen: Mapping[str, int] = connection.scalars(statement).one()
    return {kind: chosen.get(kind, period.months) for kind, period in PERIODS.items()}


def keep_for(connection: Connection, organisation: str, chosen: Mapping[str, int]) -> None:
    """Set after how many months these kinds fall due."""
    before = months(connection, organisation)
    connection.execute(
        update(organisations)
        .where(organisations.c.id == organisation)
        .values(retention=before | dict(chosen))
    )


def announce(connection: Connection, organisation: str, added: Notice) -> None:
    """Write down what will be deleted; what was announced before stays as it was."""
    row = {name: getattr(added, name) for name in Notice.__slots__}
    insert_new(connection, retention_notices, row | {"organisation": organisation})


def waiting(connection: Connection, organisation: str) -> list[Notice]:
    """Return what was announced and is not carried out, the first that is due first."""
    rows = connection.execute(
        select(*(notice[name] for name in Notice.__slots__))
        .where(notice.organisation == organisation, notice.carried_out_at.is_(None))
        .order_by(notice.due, notice.kind, notice.project, notice.until)
    )
    return [Notice(**row._asdict()) for row in rows]


def covered(connection: Connection, organisation: str, kind: str) -> set[tuple[str, date]]:
    """Return the projects of which a kind was ever announced, each with the day up to which."""
    rows = connection.execute(
        select(notice.project, notice.until).where(
            notice.organisation == organisation, notice.kind == kind
        )
    )
    return {(row.project, row.until) for row in rows}


def carried_out(
    connection: Connection, organisation: str, found: Notice, rows: int, now: datetime
) -> None:
    """Write down that something was done, and with how much."""
    connection.execute(
        update(retention_notices)
        .where(_is(organisation, found))
        .values(carried_out_at=now, rows=rows)
    )


def announced(
    connection: Connection, organisation: str, projects: Collection[str]
) -> Sequence[Announced]:
    """Return what will be deleted of these projects, the first that is due first."""
    return [
        Announced(item.kind, item.project, item.due, item.until, item.rows)
        for item in waiting(connection, organisation)
        if item.project in projects
    ]


def _is(organisation: str, found: Notice) -> ColumnElement[bool]:
    key: dict[str, Any] = {"kind": found.kind, "project": found.project, "until": found.until}
    return and_(notice.organisation == organisation, *(notice[name] == key[name] for name in key))
