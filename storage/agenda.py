"""How projects stand: what of their plans is in, and what was decided about the rest."""

from collections import defaultdict
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from flows.project import Project
from flows.schedule import Decision, Occasion, Standing
from flows.sheet import MEASUREMENTS
from storage.latest import COUNTS
from storage.people import Key
from storage.reviews import latest_review, of_record
from storage.statements import Lookup, insert_new
from storage.tables import decisions, participants, projects, record_revisions, records

EXIT = "exit"
"""The sheet that says that a participant left."""

Place = tuple[str, str]
"""An organisation and a project of it."""

_HELD = Lookup(
    select(
        records.c.organisation,
        records.c.project,
        records.c.sheet,
        records.c.moment,
        records.c.subject,
        record_revisions.c.observed_on,
        record_revisions.c.person,
    )
    .select_from(records)
    .join(record_revisions)
    .outerjoin(latest_review, of_record(records))
    .where(
        or_(
            records.c.moment.in_(MEASUREMENTS),
            records.c.level == "project",
            records.c.sheet == EXIT,
        ),
        COUNTS,
    )
    .order_by(record_revisions.c.submitted_at),
    records.c.organisation,
    records.c.project,
)
_PARTICIPANTS = Lookup(
    select(
        participants.c.organisation,
        participants.c.project,
        participants.c.code,
        participants.c.created_at,
    ),
    participants.c.organisation,
    participants.c.project,
)
_DECISIONS = Lookup(select(decisions), decisions.c.organisation, decisions.c.project)


@dataclass
class _Found:
    participants: dict[str, date] = field(default_factory=dict)
    left: dict[str, date] = field(default_factory=dict)
    held: dict[tuple[str, str, str], set[date]] = field(default_factory=lambda: defaultdict(set))
    decided: dict[str, Decision] = field(default_factory=dict)
    seen_by: dict[str, str] = field(default_factory=dict)


def standings(
    connection: Connection,
    wanted: Mapping[Place, Project],
    zone: ZoneInfo,
    here: Mapping[Place, Mapping[str, Collection[str]]],
) -> dict[Place, Standing]:
    """Return how projects stand, by organisation and project.

    `zone` decides on which day somebody began to take part. `here` has those who work in each
    project, with their roles: a participant whom one of them registered last is theirs.
    """
    found: dict[Place, _Found] = {place: _Found() for place in wanted}
    for row in _PARTICIPANTS.rows(connection, wanted):
        since = row.created_at.astimezone(zone).date()
        found[row.organisation, row.project].participants[row.code] = since
    for row in _HELD.rows(connection, wanted):
        place = row.organisation, row.project
        _hold(found[place], row)
    for row in _DECISIONS.rows(connection, wanted):
        key = "/".join((row.project, row.sheet, row.moment, row.subject, str(row.number)))
        on = row.decided_at.astimezone(zone).date()
        decision = Decision(row.due, row.reason, row.assignee, on)
        found[row.organisation, row.project].decided[key] = decision
    return {
        place: Standing(
            project,
            found[place].participants,
            found[place].left,
            found[place].held,
            found[place].decided,
            _still_here(found[place].seen_by, here.get(place, {})),
            here.get(place, {}),
        )
        for place, project in wanted.items()
    }


def _hold(found: _Found, row: Row[Any]) -> None:
    found.held[row.sheet, row.moment, row.subject].add(row.observed_on)
    if row.sheet == EXIT:
        known = found.left.get(row.subject, row.observed_on)
        found.left[row.subject] = min(known, row.observed_on)
    elif row.subject:
        # They come in the order in which they were saved.
        found.seen_by[row.subject] = row.person


def _still_here(seen_by: Mapping[str, str], people: Container[str]) -> dict[str, str]:
    return {subject: person for subject, person in seen_by.items() if person in people}


def decide(
    connection: Connection, key: Key, occasion: Occasion, decision: Decision, now: datetime
) -> None:
    """Store what a coordinator decided about an occasion, in the place of what was decided before.

    `key` is the organisation and who decided. An empty decision only forgets that one.
    """
    organisation, person = key
    plan_anew(connection, organisation, occasion.project)
    about = _about(organisation, occasion)
    if decision == Decision():
        _forget(connection, about)
        return
    content = {
        "due": decision.due,
        "reason": decision.reason,
        "assignee": decision.assignee,
        "person": person,
        "decided_at": now,
    }
    if not insert_new(connection, decisions, about | content):
        column = decisions.c
        is_it = and_(*(column[name] == value for name, value in about.items()))
        connection.execute(update(decisions).where(is_it).values(content))


def _forget(connection: Connection, about: Mapping[str, Any]) -> None:
    column = decisions.c
    connection.execute(
        delete(decisions).where(and_(*(column[name] == value for name, value in about.items())))
    )


def _about(organisation: str, occasion: Occasion) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "project": occasion.project,
        "sheet": occasion.sheet,
        "moment": occasion.moment,
        "subject": occasion.subject,
        "number": occasion.number,
    }


def unassign(connection: Connection, key: Key) -> None:
    """Let what somebody was told to do be everybody's again, because they are not here any more."""
    organisation, person = key
    column = decisions.c
    connection.execute(
        update(decisions)
        .where(column.organisation == organisation, column.assignee == person)
        .values(assignee="")
    )


def plan_anew(connection: Connection, organisation: str, project: str) -> None:
    """Let the reminders of a project be planned once more today, because something changed."""
    found = projects.c
    connection.execute(
        update(projects)
        .where(found.organisation == organisation, found.id == project)
        .values(planned_for=None)
    )
