from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from storage import conversations
from storage.conversations import ConversationMoved
from storage.database import Database


@pytest.fixture(autouse=True)
def brugge(database: Database, settle: Callable[[Connection, str], None]) -> None:
    with database.writing() as connection:
        settle(connection, "brugge")


def test_a_person_who_never_wrote_has_no_conversation(database: Database) -> None:
    with database.writing() as connection:
        assert conversations.load(connection, "brugge", "ana") is None


def test_a_conversation_goes_on_where_it_was(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        conversations.save(connection, "brugge", "ana", {"at": 1}, turn=1, was=None, now=now)
        conversations.save(connection, "brugge", "ana", {"at": 2}, turn=2, was=1, now=now)
    with database.reading() as connection:
        assert conversations.load(connection, "brugge", "ana", lock=False) == (2, {"at": 2})


def test_the_second_writer_of_a_turn_loses_and_changes_nothing(
    database: Database, now: datetime
) -> None:
    with database.writing() as connection:
        conversations.save(connection, "brugge", "ana", {"at": 1}, turn=1, was=None, now=now)
        conversations.save(connection, "brugge", "ana", {"at": 2}, turn=2, was=1, now=now)
    with pytest.raises(ConversationMoved, match="ana"), database.writing() as connection:
        conversations.save(connection, "brugge", "ana", {"late": 1}, turn=2, was=1, now=now)
    with database.writing() as connection:
        assert conversations.load(connection, "brugge", "ana") == (2, {"at": 2})


def test_the_second_writer_of_a_first_turn_loses(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        conversations.save(connection, "brugge", "ana", {"at": 1}, turn=1, was=None, now=now)
    with pytest.raises(ConversationMoved), database.writing() as connection:
        conversations.save(connection, "brugge", "ana", {"late": 1}, turn=1, was=None, now=now)
    with database.writing() as connection:
        assert conversations.load(connection, "brugge", "ana") == (1, {"at": 1})


def test_nobody_outside_the_organisation_has_a_conversation(
    database: Database, now: datetime
) -> None:
    with pytest.raises(IntegrityError), database.writing() as connection:
        conversations.save(connection, "gent", "ana", {}, turn=1, was=None, now=now)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answer=st.text(st.characters(exclude_categories=())))
def test_a_snapshot_keeps_any_text_even_what_a_column_refuses(
    database: Database, now: datetime, answer: str
) -> None:
    with database.writing() as connection:
        was = conversations.load(connection, "brugge", "ana")
        turn = was[0] if was else None
        conversations.save(
            connection, "brugge", "ana", {"answer": answer}, turn=(turn or 0) + 1, was=turn, now=now
        )
        assert conversations.load(connection, "brugge", "ana") == (
            (turn or 0) + 1,
            {"answer": answer},
        )
