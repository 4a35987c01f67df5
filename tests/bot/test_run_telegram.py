"""`meetmoment run` that cannot begin, or cannot go on: one sentence, and a failing status."""

import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.channels.telegram.client import TelegramProblem
from bot.channels.telegram.running import Telegram, work
from bot.world import World
from storage.database import Database
from tests.keys import KEYS
from tests.telegram.process import Ended, Forker, Nursery, nursery, tiny_world
from tests.telegram.watching import Watched
from tests.telegram_server import Fault
from tests.telegram_server.server import TOKEN

LOGGED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ ")
SECRET = TOKEN.partition(":")[2]


@pytest.fixture
async def server() -> AsyncIterator[Watched]:
    async with Watched() as server:
        yield server


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    with closing(Forker()) as forker:
        yield forker


@pytest.fixture
async def commands(forker: Forker, server: Watched, tmp_path: Path) -> AsyncIterator[Nursery]:
    async with nursery(forker, server, tmp_path) as made:
        yield made


@pytest.fixture
def settings(server: Watched, sqlite_url: str) -> dict[str, str]:
    return {
        "MEETMOMENT_DATABASE_URL": sqlite_url,
        "MEETMOMENT_TELEGRAM_TOKEN": TOKEN,
        "MEETMOMENT_TELEGRAM_API": server.url,
    }


@pytest.fixture(scope="module")
def tiny() -> World:
    return tiny_world()


def refused(ended: Ended, *words: str) -> None:
    """Assert that it failed with one sentence with these words, and that it kept the secret."""
    said = [line for line in ended.log.splitlines() if not LOGGED.match(line)]
    assert (ended.status, len(said)) == (1, 1), ended
    assert said[0].endswith(".")
    for word in words:
        assert word in said[0]
    assert SECRET not in ended.log
    assert "Traceback" not in ended.log


@pytest.mark.parametrize(
    ("changes", "arguments", "words"),
    [
        ({"TELEGRAM_TOKEN": ""}, [], ["MEETMOMENT_TELEGRAM_TOKEN", "@BotFather"]),
        ({"TELEGRAM_TOKEN": f"123456:wrong{SECRET}"}, [], ["refuses the bot's token"]),
        ({"TELEGRAM_TOKEN": f"123456:wrong{SECRET}\r\n"}, [], ["refuses the bot's token"]),
        ({"TELEGRAM_TOKEN": f"é {SECRET}"}, [], ["is no token", "@BotFather"]),
        ({"TELEGRAM_API": "http://127.0.0.1:1"}, [], ["cannot be reached"]),
        ({"TELEGRAM_API": "api.telegram.org"}, [], ["MEETMOMENT_TELEGRAM_API"]),
        ({}, ["--webhook-url", "http://example.org/updates"], ["https://"]),
        ({}, ["--webhook-url", "example.org"], ["https://"]),
        ({}, ["--webhook-url", "https://"], ["https://"]),
        ({}, ["--webhook-url", "https://example.org/{x"], ["https://"]),
        ({}, ["--webhook-url", f"http://example.org/{SECRET}"], ["<token>", "https://"]),
        ({"TELEGRAM_API": SECRET}, [], ["MEETMOMENT_TELEGRAM_API"]),
        ({"TELEGRAM_RATE": "inf"}, [], ["MEETMOMENT_TELEGRAM_RATE"]),
        ({}, ["--webhook-url", "https://[::1"], ["https://"]),
        ({}, ["--listen", "8080"], ["8080", "127.0.0.1:8080"]),
        (
            {},
            ["--webhook-url", "https://example.org/", "--listen", "203.0.113.1:8080"],
            ["--listen"],
        ),
        ({}, ["--webhook-url", "https://example.org/", "--listen", "no.invalid:1"], ["--listen"]),
        (
            {},
            ["--webhook-url", "https://example.org/", "--listen", f"{'x' * 300}:80"],
            ["--listen"],
        ),
        ({"LANGUAGE": "tlh"}, [], ["tlh"]),
    ],
    ids=[
        "no token",
        "wrong token",
        "token with a line end",
        "odd token",
        "unreachable",
        "no address of an API",
        "http",
        "no scheme",
        "no host",
        "a pattern for a path",
        "the token in the address",
        "the token as the address",
        "no rate",
        "no url",
        "no host to listen at",
        "somebody else's address",
        "unknown host",
        "impossible host",
        "no such language",
    ],
)
async def test_what_it_cannot_begin_with_is_told_in_one_sentence(
    commands: Nursery,
    settings: dict[str, str],
    changes: dict[str, str],
    arguments: list[str],
    words: list[str],
) -> None:
    changed = {f"MEETMOMENT_{name}": value for name, value in changes.items()}
    started = await commands.run("run", *arguments, **settings | changed)
    refused(await started.ends(), *words)


async def test_an_address_in_use_is_told_in_one_sentence(
    commands: Nursery, settings: dict[str, str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        to = f"http://{address}/updates"
        started = await commands.run("run", "--webhook-url", to, "--listen", address, **settings)
        refused(await started.ends(), address, "--listen")


async def test_a_token_that_is_revoked_meanwhile_ends_it_with_one_sentence(
    server: Watched, commands: Nursery, settings: dict[str, str]
) -> None:
    started = await commands.run("run", **settings)
    await server.calls.more(1, "getUpdates")
    server.token = "123456:another"
    await server.account(1001).types("/start")
    refused(await started.ends(), "revoked")


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "setWebhook"])
async def test_an_api_that_fails_at_the_start_is_told_as_a_problem(
    server: Watched, sqlite_url: str, tiny: World, method: str
) -> None:
    server.next_faults.extend([Fault("500", method)] * 10)
    webhook = "http://127.0.0.1:9/updates" if method == "setWebhook" else ""
    telegram = Telegram(TOKEN, server.url, webhook, port=0, first_pause=0.01, longest_pause=0.1)
    with closing(Database(sqlite_url, KEYS)) as database, pytest.raises(TelegramProblem):
        await work(telegram, database, tiny, "en")
