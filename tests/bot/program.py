"""Runs the commands as people and scripts do: in this process, or in one of their own."""

import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.channels.console import PROMPT
from flows.record import ExportedValue
from storage import exported, organisations
from storage.database import Database
from tests.builders import CHOICES, INDICATOR, SHEET
from tests.keys import KEYS
from tests.noticed import all_accept

# Only a program that hangs takes so long.
SECONDS = 60

# An interrupt that comes just before the program reads is seen when something can be read.
CTRL_C, CTRL_D = "\x03\n", "\x04"

CONTACT = ("Contact", "Today", "Station", "1", "One person", "Known", "Nothing more", "Save")
"""The usual contact: eight answers."""

MENU = "What would you like to register?"

# A screen ends with a row of buttons, and a channel writes a screen at once.
BUTTONS = re.compile(rb"\n  \[#?\d+\] [^\n]*\n\Z")

TINY = """\
  - type: integer
    name: met
    indicator: T1
    label: How many people?
  - type: decimal
    name: hours
    indicator: T1
    label: How many hours?
  - type: text
    name: why
    indicator: T1
    label: Why?
    max_length: 140
"""


def handbook(folder: Path, survey: str = TINY, version: int = 1) -> Path:
    """Write a handbook of one sheet, “Tiny sheet”, and return its folder."""
    folder.mkdir(exist_ok=True)
    (folder / "indicators.yaml").write_text(INDICATOR, encoding="utf-8")
    (folder / "choices.yaml").write_text(CHOICES, encoding="utf-8")
    text = SHEET.replace("version: 1", f"version: {version}") + survey
    (folder / "tiny.yaml").write_text(text, encoding="utf-8")
    return folder


class Program:
    """The commands with the settings of one test, run in this process."""

    def __init__(self, url: str, **settings: object) -> None:
        self.url = url
        self.environment = environment(url, settings)
        self._is_settled = False

    def run(self, *arguments: object, typed: str | bytes = "") -> Result:
        """Run a command; only what the program foresees may end it."""
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(
            app, words, input=typed, env=self.environment, catch_exceptions=False
        )

    def settles(self) -> "Program":
        """Let the person at the terminal have accepted the notice, and nothing more."""
        assert self.run("chat").exit_code == 0
        all_accept(self.url)
        return self

    def chats(self, *typed: str) -> str:
        """Type these lines, and return what the conversation looks like."""
        if not self._is_settled:
            self._is_settled = bool(self.settles())
        result = self.run("chat", typed="".join(f"{line}\n" for line in typed))
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    def exports(self, out: Path) -> dict[str, str]:
        """Export to a folder and return the files by name."""
        result = self.run("export", "--out", out)
        assert (result.exit_code, result.stderr) == (0, "")
        return {path.name: path.read_bytes().decode() for path in out.iterdir()}

    def saved(self) -> list[ExportedValue]:
        """Return every value in the database, read from it directly."""
        with closing(Database(self.url, KEYS)) as database, database.reading() as connection:
            return list(exported.values(connection, organisations.EXAMPLE))

    def receipts(self) -> list[str]:
        """Return the receipt of every record in the database, in order."""
        return sorted(value.record[:4] for value in self.saved() if value.position == 0)


def environment(url: str, settings: Mapping[str, object]) -> dict[str, str]:
    """Return the environment variables of these settings."""
    named = {f"MEETMOMENT_{name.upper()}": str(value) for name, value in settings.items()}
    return {"MEETMOMENT_DATABASE_URL": url} | named


def refused(result: Result, *words: str) -> None:
    """Assert that a command refused in one clear sentence, with these words in it."""
    assert result.exit_code != 0
    assert result.stdout == ""
    sentence = result.stderr.removesuffix("\n")
    assert sentence
    assert "\n" not in sentence
    assert "Error(" not in sentence
    for word in words:
        assert word in sentence


def last(screen: str) -> str:
    """Return the last message of what a conversation looks like."""
    return screen.rpartition("\n\n")[2].removeprefix("\n")


