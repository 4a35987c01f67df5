"""What people do stands in the audit once, whatever becomes of the update that brought it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.auditing import verify
from bot.inbound import Inbound
from flows.audit import AuditEntry
from flows.engine import Tap, Text, Unusable
from flows.sheet import REGISTRARS
from storage import tables
from storage.audit import NOBODYS, StoredTrail, entries
from storage.database import Database
from tests.bot.phones import Phones
from tests.bot.program import CONTACT
from tests.flows.test_setting_up import PLAN, SHEET, WHERE

HOUR = timedelta(hours=1)


class Accounted(Phones):
    """People with phones, and what the audit says of them."""

    def __init__(self, database: Database, *addresses: str) -> None:
        super().__init__(database, *addresses)
        self.began = len(self.entries())
        self.clock.now += HOUR

    def entries(self) -> list[AuditEntry]:
        """Return all entries of the organisation."""
        with self.database.reading() as connection:
            return [item for item in entries(connection) if item.organisation != NOBODYS]

    def accounted(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        """Return what was done since it began: by whom, what, about what, and the detail."""
        return [
            (item.person, item.action, item.about, json.loads(item.detail))
            for item in self.entries()[self.began :]
        ]

    def strangers(self) -> list[AuditEntry]:
        """Return the attempts of those who are nobody's."""
        with self.database.reading() as connection:
            return [item for item in entries(connection) if item.organisation == NOBODYS]

    def faults(self) -> list[str]:
        """Return what a verification finds."""
        with self.database.reading() as connection:
            return verify(connection, self.world.audit, [], None).faults

    def becomes_admin(self, address: str) -> None:
        """Give somebody the role that reads the audit."""
        with self.database.writing() as connection:
            roles = [*REGISTRARS, "admin"]
            of_them = tables.people.c.id == self.people[address].person
            connection.execute(update(tables.people).where(of_them).values(roles=roles))

    def record(self) -> str:
        """Return the one record that there is."""
        with self.database.reading() as connection:
            row = connection.execute(tables.records.select()).one()
        record: str = row.id
        return record


@pytest.fixture
def phones(database: Database) -> Accounted:
    return Accounted(database, "1", "2")


@pytest.fixture
def saved(phones: Accounted) -> Accounted:
    """Somebody who has saved a contact."""
    phones.types("1", "English", *CONTACT)
    return phones


def test_who_is_let_in_stands_behind_the_beginning(database: Database) -> None:
    phones = Phones(database, "1")
    with database.reading() as connection:
        found = list(entries(connection))
    assert [(item.person, item.action) for item in found] == [
        ("", "begun"),
        ("command_line", "signed_in"),
    ]
    assert found[1].about == phones.people["1"].person
    assert json.loads(found[1].detail) == {"channel": "telegram", "roles": [*REGISTRARS]}


def test_a_new_registration_is_not_accounted_for(saved: Accounted) -> None:
    saved.types("1", "Contact", "Today", "/save", "Station", "/save", "/pause")
    assert saved.accounted() == []
    assert saved.faults() == []


def test_a_correction_is_accounted_for(saved: Accounted) -> None:
    record = saved.record()
    saved.types("1", "/corrections", record, "Change", "A typing mistake", "Save")
    detail = {"revision": 2, "provenance": ""}
    assert saved.accounted() == [(saved.people["1"].person, "corrected", record, detail)]
    assert saved.faults() == []


def test_a_deletion_is_accounted_for_without_its_reason(saved: Accounted) -> None:
    record = saved.record()
    saved.types("1", "/corrections", record, "Delete", "hij heeft mij gebeld")
    detail = {"revision": 2, "provenance": ""}
    assert saved.accounted() == [(saved.people["1"].person, "deleted", record, detail)]
    assert saved.faults() == []


def test_what_is_undone_is_accounted_for(saved: Accounted) -> None:
    record = saved.record()
    saved.types("1", "/undo")
    detail = {"revision": 2, "provenance": ""}
    assert saved.accounted() == [(saved.people["1"].person, "undone", record, detail)]
    assert saved.faults() == []


def test_a_review_is_accounted_for_without_its_comment(saved: Accounted) -> None:
    record, coordinator = saved.record(), saved.people["2"].person
    saved.types("2", "English", "/corrections", record, "Put a question mark", "wie was dat")
    saved.types("2", record, "Approve")
    assert saved.accounted() == [
        (coordinator, "reviewed", record, {"revision": 1, "state": state})
        for state in ("flagged", "approved")
    ]
    assert saved.faults() == []


