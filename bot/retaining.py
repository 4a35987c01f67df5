"""Announces what falls due, and deletes what was announced in time: `meetmoment retention`."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from bot.config import SettingsProblem
from bot.world import World
from flows.audit import COMMAND_LINE, Act
from flows.codes import body, length_for, written
from flows.record import SUM, Record
from flows.retention import (
    LEAST,
    MOST,
    NOTICE,
    PERIODS,
    Dated,
    Group,
    groups,
    is_daily,
    months_after,
    over,
    planned,
    summed,
)
from storage import (
    aging,
    erasure,
    exported,
    notices,
    organisations,
    participants,
    records,
    sheets,
    talks,
)
from storage.aging import Old
from storage.database import Connection, Database
from storage.erasure import Entry
from storage.notices import Notice

AT_ONCE = 1_000
"""Records in one transaction, so that a bot beside it never waits long."""


class Item(NamedTuple):
    """Something that is old enough: of which project, of which day, and since when it is there."""

    project: str
    day: date
    since: datetime


@dataclass(frozen=True)
class Work:
    """What a run works with: one organisation on one day."""

    database: Database
    world: World
    organisation: str
    now: datetime
    today: date
    months: Mapping[str, int]
    at_once: int


class Rule(NamedTuple):
    """What is old enough for a kind at some day, and how it is deleted; that returns how much."""

    find: Callable[[Connection, Work, date], Iterable[Item]]
    carry: Callable[[Work, Notice], int]


def read_months(texts: Iterable[str]) -> dict[str, int]:
    """Read texts like `daily=24`; raises SettingsProblem for one that cannot be."""
    found = {}
    for text in texts:
        kind, _, number = text.partition("=")
        if kind not in PERIODS or not number.isdecimal() or not LEAST <= int(number) <= MOST:
            raise SettingsProblem(
                f"{text!r} is no period; write it as daily=24, with {LEAST} to {MOST} months for"
                f" one of {', '.join(PERIODS)}."
            )
        found[kind] = int(number)
    return found


def run(
    database: Database, world: World, wanted: str = "", *, is_dry: bool, at_once: int = AT_ONCE
) -> Iterator[str]:
    """Do what falls due today and say what, a line each; a dry run only says it."""
    now = world.clock()
    today = now.astimezone(world.time_zone).date()
    with database.reading() as connection:
        organisation = organisations.named(connection, wanted)
        months = notices.months(connection, organisation)
    work = Work(database, world, organisation, now, today, months, at_once)
    yield from _carried_out(work, is_dry=is_dry)
    yield from _announced(work, is_dry=is_dry)
    if not is_dry:
        database.forget()


def _announced(work: Work, *, is_dry: bool) -> Iterator[str]:
    with work.database.reading() as connection:
        found = [notice for kind in RULES for notice in _due(connection, work, kind)]
    if not is_dry:
        with work.database.writing() as connection:
            for notice in found:
                notices.announce(connection, work.organisation, notice)
    for notice in found:
        yield f"announced for {notice.due}: {_named(notice)}"


def _due(connection: Connection, work: Work, kind: str) -> Iterator[Notice]:
    """Return what will be due within the time of the notice and is not announced yet."""
    day = work.today + NOTICE
    known = notices.covered(connection, work.organisation, kind)
    waiting = notices.waiting(connection, work.organisation)
    found = Counter(
        (item.project, _until(work, kind, item, day))
        for item in RULES[kind].find(connection, work, day)
        if not any(_covers(notice, kind, item) for notice in waiting)
    )
    for (project, until), rows in sorted(found.items()):
        if (project, until) not in known:
            due = planned(until, work.months[kind], work.today)
            yield Notice(kind, project, until, due, work.now, rows)


def _until(work: Work, kind: str, item: Item, day: date) -> date:
    """Return up to when a notice is: a project's end, or the end of the newest month."""
    return item.day if kind == "participants" else over(day, work.months[kind])


def _covers(notice: Notice, kind: str, item: Item) -> bool:
    of_it = (notice.kind, notice.project) == (kind, item.project)
    return of_it and item.day <= notice.until and item.since <= notice.announced_at


def _carried_out(work: Work, *, is_dry: bool) -> Iterator[str]:
    with work.database.reading() as connection:
        waiting = notices.waiting(connection, work.organisation)
    for notice in waiting:
        if notice.due > work.today or notice.announced_at > work.now - NOTICE:
            continue
        if months_after(notice.until, work.months[notice.kind]) > work.today:
            # The organisation keeps it for longer now.
            continue
        if is_dry:
            yield f"due now: {_named(notice)}"
            continue
        rows = RULES[notice.kind].carry(work, notice)
        with work.database.writing() as connection:
            notices.carried_out(connection, work.organisation, notice, rows, work.now)
            act = Act(
                COMMAND_LINE, "aged_out", notice.kind, {"project": notice.project, "rows": rows}
            )
            work.world.audit.write(connection, work.organisation, [act], work.now)
        yield f"done: {notice.kind} of {notice.project} up to {notice.until} ({rows})"


def _named(notice: Notice) -> str:
    return f"{notice.kind} of {notice.project} up to {notice.until} ({notice.rows})"


def _daily(connection: Connection, work: Work, day: date) -> Iterable[Item]:
    return _items(_old_daily(connection, work, over(day, work.months["daily"])))


def _texts(connection: Connection, work: Work, day: date) -> Iterable[Item]:
    until = over(day, work.months["texts"])
    return _items(aging.worded(connection, work.organisation, until))


