"""What is stored about somebody who registers: in short for the chat, in full for a file."""

from typing import Any

from sqlalchemy import Connection, func, or_, select

from flows.context import Known
from flows.conversation import restore
from storage import conversations, erasure, tables
from storage.people import Key
from storage.problems import DatabaseProblem
from storage.sealing import seal_of
from storage.tables import (
    audit,
    handovers,
    invitations,
    memberships,
    people,
    record_revisions,
    records,
    reviews,
)


def known(connection: Connection, organisation: str, person: str) -> Known:
    """Return what is stored of a person beside the conversation."""
    revision = record_revisions.c
    row = connection.execute(
        select(
            func.count(revision.record.distinct()),
            func.count(),
            func.min(revision.submitted_at),
            func.max(revision.submitted_at),
        ).where(revision.organisation == organisation, revision.person == person)
    ).one()
    looked = select(func.count()).where(
        reviews.c.organisation == organisation, reviews.c.person == person
    )
    since = select(people.c.created_at).where(
        people.c.organisation == organisation, people.c.id == person
    )
    first, last = row[2], row[3]
    return Known(
        since=connection.scalars(since).one().date(),
        records=row[0],
        revisions=row[1],
        reviews=connection.scalars(looked).one(),
        first=first.date() if first else None,
        last=last.date() if last else None,
        is_last_admin=erasure.is_last_admin(connection, organisation, person),
    )


def everything(connection: Connection, organisation: str, person: str) -> dict[str, Any]:
    """Return all rows about a person, as JSON can hold them once its times are texts.

    What somebody registered is about others: of that, only which record, when and how often.
    Raises DatabaseProblem when there is no such person.
    """
    account = _rows(connection, people, organisation, people.c.id == person)
    if not account:
        raise DatabaseProblem(f"There is no person {person}.")
    return {
        "account": account[0],
        "projects": [
            row["project"]
            for row in _rows(connection, memberships, organisation, memberships.c.person == person)
        ],
        "conversation": _conversation(connection, (organisation, person)),
        "chat": _rows(connection, tables.chats, organisation, tables.chats.c.person == person),
        "registered": _registered(connection, organisation, person),
        "accepted": _rows(
            connection, tables.acceptances, organisation, tables.acceptances.c.person == person
        ),
        "invited": _rows(
            connection,
            invitations,
            organisation,
            or_(invitations.c.person == person, invitations.c.invited_by == person),
        ),
        "handed_over": _rows(
            connection,
            handovers,
            organisation,
            or_(handovers.c.person == person, handovers.c.heir == person),
        ),
        "audit": _rows(
            connection, audit, organisation, or_(audit.c.person == person, audit.c.about == person)
        ),
        "reviewed": _reviewed(connection, organisation, person),
        "reminders": _reminders(connection, organisation, person),
    }


def _reminders(connection: Connection, organisation: str, person: str) -> dict[str, Any]:
    """Return when somebody wants to hear of what is due, and what they were sent or decided."""
    wanted, sent, told = tables.reminder_settings, tables.sendings, tables.reminders
    decided = tables.decisions
    return {
        "wishes": _rows(connection, wanted, organisation, wanted.c.person == person),
        "messages": _rows(
            connection, sent, organisation, or_(sent.c.person == person, sent.c.caused_by == person)
        ),
        "told": _rows(connection, told, organisation, told.c.person == person),
        "decided": _rows(
            connection,
            decided,
            organisation,
            or_(decided.c.person == person, decided.c.assignee == person),
        ),
    }


def _reviewed(connection: Connection, organisation: str, person: str) -> list[dict[str, Any]]:
    seal, comment = seal_of(connection), reviews.c.comment
    found = _rows(connection, reviews, organisation, reviews.c.person == person)
    return [row | {"comment": seal.open(comment, row["comment"])} for row in found]


def _conversation(connection: Connection, key: Key) -> dict[str, Any]:
    """Return how the conversation is kept, and what is under way, without answers about others."""
    found = conversations.everybody(connection, key[0]).get(key)
    if found is None:
        return {}
    content = restore(found.stored.snapshot())
    return {
        "language": content.language,
        "state": content.state,
        "turn": found.stored.turn,
        "updated_at": found.updated_at,
        "unfinished": [
            {name: getattr(draft, name) for name in ("record", "sheet", "project", "begun_on")}
            for draft in content.drafts
        ],
    }


def _registered(connection: Connection, organisation: str, person: str) -> list[dict[str, Any]]:
    revision = record_revisions.c
    rows = connection.execute(
        select(
            revision.record,
            revision.revision,
            records.c.project,
            records.c.sheet,
            revision.observed_on,
            revision.submitted_at,
            revision.reason,
            revision.remark,
            revision.person,
            revision.entered_for,
        )
        .select_from(record_revisions)
        .join(records)
        .where(
            revision.organisation == organisation,
            or_(revision.person == person, revision.entered_for == person),
        )
        .order_by(revision.submitted_at, revision.record, revision.revision)
    )
    seal = seal_of(connection)
    return [
        row._asdict()
        | {
            "reason": seal.open(revision.reason, row.reason),
            "remark": seal.open(revision.remark, row.remark),
        }
        for row in rows
    ]


def _rows(connection: Connection, table: Any, organisation: str, mine: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any table and clause
    found = connection.execute(select(table).where(table.c.organisation == organisation, mine))
    return [row._asdict() for row in found]
