"""How often somebody may guess before nobody listens any more."""

from datetime import datetime, timedelta

from storage import attempts
from storage.attempts import HOUR, IN_ALL, MINUTE, OF_ONE, Attempt
from storage.database import Database

SECOND = timedelta(seconds=1)


def test_an_account_is_listened_to_again_after_an_hour(database: Database, now: datetime) -> None:
    with database.writing() as connection:
        for number in range(OF_ONE):
            assert not attempts.are_too_many(connection, "bot", "9", now)
            attempts.add(connection, Attempt("bot", number, "9"), now)
        assert attempts.are_too_many(connection, "bot", "9", now + HOUR - SECOND)
        assert not attempts.are_too_many(connection, "bot", "9", now + HOUR)
        assert not attempts.are_too_many(connection, "bot", "8", now)
        assert not attempts.are_too_many(connection, "other bot", "9", now)


def test_all_together_are_listened_to_again_after_a_minute(
    database: Database, now: datetime
) -> None:
    with database.writing() as connection:
        for number in range(IN_ALL):
            attempts.add(connection, Attempt("bot", number, f"{number}"), now)
        assert attempts.are_too_many(connection, "bot", "9", now + MINUTE - SECOND)
        assert not attempts.are_too_many(connection, "bot", "9999", now + MINUTE)


def test_a_repeated_update_counts_once_and_what_is_old_is_forgotten(
    database: Database, now: datetime
) -> None:
    with database.writing() as connection:
        for _ in range(OF_ONE):
            attempts.add(connection, Attempt("bot", 1, "9"), now)
        assert not attempts.are_too_many(connection, "bot", "9", now)
        for number in range(OF_ONE):
            attempts.add(connection, Attempt("bot", number, "9"), now)
        attempts.forget(connection, now + HOUR)
        assert not attempts.are_too_many(connection, "bot", "9", now)
