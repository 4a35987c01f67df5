"""Erases for good: a person's account without the records, or all there is of a participant."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, and_, delete, select, true, update

from flows.conversation import restore
from flows.erasing import (
    ERASED,
    NOTHING,
    recoded,
    renamed_in,
    typed_without,
    without_code,
    without_colleague,
    without_drafts,
    without_participant,
)
from storage import chats, conversations, invitations, tables, talks
from storage.problems import DatabaseProblem
from storage.sealed import holds
from storage.sealing import seal_of
from storage.statements import insert_new
from storage.tables import (
    memberships,
    participants,
    people,
    record_revisions,
    record_values,
    records,
    reviews,
)

AT_ONCE = 500
"""Records that are deleted by one statement."""

ADMIN = "admin"

REPLACED: tuple[Column[Any], ...] = (
    record_revisions.c.person,
    record_revisions.c.entered_for,
    reviews.c.person,
    tables.handovers.c.person,
    tables.invitations.c.person,
    tables.invitations.c.invited_by,
    tables.decisions.c.person,
    tables.sendings.c.caused_by,
)
"""Where the shared code takes the place of a person's."""

GONE: tuple[Column[Any], ...] = (
    memberships.c.person,
    tables.chats.c.person,
    tables.conversations.c.person,
    tables.acceptances.c.person,
    tables.handovers.c.heir,
    tables.sendings.c.person,
    tables.reminders.c.person,
    tables.reminder_settings.c.person,
)
"""Whose rows go with an account."""

FREED: tuple[Column[Any], ...] = (tables.decisions.c.assignee,)
"""Where nobody takes the place of a person: what was theirs to do is everybody's again."""

ABOUT: tuple[Column[Any], ...] = (tables.decisions.c.subject, tables.reminders.c.subject)
"""What is known of a participant's moments, beside the records."""

TEXTS: tuple[Column[Any], ...] = (
    record_revisions.c.remark,
    record_revisions.c.reason,
    record_values.c.remark,
    record_values.c.value,
    reviews.c.comment,
)
"""Where a code may have been typed."""


class Entry(NamedTuple):
    """Somebody who may be erased, and since when they are here: a code may come again."""

    organisation: str
    kind: str
    code: str
    since: datetime


def people_called(connection: Connection, organisation: str, code: str = "") -> list[Entry]:
    """Return the people with a code, or everybody."""
    statement = select(people.c.id, people.c.created_at).where(
        people.c.organisation == organisation, people.c.id == code if code else true()
    )
    rows = connection.execute(statement)
    return [Entry(organisation, "person", *row) for row in rows if row.id != ERASED]


def participants_called(connection: Connection, organisation: str, code: str = "") -> list[Entry]:
    """Return the participants with a code, or everybody; one of several projects several times."""
    column = participants.c
    statement = select(column.code, column.created_at).where(
        column.organisation == organisation, column.code == code if code else true()
    )
    return [Entry(organisation, "participant", *row) for row in connection.execute(statement)]


def everybody(connection: Connection, organisation: str) -> list[Entry]:
    """Return all people and participants of an organisation."""
    return [
        *people_called(connection, organisation),
        *participants_called(connection, organisation),
    ]


def nobody(connection: Connection, organisation: str, now: datetime) -> str:
    """Return the code that erased accounts share; it is a row that no channel reaches."""
    row = {"organisation": organisation, "id": ERASED, "roles": [], "channel": ERASED}
    insert_new(connection, people, row | {"address": organisation, "created_at": now})
    return ERASED


def is_last_admin(connection: Connection, organisation: str, code: str) -> bool:
    """Whether somebody is the only one of an organisation who may administer it."""
    rows = connection.execute(
        select(people.c.id, people.c.roles).where(
            people.c.organisation == organisation, people.c.id != ERASED, people.c.left_at.is_(None)
        )
    )
    return [row.id for row in rows if ADMIN in row.roles] == [code]


def under_way(connection: Connection, organisation: str, code: str) -> int:
    """Return how many registrations somebody has begun and not finished."""
    found = conversations.load(connection, [(organisation, code)])
    return sum(
        not draft.practice for item in found.values() for draft in restore(item.snapshot()).drafts
    )


def person(connection: Connection, organisation: str, code: str, now: datetime) -> dict[str, int]:
    """Erase an account and return what was removed or changed, by table.

    The records stay, without the person. Raises DatabaseProblem when there is no such person.
    """
    talks.hold(connection, organisation)
    me = and_(people.c.organisation == organisation, people.c.id == code)
    if code == ERASED or connection.execute(select(people.c.id).where(me)).first() is None:
        raise DatabaseProblem(f"There is no person {code}.")
    # Before the shared code takes their place, or a link would let somebody in as that.
    invitations.revoke_of(connection, organisation, code, now)
    shared, found = nobody(connection, organisation, now), Counter[str]()
    instead = dict.fromkeys(REPLACED, shared) | dict.fromkeys(FREED, "")
    for column, other in instead.items():
        table = column.table
        statement = update(table).where(table.c.organisation == organisation, column == code)
        found[table.name] += connection.execute(statement.values({column.name: other})).rowcount
    for column in GONE:
        table = column.table
        theirs = (table.c.organisation == organisation, column == code)
        found[table.name] += connection.execute(delete(table).where(*theirs)).rowcount
    talks.change(connection, organisation, lambda item, _: without_colleague(item, code), now)
    found[people.name] += connection.execute(delete(people).where(me)).rowcount
    return dict(found)


