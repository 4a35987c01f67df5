from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from storage import conversations
from storage.conversations import ConversationMoved, Stored, Written
from storage.database import Database
from storage.people import Key, Me, admit
from storage.problems import ContentDamaged
from storage.tables import conversations as table

ANA, BEA, CEM = (("brugge", name) for name in ("ana", "bea", "cem"))


@pytest.fixture(autouse=True)
def brugge(database: Database, settle: Callable[[Connection, str], None], now: datetime) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")
        for organisation, person in (BEA, CEM):
            me = Me(organisation, person, ("practitioner",))
            admit(connection, me, "console", person, now)


def save(database: Database, now: datetime, written: dict[Key, Written]) -> None:
    with database.writing() as connection:
        conversations.save(connection, written, now)


def loaded(database: Database, *keys: Key) -> dict[Key, tuple[int, dict[str, Any]]]:
    with database.reading() as connection:
        found = conversations.load(connection, keys)
    return {key: (item.turn, item.snapshot()) for key, item in found.items()}


def test_a_person_who_never_wrote_has_no_conversation(database: Database) -> None:
    assert loaded(database, ANA, BEA) == {}
    assert loaded(database) == {}


def test_a_conversation_goes_on_where_it_was(database: Database, now: datetime) -> None:
    save(database, now, {ANA: Written({"at": 1}, 1, None)})
    save(database, now, {ANA: Written({"at": 2}, 2, 1)})
    assert loaded(database, ANA) == {ANA: (2, {"at": 2})}


def test_several_conversations_are_loaded_and_stored_at_once_each_its_own(
    database: Database, now: datetime
) -> None:
    save(database, now, {ANA: Written({"of": "ana"}, 4, None)})
    save(database, now, {BEA: Written({"of": "bea"}, 1, None), ANA: Written({"of": "a"}, 5, 4)})
    save(database, now, {BEA: Written({"of": "b"}, 2, 1), ANA: Written({"of": "aa"}, 6, 5)})
    assert loaded(database, CEM, BEA, ANA) == {ANA: (6, {"of": "aa"}), BEA: (2, {"of": "b"})}
    assert loaded(database, BEA) == {BEA: (2, {"of": "b"})}


def test_the_second_writer_of_a_turn_loses_and_changes_nothing(
    database: Database, now: datetime
) -> None:
    save(database, now, {ANA: Written({"at": 1}, 1, None)})
    save(database, now, {ANA: Written({"at": 2}, 2, 1)})
    with pytest.raises(ConversationMoved, match="ana"):
        save(database, now, {ANA: Written({"late": 1}, 2, 1)})
    assert loaded(database, ANA) == {ANA: (2, {"at": 2})}


def test_the_second_writer_of_a_first_turn_loses(database: Database, now: datetime) -> None:
    save(database, now, {ANA: Written({"at": 1}, 1, None)})
    with pytest.raises(ConversationMoved, match="ana"):
        save(database, now, {ANA: Written({"late": 1}, 1, None)})
    assert loaded(database, ANA) == {ANA: (1, {"at": 1})}


def test_when_one_of_several_conversations_moved_none_is_stored(
    database: Database, now: datetime
) -> None:
    before = {ANA: Written({"at": 1}, 1, None), BEA: Written({"at": 7}, 7, None)}
    save(database, now, before)
    for moved in ({BEA: Written({}, 9, 8)}, {BEA: Written({}, 1, None)}):
        with pytest.raises(ConversationMoved):
            save(database, now, {ANA: Written({"at": 2}, 2, 1), CEM: Written({}, 1, None)} | moved)
    assert loaded(database, ANA, BEA, CEM) == {ANA: (1, {"at": 1}), BEA: (7, {"at": 7})}


def test_nobody_outside_the_organisation_has_a_conversation(
    database: Database, now: datetime
) -> None:
    with pytest.raises(IntegrityError):
        save(database, now, {("gent", "ana"): Written({}, 1, None)})


@pytest.mark.parametrize(
    "text", ["", "{", "7", "null", '["at"]', '"at"', "[" * 100_000], ids=lambda text: text[:6]
)
def test_a_damaged_conversation_is_named_and_the_others_can_be_read(
    database: Database, now: datetime, text: str
) -> None:
    save(database, now, {ANA: Written({"at": 1}, 1, None), BEA: Written({"at": 7}, 7, None)})
    with database.writing() as connection:
        stored = database.seal.close(table.c.snapshot, text)
        connection.execute(update(table).where(table.c.person == "ana").values(snapshot=stored))
    with database.reading() as connection:
        found = conversations.load(connection, [ANA, BEA])
    assert found[BEA].snapshot() == {"at": 7}
    with pytest.raises(ContentDamaged, match=r"of ana cannot be read .* latest backup"):
        found[ANA].snapshot()
    assert found[ANA] == Stored("ana", 1, stored, database.seal)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answer=st.text(st.characters(exclude_categories=())))
def test_a_snapshot_keeps_any_text_even_what_a_column_refuses(
    database: Database, now: datetime, answer: str
) -> None:
    was = loaded(database, ANA).get(ANA)
    turn = was[0] if was else None
    save(database, now, {ANA: Written({"answer": answer}, (turn or 0) + 1, turn)})
    assert loaded(database, ANA) == {ANA: ((turn or 0) + 1, {"answer": answer})}
