"""What an overview tells beside the plan: who works there, and what happened since the last one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from flows.effects import Notify, ReviewRecord
from flows.overview import Changes, Member
from flows.record import Record
from flows.sending import DIGEST, NUDGE, REMINDER
from flows.sheet import Sheet
from storage import overview, records, reviews, sendings, sheets, tables
from storage.chats import Chat
from storage.chats import save as save_chats
from storage.database import Database
from tests.storage.conftest import NOW

PLACE = ("town", "kompas")
ZONE = ZoneInfo("Europe/Brussels")
TODAY = NOW.date()
BEFORE, AFTER = NOW - timedelta(days=1), NOW + timedelta(days=1)

Settle = Callable[[Connection, str], None]


def found(connection: Connection) -> list[Member]:
    return overview.members(connection, [PLACE], TODAY, ZONE)[PLACE]


def changed(connection: Connection, since: object = BEFORE) -> Changes:
    return overview.changes(connection, [PLACE], since)[PLACE]  # type: ignore[arg-type]


def add(connection: Connection, table: str, **row: object) -> None:
    connection.execute(insert(tables.metadata.tables[table]), {"organisation": "town", **row})


def colleague(connection: Connection, code: str, project: str = "kompas") -> None:
    person = {"id": code, "roles": ["practitioner"], "channel": "telegram", "address": code}
    add(connection, "people", **person, created_at=NOW)
    add(connection, "memberships", person=code, project=project)


def noted(name: str, level: str, made: Callable[..., Sheet]) -> Sheet:
    return made(name=name, level=level, moments=("continuous",))


def test_who_works_there_stands_in_the_order_of_the_codes(
    database: Database, settle: Settle
) -> None:
    with database.writing() as connection:
        settle(connection, "town")
        colleague(connection, "zoe")
        colleague(connection, "ab")
        assert [member.person for member in found(connection)] == ["ab", "ana", "zoe"]
        # Ana registers in a terminal.
        assert [member.has_chat for member in found(connection)] == [True, False, True]


def test_whose_chat_is_gone_cannot_be_reached(database: Database, settle: Settle) -> None:
    with database.writing() as connection:
        settle(connection, "town")
        colleague(connection, "bo")
        save_chats(connection, {("town", "bo"): Chat(unreachable_since=NOW)}, {})
        assert [member.is_reachable for member in found(connection)] == [True, False]


def test_the_burden_counts_reminders_of_seven_days(database: Database, settle: Settle) -> None:
    with database.writing() as connection:
        settle(connection, "town")
        for days, kind in ((0, REMINDER), (0, NUDGE), (6, REMINDER), (7, REMINDER), (1, DIGEST)):
            day = TODAY - timedelta(days=days)
            sendings.ask(connection, ("town", "ana"), Notify(kind, "ana", day), NOW)
        assert [member.burden for member in found(connection)] == [3]


def test_participants_count_from_the_moment_of_the_last_overview(
    database: Database, settle: Settle
) -> None:
    with database.writing() as connection:
        settle(connection, "town")
        assert changed(connection).joined == 1
        assert changed(connection, NOW).joined == 1
        assert changed(connection, NOW + timedelta(seconds=1)).joined == 0


def test_what_was_written_down_and_who_left_is_counted_by_sheet(
    database: Database,
    settle: Settle,
    sheet: Callable[..., Sheet],
    record: Callable[..., Record],
) -> None:
    made = {"signal": "target_group", "exit": "participant", "contact": "target_group"}
    with database.writing() as connection:
        settle(connection, "town")
        released = [noted(name, level, sheet) for name, level in made.items()]
        sheets.release(connection, "town", released, NOW)
        saved = [
            record(record=f"{name}{number}", sheet=name, level=level, moment="continuous")
            for name, level in made.items()
            for number in range(2)
        ]
        records.save(connection, [("town", item) for item in saved], NOW)
        assert (changed(connection).left, changed(connection).noted) == (2, {"signal": 2})
        assert changed(connection, AFTER) == Changes()


def test_what_was_deleted_or_is_not_complete_does_not_count(
    database: Database,
    settle: Settle,
    sheet: Callable[..., Sheet],
    record: Callable[..., Record],
) -> None:
    with database.writing() as connection:
        settle(connection, "town")
        sheets.release(connection, "town", [noted("signal", "target_group", sheet)], NOW)
        gone = record(sheet="signal", level="target_group", moment="continuous")
        records.save(connection, [("town", gone)], NOW)
        deleted = replace(gone, revision=2, complete=False, deleted=True, values=())
        half = replace(gone, record="r2", complete=False)
        records.save(connection, [("town", deleted), ("town", half)], NOW)
        assert changed(connection).noted == {}


def test_a_question_waits_until_a_further_revision_takes_it_up(
    database: Database, settle: Settle, record: Callable[..., Record]
) -> None:
    with database.writing() as connection:
        settle(connection, "town")
        records.save(connection, [("town", record()), ("town", record(record="r2"))], NOW)
        ana = ("town", "ana")
        reviews.add(connection, ana, ReviewRecord("r1", 1, "flagged", "Looks high"), NOW)
        reviews.add(connection, ana, ReviewRecord("r2", 1, "returned", ""), NOW)
        # However long ago it was asked.
        assert changed(connection, AFTER).questioned == 2
        records.save(connection, [("town", record(revision=2, reason="mistake"))], NOW)
        assert changed(connection).questioned == 1
        reviews.add(connection, ana, ReviewRecord("r2", 1, "approved", ""), AFTER)
        assert changed(connection).questioned == 0


def test_nothing_is_told_of_another_organisation(
    database: Database, settle: Settle, record: Callable[..., Record]
) -> None:
    with database.writing() as connection:
        settle(connection, "town")
        settle(connection, "other")
        records.save(connection, [("other", record())], NOW)
        key = ("other", "ana")
        reviews.add(connection, key, ReviewRecord("r1", 1, "flagged", ""), NOW)
        assert changed(connection) == Changes(joined=1)
        assert len(found(connection)) == 1


def test_the_last_overview_is_the_newest_that_was_sent_before_the_day(
    database: Database, settle: Settle
) -> None:
    ana = ("town", "ana")
    with database.writing() as connection:
        settle(connection, "town")
        assert sendings.last(connection, ana, DIGEST, TODAY) is None
        for days in (14, 7, 0):
            day = TODAY - timedelta(days=days)
            sendings.ask(connection, ana, Notify(DIGEST, "ana", day), NOW - timedelta(days=days))
            at = NOW - timedelta(days=days)
            claimed = sendings.claim(connection, "console", at, 10)
            outcome = "nothing" if days == 7 else "sent"
            sendings.settle(connection, dict.fromkeys(claimed, (outcome, 1)), at)  # type: ignore[arg-type]
        assert sendings.last(connection, ana, DIGEST, TODAY) == NOW - timedelta(days=14)
        assert sendings.last(connection, ana, DIGEST, date.max) == NOW
