"""A server that is watched, a database with people in it, and bots that talk to both."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.world import World
from tests.conftest import DATABASES
from tests.telegram.process import Forker, Nursery, nursery, tiny_world
from tests.telegram.watching import Watched


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MEETMOMENT_")]:
        monkeypatch.delenv(name)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """A database with all tables and no rows; the test runs once on each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture(scope="session")
def tiny() -> World:
    return tiny_world()


@pytest.fixture
async def server() -> AsyncIterator[Watched]:
    async with Watched() as server:
        yield server


@pytest.fixture(scope="session")
def forker() -> Iterator[Forker]:
    with closing(Forker()) as forker:
        yield forker


@pytest.fixture
async def bots(forker: Forker, server: Watched, tmp_path: Path) -> AsyncIterator[Nursery]:
    async with nursery(forker, server, tmp_path) as made:
        yield made


@pytest.fixture
async def quick_server() -> AsyncIterator[Watched]:
    """A server for so many calls that not each of them can be held against the rules."""
    async with Watched(strict=False) as server:
        yield server


@pytest.fixture
async def quick_bots(
    forker: Forker, quick_server: Watched, tmp_path: Path
) -> AsyncIterator[Nursery]:
    async with nursery(forker, quick_server, tmp_path) as made:
        yield made
