"""Strangers with an invitation get in, once and exactly; those who guess learn nothing."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from bot.delivery import Delivered
from bot.door import REFUSED, UNHEARD
from bot.inbound import Inbound
from bot.team import TOKEN
from bot.world import new_token
from flows.effects import Invite
from storage import invitations, people
from storage.attempts import HOUR, IN_ALL, OF_ONE
from storage.database import Database
from tests.bot.phones import BOT, CHANNEL, NOON, Phones
from tests.noticed import ACCEPT

STRANGER = "99"
LINK = "k" * 43
EN = "English"


def phones_with(database: Database, *addresses: str, token: str = LINK) -> Phones:
    """Return people with phones, and an invitation that is open."""
    phones = Phones(database, *(addresses or ("1",)))
    invites(phones, token)
    return phones


def invites(phones: Phones, token: str, person: str = "", id_: str = "I1") -> None:
    digest = sha256(token.encode()).hexdigest()
    week = timedelta(days=7)
    invited = Invite(id_, digest, ("practitioner",), ("kompas",), NOON + week, person)
    with phones.database.writing() as connection:
        invitations.add(connection, phones.people["1"].organisation, "", invited, NOON)


def who(phones: Phones, address: str = STRANGER) -> str:
    with phones.database.reading() as connection:
        found = people.person(connection, CHANNEL, address)
    return found.person if found else ""


def starts(phones: Phones, token: str, address: str = STRANGER) -> Inbound:
    return phones.typed(address, f"/start {token}")


def aside(phones: Phones, inbound: Inbound) -> str:
    found = phones.take(inbound)
    assert found.outbounds == ()
    return found.others[0].aside if found.others else "nothing"


def test_a_token_has_as_many_bits_as_promised_and_fits_into_a_link() -> None:
    found = {new_token() for _ in range(1_000)}
    assert len(found) == 1_000
    assert all(TOKEN.fullmatch(token) for token in found)
    assert {len(token) for token in found} == {43}


@pytest.mark.parametrize("text", ["/start {}", "/START@a_bot  {} ", " /start\n{}"])
def test_a_stranger_with_a_link_is_asked_for_a_language_and_then_reads_the_notice(
    database: Database, text: str
) -> None:
    phones = phones_with(database)
    inbound = phones.typed(STRANGER, text.format(LINK))
    (outbound,) = phones.take(inbound).outbounds
    assert "Which language" in phones.screen(STRANGER).text
    assert inbound.message in outbound.chat.doomed
    phones.types(STRANGER, EN, "Contact", "/start", "/pause")
    assert "what is kept about you" in phones.screen(STRANGER).text
    phones.types(STRANGER, ACCEPT)
    assert "What would you like to register?" in phones.screen(STRANGER).text


def test_a_repeated_update_shows_where_one_is(database: Database) -> None:
    phones = phones_with(database)
    inbound = starts(phones, LINK)
    phones.take(inbound)
    before = who(phones)
    for inbox in (phones.inbox, phones.another()):
        (outbound,) = inbox.take([inbound], {}).outbounds
        assert outbound.screen is not None
        assert "Which language" in outbound.screen.text
    assert who(phones) == before != ""


def test_a_link_is_good_once(database: Database) -> None:
    phones = phones_with(database)
    phones.take(starts(phones, LINK))
    assert aside(phones, starts(phones, LINK, "98")) == REFUSED
    assert who(phones, "98") == ""


def test_of_two_in_one_batch_the_first_gets_in(database: Database) -> None:
    phones = phones_with(database)
    found = phones.take(starts(phones, LINK, "98"), starts(phones, LINK, "97"))
    assert [outbound.address for outbound in found.outbounds] == ["98"]
    assert [(item.address, item.aside) for item in found.others] == [("97", REFUSED)]


def test_whoever_is_in_already_stays_where_they_are_and_the_link_stays_unused(
    database: Database,
) -> None:
    phones = phones_with(database)
    phones.types("1", EN, "Contact")
    phones.types("1", f"/start {LINK}")
    assert "You are in already" in phones.screen("1").note
    assert "On which day was it?" in phones.screen("1").text
    assert aside(phones, starts(phones, "w" * 43)) == REFUSED
    phones.take(starts(phones, LINK))
    assert who(phones)


@pytest.mark.parametrize(
    "token", ["w" * 43, "x", "k" * 65, "../../etc", "<b>", "é" * 30, "a b", LINK.upper(), "\ud800"]
)
def test_whatever_is_wrong_with_a_token_the_stranger_learns_the_same(
    database: Database, token: str
) -> None:
    phones = phones_with(database)
    assert aside(phones, starts(phones, token)) == REFUSED
    assert who(phones) == ""


def test_expired_and_revoked_links_say_the_same_as_unknown_ones(database: Database) -> None:
    phones = phones_with(database)
    with database.writing() as connection:
        invitations.revoke(connection, phones.people["1"].organisation, "I1", NOON)
    invites(phones, "e" * 43, id_="I2")
    assert aside(phones, starts(phones, LINK)) == REFUSED
    phones.clock.now += timedelta(days=7)
    assert aside(phones, starts(phones, "e" * 43)) == REFUSED


@pytest.mark.parametrize("text", ["/start", "/start start"])
def test_a_start_without_a_token_is_no_attempt(database: Database, text: str) -> None:
    """The second comes from Telegram, where the private chat is opened from an inline query."""
    phones = phones_with(database)
    for _ in range(OF_ONE + 1):
        assert aside(phones, phones.typed(STRANGER, text)) == ""
    phones.types("1", EN, "Contact", text)
    assert (phones.screen("1").note, phones.conversation("1")["state"]) == ("", "idle")
    phones.take(starts(phones, LINK))
    assert who(phones)


def test_after_ten_wrong_tokens_an_account_is_not_heard_for_an_hour(database: Database) -> None:
    phones = phones_with(database)
    for number in range(OF_ONE):
        assert aside(phones, starts(phones, f"wrong{number}")) == REFUSED
    # Neither a restart nor another process starts to count anew.
    for inbox in (phones.inbox, phones.another()):
        (unheard,) = inbox.take([starts(phones, LINK)], {}).others
        assert unheard.aside == UNHEARD
    assert who(phones) == ""
    phones.take(starts(phones, LINK, "98"))
    assert who(phones, "98")
    phones.clock.now += HOUR
    invites(phones, "n" * 43, id_="I2")
    phones.take(starts(phones, "n" * 43))
    assert who(phones)


def test_after_a_thousand_in_a_minute_nobody_new_is_heard(database: Database) -> None:
    phones = phones_with(database)
    for start in range(0, IN_ALL, 200):
        phones.take(*(starts(phones, "w", f"{1000 + start + n}") for n in range(200)))
    assert aside(phones, starts(phones, LINK)) == UNHEARD
    assert phones.types("1", EN).screen is not None
    phones.clock.now += timedelta(minutes=1)
    phones.take(starts(phones, LINK))
    assert who(phones)


def test_a_lost_phone_goes_on_at_the_exact_question_and_the_old_one_is_a_stranger(
    database: Database,
) -> None:
    phones = phones_with(database)
    phones.types("1", EN, "Contact", "Today")
    phones.take(a1=phones.shown("1", 40))
    tapped = phones.tapped("1", "Station")
    invites(phones, "n" * 43, phones.people["1"].person, "I2")
    assert aside(phones, tapped) == ""
    (outbound,) = phones.take(starts(phones, "n" * 43)).outbounds
    assert "In which neighbourhood" in phones.screen(STRANGER).text
    assert outbound.chat.screen is None
    assert who(phones) == phones.people["1"].person
    assert aside(phones, phones.typed("1", "/start")) == ""
    assert phones.inbox.behind().outbounds[0].address == STRANGER


def test_what_was_on_its_way_to_an_account_before_is_no_news_of_who_has_it_now(
    database: Database,
) -> None:
    phones = phones_with(database)
    with database.writing() as connection:
        people.leave(connection, phones.people["1"].key, NOON)
    phones.take(starts(phones, LINK, "1"))
    (stored,) = phones.inbox.take([], {"1": Delivered(50, 7)}).outbounds or (None,)
    assert stored is None
    (behind,) = phones.another().behind().outbounds
    assert behind.address == "1"


def test_another_bot_counts_for_itself(database: Database) -> None:
    phones = phones_with(database)
    for _ in range(OF_ONE):
        aside(phones, starts(phones, "wrong"))
    other = type(phones.inbox)(database, phones.world, CHANNEL, f"{BOT}2", "en")
    (outbound,) = other.take([replace(starts(phones, LINK), update=1)], {}).outbounds
    assert outbound.address == STRANGER
