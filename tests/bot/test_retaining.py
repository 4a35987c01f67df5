"""Retention: announced first, deleted a month later, and the figures stay what they were."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import retaining
from flows.drafts import CHANGED
from flows.exports.process import Process
from flows.record import SUM, Record, RecordValue
from flows.retention import PERIODS
from storage import conversations, exported, notices, organisations, records, sheets, tables
from storage.database import Database
from storage.organisations import EXAMPLE, EXAMPLE_PROJECT
from storage.people import Me
from tests.bot.phones import Phones
from tests.datasets import dataset, text_of
from tests.rows import Rows, record
from tests.unsealed import unsealed

NIGHT = datetime(2026, 3, 2, 2, tzinfo=UTC)
OLD, YOUNG = date(2024, 2, 5), date(2026, 2, 20)


class Nights:
    """A town whose retention runs at night."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.phones = Phones(database, "1")
        self.me = self.phones.people["1"].person
        self.phones.clock.now = NIGHT
        self.number = 0

    def save(self, *found: Rows, at: datetime | None = None) -> None:
        """Save records as if they had been there for two years, or since a time."""
        with self.database.writing() as connection:
            for rows in found:
                self.number += 1
                made = self.record(rows, f"R{self.number}")
                records.save(connection, [(EXAMPLE, made)], at or datetime(2024, 3, 1, tzinfo=UTC))

    def record(self, rows: Rows, name: str) -> Record:
        first = rows[0]
        names = RecordValue.__slots__
        return Record(
            record=name,
            revision=1,
            project=EXAMPLE_PROJECT,
            sheet=first.sheet,
            sheet_version=first.sheet_version,
            level=first.level,
            moment=first.moment,
            subject=first.subject,
            person=self.me,
            observed_on=first.observed_on,
            complete=first.complete,
            remark=first.record_remark,
            values=tuple(
                RecordValue(**{name: getattr(row, name) for name in names}) for row in rows
            ),
            set_aside={},
        )

    def run(self, days: int = 0, **changes: Any) -> list[str]:  # noqa: ANN401 - as retaining.run says
        """Let retention run so many days after the first night."""
        self.phones.clock.now = NIGHT + timedelta(days=days)
        dry = changes.pop("is_dry", False)
        return list(retaining.run(self.database, self.phones.world, is_dry=dry, **changes))

    def values(self) -> Rows:
        with self.database.reading() as connection:
            return list(exported.values(connection, EXAMPLE))

    def provenances(self) -> list[str]:
        return [next(rows).provenance for _, rows in groupby(self.values(), lambda row: row.record)]

    def figures(self) -> list[dict[str, str]]:
        with self.database.reading() as connection:
            known = sheets.released(connection, EXAMPLE)
        text = text_of(Process(), dataset(self.values(), known, threshold=1))
        found = csv.DictReader(io.StringIO(text))
        return [row for row in found if row["part"] in ("sum", "derived")]

    def rows(self) -> dict[str, Iterable[object]]:
        with self.database.reading() as connection:
            return {
                table.name: connection.execute(select(table)).all()
                for table in tables.metadata.sorted_tables
            }


@pytest.fixture
def nights(database: Database) -> Nights:
    return Nights(database)


def contact(day: date = OLD, **answers: Any) -> Rows:  # noqa: ANN401 - as record says
    given = {"activity": "street_round", "met": 3, "contacts": 1, **answers}
    return record("contact", given, observed_on=day)


def a_month() -> list[Rows]:
    days = [date(2024, 1, day) for day in (2, 2, 30)] + [OLD, YOUNG]
    found = [contact(day, met=number) for number, day in enumerate(days, 4)]
    attended = record("attendance", {"times_attended": 4}, observed_on=OLD, subject="K7-N")
    return [*found, attended]


def test_nothing_is_deleted_that_was_not_announced_thirty_days_before(nights: Nights) -> None:
    nights.save(*a_month())
    before = nights.values()
    assert [line.partition(" ")[0] for line in nights.run()] == ["announced"]
    assert nights.run(29) == []
    assert nights.values() == before
    assert nights.run(30) == [f"done: daily of {EXAMPLE_PROJECT} up to 2024-03-31 (5)"]
    assert nights.run(31) == []
    assert sorted(nights.provenances()) == ["", SUM, SUM, SUM]