def test_what_is_entered_for_a_colleague_is_accounted_for(phones: Accounted) -> None:
    other = phones.people["2"].person
    phones.types("1", "English", *CONTACT[:-1], "Entered for a colleague", "by phone", other)
    phones.types("1", "Save")
    detail = {"revision": 1, "provenance": "phone", "whose": other}
    me = phones.people["1"].person
    assert phones.accounted() == [(me, "entered_on_behalf", phones.record(), detail)]
    assert phones.faults() == []


def test_a_new_participant_is_accounted_for(phones: Accounted) -> None:
    phones.types("1", "English", "Codes", "New participant")
    person = phones.people["1"].person
    # The code is not named, because it may have to be erased everywhere.
    assert phones.accounted() == [(person, "participant_added", "kompas", {})]


def test_a_participant_whom_two_add_at_once_is_accounted_for_once(phones: Accounted) -> None:
    for address in ("1", "2"):
        phones.types(address, "English", "Codes", "New, code from their answers")
    phones.take(phones.typed("1", "M2G7IA"), phones.typed("2", "M2G7IA"))
    phones.types("1", "/start", "Codes", "New, code from their answers", "M2G7IA")
    assert [action for _, action, _, _ in phones.accounted()] == ["participant_added"]


def test_a_changed_project_is_accounted_for(phones: Accounted) -> None:
    phones.types("1", "English", "Project sheet", *SHEET, *WHERE, *PLAN, "Save")
    ((person, action, project, detail),) = phones.accounted()
    assert (person, action) == (phones.people["1"].person, "project_changed")
    assert project == "kompas"
    assert "name" in detail["columns"]


def test_a_repeated_update_is_accounted_for_once(saved: Accounted) -> None:
    record = saved.record()
    saved.types("1", "/corrections", record, "Delete")
    inbound = saved.tapped("1", "A typing mistake")
    for inbox in (saved.inbox, saved.inbox, saved.another()):
        inbox.take([inbound], {})
    assert [action for _, action, _, _ in saved.accounted()] == ["deleted"]


def test_updates_that_are_taken_one_by_one_are_accounted_for_once(saved: Accounted) -> None:
    record = saved.record()
    saved.types("1", "/corrections", record, "Delete")
    saved.types("2", "English")
    inbound = saved.tapped("1", "A typing mistake")
    saved.writes("2", snapshot="{}")
    saved.take(inbound, saved.typed("2", "Contact"))
    assert [action for _, action, _, _ in saved.accounted()] == ["deleted"]
    assert saved.faults() == []


def test_a_stranger_is_written_down_once_an_hour_and_without_a_number(
    phones: Accounted,
) -> None:
    for _ in range(3):
        phones.take(phones.typed("987654321", "hallo, met Jan"), phones.typed("55", "/start"))
        phones.another().take([phones.typed("987654321", "Jan!")], {})
    found = phones.strangers()
    assert [item.action for item in found] == ["attempt_refused"] * 2
    assert len({item.about for item in found}) == 2
    assert "987654321" not in repr(found)
    assert "Jan" not in repr(found)
    phones.clock.now += HOUR
    phones.take(phones.typed("987654321", "hallo"))
    assert [item.about for item in phones.strangers()[2:]] == [found[0].about]
    assert phones.accounted() == []
    assert phones.faults() == []


def test_what_is_no_attempt_is_not_written_down(phones: Accounted) -> None:
    left = phones.sent("987", None, reachable=False)
    group = phones.sent("-5", None, aside="group")
    phones.take(left, group, Inbound(99, aside="unknown"))
    assert phones.strangers() == []
    phones.take(phones.sent("987", Unusable("photo")))
    assert len(phones.strangers()) == 1


def test_a_command_that_is_for_others_is_an_attempt(phones: Accounted) -> None:
    phones.types("1", "English", "/audit", "/audit")
    assert phones.screen("1").note.startswith("That is not part of your role here.")
    person = phones.people["1"].person
    assert phones.accounted() == [(person, "attempt_refused", "command/audit", {"reason": "role"})]


