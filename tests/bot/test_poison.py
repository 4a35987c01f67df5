"""Updates that cannot be used, and people whose rows are damaged: they hold up nobody else."""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.delivery import Delivered
from bot.inbox import BROKEN, FAILED
from flows.engine import Edited, Event, Tap, Text
from storage import tables
from storage.database import Database
from tests.bot.phones import NOON, Phones
from tests.bot.program import CONTACT
from tests.keys import KEYS

TEN = tuple(str(number) for number in range(1, 11))
POISONED = "5"
HOUR = timedelta(hours=1)
SECRET = "Jan Peeters, 0471 23 45 67"

Damage = Callable[[Phones, str], None]


def no_json(phones: Phones, address: str) -> None:
    phones.types(address, "English")
    phones.writes(address, snapshot='{"state":')


def no_ciphertext(phones: Phones, address: str) -> None:
    phones.types(address, "English")
    phones.stores(address, snapshot=phones.snapshot(address)[:-8])


def unknown_sheet(phones: Phones, address: str) -> None:
    """A sheet that was never released here."""
    _in_its_draft(phones, address, {"sheet": "withdrawn"})


def impossible_answer(phones: Phones, address: str) -> None:
    """Nothing is amiss with the snapshot itself, but it cannot be shown."""
    day = {"status": "answered", "value": "some day", "reason": ""}
    _in_its_draft(phones, address, {"answers": {"observed_on": day}})


def _in_its_draft(phones: Phones, address: str, changes: Mapping[str, object]) -> None:
    phones.types(address, "English", "Contact")
    content = phones.conversation(address)
    content["drafts"][-1] |= changes
    phones.writes(address, snapshot=json.dumps(content))


damages = pytest.mark.parametrize(
    "damage", [no_json, no_ciphertext, unknown_sheet, impossible_answer]
)


@damages
def test_a_poison_update_is_set_aside_with_its_reason_and_the_others_are_stored(
    database: Database, damage: Damage
) -> None:
    phones = Phones(database, *TEN)
    damage(phones, POISONED)
    before = phones.snapshot(POISONED)
    inbounds = {address: phones.typed(address, "English") for address in TEN}
    phones.take(*inbounds.values())
    assert phones.snapshot(POISONED) == before
    turns = [phones.turn(address) for address in TEN if address != POISONED]
    assert turns == [1] * 9
    reasons = phones.updates()
    assert " at " in reasons.pop(inbounds[POISONED].update)
    assert set(reasons.values()) == {""}


@damages
def test_whose_conversation_is_broken_is_told_so_and_keeps_it(
    database: Database, damage: Damage
) -> None:
    phones = Phones(database, "1")
    damage(phones, "1")
    (outbound,) = phones.take(phones.sent("1", Tap("x"), callback="c", language="nl")).outbounds
    assert outbound.screen is None
    assert outbound.callbacks == ("c",)
    dutch = phones.world.interface.say("nl")
    assert outbound.chat.receipts[-1].text == dutch(BROKEN)
    assert outbound.chat == phones.chat("1")
    assert outbound.chat.serial > outbound.chat.shown


def test_what_could_not_be_used_shows_the_question_again_with_an_excuse(
    database: Database,
) -> None:
    """Two registrations get the same identifier, so the second one cannot be saved."""
    phones = Phones(database, "1", "2", new_id=lambda: "8F3K-27QM-XJ4T")
    phones.types("1", "English", *CONTACT)
    phones.types("2", "English", *CONTACT[:-1])
    before, typed, check = phones.conversation("2"), phones.chat("2").typed, phones.screen("2")
    save = phones.typed("2", "Save")
    phones.take(save)
    assert phones.conversation("2") == before
    assert phones.screen("2") == replace(check, note=FAILED)
    assert phones.updates()[save.update].startswith("RevisionTaken at records.py:")
    assert phones.chat("2").typed == typed
    assert save.message in phones.chat("2").doomed


@pytest.mark.parametrize("event", [Text(SECRET), Edited(SECRET, ""), Tap(SECRET)])
@damages
def test_what_was_sent_is_neither_kept_nor_logged_when_it_is_set_aside(
    database: Database, caplog: pytest.LogCaptureFixture, damage: Damage, event: Event
) -> None:
    caplog.set_level(logging.DEBUG)
    phones = Phones(database, "1")
    damage(phones, "1")
    inbound = phones.sent("1", event)
    phones.take(inbound)
    assert phones.updates()[inbound.update]
    with database.reading() as connection:
        rows = connection.execute(select(tables.updates)).all()
    assert f"update {inbound.update} was set aside" in caplog.text
    for part in ("Peeters", "0471"):
        assert part not in caplog.text
        assert part not in repr(rows)
    assert (inbound.message in phones.chat("1").doomed) is not isinstance(event, Tap)


