"""Getting in by a link, and out again, as it looks in Telegram."""

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
from tests.telegram.test_channel import shown, typed, until
from tests.telegram.watching import Watched
from tests.telegram_server.account import Account

ROLES = ("admin", "practitioner", "project_coordinator")


@pytest.fixture(scope="module")
def whole() -> World:
    return world(HANDBOOK, "Europe/Brussels", lambda: datetime.now(UTC))


def boss(server: Watched, url: str, whole: World) -> Account:
    """Return an admin who is in."""
    with closing(Database(url, KEYS)) as database, database.writing() as connection:
        accept(connection, admitted(connection, whole, "telegram", "1001", ROLES).key)
    return server.account(1001, language="nl")


async def invited(admin: Account, server: Watched) -> str:
    """Let an admin invite a practitioner, and return what the button copies."""
    await admin.types("/language nl")
    await until(admin, lambda: "Wat wil je registreren?" in shown(admin))
    await admin.types("/people")
    await until(admin, lambda: "wie uitgenodigd is" in shown(admin))
    await admin.taps("Uitnodigen")
    await until(admin, lambda: "Als wat" in shown(admin))
    await admin.taps("praktijkwerker")
    await until(admin, lambda: "https://t.me/" in shown(admin))
    assert "Uitnodiging kopiëren" in labels(admin)
    link = shown(admin).partition("https://t.me/")[2].split()[0]
    assert link.startswith(f"{server.me['username']}?start=")
    return link.partition("start=")[2]


def labels(account: Account) -> list[str]:
    screen = account.chat.screen
    return screen.labels if screen else []


def has(account: Account, label: str) -> bool:
    return label in labels(account)


async def test_a_deep_link_lets_somebody_in_who_reads_the_notice_and_registers(
    server: Watched, sqlite_url: str, whole: World
) -> None:
    admin = boss(server, sqlite_url, whole)
    bea, cem = server.account(1002, language="fr"), server.account(1003, language="fr")
    async with bot(server, sqlite_url, whole):
        token = await invited(admin, server)
        await bea.types(f"/start {token}")
        await until(bea, lambda: "Welke taal" in shown(bea))
        await until(bea, lambda: typed(bea) == [])
        await bea.taps("Français")
        await until(bea, lambda: "ce qui est gardé sur toi" in shown(bea))
        await bea.taps("J’ai lu et j’accepte")
        await until(bea, lambda: "Que veux-tu encoder" in shown(bea))
        await cem.types(f"/start {token}")
        await until(cem, lambda: any(message.from_bot for message in cem.chat.messages))
        (answer,) = [message.text for message in cem.chat.messages if message.from_bot]
        assert answer.startswith("Ce lien ne marche pas")
        await admin.types("/people")
        await until(admin, lambda: "https://" not in shown(admin))
    assert server.refused == []


async def test_whoever_is_taken_out_gets_one_polite_sentence(
    server: Watched, sqlite_url: str, whole: World
) -> None:
    admin = boss(server, sqlite_url, whole)
    bea = server.account(1002, language="nl")
    async with bot(server, sqlite_url, whole):
        await bea.types(f"/start {await invited(admin, server)}")
        await until(bea, lambda: "Welke taal" in shown(bea))
        await bea.taps("Nederlands")
        await until(bea, lambda: "over jou bewaard" in shown(bea))
        await admin.types("/people")
        await until(admin, lambda: "https://" not in shown(admin))
        me = next(label for label in labels(admin) if "beheerder" not in label and "·" in label)
        await admin.taps(me)
        await until(admin, lambda: has(admin, "Vertrekt"))
        await admin.taps("Vertrekt")
        await until(admin, lambda: has(admin, "Voorlopig niemand; het blijft bewaard"))
        await admin.taps("Voorlopig niemand; het blijft bewaard")
        await until(admin, lambda: "is eruit" in shown(admin))
        before = len(bea.chat.messages)
        await bea.taps("Ik heb dit gelezen en ga akkoord")
        await until(bea, lambda: len(bea.chat.messages) > before)
        assert bea.chat.messages[-1].text.startswith("Hallo!")
    assert server.refused == []