class Chat:
    """`meetmoment chat` as a process of its own, which reads a line for each screen."""

    def __init__(self, url: str, **settings: object) -> None:
        self._process = subprocess.Popen(
            command("chat"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A screen is written at once only by a program that buffers its output.
            env=os.environ | environment(url, settings) | {"PYTHONUNBUFFERED": ""},
            bufsize=0,
        )
        self.shown = ""

    def __enter__(self) -> Self:
        self.screen()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate(timeout=SECONDS)

    def screen(self) -> str:
        """Wait for the next screen and return it."""
        assert self._process.stdout is not None
        file = self._process.stdout.fileno()
        found = b""
        while not BUTTONS.search(found):
            assert select.select([file], [], [], SECONDS)[0], f"it hangs after {found!r}"
            read = os.read(file, 65536)
            assert read, f"it stopped after {found!r}"
            found += read
        text = found.decode()
        self.shown += text
        return text

    def types(self, *lines: str) -> str:
        """Type one line after the other and return the last screen."""
        screen = ""
        for line in lines:
            self.sends(line)
            screen = self.screen()
        return screen

    def sends(self, line: str) -> None:
        """Type a line and do not wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())

    def dies(self) -> None:
        """Kill the process, as a power cut would."""
        self._process.kill()
        self._process.wait(timeout=SECONDS)

    def is_interrupted(self, signal: int) -> tuple[int, str]:
        """Send a signal and return exit status and standard error."""
        self._process.send_signal(signal)
        # A signal that comes just before the program reads is seen when something can be read.
        with suppress(BrokenPipeError):
            self.sends("")
        return self._left()

    def is_left_by_its_reader(self, line: str) -> tuple[int, str]:
        """Close standard output, type a line, and return exit status and standard error."""
        assert self._process.stdout is not None
        self._process.stdout.close()
        self.sends(line)
        return self._left()

    def _left(self) -> tuple[int, str]:
        assert self._process.stderr is not None
        status = self._process.wait(timeout=SECONDS)
        return status, self._process.stderr.read().decode()


def command(*arguments: object) -> list[str]:
    """Return the command line that runs the program as a process of its own."""
    return [sys.executable, "-m", "bot", *(str(argument) for argument in arguments)]


class Keyboard:
    """A person at a terminal: what is pressed goes in, what is on the screen comes out."""

    def __init__(self, process: int, terminal: int) -> None:
        self._process, self._terminal = process, terminal
        self.screen = ""

    def presses(self, keys: str | bytes) -> None:
        """Press keys, CTRL_C and CTRL_D among them."""
        os.write(self._terminal, keys.encode() if isinstance(keys, str) else keys)

    def sees(self, text: str) -> None:
        """Wait until a text is on the screen, and forget everything up to there."""
        while text not in self.screen:
            assert select.select([self._terminal], [], [], SECONDS)[0], f"no {text!r}"
            self.screen += os.read(self._terminal, 65536).decode(errors="replace")
        self.screen = self.screen.partition(text)[2]

    def leaves(self) -> int:
        """Wait for the end of the program and return its exit status."""
        for text in self._rest():
            self.screen += text
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def _rest(self) -> Iterator[str]:
        while True:
            assert select.select([self._terminal], [], [], SECONDS)[0], "it does not end"
            try:
                yield os.read(self._terminal, 65536).decode(errors="replace")
            except OSError:  # The program closed its side.
                return


@contextmanager
def keyboard(url: str, *arguments: str, **variables: str) -> Iterator[Keyboard]:
    """Run a command in a pseudo-terminal."""
    process, terminal = pty.fork()
    if process == 0:
        everything = os.environ | environment(url, {}) | {"TERM": "xterm"} | variables
        os.execve(sys.executable, command(*arguments), everything)
    try:
        yield Keyboard(process, terminal)
    finally:
        os.close(terminal)


def without_echo(screen: str) -> str:
    """Return what the program said, without the lines that were typed."""
    return "".join(line for line in screen.splitlines(keepends=True) if not line.startswith(PROMPT))
