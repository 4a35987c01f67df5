"""Whoever has the database but not the key reads nothing that somebody typed."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update

from flows.access import scope
from flows.effects import ReviewRecord
from flows.kinds import KINDS
from flows.record import Record, RecordValue
from flows.sheet import REGISTRARS
from storage import conversations, exported, organisations, records, reviews
from storage.archive import StoredArchive
from storage.column_types import Unstorable
from storage.conversations import Written
from storage.database import Database
from storage.problems import ContentDamaged, DatabaseProblem
from storage.sealed import CODED, SEALED, registered
from storage.sealing import Fixed, Seal
from storage.tables import conversations as conversation
from storage.tables import metadata, record_revisions, record_values
from tests.keys import KEYS

TYPED = "Zonnebloem"
OTHER = Fixed([b"o" * 32], "another place")
NO_TEXT = {
    "alembic_version",
    # What the handbook says; public.
    "sheets",
    # Numbers of updates, and the kind of a fault.
    "updates",
    # Names of keys.
    "sealing_keys",
    # Codes of people, projects and records, roles, times, and digests.
    "memberships",
    "invitations",
    "acceptances",
    "handovers",
    "agreements",
    "joint_codes",
    # A bot's strangers, by their number, for an hour.
    "attempts",
    # Who did what when, in identifiers, states and counts (flows/audit.py refuses all else).
    "audit",
    # What is deleted when, and how much that is.
    "retention_notices",
    # What was decided of something that is due: days, codes, and a reason from a list.
    "decisions",
    # Who was told what of that when, and at which hours people want to be told.
    "sendings",
    "reminders",
    "reminder_settings",
}
READABLE = {
    # What organisations, projects and areas are called, and codes.
    "organisations": {"id", "name", "created_at", "retention"},
    "projects": {
        "organisation",
        "id",
        "name",
        "areas",
        "selection",
        "registrars",
        "created_at",
        # Days, numbers and names of sheets.
        "dates",
        "rules",
        "planned_for",
    },
    # A colleague's address on a channel is looked up by itself.
    "people": {
        "organisation",
        "id",
        "roles",
        "channel",
        "address",
        "created_at",
        "left_at",
        "everywhere",
    },
    "participants": {"organisation", "project", "code", "created_at", "digest"},
    "conversations": {"organisation", "person", "turn", "updated_at"},
    # Numbers of messages, and receipts: the sheet, the project and the code.
    "chats": {
        "organisation",
        "person",
        "serial",
        "shown",
        "messages",
        "delete_by",
        "unsettled_since",
        "unreachable_since",
    },
    "records": set(metadata.tables["records"].c.keys()),
    "record_revisions": {
        "organisation",
        "record",
        "revision",
        "person",
        "complete",
        "observed_on",
        "submitted_at",
        "deleted",
        "entered_for",
        "provenance",
    },
    "record_values": {
        "organisation",
        "record",
        "revision",
        "position",
        "category",
        "question",
        "indicator",
        "role",
        "type",
        "status",
        "reason",
    },
    "reviews": {"organisation", "record", "number", "revision", "state", "person", "reviewed_at"},
}
"""What whoever has the database can read, because nobody typed it as free text."""


@pytest.fixture
def brugge(
    database: Database,
    settle: Callable[[Connection, str], None],
    record: Callable[..., Record],
    value: Callable[..., RecordValue],
    now: datetime,
) -> Record:
    """Store the same word in every way in which somebody can type one."""
    values = (
        value(position=1, remark=TYPED),
        value(position=2, type="text", question="why", value=TYPED),
        value(position=3, type="calculate", question="sum", value=TYPED),
        value(position=4, type="select_one", question="kind", value="park"),
    )
    saved: Record = record(
        values=values, remark=TYPED, reason=TYPED, set_aside={"why": TYPED, "n": {"a": 1}}
    )
    with database.writing() as connection:
        settle(connection, "brugge")
        organisations.name_ambassador(connection, "brugge", TYPED)
        records.save(connection, [("brugge", saved)], now)
        reviews.add(connection, ("brugge", "ana"), ReviewRecord("r1", 1, "returned", TYPED), now)
        written = {("brugge", "ana"): Written({"answer": TYPED}, 1, None)}
        conversations.save(connection, written, now)
    return saved


def everything(database: Database) -> str:
    """Return all rows of all tables, as a dump would hold them."""
    with database.reading() as connection:
        rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in metadata.tables]
    return repr(rows)


def test_the_database_holds_nothing_that_was_typed(
    database: Database, brugge: Record, tmp_path: Path
) -> None:
    assert TYPED not in everything(database)
    assert "park" in everything(database)
    files = [path for path in tmp_path.iterdir() if path.name.startswith("meetmoment.db")]
    if database.location.path:
        assert {path.name for path in files} >= {"meetmoment.db", "meetmoment.db-wal"}
    assert [path.name for path in files if TYPED.encode() in path.read_bytes()] == []


def test_what_was_typed_comes_back(database: Database, brugge: Record) -> None:
    with database.reading() as connection:
        archive = StoredArchive(connection, scope("brugge", "ana", REGISTRARS, ["kompas"]))
        assert archive.ambassador() == TYPED
        assert archive.record("r1") == brugge
        assert [item.comment for item in archive.returned()] == [TYPED]
        found = list(exported.values(connection, "brugge"))
        stored = conversations.load(connection, [("brugge", "ana")])
    assert [(item.value, item.remark) for item in found] == [
        (item.value, item.remark) for item in brugge.values
    ]
    assert {item.record_remark for item in found} == {TYPED}
    assert stored["brugge", "ana"].snapshot() == {"answer": TYPED}


def test_every_column_is_sealed_or_there_is_a_reason_why_it_can_be_read() -> None:
    sealed = {(column.table.name, column.name) for column in SEALED}
    readable = {(table, name) for table, names in READABLE.items() for name in names}
    every = {
        (name, column)
        for name, table in metadata.tables.items()
        if name not in NO_TEXT
        for column in list(table.c.keys())
    }
    assert sealed & readable == set()
    assert sealed | readable == every


def test_every_type_of_question_is_coded_or_sealed() -> None:
    assert set(KINDS) - set(CODED) == {"text", "calculate"}
    assert set(CODED) <= set(KINDS)


def test_no_text_is_stored_as_it_was_typed(database: Database, brugge: Record) -> None:
    for column in (conversation.c.snapshot, record_revisions.c.set_aside):
        with (
            pytest.raises(Unstorable, match="not sealed"),
            database.writing() as connection,
        ):
            connection.execute(update(column.table).values({column: "typed"}))


def test_a_text_that_looks_sealed_is_a_text(
    database: Database, brugge: Record, record: Callable[..., Record], now: datetime
) -> None:
    remarks = ["~", "~=", "~12345678AAAA", f"~{database.seal.newest}AAAA"]
    saved = [record(record=f"x{place}", remark=remark) for place, remark in enumerate(remarks)]
    with database.writing() as connection:
        records.save(connection, [("brugge", item) for item in saved], now)
        found = [records.load(connection, "brugge", item.record, 1) for item in saved]
    assert found == saved


def test_the_same_text_is_sealed_differently_each_time(database: Database) -> None:
    with database.reading():
        column = record_revisions.c.remark
        assert database.seal.close(column, TYPED) != database.seal.close(column, TYPED)


@pytest.mark.parametrize("damage", ["cut", "changed", "moved", "key", "nothing", "words"])
def test_a_damaged_text_is_told_in_one_line_and_other_records_can_be_read(
    database: Database,
    brugge: Record,
    record: Callable[..., Record],
    now: datetime,
    damage: str,
) -> None:
    column = record_revisions.c.remark
    with database.writing() as connection:
        records.save(connection, [("brugge", record(record="r2", remark="kort"))], now)
        sealed = connection.scalar(select(column).where(column.table.c.record == "r1")) or ""
        last = "1" if sealed[-9] == "0" else "0"
        damaged = {
            "cut": sealed[:-8],
            "changed": f"{sealed[:-9]}{last}{sealed[-8:]}",
            "moved": database.seal.close(record_values.c.remark, TYPED),
            "key": f"~00000000{sealed[9:]}",
            "nothing": sealed[:9],
            "words": f"{sealed[:9]}é",
        }[damage]
        connection.execute(update(column.table).values(remark=damaged).where(column == sealed))
    for read in (
        lambda connection: records.load(connection, "brugge", "r1", 1),
        lambda connection: list(exported.values(connection, "brugge")),
    ):
        with pytest.raises(ContentDamaged) as told, database.reading() as connection:
            read(connection)
        assert "\n" not in str(told.value)
        assert TYPED not in str(told.value)
        assert damage == "key" or "Record r1 cannot be read" in str(told.value)
    with database.reading() as connection:
        other = records.load(connection, "brugge", "r2", 1)
    assert other is not None
    assert other.remark == "kort"


def test_a_key_that_is_missing_or_wrong_is_told_before_anything_happens(
    database: Database, brugge: Record
) -> None:
    database.migrate()
    before = everything(database)
    url = database.location.url.render_as_string(hide_password=False)
    for keys in (OTHER, Fixed([], "an empty place")):
        with closing(Database(url, keys)) as other:
            with pytest.raises(DatabaseProblem, match="which is not in an") as told:
                other.migrate()
            assert "\n" not in str(told.value)
            # A key that goes missing later is no damage of one row: nothing may be set aside.
            with pytest.raises(DatabaseProblem) as told, other.reading() as connection:
                list(exported.values(connection, "brugge"))
            assert not isinstance(told.value, ContentDamaged)
    assert everything(database) == before


def test_without_a_key_nothing_is_stored(
    database: Database, brugge: Record, record: Callable[..., Record], now: datetime
) -> None:
    url = database.location.url.render_as_string(hide_password=False)
    with closing(Database(url)) as keyless:
        with pytest.raises(DatabaseProblem, match="nothing was stored"), keyless.writing() as there:
            records.save(there, [("brugge", record(record="r2", remark="kort"))], now)
        with keyless.reading() as there:
            assert records.load(there, "brugge", "r2", 1) is None


def test_two_databases_in_one_process_have_their_own_keys(
    database: Database, brugge: Record, tmp_path: Path
) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'other.db'}", OTHER)) as other:
        other.migrate()
        with other.writing() as there, database.reading() as here:
            there.execute(insert(metadata.tables["organisations"]), {"id": "gent", "name": "Gent",
                "created_at": datetime.fromisoformat("2026-03-02T12:00+00:00")})  # fmt: skip
            organisations.name_ambassador(there, "gent", TYPED)
            assert StoredArchive(here, scope("brugge", "ana", (), ())).ambassador() == TYPED
            assert StoredArchive(there, scope("gent", "ana", (), ())).ambassador() == TYPED
            assert set(registered(there)) == {other.seal.newest} != {database.seal.newest}


def test_the_name_of_a_key_says_nothing_about_another_one() -> None:
    one, both = Seal(KEYS), Seal(Fixed([*OTHER.held(), *KEYS.held()], "here"))
    one.refresh()
    both.refresh()
    assert both.names[1:] == one.names
    assert both.newest not in one.names
