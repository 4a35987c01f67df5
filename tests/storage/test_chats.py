"""What a person sees and is still to see, as it is stored."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from storage import chats, people
from storage.chats import Chat, Receipt, Typed
from storage.database import Database
from storage.people import Key, Me

ROLES = ("practitioner",)
ANA, BEA, CEM = (Me("brugge", name, ROLES) for name in ("ana", "bea", "cem"))

numbers = st.integers(1, 2**63 - 1)
counts = st.integers(0, 2**31 - 1)
texts = st.text(st.characters(exclude_categories=()))
any_chat = st.builds(
    Chat,
    serial=counts,
    shown=counts,
    screen=st.none() | numbers,
    leading=st.lists(numbers).map(tuple),
    typed=st.lists(st.builds(Typed, numbers, texts, numbers)).map(tuple),
    doomed=st.lists(numbers).map(tuple),
    receipts=st.lists(st.builds(Receipt, counts, texts)).map(tuple),
    confirmed=st.none() | numbers,
    commands=texts,
    unsettled_since=st.none() | st.datetimes(timezones=st.just(UTC)),
    unreachable_since=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@pytest.fixture(autouse=True)
def brugge(database: Database, settle: Callable[[Connection, str], None], now: datetime) -> None:
    """Ana writes on the console, Bea and Cem on Telegram."""
    with database.writing() as connection:
        settle(connection, "brugge")
        people.admit(connection, BEA, "telegram", "22", now)
        people.admit(connection, CEM, "telegram", "33", now)


def save(
    database: Database, changed: dict[Key, Chat], deadlines: dict[Key, datetime] | None = None
) -> None:
    with database.writing() as connection:
        chats.save(connection, changed, deadlines or {})


def loaded(database: Database, *people: Me) -> dict[Key, Chat]:
    with database.reading() as connection:
        return chats.load(connection, [me.key for me in people])


def behind(database: Database, channel: str = "telegram") -> dict[str, Me]:
    with database.reading() as connection:
        return chats.behind(connection, channel)


def unsettled(database: Database, until: datetime) -> dict[str, Me]:
    with database.reading() as connection:
        return chats.unsettled(connection, "telegram", until)


def overdue(database: Database, now: datetime, channel: str = "telegram") -> dict[str, Me]:
    with database.reading() as connection:
        return chats.overdue(connection, channel, now)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(chat=any_chat)
def test_a_chat_comes_back_as_it_was_stored(database: Database, chat: Chat) -> None:
    save(database, {ANA.key: chat, BEA.key: Chat(serial=7)})
    assert loaded(database, ANA, BEA, CEM) == {ANA.key: chat, BEA.key: Chat(serial=7)}


def test_a_chat_takes_the_place_of_the_one_before(database: Database) -> None:
    full = Chat(2, 1, 4, (3,), (Typed(5, "1.age", 9),), (6,), (Receipt(2, "ok"),), 7, "abc")
    save(database, {ANA.key: full})
    save(database, {ANA.key: Chat(serial=3)})
    assert loaded(database, ANA) == {ANA.key: Chat(serial=3)}


def test_nothing_to_store_or_to_load_is_no_fault(database: Database) -> None:
    save(database, {})
    assert loaded(database) == {}
    assert loaded(database, ANA) == {}


def test_nobody_outside_the_organisation_has_a_chat(database: Database) -> None:
    with pytest.raises(IntegrityError):
        save(database, {("gent", "ana"): Chat()})


def test_people_are_behind_when_something_was_not_shown_to_them(database: Database) -> None:
    save(database, {ANA.key: Chat(2, 1), BEA.key: Chat(2, 1), CEM.key: Chat(2, 2)})
    assert behind(database) == {"22": BEA}
    assert behind(database, "console") == {"ana@brugge": ANA}


def test_people_who_cannot_be_reached_are_not_behind(database: Database, now: datetime) -> None:
    save(database, {BEA.key: Chat(2, 1, unreachable_since=now), CEM.key: Chat(1, 0)})
    assert behind(database) == {"33": CEM}
    save(database, {BEA.key: Chat(3, 1)})
    assert behind(database) == {"22": BEA, "33": CEM}


def test_chats_are_unsettled_from_their_time_on(database: Database, now: datetime) -> None:
    second = timedelta(seconds=1)
    save(database, {BEA.key: Chat(1, 1, unsettled_since=now), CEM.key: Chat(1, 1)})
    assert unsettled(database, now - second) == {}
    assert unsettled(database, now) == {"22": BEA}
    save(database, {BEA.key: Chat(1, 1, unsettled_since=now, unreachable_since=now)})
    assert unsettled(database, now) == {}


def test_answers_are_overdue_from_their_deadline_on(database: Database, now: datetime) -> None:
    second = timedelta(seconds=1)
    chat, times = Chat(1, 1), {ANA.key: now, BEA.key: now, CEM.key: now + second}
    save(database, dict.fromkeys(times, chat), times)
    assert overdue(database, now - second) == {}
    assert overdue(database, now) == {"22": BEA}
    assert overdue(database, now + second) == {"22": BEA, "33": CEM}
    assert overdue(database, now, "console") == {"ana@brugge": ANA}


def test_a_chat_without_answers_is_not_overdue_any_more(database: Database, now: datetime) -> None:
    save(database, {BEA.key: Chat(1, 1)}, {BEA.key: now})
    save(database, {BEA.key: Chat(2, 1)})
    assert overdue(database, now) == {}


def test_answers_of_people_who_cannot_be_reached_are_not_overdue(
    database: Database, now: datetime
) -> None:
    save(database, {BEA.key: Chat(unreachable_since=now)}, {BEA.key: now})
    assert overdue(database, now) == {}
