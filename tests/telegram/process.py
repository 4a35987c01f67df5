"""Bots as processes of their own that start in a moment.

They are forked from a process that has read the program and the handbook and does nothing else:
it has no threads, no event loop and no database, so that nothing but code is shared.
"""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import psycopg  # noqa: F401 - read here, so that no bot has to read it
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401 - the same

from bot.__main__ import app
from bot.channels.telegram.redaction import configure_logging
from bot.channels.telegram.running import Telegram, run
from bot.world import World, world
from storage.database import Database
from tests.keys import KEYS
from tests.telegram_server import TelegramServer

HANDBOOK = Path(__file__).parent / "handbook"
ROOT = Path(__file__).parents[2]
TIME_ZONE = "Europe/Brussels"
SECONDS = 60
"""Only what hangs takes so long."""
HASTY: Mapping[str, float] = {
    "rate": 0,
    "chat_rate": 0,
    "first_pause": 0.01,
    "longest_pause": 0.1,
    "telling": 0,
}
"""Settings of a bot that a test need not wait for."""


class Ended(NamedTuple):
    """How a process ended: its exit status, or the signal below zero; and what it logged."""

    status: int
    log: str


class Bot:
    """A bot in a process of its own."""

    def __init__(self, nursery: "Nursery", pid: int, path: Path) -> None:
        self._nursery = nursery
        self.pid = pid
        self.path = path

    @property
    def log(self) -> str:
        """What it has logged."""
        return self.path.read_text(encoding="utf-8")

    async def is_killed(self) -> None:
        """Take it away at once, as a power cut would."""
        os.kill(self.pid, signal.SIGKILL)
        await self.ends()

    async def is_stopped(self) -> Ended:
        """Ask it to end, and wait."""
        os.kill(self.pid, signal.SIGTERM)
        return await self.ends()

    async def ends(self) -> Ended:
        """Wait for its end."""
        status = await self._nursery.forker.ask({"wait": self.pid})
        self._nursery.bots.remove(self)
        return Ended(status, self.log)


class Forker:
    """The process from which bots are forked."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.telegram.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self._asking = Lock()

    async def ask(self, request: Mapping[str, object]) -> int:
        """Let it do something, one thing at a time, and return what comes of it."""
        async with asyncio.timeout(SECONDS):
            return await asyncio.to_thread(self._ask, request)

    def _ask(self, request: Mapping[str, object]) -> int:
        assert self._process.stdin
        assert self._process.stdout
        with self._asking:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        """Let it end."""
        with self._process:
            pass


class Nursery:
    """Starts bots that talk to one server."""

    def __init__(self, forker: Forker, server: TelegramServer, folder: Path) -> None:
        self.forker = forker
        self._server = server
        self._folder = folder
        self.bots: list[Bot] = []

    async def start(self, database: str, *, database_patience: float = 15, **settings: Any) -> Bot:  # noqa: ANN401 - checked by Telegram
        """Start a bot with settings of Telegram; one more is for its database."""
        path = self._path()
        telegram = {"token": self._server.token, "api": self._server.url, **HASTY, **settings}
        wanted = {"telegram": telegram, "database": database, "log": str(path)}
        pid = await self.forker.ask({"start": wanted | {"patience": database_patience}})
        return self._known(pid, path)

    async def run(self, *arguments: str, **environment: str) -> Bot:
        """Run a command with these settings."""
        path = self._path()
        wanted = {"arguments": ["meetmoment", *arguments], "environment": environment}
        pid = await self.forker.ask({"run": wanted | {"log": str(path)}})
        return self._known(pid, path)

    def _path(self) -> Path:
        return self._folder / f"bot{len(list(self._folder.glob('bot*.log')))}.log"

    def _known(self, pid: int, path: Path) -> Bot:
        bot = Bot(self, pid, path)
        self.bots.append(bot)
        return bot


@asynccontextmanager
async def nursery(forker: Forker, server: TelegramServer, folder: Path) -> AsyncIterator[Nursery]:
    """Let bots be started; those that still run at the end are killed."""
    made = Nursery(forker, server, folder)
    try:
        yield made
    finally:
        for bot in list(made.bots):
            await bot.is_killed()


def tiny_world() -> World:
    """Read the handbook of the simulated workers."""
    return world(HANDBOOK, TIME_ZONE, lambda: datetime.now(UTC))


def main() -> None:
    """Fork a bot, or wait for one, for each line that comes in."""
    made = tiny_world()
    actions: dict[str, Callable[[Any], int]] = {
        "start": lambda wanted: _forked(wanted, lambda: _work(wanted, made)),
        "run": lambda wanted: _forked(wanted, lambda: _command(wanted)),
        "wait": lambda pid: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]),
    }
    for line in sys.stdin:
        ((name, given),) = json.loads(line).items()
        sys.stdout.write(f"{actions[name](given)}\n")
        sys.stdout.flush()


def _forked(wanted: dict[str, Any], action: Callable[[], None]) -> int:
    if pid := os.fork():
        return pid
    status = 1
    try:
        _detach(wanted["log"])
        action()
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - it must not come back to where it was forked
        traceback.print_exc()
    finally:
        with suppress(Exception):
            logging.shutdown()
        os._exit(status)


def _detach(log: str) -> None:
    # The pipes belong to the process that forks.
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for file, number in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(file, number)


def _command(wanted: dict[str, Any]) -> None:
    sys.argv = wanted["arguments"]
    os.environ.update(wanted["environment"])
    app()


def _work(wanted: dict[str, Any], made: World) -> None:
    telegram = Telegram(**wanted["telegram"])
    database = Database(wanted["database"], KEYS, patience=wanted["patience"])
    configure_logging("INFO", telegram.token)
    try:
        run(telegram, database, made, "en")
    finally:
        database.close()


if __name__ == "__main__":
    main()
