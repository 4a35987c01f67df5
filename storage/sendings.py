"""Messages that come by themselves: planned once, claimed by one process, never sent twice."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    select,
    true,
    tuple_,
    update,
)

from flows.effects import Notify
from flows.sending import BURDENING, KINDS, REACHING, Outcome
from storage.people import Key
from storage.statements import Lookup, insert_many_new, insert_new
from storage.tables import people, sendings

IN_HAND = ("making", "claimed")
"""The states of messages that a process works on."""


class Sending(NamedTuple):
    """One message on its way to one person; `caused_by` is who wanted it, "" if nobody did.

    `wanted` is what was ordered, as JSON; the orders of a day have a number each.
    """

    organisation: str
    person: str
    kind: str
    day: date
    state: str
    send_at: datetime
    claimed_at: datetime | None
    settled_at: datetime | None
    items: int
    caused_by: str
    number: int = 0
    wanted: str = ""

    @property
    def key(self) -> Key:
        """Whom it is for."""
        return self.organisation, self.person

    @property
    def place(self) -> tuple[Any, ...]:
        """What tells it from every other one."""
        return (*self[:4], self.number)


def plan(connection: Connection, planned: Iterable[tuple[Key, str, date, datetime]]) -> None:
    """Let messages wait for their time: for whom, of which kind, of which day, and from when.

    Where one of this kind is there for the day, it stays as it is, whatever became of it.
    """
    rows = [
        {
            "organisation": organisation,
            "person": person,
            "kind": kind,
            "day": day,
            "state": "waiting",
            "send_at": send_at,
        }
        for (organisation, person), kind, day, send_at in planned
    ]
    insert_many_new(connection, sendings, rows, "person")


def ask(connection: Connection, key: Key, wanted: Notify, now: datetime) -> bool:
    """Let a message wait that somebody wants; return False when there is one for that day.

    `key` is the organisation and who wants it. It goes out as soon as its person may be told, and
    not before its day. Of what says what is wanted there may be several a day, but the same only
    when the one before was dealt with.
    """
    organisation, person = key
    day = wanted.day or now.date()
    row = {
        "organisation": organisation,
        "person": wanted.person,
        "kind": wanted.kind,
        "day": day,
        "state": "waiting",
        "send_at": max(now, datetime.combine(day, time(), UTC)),
        "caused_by": person if wanted.person != person else "",
        "number": 0,
    }
    if not wanted.wanted:
        return insert_new(connection, sendings, row)
    text = json.dumps(wanted.wanted, sort_keys=True, ensure_ascii=False)
    number = _next_number(connection, row, text)
    ordered = row | {"wanted": text, "number": number}
    return number > 0 and insert_new(connection, sendings, ordered)


def _next_number(connection: Connection, row: Mapping[str, Any], text: str) -> int:
    """Return the number of one more order of a day; 0 where the same one is not done yet."""
    column = sendings.c
    same = [column[name] == row[name] for name in ("organisation", "person", "kind", "day")]
    rows = connection.execute(select(column.number, column.state, column.wanted).where(*same)).all()
    if any(item.wanted == text and item.state in ("waiting", *IN_HAND) for item in rows):
        return 0
    return 1 + max((item.number for item in rows), default=0)


class Recent(NamedTuple):
    """What somebody had lately: how many messages, and on which day the last one of each kind."""

    burden: int
    last: Mapping[str, date]


NOTHING = Recent(0, {})

WEEK = timedelta(days=7)


def recent(
    connection: Connection, keys: Collection[Key], since: date, zone: ZoneInfo
) -> dict[Key, Recent]:
    """Return what people had, or will have, in the week from a day on; who had nothing is left out.

    The burden counts what reminds. A message was had on the day on which it was claimed.
    """
    found: dict[Key, Recent] = {}
    rows = _SINCE.rows(connection, keys, since=since)
    for organisation, person, kind, day, state, claimed_at in map(tuple, rows):
        if day >= since + WEEK:
            # Planned by a clock that was ahead.
            continue
        key = organisation, person
        had = found.get(key, NOTHING)
        last = had.last
        if claimed_at is not None:
            on = max(day, claimed_at.astimezone(zone).date())
            last = {**last, kind: max(on, last.get(kind, on))}
        counts = state in REACHING and kind in BURDENING
        found[key] = Recent(had.burden + counts, last)
    return found


_SINCE = Lookup(
    select(
        sendings.c.organisation,
        sendings.c.person,
        sendings.c.kind,
        sendings.c.day,
        sendings.c.state,
        sendings.c.claimed_at,
    ).where(sendings.c.day >= bindparam("since")),
    sendings.c.organisation,
    sendings.c.person,
)


_PLACE = tuple(sendings.c[name] for name in ("organisation", "person", "kind", "day", "number"))
_WAITING = (
    select(*_PLACE)
    .join(people)
    .where(
        sendings.c.state == "waiting",
        sendings.c.send_at <= bindparam("now"),
        sendings.c.kind.in_(bindparam("kinds", expanding=True)),
        people.c.channel == bindparam("channel"),
    )
    .order_by(sendings.c.send_at)
    .limit(bindparam("most"))
    .with_for_update(of=sendings, skip_locked=True)
)
_CLAIM = (
    update(sendings)
    .where(tuple_(*_PLACE).in_(_WAITING))
    .values(state=bindparam("taken"), claimed_at=bindparam("now"))
    .returning(sendings)
)


def claim(
    connection: Connection, channel: str, now: datetime, most: int, kinds: Iterable[str] = KINDS
) -> list[Sending]:
    """Take messages whose time has come, the oldest first, so that no other process takes them.

    From then on they count as sent, unless it is certain that they were not.
    """
    return _taken(connection, "claimed", channel, now, most, kinds)


def begin_making(
    connection: Connection, channel: str, now: datetime, kinds: Iterable[str]
) -> Sending | None:
    """Take one message that takes long to make; until `claim_made` it was certainly not sent."""
    found = _taken(connection, "making", channel, now, 1, kinds)
    return found[0] if found else None


def make_again(connection: Connection, now: datetime, patience: timedelta) -> None:
    """Let what was begun to be made long ago wait again: whoever made it is gone, and sent none."""
    column = sendings.c
    connection.execute(
        update(sendings)
        .where(column.state == "making", column.claimed_at <= now - patience)
        .values(state="waiting", claimed_at=None)
    )


def claim_made(connection: Connection, made: Sending, now: datetime) -> bool:
    """Let a message that is made count as sent; False when it is somebody else's by now."""
    column = sendings.c
    statement = (
        update(sendings)
        .where(
            _is_one_of([made.place]),
            column.state == "making",
            column.claimed_at == made.claimed_at,
        )
        .values(state="claimed", claimed_at=now)
    )
    options = {"preserve_rowcount": True}
    return connection.execute(statement, execution_options=options).rowcount == 1


