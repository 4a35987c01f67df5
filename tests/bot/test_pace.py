"""Whoever sends more than a person can is slowed down, and nobody else."""

from datetime import timedelta

from bot.inbox import Inbox
from bot.pace import BURST, MOST, Pace
from storage.database import Database
from tests.bot.phones import BOT, CHANNEL, NOON, Phones

SECOND = timedelta(seconds=1)


def test_a_burst_is_used_and_then_so_many_a_second() -> None:
    pace = Pace(2, burst=3)
    assert [pace.allows("1", NOON) for _ in range(5)] == [True, True, True, False, False]
    assert [pace.allows("1", NOON + SECOND) for _ in range(3)] == [True, True, False]
    assert [pace.allows("1", NOON + 60 * SECOND) for _ in range(4)] == [True, True, True, False]


def test_one_address_takes_nothing_from_another() -> None:
    pace = Pace(1, burst=1)
    assert [pace.allows(address, NOON) for address in "1213"] == [True, True, False, True]


def test_without_a_rate_everything_is_used() -> None:
    pace = Pace(0)
    assert all(pace.allows("1", NOON) for _ in range(2 * BURST))


def test_no_number_of_strangers_fills_the_memory() -> None:
    pace = Pace(1)
    for number in range(MOST + 10):
        pace.allows(str(number), NOON)
    assert len(pace._empty_at) == MOST


def test_what_comes_too_fast_changes_nothing_and_is_said(database: Database) -> None:
    phones = Phones(database, "1", "2")
    phones.inbox = Inbox(database, phones.world, CHANNEL, BOT, "en", Pace(5, burst=3))
    phones.types("1", "English", "Contact", "today")
    turn = phones.turn("1")
    typed = phones.typed("1", "Park")
    phones.take(typed)
    assert phones.turn("1") == turn
    assert phones.screen("1").note.startswith("That came faster than anybody taps")
    assert typed.message in phones.chat("1").doomed
    assert phones.types("2", "English").screen is not None
    phones.clock.now += SECOND
    phones.types("1", "Park")
    assert phones.turn("1") == turn + 1