def participant(
    connection: Connection, organisation: str, code: str, now: datetime
) -> dict[str, int]:
    """Erase a participant everywhere and return what was removed, by table.

    Raises DatabaseProblem when nothing is known of that code, StaleConversation or ContentDamaged
    when a conversation cannot be read in which it may stand.
    """
    talks.hold(connection, organisation)
    of_them = (records.c.organisation == organisation, records.c.subject == code)
    listed = connection.scalars(select(records.c.id).where(*of_them)).all()
    found = Counter(remove(connection, organisation, listed))
    statement = delete(participants).where(
        participants.c.organisation == organisation, participants.c.code == code
    )
    found[participants.name] += connection.execute(statement).rowcount
    for column in ABOUT:
        table = column.table
        theirs = delete(table).where(table.c.organisation == organisation, column == code)
        found[table.name] += connection.execute(theirs).rowcount
    found[tables.conversations.name] += talks.change(
        connection, organisation, lambda item, _: without_participant(item, code), now
    )
    found[tables.chats.name] += _receipts(connection, organisation, code)
    found["texts"] += _texts(connection, organisation, code)
    if not any(found.values()):
        raise DatabaseProblem(f"There is no participant {code}.")
    return dict(found)


def remove(connection: Connection, organisation: str, listed: Sequence[str]) -> dict[str, int]:
    """Delete records with all that belongs to them, and return how many rows, by table."""
    found, left = Counter[str](), iter(listed)
    while some := list(islice(left, AT_ONCE)):
        for table in (reviews, record_values, record_revisions, records):
            column = table.c.id if table is records else table.c.record
            statement = delete(table).where(table.c.organisation == organisation, column.in_(some))
            found[table.name] += connection.execute(statement).rowcount
    return dict(found)


def recode(
    connection: Connection, organisation: str, project: str, codes: tuple[str, str], now: datetime
) -> None:
    """Give a participant of a project another code everywhere; no digest leads to it."""
    code, other = codes
    talks.hold(connection, organisation)
    here = (participants.c.organisation == organisation, participants.c.project == project)
    fresh = {"code": other, "digest": "", "created_at": now}
    connection.execute(update(participants).where(*here, participants.c.code == code).values(fresh))
    for column in (records.c.subject, *ABOUT):
        table = column.table
        of_them = (table.c.organisation == organisation, table.c.project == project)
        connection.execute(update(table).where(*of_them, column == code).values(subject=other))
    if participants_called(connection, organisation, code):
        # Somebody of another project has it: what was typed may be about them.
        become = partial(renamed_in, project=project, code=code, other=other)
    else:
        become = partial(recoded, code=code, other=other)
        _receipts(connection, organisation, code)
        _texts(connection, organisation, code, other)
    talks.change(connection, organisation, lambda item, _: become(item), now)


def drop_drafts(
    connection: Connection, organisation: str, project: str, until: datetime, now: datetime
) -> int:
    """Delete what was begun of a project in conversations that were left alone since a time."""
    talks.hold(connection, organisation)
    return talks.change(
        connection,
        organisation,
        lambda item, at: (
            without_drafts(item, lambda draft: draft.project == project) if at <= until else item
        ),
        now,
    )


def _receipts(connection: Connection, organisation: str, code: str) -> int:
    """Take back receipts that were not shown yet and name a code."""
    column = tables.chats.c
    rows = connection.scalars(
        select(column.person).where(column.organisation == organisation)
    ).all()
    found = chats.load(connection, [(organisation, who) for who in rows])
    changed = {
        key: replace(
            chat, receipts=tuple(item for item in chat.receipts if not _holds(item.text, code))
        )
        for key, chat in found.items()
    }
    changed = {key: chat for key, chat in changed.items() if chat != found[key]}
    chats.save(connection, changed, {})
    return len(changed)


def _holds(text: str, code: str) -> bool:
    return without_code(text, code) != text


def _texts(connection: Connection, organisation: str, code: str, other: str = NOTHING) -> int:
    """Put another code in place of one that was typed; all texts are sealed, so all are opened."""
    count, seal = 0, seal_of(connection)
    for column in TEXTS:
        table = column.table
        keys = [*table.primary_key]
        rows = connection.execute(
            select(*keys, column.label("text")).where(
                table.c.organisation == organisation, holds(column)
            )
        ).all()
        for *key, stored in rows:
            text = seal.open(column, stored)
            if _holds(text, code):
                where = [item == value for item, value in zip(keys, key, strict=True)]
                said = seal.close(column, without_code(text, code, other))
                connection.execute(update(table).where(*where).values({column.name: said}))
                count += 1
    return count + _set_aside(connection, organisation, code, other)


def _set_aside(connection: Connection, organisation: str, code: str, other: str) -> int:
    column, seal, count = record_revisions.c, seal_of(connection), 0
    rows = connection.execute(
        select(column.record, column.revision, column.set_aside).where(
            column.organisation == organisation, holds(column.set_aside)
        )
    ).all()
    for record, revision, stored in rows:
        content = seal.open_json(column.set_aside, stored)
        said = typed_without(content, code, other)
        if said != content:
            here = (column.organisation == organisation, column.record == record)
            connection.execute(
                update(record_revisions)
                .where(*here, column.revision == revision)
                .values(set_aside=seal.close_json(column.set_aside, said))
            )
            count += 1
    return count