def _taken(  # noqa: PLR0913, PLR0917 - each is a part of what is taken
    connection: Connection,
    state: str,
    channel: str,
    now: datetime,
    most: int,
    kinds: Iterable[str],
) -> list[Sending]:
    given = {"channel": channel, "now": now, "most": most, "kinds": [*kinds], "taken": state}
    rows = connection.execute(_CLAIM, given)
    return sorted((Sending(*row) for row in rows), key=lambda item: item.send_at)


def overtaken(
    connection: Connection, claimed: Collection[Sending], today: date, zone: ZoneInfo
) -> set[Sending]:
    """Return those claimed messages that another one makes needless.

    That is one of a later day and the same kind; and of all that remind, the one that was told
    today, or the newest of those that are claimed now.
    """
    keys = {sending.key for sending in claimed}
    since = min((*(sending.day for sending in claimed), today - WEEK))
    newest: dict[tuple[str, str, str], date] = {}
    told: set[Key] = set()
    mine = {sending[:4] for sending in claimed}
    for row in _SINCE.rows(connection, keys, since=since):
        key, about = (row.organisation, row.person), (row.organisation, row.person, row.kind)
        # What a wrong clock planned for a day to come takes no place.
        if row.day <= today:
            newest[about] = max(newest.get(about, row.day), row.day)
        if row.kind in BURDENING and row.claimed_at and row.state in REACHING:
            on = row.claimed_at.astimezone(zone).date()
            if on == today and (*about, row.day) not in mine:
                told.add(key)
    found = set()
    for item in sorted(claimed, key=lambda item: (item.day, item.kind), reverse=True):
        if item.day < newest.get(item[:3], item.day):
            found.add(item)
        elif item.kind in BURDENING:
            if item.key in told:
                found.add(item)
            told.add(item.key)
    return found