def test_the_figures_are_the_same_before_and_after(nights: Nights) -> None:
    nights.save(*a_month())
    before = nights.figures()
    nights.run()
    nights.run(30)
    assert nights.figures() == before
    assert len(before) > 2


def test_no_record_of_a_worker_is_left_of_what_became_a_sum(nights: Nights) -> None:
    nights.save(contact())
    nights.run()
    nights.run(30)
    (person,) = {row.person for row in nights.values()}
    assert person == "erased"
    assert {row.observed_on for row in nights.values()} == {date(2024, 2, 29)}


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_run_that_is_killed_is_gone_on_with(nights: Nights, calls: int) -> None:
    nights.save(*a_month())
    before = nights.figures()
    nights.run()
    nights.phones.world = replace(nights.phones.world, new_id=dying(nights, calls))
    with pytest.raises(KeyboardInterrupt):
        nights.run(30, at_once=1)
    assert nights.figures() == before
    nights.phones.world = replace(nights.phones.world, new_id=dying(nights, 99))
    assert nights.run(31, at_once=1)[0].startswith("done: daily")
    assert nights.figures() == before
    assert sorted(nights.provenances()) == ["", SUM, SUM, SUM]


def dying(nights: Nights, calls: int) -> Callable[[], str]:
    """Return what gives identifiers until the process is killed."""
    left = iter(range(1, calls))

    def give() -> str:
        if next(left, None) is None:
            raise KeyboardInterrupt
        nights.number += 1
        return f"made {nights.number}"

    return give


def test_a_dry_run_says_it_and_changes_nothing(nights: Nights) -> None:
    nights.save(*a_month())
    before = nights.rows()
    (line,) = nights.run(is_dry=True)
    assert line == "announced for 2026-04-01: daily of kompas up to 2024-03-31 (5)"
    assert nights.rows() == before
    nights.run()
    before = nights.rows()
    assert nights.run(30, is_dry=True) == ["due now: daily of kompas up to 2024-03-31 (5)"]
    assert nights.rows() == before


def test_a_month_with_a_record_that_is_being_corrected_waits(nights: Nights) -> None:
    nights.save(contact(OLD), contact(date(2024, 2, 6), met=4), contact(date(2024, 1, 6), met=4))
    nights.phones.clock.now = NIGHT
    nights.phones.types("1", "English", "/corrections", "R1", "Change", "A typing mistake")
    assert nights.phones.conversation("1")["drafts"][0]["record"] == "R1"
    nights.run()
    assert nights.run(30)[0] == "done: daily of kompas up to 2024-03-31 (1)"
    assert sorted(nights.provenances()) == ["", "", SUM]
    nights.phones.types("1", "/cancel", "Yes, throw away")
    assert nights.phones.conversation("1")["drafts"] == []
    assert nights.run(60) == ["done: daily of kompas up to 2024-04-30 (2)"]
    assert nights.provenances() == [SUM, SUM]


def test_a_record_that_came_after_the_notice_waits_with_its_month(nights: Nights) -> None:
    nights.save(contact())
    nights.run()
    nights.save(contact(met=7), at=NIGHT + timedelta(days=3))
    assert nights.run(30)[0] == "done: daily of kompas up to 2024-03-31 (0)"
    assert nights.provenances() == ["", ""]
    assert nights.run(60) == ["done: daily of kompas up to 2024-04-30 (2)"]
    assert nights.provenances() == [SUM]


def test_a_registration_under_way_goes_on(nights: Nights) -> None:
    nights.save(contact())
    nights.phones.types("1", "English", "Contact", "Today")
    before = nights.phones.conversation("1")
    nights.run()
    nights.run(30)
    assert nights.phones.conversation("1") == before
    assert nights.phones.types("1", "Station").screen is not None


def test_what_was_begun_and_left_alone_is_deleted(nights: Nights) -> None:
    nights.phones.types("1", "English", "Contact", "Today")
    with nights.database.writing() as connection:
        old = datetime(2025, 7, 1, tzinfo=UTC)
        connection.execute(update(tables.conversations).values(updated_at=old))
    (announced,) = nights.run()
    assert announced.startswith("announced for 2026-04-01: drafts")
    assert nights.run(30) == ["done: drafts of kompas up to 2025-09-30 (1)"]
    found = nights.phones.conversation("1")
    assert (found["drafts"], found["state"]) == ([], "idle")


