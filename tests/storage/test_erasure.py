"""Erasing: nothing of whoever is erased is left, and everybody else is as before."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text

from flows.conversation import Conversation, Draft, snapshot
from flows.effects import AddParticipant, Invite, Notify, ReviewRecord
from flows.erasing import ERASED, without_drafts, without_participant
from flows.project import Project
from flows.record import Answer, Record, RecordValue, Status
from flows.sending import NUDGE
from flows.wishes import Wishes
from storage import (
    chats,
    conversations,
    erasure,
    invitations,
    organisations,
    participants,
    people,
    records,
    reviews,
    sendings,
    tables,
    wishes,
)
from storage.chats import Chat
from storage.chats import Receipt as ShownReceipt
from storage.conversations import Written
from storage.database import Database
from storage.invitations import Newcomer
from storage.problems import DatabaseProblem
from tests.unsealed import unsealed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = ("brugge", "ana")
CODES = ("B9X7-Q", "M4W8-T")
"""Longer than what may stand in a file by chance."""

DRAFT = Draft(
    number=1,
    record="r9",
    sheet="participant",
    version=1,
    project="kompas",
    moment="interim",
    subject=CODES[0],
    roles=(),
    indicators=(),
    areas={},
    begun_on="2026-03-01",
    answers={"nights": Answer(Status.ANSWERED, 3)},
)
TALK = Conversation(
    person="ana",
    language="nl",
    state="asking",
    turn=7,
    drafts=(DRAFT, replace(DRAFT, number=2, record="r8", subject=CODES[1], entered_for="ben")),
    current=1,
    last_number=2,
    undo={"record": "r1", "title": f"Deelnemer {CODES[0]}", "revision": "1", "until": "2026"},
)


@pytest.fixture(autouse=True)
def brugge(database: Database, settle: Callable[[Connection, str], None]) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        settle(connection, "gent")
        ben = {"id": "ben", "organisation": "brugge", "roles": ["admin"], "channel": "telegram"}
        connection.execute(
            tables.people.insert(), ben | {"address": "7788990011", "created_at": NOON}
        )
        connection.execute(
            tables.memberships.insert(),
            {"organisation": "brugge", "person": "ben", "project": "kompas"},
        )
        for code in CODES:
            added = AddParticipant("kompas", code, f"digest of {code}")
            participants.add(connection, "brugge", added, NOON)


@pytest.fixture
def known(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    """Two participants with records of two workers, reviews, drafts, a receipt and an undo."""
    with database.writing() as connection:
        for number, code in enumerate(CODES, 1):
            first = record(
                record=f"r{number}",
                subject=code,
                person="ben",
                entered_for="ben",
                remark=f"met {CODES[0]} today",
                set_aside={"said": f"about {CODES[0]}"} if number == 1 else {},
                values=(value(remark=f"like {CODES[0]}"),),
            )
            records.save(connection, [("brugge", first)], NOON)
            second = replace(first, revision=2, person="ana")
            records.save(connection, [("brugge", second)], NOON)
            looked = ReviewRecord(f"r{number}", 2, "flagged", f"is this {CODES[0]}?")
            reviews.add(connection, ("brugge", "ben"), looked, NOON)
            _plans(connection, code)
        conversations.save(connection, {KEY: Written(snapshot(TALK), 7, None)}, NOON)
        receipt = ShownReceipt(1, f"Saved: Deelnemer {CODES[0]}")
        shown = Chat(serial=1, receipts=(receipt, ShownReceipt(2, "Saved: Contact")))
        chats.save(connection, {KEY: shown, ("brugge", "ben"): Chat(serial=3)}, {})


def _plans(connection: Connection, code: str) -> None:
    """Let something be due of a participant: ana is told of it, ben decided that ana does it."""
    about: dict[str, Any] = {"organisation": "brugge", "project": "kompas", "sheet": "participant"}
    about |= {"moment": "interim", "subject": code, "number": 1}
    decided = {"assignee": "ana", "person": "ben", "decided_at": NOON}
    connection.execute(tables.decisions.insert(), about | decided)
    told = {"person": "ana", "due": NOON.date(), "stage": "open", "day": NOON.date()}
    connection.execute(tables.reminders.insert(), about | told)
    day = NOON.date() + timedelta(days=CODES.index(code))
    sendings.ask(connection, ("brugge", "ben"), Notify(NUDGE, "ana", day), NOON)
    wishes.put(connection, ("brugge", "ana"), Wishes())


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in tables.metadata.sorted_tables
        }


def dump(database: Database) -> str:
    return str(rows(database))


def talk(database: Database) -> Mapping[str, Any]:
    with database.reading() as connection:
        return conversations.load(connection, [KEY])[KEY].snapshot()


def erase(database: Database, kind: str, code: str) -> dict[str, int]:
    with database.writing() as connection:
        return getattr(erasure, kind)(connection, "brugge", code, NOON)  # type: ignore[no-any-return]


@pytest.mark.usefixtures("known")
def test_nothing_of_an_erased_participant_is_left_in_any_row(database: Database) -> None:
    found = erase(database, "participant", CODES[0])
    assert CODES[0] not in dump(database) + unsealed(database)
    assert "r1" not in {row[1] for row in rows(database)["records"]}
    assert found["records"] == 1
    assert found["record_revisions"] == 2
    assert found["participants"] == 1


@pytest.mark.usefixtures("known")
def test_a_code_goes_however_it_was_typed(
    database: Database, record: Callable[..., Record], value: Callable[..., RecordValue]
) -> None:
    said = "b9x7q, B9X7\u2013Q, b9 x7 q and B.9.X.7-Q.\nB9X7-Q! But B9X7-QQ, XB9X7-Q and nvt stay"
    left = "…, …, … and ….\n…! But B9X7-QQ, XB9X7-Q and nvt stay"
    text = value(type="text", question="why", value=said, remark=said)
    typed = record(record="r7", remark=said, reason=said, values=(text,), set_aside={"a": said})
    draft = replace(
        DRAFT,
        subject=CODES[1],
        answers={"why": Answer(Status.ANSWERED, said), "kind": Answer(Status.ANSWERED, "b9x7q")},
        remarks={"": said},
        reason=said,
    )
    with database.writing() as connection:
        records.save(connection, [("brugge", typed)], NOON)
        talking = replace(TALK, drafts=(draft,), undo={})
        conversations.save(connection, {KEY: Written(snapshot(talking), 8, 7)}, NOON)
    erase(database, "participant", CODES[0])
    with database.reading() as connection:
        found = records.load(connection, "brugge", "r7", 1)
    assert found is not None
    assert (found.remark, found.reason, found.set_aside) == (left, left, {"a": left})
    assert (found.values[0].value, found.values[0].remark) == (left, left)
    (kept,) = talk(database)["drafts"]
    assert kept["answers"]["why"]["value"] == kept["remarks"][""] == kept["reason"] == left
    assert kept["answers"]["kind"]["value"] == "b9x7q"


@pytest.mark.usefixtures("known")
def test_a_fresh_code_takes_the_place_of_the_old_one_also_in_texts(database: Database) -> None:
    with database.writing() as connection:
        erasure.recode(connection, "brugge", "kompas", (CODES[0], "D2F4-G"), NOON)
    assert CODES[0] not in unsealed(database) + dump(database)
    with database.reading() as connection:
        found = records.load(connection, "brugge", "r1", 2)
    assert found is not None
    assert (found.subject, found.remark) == ("D2F4-G", "met D2F4-G today")


@pytest.mark.usefixtures("known")
def test_texts_keep_a_code_that_somebody_of_another_project_has(database: Database) -> None:
    with database.writing() as connection:
        baken = Project("baken", "Baken", (), ())
        organisations.put(connection, "brugge", baken, NOON)
        participants.add(connection, "brugge", AddParticipant("baken", CODES[0], ""), NOON)
        erasure.recode(connection, "brugge", "kompas", (CODES[0], "D2F4-G"), NOON)
        found = records.load(connection, "brugge", "r1", 2)
    assert found is not None
    assert (found.subject, found.remark) == ("D2F4-G", f"met {CODES[0]} today")


@pytest.mark.usefixtures("known")
def test_the_other_participant_is_untouched(database: Database) -> None:
    with database.reading() as connection:
        before = records.load(connection, "brugge", "r2", 2)
    erase(database, "participant", CODES[0])
    with database.reading() as connection:
        after = records.load(connection, "brugge", "r2", 2)
        assert participants.of(connection, "brugge", "kompas") == ("K7-N", CODES[1])
    assert before is not None
    assert after is not None
    said = "met … today"
    assert after == replace(
        before, remark=said, values=(replace(before.values[0], remark="like …"),)
    )


@pytest.mark.usefixtures("known")
def test_whoever_asks_about_an_erased_participant_is_at_the_menu_and_keeps_the_rest(
    database: Database,
) -> None:
    erase(database, "participant", CODES[0])
    found = talk(database)
    assert (found["state"], found["current"], found["turn"]) == ("idle", 0, 8)
    assert [draft["subject"] for draft in found["drafts"]] == [CODES[1]]
    assert found["undo"] == {}
    with database.reading() as connection:
        assert [item.text for item in chats.load(connection, [KEY])[KEY].receipts] == [
            "Saved: Contact"
        ]


@pytest.mark.usefixtures("known")
def test_an_erased_person_leaves_the_records_without_the_person(database: Database) -> None:
    erase(database, "person", "ben")
    text = dump(database)
    assert "7788990011" not in text
    assert "'ben'" not in text
    with database.reading() as connection:
        first = records.load(connection, "brugge", "r1", 1)
        assert first is not None
        assert (first.person, first.entered_for) == (ERASED, ERASED)
    assert [draft["entered_for"] for draft in talk(database)["drafts"]] == ["", ERASED]


@pytest.mark.usefixtures("known")
def test_what_an_erased_person_was_to_do_is_everybody_s_again(
    database: Database,
) -> None:
    erase(database, "person", "ana")
    found = rows(database)
    assert found["reminders"] == found["sendings"] == found["reminder_settings"] == []
    with database.reading() as connection:
        assert set(connection.scalars(select(tables.decisions.c.assignee))) == {""}
        assert set(connection.scalars(select(tables.decisions.c.person))) == {"ben"}
    erase(database, "person", "ben")
    with database.reading() as connection:
        assert set(connection.scalars(select(tables.decisions.c.person))) == {ERASED}


@pytest.mark.usefixtures("known")
def test_what_is_due_of_a_participant_gets_the_fresh_code_in_that_project_only(
    database: Database,
) -> None:
    with database.writing() as connection:
        erasure.recode(connection, "brugge", "kompas", (CODES[0], "Z9-Q"), NOON)
        for table in (tables.decisions, tables.reminders):
            assert set(connection.scalars(select(table.c.subject))) == {"Z9-Q", CODES[1]}
        erasure.recode(connection, "brugge", "other", (CODES[1], "Y9-Q"), NOON)
        for table in (tables.decisions, tables.reminders):
            assert set(connection.scalars(select(table.c.subject))) == {"Z9-Q", CODES[1]}


@pytest.mark.usefixtures("known")
def test_whoever_is_erased_is_nobody_s_admin_and_the_shared_code_is_not_erased(
    database: Database,
) -> None:
    with database.reading() as connection:
        assert erasure.is_last_admin(connection, "brugge", "ben")
        assert not erasure.is_last_admin(connection, "brugge", "ana")
    erase(database, "person", "ben")
    with pytest.raises(DatabaseProblem, match="no person"):
        erase(database, "person", ERASED)


@pytest.mark.parametrize("kind", ["person", "participant"])
def test_who_is_not_here_or_elsewhere_cannot_be_erased(database: Database, kind: str) -> None:
    with pytest.raises(DatabaseProblem, match="There is no"):
        erase(database, kind, "nobody")


def test_of_every_column_that_names_a_person_it_is_decided_what_becomes_of_it() -> None:
    named = {
        column
        for table in tables.metadata.sorted_tables
        for key in table.foreign_key_constraints
        if key.referred_table is tables.people
        for column in key.columns
        if column.name != "organisation"
    }
    decided = {*erasure.REPLACED, *erasure.GONE, *erasure.FREED}
    without_key = {
        tables.record_revisions.c.entered_for,
        tables.handovers.c.person,
        tables.invitations.c.person,
        tables.invitations.c.invited_by,
        tables.sendings.c.caused_by,
        tables.decisions.c.assignee,
    }
    assert named | without_key == decided


def test_another_organisation_with_the_same_codes_is_untouched(
    database: Database, record: Callable[..., Record]
) -> None:
    with database.writing() as connection:
        records.save(connection, [("gent", record(subject="K7-N"))], NOON)
        records.save(connection, [("brugge", record(subject="K7-N"))], NOON)
    before = [row for table in rows(database).values() for row in table if row[0] == "gent"]
    erase(database, "participant", "K7-N")
    erase(database, "person", "ana")
    assert [row for table in rows(database).values() for row in table if row[0] == "gent"] == before


@pytest.mark.usefixtures("known")
def test_no_byte_of_a_sqlite_file_holds_who_was_erased(database: Database, tmp_path: Path) -> None:
    if database.location.path is None:
        pytest.skip("the files of a server are the server's")
    with database.writing() as connection:
        # An earlier, longer conversation leaves pages behind that are free.
        for turn in range(20):
            long = snapshot(TALK) | {"turn": 8 + turn, "offer": CODES[0] * 4000}
            # Texts of before they were sealed.
            statement = text("UPDATE conversations SET snapshot = :snapshot, turn = :turn")
            connection.execute(statement, {"snapshot": str(long), "turn": 8 + turn})
        content = snapshot(TALK)
        conversations.save(connection, {KEY: Written(content, 30, 27)}, NOON)
    assert CODES[0].encode() in files(tmp_path)
    erase(database, "participant", CODES[0])
    erase(database, "person", "ben")
    database.forget()
    left = files(tmp_path)
    assert CODES[0].encode() not in left
    assert b"7788990011" not in left
    assert CODES[1].encode() in left


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("meetmoment.db*")))


@given(
    st.lists(st.sampled_from([*CODES, ""]), max_size=5),
    st.sampled_from(["idle", "asking", "amending", "choosing"]),
    st.integers(0, 5),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_what_is_about_the_participant_leaves_a_conversation(
    subjects: list[str], state: str, current: int
) -> None:
    drafts = tuple(
        replace(DRAFT, number=number, record=f"r{number}", subject=subject)
        for number, subject in enumerate(subjects, 1)
    )
    choice = {"sheet": "participant"} if state == "choosing" else {}
    before = replace(TALK, drafts=drafts, state=state, current=current, choice=choice)
    after = without_participant(before, CODES[0])
    kept = [draft for draft in drafts if draft.subject != CODES[0]]
    assert list(after.drafts) == kept
    if before.draft is None or before.draft in kept:
        assert after == replace(before, drafts=tuple(kept), undo={})
    else:
        assert (after.state, after.current, after.choice) == ("idle", 0, {})


def test_a_conversation_without_such_drafts_is_left_as_it_is() -> None:
    assert without_drafts(TALK, lambda draft: draft.project == "other") == TALK


def test_an_identifier_that_holds_the_characters_of_a_code_is_left_alone() -> None:
    talk = replace(TALK, drafts=(replace(DRAFT, record="27K7-NJ4T-8F3K", subject="P3-H"),))
    assert without_participant(talk, "K7-N").drafts == talk.drafts


def test_an_open_invitation_of_whoever_is_erased_lets_nobody_in(database: Database) -> None:
    invited = Invite("I1", "digest", ("practitioner",), (), NOON + timedelta(days=7), "ben")
    with database.writing() as connection:
        invitations.add(connection, KEY[0], "", invited, NOON)
    erase(database, "person", "ben")
    newcomer = Newcomer("telegram", "4242", lambda: "new")
    with database.writing() as connection:
        assert invitations.accept(connection, "digest", newcomer, NOON) is None
        assert ERASED not in [item.person for item in people.listed(connection, KEY[0])]