def test_a_button_of_somebody_else_is_an_attempt(phones: Accounted) -> None:
    phones.types("1", "English")
    phones.types("2", "English")
    phones.take(phones.sent("1", Tap(phones.buttons("2")[0].token)))
    person = phones.people["1"].person
    assert phones.accounted() == [(person, "attempt_refused", "button", {"reason": "forged"})]


def test_whoever_reads_the_audit_stands_in_it(saved: Accounted) -> None:
    record = saved.record()
    saved.types("1", "/undo")
    saved.becomes_admin("2")
    saved.types("2", "Nederlands", "/audit")
    lines = saved.screen("2").text.splitlines()
    assert lines[0].startswith("4 · ma 02/03/2026 14:00 · ")
    assert lines[0].endswith(
        f"{saved.people['1'].person}: registratie {record[:4]} ongedaan gemaakt, versie 2"
    )
    assert lines[1].endswith(f"opdrachtregel: {saved.people['2'].person} kreeg toegang")
    assert saved.accounted()[-1] == (saved.people["2"].person, "audit_read", "", {"how": "chat"})
    assert saved.faults() == []


def test_an_organisation_reads_its_own_audit_only(phones: Accounted) -> None:
    phones.take(phones.typed("987654321", "hallo"))
    with phones.database.writing() as connection:
        gent = {"id": "gent", "name": "Gent", "created_at": phones.clock.now}
        connection.execute(insert(tables.organisations), gent)
        phones.world.audit.begin(connection, "gent", phones.clock.now)
    with phones.database.reading() as connection:
        for organisation, count in (("gent", 1), ("example-city", phones.began), ("nowhere", 0)):
            trail = StoredTrail(connection, organisation, phones.world.time_zone)
            assert trail.count() == len(trail.newest(0, 99)) == count
            assert {item.organisation for item in trail.newest(0, 99)} <= {organisation}


def test_a_changed_row_without_an_entry_is_found(saved: Accounted) -> None:
    record, person = saved.record(), saved.people["1"].person
    now = saved.clock.now + HOUR
    key = {"organisation": "example-city", "record": record}
    with saved.database.writing() as connection:
        revisions = tables.record_revisions
        row = connection.execute(revisions.select()).one()._mapping
        for changes in ({"revision": 2, "deleted": True}, {"revision": 3, "provenance": "paper"}):
            connection.execute(insert(revisions), {**row, **changes, "submitted_at": now})
        looked_at = {"number": 1, "revision": 1, "state": "approved", "comment": ""}
        review = key | looked_at | {"person": person, "reviewed_at": now}
        connection.execute(insert(tables.reviews), [review, {**review, "number": 2}])
    assert saved.faults() == [
        f"example-city: revision 2 of record {record} has no entry.",
        f"example-city: revision 3 of record {record} has no entry.",
        f"example-city: record {record}, revision 1, is approved 2 times without an entry.",
    ]


def test_what_was_done_before_the_audit_began_needs_no_entry(saved: Accounted) -> None:
    row: dict[str, Any]
    with saved.database.writing() as connection:
        row = dict(connection.execute(tables.record_revisions.select()).one()._mapping)
        long_ago = row["submitted_at"] - timedelta(days=9)
        changed = {"revision": 2, "deleted": True, "submitted_at": long_ago}
        connection.execute(insert(tables.record_revisions), row | changed)
    assert saved.faults() == []


def test_the_newest_entry_is_logged_once_a_day(
    saved: Accounted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for hours in (0, 1, 24):
        saved.clock.now += hours * HOUR
        saved.inbox.sweep(HOUR)
    newest = saved.entries()[-1]
    told = f"audit of example-city: {newest.number}:{newest.digest}"
    assert [line for line in caplog.messages if line.startswith("audit")] == [told, told]


def test_the_clock_of_the_reader_is_local(saved: Accounted) -> None:
    with saved.database.reading() as connection:
        trail = StoredTrail(connection, "example-city", saved.world.time_zone)
        (entry,) = trail.newest(0, 1)
    assert entry == saved.entries()[-1]
    assert entry.at.utcoffset() == HOUR


def test_texts_are_never_in_an_entry(saved: Accounted) -> None:
    record = saved.record()
    saved.types("1", "/corrections", record, "Delete", "omdat Fatima verhuisd is")
    saved.take(saved.sent("1", Text("/audit Fatima")))
    assert "Fatima" not in repr(saved.entries())