def settle(
    connection: Connection, settled: Mapping[Sending, tuple[Outcome, int]], now: datetime
) -> None:
    """Store what became of claimed messages, and how much each told."""
    for sending, (outcome, items) in settled.items():
        connection.execute(
            update(sendings)
            .where(_is_one_of([sending.place]), sendings.c.state.in_(IN_HAND))
            .values(state=outcome, settled_at=now, items=items)
        )


def put_back(connection: Connection, postponed: Mapping[Sending, datetime]) -> None:
    """Let claimed messages that were certainly not sent wait until a later time."""
    for sending, send_at in postponed.items():
        connection.execute(
            update(sendings)
            .where(_is_one_of([sending.place]), sendings.c.state.in_(IN_HAND))
            .values(state="waiting", send_at=send_at, claimed_at=None)
        )


def give_up(connection: Connection, now: datetime, patience: timedelta) -> int:
    """Note of messages that were claimed long ago that nobody knows what became of them.

    Whoever claimed them is gone. They are not sent again, because they may have arrived.
    """
    column = sendings.c
    statement = (
        update(sendings)
        .where(column.state == "claimed", column.claimed_at <= now - patience)
        .values(state="unknown", settled_at=now)
    )
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def forget(connection: Connection, before: date) -> None:
    """Remove what was sent before a day; which stages were told stays known."""
    connection.execute(delete(sendings).where(sendings.c.day < before))


def waiting(connection: Connection, channel: str, now: datetime) -> Counter[str]:
    """Return how many messages of each kind should be on their way by now."""
    column = sendings.c
    rows = connection.execute(
        select(column.kind, func.count())
        .join(people)
        .where(column.state == "waiting", column.send_at <= now, people.c.channel == channel)
        .group_by(column.kind)
    )
    return Counter({row[0]: row[1] for row in rows})


def last(connection: Connection, key: Key, kind: str, before: date) -> datetime | None:
    """Return when somebody last got a message of this kind that was planned before a day."""
    organisation, person = key
    column = sendings.c
    found: datetime | None = connection.scalar(
        select(func.max(column.claimed_at)).where(
            column.organisation == organisation,
            column.person == person,
            column.kind == kind,
            column.day < before,
            column.state.in_(("sent", "unknown")),
        )
    )
    return found


def log(
    connection: Connection, organisation: str, persons: Collection[str] | None, most: int
) -> Sequence[Sending]:
    """Return what these people were sent, or without any everybody, the newest first."""
    column = sendings.c
    of_them = true() if persons is None else column.person.in_(sorted(persons))
    rows = connection.execute(
        select(sendings)
        .where(column.organisation == organisation, of_them)
        .order_by(column.day.desc(), column.send_at.desc(), column.person, column.kind)
        .limit(most)
    )
    return [Sending(*row) for row in rows]


def _is_one_of(keys: Collection[tuple[Any, ...]]) -> ColumnElement[bool]:
    return tuple_(*_PLACE).in_(keys)