def _items(found: Iterable[Old]) -> Iterator[Item]:
    for item in found:
        yield Item(item.dated.project, item.dated.observed_on, item.created_at)


def _participants(connection: Connection, work: Work, day: date) -> Iterator[Item]:
    here = aging.taking_part(connection, work.organisation)
    for project, end in aging.planned_ends(connection, work.organisation).items():
        if months_after(end, work.months["participants"]) <= day:
            for _, since in here.get(project, ()):
                yield Item(project, end, since)


def _drafts(connection: Connection, work: Work, day: date) -> Iterator[Item]:
    until = over(day, work.months["drafts"])
    known = set(organisations.project_names(connection, work.organisation))
    for draft, updated_at in talks.drafts(connection, work.organisation):
        if updated_at < _after(until) and draft.project in known:
            yield Item(draft.project, updated_at.date(), updated_at)


def _old_daily(connection: Connection, work: Work, until: date) -> list[Old]:
    released = sheets.released(connection, work.organisation).values()
    names = {sheet.name for sheet in released if is_daily(sheet)}
    return aging.daily(connection, work.organisation, names, until)


def _sum(work: Work, notice: Notice) -> int:
    with work.database.reading() as connection:
        found = _old_daily(connection, work, notice.until)
        measured = aging.measured(connection, work.organisation)
    since = {item.dated.record: item.created_at for item in found}
    theirs = (item.dated for item in found if item.dated.project == notice.project)
    # A record that came after the notice was not announced; its month waits for the next one.
    due = [
        (group, items)
        for group, items in groups(theirs, measured).items()
        if all(since[item.record] <= notice.announced_at for item in items)
    ]
    return sum(_sum_some(work, some) for some in _batches(due, work.at_once))


def _batches(
    due: Iterable[tuple[Group, list[Dated]]], at_once: int
) -> Iterator[list[tuple[Group, list[Dated]]]]:
    some: list[tuple[Group, list[Dated]]] = []
    for item in due:
        some.append(item)
        if sum(len(items) for _, items in some) >= at_once:
            yield some
            some = []
    if some:
        yield some


def _sum_some(work: Work, due: Sequence[tuple[Group, list[Dated]]]) -> int:
    count = 0
    with work.database.writing() as connection:
        talks.hold(connection, work.organisation)
        open_ = {draft.record for draft, _ in talks.drafts(connection, work.organisation)}
        person = erasure.nobody(connection, work.organisation, work.now)
        for group, items in due:
            listed = [item.record for item in items]
            # What is being corrected, or was corrected meanwhile, is looked at another time.
            is_free = open_.isdisjoint(listed)
            if is_free and aging.unchanged(connection, work.organisation, items):
                _replace(connection, work, group, listed, person)
                count += len(listed)
    return count


def _replace(
    connection: Connection, work: Work, group: Group, listed: list[str], person: str
) -> None:
    values = summed(exported.of(connection, work.organisation, listed))
    erasure.remove(connection, work.organisation, listed)
    if values:
        record = Record(
            record=work.world.new_id(),
            revision=1,
            project=group.project,
            sheet=group.sheet,
            sheet_version=group.sheet_version,
            level=group.level,
            moment="continuous",
            subject=group.subject,
            person=person,
            observed_on=group.day,
            complete=True,
            remark="",
            values=values,
            set_aside={},
            provenance=SUM,
        )
        records.save(connection, [(work.organisation, record)], work.now)


def _empty(work: Work, notice: Notice) -> int:
    with work.database.reading() as connection:
        found = aging.worded(connection, work.organisation, notice.until)
    due = iter(
        item.dated.record
        for item in found
        if item.dated.project == notice.project and item.created_at <= notice.announced_at
    )
    count = 0
    while some := list(islice(due, work.at_once)):
        with work.database.writing() as connection:
            count += aging.empty(connection, work.organisation, some)
    return count


def _recode(work: Work, notice: Notice) -> int:
    with work.database.reading() as connection:
        end = aging.planned_ends(connection, work.organisation).get(notice.project)
        here = aging.taking_part(connection, work.organisation).get(notice.project, [])
    if end is None or end > notice.until:
        # The project goes on; that it ends is announced anew.
        return 0
    due = [(code, since) for code, since in here if since <= notice.announced_at]
    for code, since in due:
        with work.database.writing() as connection:
            other = _fresh(connection, work)
            erasure.recode(connection, work.organisation, notice.project, (code, other), work.now)
            before = Entry(work.organisation, "participant", code, since)
            work.world.erased.recoded(before, before._replace(code=other, since=work.now))
    return len(due)


def _fresh(connection: Connection, work: Work) -> str:
    taken = participants.taken(connection, work.organisation)
    length, code = length_for(len(taken)), ""
    while not code or code in taken:
        code = written(body(work.world.chance(), length))
    return code


def _drop(work: Work, notice: Notice) -> int:
    until = _after(notice.until) - timedelta(microseconds=1)
    with work.database.writing() as connection:
        return erasure.drop_drafts(connection, work.organisation, notice.project, until, work.now)


def _after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


RULES: dict[str, Rule] = {
    "daily": Rule(_daily, _sum),
    "texts": Rule(_texts, _empty),
    "participants": Rule(_participants, _recode),
    "drafts": Rule(_drafts, _drop),
}
"""How each kind of PERIODS is found and deleted."""