def test_whoever_comes_back_in_time_keeps_what_was_begun(nights: Nights) -> None:
    nights.phones.types("1", "English", "Contact", "Today")
    with nights.database.writing() as connection:
        old = datetime(2025, 7, 1, tzinfo=UTC)
        connection.execute(update(tables.conversations).values(updated_at=old))
    nights.run()
    nights.phones.types("1", "Station")
    assert nights.run(30) == ["done: drafts of kompas up to 2025-09-30 (0)"]
    assert len(nights.phones.conversation("1")["drafts"]) == 1


def test_a_year_after_the_end_no_list_leads_to_a_participant(nights: Nights) -> None:
    nights.save(
        record("project_sheet", {"ends_on": "2025-03-20"}, observed_on=date(2025, 1, 1)),
        record("participant", {"ladder": 2}, "baseline", subject="K7-N"),
        record("participant", {"ladder": 3}, "final", subject="K7-N"),
    )
    with nights.database.writing() as connection:
        of_them = tables.participants.c.code == "K7-N"
        old = datetime(2025, 1, 1, tzinfo=UTC)
        connection.execute(update(tables.participants).values(created_at=old))
        connection.execute(update(tables.participants).where(of_them).values(digest="abc"))
    nights.run()
    assert "done: participants of kompas up to 2025-03-20 (2)" in nights.run(30)
    of_both = {row.subject for row in nights.values() if row.level == "participant"}
    assert len(of_both) == 1
    assert "K7-N" not in of_both
    text = str(nights.rows())
    assert "K7-N" not in text
    assert "'abc'" not in text


def test_a_project_that_goes_on_keeps_its_codes(nights: Nights) -> None:
    nights.save(record("project_sheet", {"ends_on": "2025-03-20"}, observed_on=date(2025, 1, 1)))
    nights.run()
    nights.save(
        record("project_sheet", {"ends_on": "2027-01-01"}, observed_on=date(2026, 3, 5)),
        at=NIGHT + timedelta(days=1),
    )
    nights.run(30)
    assert "K7-N" in str(nights.rows()["participants"])


def test_old_texts_are_emptied_and_reasons_of_a_list_stay(nights: Nights) -> None:
    nights.save(record("participant", {"ladder": 2}, "baseline", subject="K7-N", observed_on=OLD))
    with nights.database.writing() as connection:
        table = tables.record_revisions
        seal, value = nights.database.seal, tables.record_values
        texts = {"remark": "a long day", "reason": CHANGED}
        sealed = {name: seal.close(table.c[name], text) for name, text in texts.items()}
        connection.execute(update(table).values(sealed))
        connection.execute(update(value).values(remark=seal.close(value.c.remark, "so it was")))
    before = [row for row in nights.values() if row.value]
    nights.run()
    assert nights.run(30) == ["done: texts of kompas up to 2024-03-31 (1)"]
    text = unsealed(nights.database)
    assert "a long day" not in text
    assert "so it was" not in text
    assert CHANGED in text
    assert [row.value for row in nights.values() if row.value] == [row.value for row in before]


def test_an_organisation_chooses_its_own_months(nights: Nights) -> None:
    nights.save(contact())
    with nights.database.writing() as connection:
        notices.keep_for(connection, EXAMPLE, {"daily": 36})
        assert notices.months(connection, EXAMPLE)["daily"] == 36
        assert notices.months(connection, EXAMPLE)["drafts"] == 6
    assert nights.run() == []


def test_what_is_kept_for_longer_since_it_was_announced_is_not_deleted(nights: Nights) -> None:
    nights.save(contact())
    nights.run()
    with nights.database.writing() as connection:
        notices.keep_for(connection, EXAMPLE, {"daily": 36})
    assert nights.run(30) == []
    assert nights.provenances() == [""]


def test_every_kind_that_is_announced_is_carried_out() -> None:
    assert retaining.RULES.keys() == PERIODS.keys()


def test_the_shared_code_reaches_nobody(nights: Nights) -> None:
    nights.save(contact())
    nights.run()
    nights.run(30)
    with nights.database.reading() as connection:
        assert organisations.projects(connection, [Me(EXAMPLE, "erased", ())]) == {}
        assert conversations.load(connection, [(EXAMPLE, "erased")]) == {}