def test_a_poison_update_that_comes_again_is_no_obstacle(database: Database) -> None:
    phones = Phones(database, "1", "2")
    no_json(phones, "1")
    poison = phones.typed("1", "Contact")
    for text_ in ("English", "Contact", "Today"):
        phones.take(poison, phones.typed("2", text_))
    assert phones.turn("2") == 3


@pytest.mark.parametrize("messages", ['{"typed": [[1]]}', '{"receipts": 5}'])
def test_a_damaged_chat_holds_up_nobody_else(
    database: Database, messages: str, caplog: pytest.LogCaptureFixture
) -> None:
    a_damaged_chat_holds_up_nobody_else(database, messages, caplog)


def test_half_of_a_text_in_place_of_a_chat_holds_up_nobody_else(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL refuses to store what is no JSON."""
    with closing(Database(sqlite_url, KEYS)) as database:
        a_damaged_chat_holds_up_nobody_else(database, "{", caplog)


def a_damaged_chat_holds_up_nobody_else(
    database: Database, messages: str, caplog: pytest.LogCaptureFixture
) -> None:
    phones = Phones(database, "1", "2")
    phones.types("1", "English")
    with database.writing() as connection:
        connection.execute(text("UPDATE chats SET messages = :messages"), {"messages": messages})
    inbounds = phones.typed("1", "Contact"), phones.typed("2", "English")
    phones.take(*inbounds)
    assert phones.turn("2") == 1
    assert phones.updates()[inbounds[0].update]
    assert [outbound.address for outbound in phones.inbox.behind().outbounds] == ["2"]
    assert "1 is not told" in caplog.text


def test_strangers_come_out_also_when_another_update_is_poison(database: Database) -> None:
    phones = Phones(database, "1")
    no_json(phones, "1")
    stranger = phones.typed("99", "hello")
    assert phones.take(phones.typed("1", "?"), stranger).others == (stranger,)


@damages
def test_somebody_who_cannot_be_shown_where_they_are_holds_up_nobody_else(
    database: Database, damage: Damage
) -> None:
    phones = Phones(database, "1", "2", "3")
    damage(phones, "2")
    phones.take(phones.typed("1", "English"), phones.typed("3", "English"))
    found = {outbound.address: outbound.screen for outbound in phones.inbox.behind().outbounds}
    assert found.keys() == {"1", "2", "3"}
    assert [found[address] is None for address in "123"] == [False, True, False]


def test_a_report_is_used_also_when_another_update_is_poison(database: Database) -> None:
    phones = Phones(database, "1", "2")
    no_json(phones, "2")
    older = phones.types("1", "English").chat.serial
    phones.types("1", "Contact")
    newest = phones.shown("1", 40)
    phones.take(phones.typed("2", "?"), a1=newest)
    assert phones.chat("1").screen == 40
    found = phones.take(phones.typed("2", "?"), a1=Delivered(older, 39))
    assert [outbound.address for outbound in found.outbounds] == ["1", "2"]


def test_a_report_about_a_stranger_or_a_broken_conversation_is_no_obstacle(
    database: Database,
) -> None:
    phones = Phones(database, "1", "2")
    no_json(phones, "1")
    reports = {"a1": Delivered(-1, 39), "a99": Delivered(3, 4)}
    assert phones.take(phones.typed("2", "English"), **reports).outbounds[0].address == "2"


@damages
def test_answers_are_swept_also_from_the_chat_of_a_broken_conversation(
    database: Database, damage: Damage
) -> None:
    phones = Phones(database, "1", "2")
    for address in "12":
        phones.types(address, "English", *CONTACT[:3])
    phones.types("1", "/start")
    damage(phones, "1")
    phones.clock.now = NOON + 44 * HOUR
    found = {
        outbound.address: outbound.screen
        for outbound in phones.inbox.sweep(timedelta(minutes=1)).outbounds
    }
    assert found.keys() == {"1", "2"}
    assert found["1"] is None
    assert phones.chat("1").typed == phones.chat("2").typed == ()
