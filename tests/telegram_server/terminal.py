"""Chat with the assistant through the stand-in for Telegram, in a terminal or from a file.

A text is typed, a number taps that button of the newest screen. `:photo`, `:voice` and the like
send that, `:edit 12 text` changes message 12, `:block` and `:unblock` do so, `:quit` ends.
"""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from textwrap import indent

from storage import people
from storage.database import Database
from tests.telegram_server.account import Account
from tests.telegram_server.chats import Shown
from tests.telegram_server.media import CONTENT
from tests.telegram_server.server import TelegramServer

PERSON = 1001
PROGRAM = (sys.executable, "-m", "bot")
# A line that the bot answers with nothing but a word at the top of the screen changes no message.
PATIENCE = 5.0
# Between two messages of one answer there is less than this.
QUIET = 0.3
THINGS = {*CONTENT, "contact", "story"}


class Terminal:
    """One person's chat, written as lines.

    The bot has answered when it changes nothing for `quiet` seconds.
    """

    def __init__(self, ana: Account, write: Callable[[str], object], quiet: float = QUIET) -> None:
        self.ana = ana
        self.write = write
        self.quiet = quiet
        self._written: dict[int, Shown] = {}
        self._alerts = 0

    async def does(self, line: str) -> None:
        """Do what a line says, and wait until the bot has answered."""
        before = self.ana.chat.version
        update = await self._act(line.strip())
        if update is None:
            return
        await self.ana.server.settled(update)
        with suppress(TimeoutError):
            await self.ana.chat.changed(after=before, timeout=PATIENCE)
            while True:
                await self.ana.chat.changed(after=self.ana.chat.version, timeout=self.quiet)

    async def _act(self, line: str) -> int | None:
        if line.isdecimal() and (tapped := self._tap(int(line))):
            return await self.ana.taps_data(*tapped)
        command, _, rest = line.removeprefix(":").partition(" ")
        if not line.startswith(":"):
            # "=7" types a number that would otherwise tap a button.
            text = line.removeprefix("=")
            return await self.ana.types(text) if text else None
        if command in THINGS:
            return await self.ana.sends(command)
        if command in {"block", "unblock"}:
            blocks = command == "block"
            return await (self.ana.blocks_bot() if blocks else self.ana.unblocks_bot())
        number, _, text = rest.partition(" ")
        if command == "edit" and number.isdecimal() and int(number) in self.ana.chat.shown:
            return await self.ana.edits(int(number), text)
        self.write(f"Nothing happens at {line!r}: there is no such command or message.\n")
        return None

    def _tap(self, number: int) -> tuple[int, str] | None:
        screen = self.ana.chat.screen
        buttons = [button for row in screen.rows for button in row] if screen else []
        if screen and 0 < number <= len(buttons):
            return screen.id, buttons[number - 1].data
        return None

    async def shows(self) -> None:
        """Write each change until the end of the program."""
        while True:
            self.show()
            await self.ana.chat.changed(after=self.ana.chat.version, timeout=10**9)

    def show(self) -> None:
        """Write what has changed since the last time."""
        now = self.ana.chat.shown
        for message_id in self._written.keys() - now.keys():
            self.write(f"({message_id} is deleted)\n")
        for shown in self.ana.chat.messages:
            if self._written.get(shown.id) != shown:
                self.write(self._lines(shown))
        for alert in self.ana.alerts[self._alerts :]:
            self.write(f"(at the top: {alert})\n")
        self._written, self._alerts = dict(now), len(self.ana.alerts)

    def _lines(self, shown: Shown) -> str:
        text = shown.text or f"({', '.join(shown.content)})"
        number = 0
        rows = []
        for row in shown.rows:
            labels = []
            for button in row:
                number += 1
                labels.append(f"[{number}] {button.text}")
            rows.append(f"    {'  '.join(labels)}\n")
        who = "bot" if shown.from_bot else "you"
        changed = ", changed" if shown.edited else ""
        indented = indent(text, "    ").lstrip()
        return f"{who} ({shown.id}{changed}): {indented}\n{''.join(rows)}"


async def run(command: str, *more: str, url: str, database: str) -> asyncio.subprocess.Process:
    """Start the program with these settings."""
    environment = {
        **os.environ,
        "MEETMOMENT_TELEGRAM_TOKEN": TelegramServer().token,
        "MEETMOMENT_TELEGRAM_API": url,
        "MEETMOMENT_DATABASE_URL": database,
    }
    return await asyncio.create_subprocess_exec(*PROGRAM, command, *more, env=environment)


async def chat(language: str, database: str) -> int:
    """Start the server and the bot, and talk until the input ends; return an exit code."""
    # A database that was kept knows the numbers of the last time, and who writes.
    async with TelegramServer(seed=secrets.randbits(30)) as server:
        program = await run("migrate", url=server.url, database=database)
        if not (code := await program.wait()) and not is_admitted(database):
            program = await run("admit", str(PERSON), url=server.url, database=database)
            code = await program.wait()
        if code:
            return code
        bot = await run("run", url=server.url, database=database)
        ended = asyncio.create_task(bot.wait())
        talk = asyncio.create_task(talks(server.account(PERSON, language=language)))
        await asyncio.wait({ended, talk}, return_when="FIRST_COMPLETED")
        talk.cancel()
        with suppress(asyncio.CancelledError):
            await talk
        if not ended.done():
            bot.terminate()
        code = await ended
        for refused in server.refused:
            sys.stderr.write(f"refused: {refused}\n")
        return code


def is_admitted(database: str) -> bool:
    """Whether the person of this terminal registers in a database already."""
    with closing(Database(database)) as known, known.reading() as connection:
        return people.person(connection, "telegram", str(PERSON)) is not None


async def talks(ana: Account) -> None:
    """Do what the lines of the input say, and write what the person sees."""
    await ana.server.polled()
    sys.stdout.write("Type /start; :quit ends.\n")
    terminal = Terminal(ana, sys.stdout.write)
    showing = asyncio.create_task(terminal.shows())
    lines = lines_of(sys.stdin)
    try:
        while (line := await lines.get()) and line.strip() != ":quit":
            await terminal.does(line)
    finally:
        showing.cancel()
        terminal.show()
        sys.stdout.flush()


def lines_of(source: Iterable[str]) -> asyncio.Queue[str]:
    """The lines of the input as they come; an empty one is the end."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in source:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    # A thread that nobody waits for, because a terminal gives no line when the program ends.
    threading.Thread(target=read, daemon=True).start()
    return lines


def main() -> None:
    """Read the command line and chat."""
    parser = argparse.ArgumentParser(prog="make bot-local")
    parser.add_argument("--language", default="en", help="the person's language")
    parser.add_argument("--database", default="", help="otherwise a file that is thrown away")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        database = given.database or f"sqlite:///{Path(folder) / 'meetmoment.db'}"
        sys.exit(asyncio.run(chat(given.language, database)))


if __name__ == "__main__":
    main()
