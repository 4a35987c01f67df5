"""A webhook says 200 when an update is stored, and not to everybody."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

import pytest
from aiohttp import ClientSession
from sqlalchemy import func, select

from bot.channels.telegram.webhook import HEADER, MOST_BYTES, secret
from bot.world import World
from storage import tables
from storage.database import Database
from tests.telegram.inside import bot
from tests.telegram.test_processes import address
from tests.telegram.watching import Watched
from tests.telegram.workers import FIRST, admit


class Door(NamedTuple):
    """A bot's webhook as whoever finds it on the network sees it."""

    session: ClientSession
    to: str
    database: Database
    server: Watched

    async def brings(self, body: Any, headers: Mapping[str, str] | None = None) -> int:  # noqa: ANN401 - any body
        """Bring something, with the right secret unless told otherwise; return the status."""
        shown = {HEADER: secret(self.server.token)} if headers is None else headers
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with self.session.post(self.to, headers=shown, **content) as response:
            return response.status

    def stored(self) -> int:
        """How many updates are stored."""
        with self.database.reading() as connection:
            found = connection.scalar(select(func.count()).select_from(tables.updates))
        return found or 0


@pytest.fixture
async def door(server: Watched, sqlite_url: str, tiny: World) -> AsyncIterator[Door]:
    admit(sqlite_url, tiny, 1)
    port, to = address()
    settings: dict[str, Any] = {"webhook": to, "port": port, "database_patience": 0}
    async with bot(server, sqlite_url, tiny, **settings) as database, ClientSession() as session:
        await server.calls.more(1, "setWebhook")
        yield Door(session, to, database, server)


def update(number: int = 1) -> dict[str, Any]:
    person = {"id": FIRST, "is_bot": False, "first_name": "Ana"}
    chat = {"id": FIRST, "type": "private"}
    message = {"message_id": 1, "date": 1, "from": person, "chat": chat, "text": "/start"}
    return {"update_id": number, "message": message}


async def test_it_says_200_when_an_update_is_stored_and_not_before(door: Door) -> None:
    with door.database.writing():
        assert await door.brings(update()) == 503
    assert door.stored() == 0
    assert await door.brings(update()) == 200
    assert door.stored() == 1


@pytest.mark.parametrize("headers", [{}, {HEADER: "guessed"}, {HEADER: "é\udcff"}])
async def test_who_does_not_know_the_secret_is_refused_and_changes_nothing(
    door: Door, headers: dict[str, str]
) -> None:
    calls = door.server.calls.total()
    assert await door.brings(update(), headers) == 403
    assert (door.stored(), door.server.calls.total()) == (0, calls)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe{}", b"[" * 100_000], ids=["empty", "cut", "bytes", "deep"]
)
async def test_what_is_no_json_is_refused(door: Door, body: bytes) -> None:
    assert await door.brings(body) == 400
    assert door.stored() == 0


async def test_what_is_too_large_is_refused(door: Door) -> None:
    assert await door.brings(b" " * (MOST_BYTES + 1)) == 413
    assert await door.brings(update()) == 200
