"""Each update is received once, by its number."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from storage import updates
from storage.database import Database
from storage.tables import updates as table
from storage.updates import Received

BOT, OTHER = "telegram:1", "telegram:2"
DAY = timedelta(days=1)

Remember = Callable[..., set[int]]


@pytest.fixture
def remember(database: Database, now: datetime) -> Remember:
    def remember(*numbers: int, inbox: str = BOT, at: datetime = now) -> set[int]:
        with database.writing() as connection:
            return updates.remember(connection, inbox, [Received(n, now) for n in numbers], at)

    return remember


def rows(database: Database) -> list[Any]:
    with database.reading() as connection:
        return list(connection.execute(select(table).order_by("inbox", "number")))


def test_an_update_is_new_once(remember: Remember) -> None:
    assert remember(5, 7) == {5, 7}
    assert remember(7, 6, 5) == {6}
    assert remember(5) == set()
    assert remember() == set()


def test_an_update_that_comes_twice_at_once_is_new(remember: Remember) -> None:
    assert remember(5, 6, 5) == {5, 6}
    assert remember(5, 6, 5) == set()


def test_the_numbers_of_another_bot_mean_nothing(remember: Remember) -> None:
    assert remember(5) == {5}
    assert remember(5, inbox=OTHER) == {5}
    assert remember(5) == set()


def test_the_largest_number_that_a_channel_may_give_is_remembered(remember: Remember) -> None:
    assert remember(2**63 - 1, -1) == {2**63 - 1, -1}
    assert remember(2**63 - 1, -1) == set()


def test_an_update_whose_transaction_failed_is_new_again(
    database: Database, remember: Remember, now: datetime
) -> None:
    def fail() -> None:
        with database.writing() as connection:
            assert updates.remember(connection, BOT, [Received(5)], now) == {5}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert remember(5) == {5}


def test_processes_that_receive_the_same_updates_in_any_order_share_them_out(
    postgresql_url: str, now: datetime
) -> None:
    """Each waits for the other's end instead of taking an update for new or locking up."""
    together = Barrier(2, timeout=60)
    rounds = range(20)

    def receives(order: int) -> list[set[int]]:
        found = []
        with closing(Database(postgresql_url)) as database:
            for turn in rounds:
                numbers = range(turn * 100, turn * 100 + 100)[::order]
                together.wait()
                with database.writing() as connection:
                    received = [Received(number) for number in numbers]
                    found.append(updates.remember(connection, BOT, received, now))
        return found

    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(receives, (1, -1))
    for turn in rounds:
        assert one[turn] | other[turn] == set(range(turn * 100, turn * 100 + 100))
        assert not one[turn] & other[turn]


def test_what_is_set_aside_keeps_its_reason_and_nothing_else(
    database: Database, now: datetime
) -> None:
    with database.writing() as connection:
        updates.set_aside(connection, BOT, Received(5, now - DAY), "KeyError at asking.py:7", now)
    columns = {"inbox", "number", "sent_at", "received_at", "set_aside"}
    assert set(table.c.keys()) == columns
    assert [tuple(row) for row in rows(database)] == [
        (BOT, 5, now - DAY, now, "KeyError at asking.py:7")
    ]


def test_what_is_set_aside_is_not_new_any_more(
    database: Database, remember: Remember, now: datetime
) -> None:
    remember(5)
    with database.writing() as connection:
        updates.set_aside(connection, BOT, Received(5), "KeyError", now)
        updates.set_aside(connection, BOT, Received(6), "KeyError", now)
    assert remember(5, 6, 7) == {7}
    assert [row.set_aside for row in rows(database)] == ["KeyError", "KeyError", ""]


def test_old_updates_are_forgotten_but_not_those_that_were_set_aside(
    database: Database, remember: Remember, now: datetime
) -> None:
    remember(1, 2, at=now - DAY)
    remember(3, inbox=OTHER, at=now - DAY)
    remember(4)
    with database.writing() as connection:
        updates.set_aside(connection, BOT, Received(2), "KeyError", now - DAY)
        assert updates.forget(connection, now) == 2
        assert updates.forget(connection, now) == 0
    assert [row.number for row in rows(database)] == [2, 4]
