"""What a chat looks like to the person in it: the whole handbook, the bot in this process."""

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest

from bot.app import admitted
from bot.world import World, world
from flows.loading import HANDBOOK
from storage.database import Database
from tests.keys import KEYS
from tests.noticed import accept
from tests.telegram.inside import bot
from tests.telegram.watching import Watched
from tests.telegram_server import Fault
from tests.telegram_server.account import Account


@pytest.fixture(scope="module")
def whole() -> World:
    return world(HANDBOOK, "Europe/Brussels", lambda: datetime.now(UTC))


@pytest.fixture
async def ana(server: Watched, sqlite_url: str, whole: World) -> AsyncIterator[Account]:
    """Ana in the middle of a contact: two answers are typed, the third question is open."""
    with closing(Database(sqlite_url, KEYS)) as database, database.writing() as connection:
        accept(connection, admitted(connection, whole, "telegram", "1001", ("practitioner",)).key)
    account = server.account(1001, language="nl")
    async with bot(server, sqlite_url, whole):
        await account.types("/language nl")
        await until(account, lambda: "Wat wil je registreren?" in shown(account))
        await account.taps("Contact")
        await until(account, lambda: "Welke dag" in shown(account))
        await account.types("gisteren")
        await until(account, lambda: "In welke buurt?" in shown(account))
        await account.types("Park")
        await until(account, lambda: "Waar was het?" in shown(account))
        yield account
    assert server.refused == []


def shown(account: Account) -> str:
    return account.chat.screen.text if account.chat.screen else ""


def typed(account: Account) -> list[str]:
    return [message.text for message in account.chat.messages if not message.from_bot]


async def until(account: Account, holds: Callable[[], bool]) -> None:
    version = account.chat.version
    while not holds():
        await account.chat.changed(after=version)
        version = account.chat.version


async def test_typed_answers_stay_until_the_registration_is_thrown_away(ana: Account) -> None:
    assert typed(ana) == ["gisteren", "Park"]
    await ana.types("/cancel")
    await until(ana, lambda: "Dit weggooien?" in shown(ana))
    await ana.taps("Ja, weggooien")
    await until(ana, lambda: typed(ana) == [])


async def test_a_screen_with_answers_cannot_be_passed_on(ana: Account) -> None:
    assert all(message.protected for message in ana.chat.messages if message.from_bot)


@pytest.mark.parametrize("thing", ["photo", "voice", "location", "contact", "sticker", "poll"])
async def test_what_may_hold_personal_data_is_deleted_and_the_question_comes_again(
    ana: Account, thing: str
) -> None:
    before = shown(ana)
    await ana.sends(thing)
    await until(ana, lambda: len(typed(ana)) == 2 and shown(ana) != before)
    assert "Waar was het?" in shown(ana)


async def test_a_changed_message_is_proposed_and_never_taken_by_itself(ana: Account) -> None:
    message = next(item for item in ana.chat.messages if item.text == "Park")
    await ana.edits(message.id, "Station")
    await until(ana, lambda: "Je antwoord blijft: Park" in shown(ana))
    await ana.taps("Veranderen in: Station")
    await until(ana, lambda: "✓ In welke buurt: Station" in shown(ana))


async def test_what_is_no_answer_is_deleted_at_once(ana: Account) -> None:
    before = shown(ana)
    await ana.types("<b>Jan & Piet</b>")
    await until(ana, lambda: shown(ana) != before and typed(ana) == ["gisteren", "Park"])
    assert "Jan" not in str(ana.chat.messages)


async def test_a_stranger_gets_one_polite_answer_and_no_information(
    server: Watched, ana: Account
) -> None:
    bob = server.account(1002, language="fr")
    for text in ("/start", "Kompas?", "/help"):
        await bob.types(text)
    await until(bob, lambda: any(message.from_bot for message in bob.chat.messages))
    # What Ana does comes after, so everything for Bob has been done by then.
    await ana.types("/help")
    await until(ana, lambda: "/status" in shown(ana))
    (answer,) = [message.text for message in bob.chat.messages if message.from_bot]
    assert answer.startswith("Bonjour")
    assert not any(word in answer for word in ("Kompas", "Example", "1002"))


async def test_a_group_is_left_also_where_the_bot_may_not_write(
    server: Watched, ana: Account
) -> None:
    server.next_faults.extend([Fault("500", "sendMessage")] * 5)
    group = server.group(-100200, "Team")
    await group.adds_bot(by=ana)
    await server.calls.more(1, "leaveChat")
    assert "Team" not in shown(ana)
