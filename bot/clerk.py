"""Lets exports be made next to the bot, so that nobody's answer waits for one."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from bot.order import SAID

MOST_SECONDS = 300.0
"""How long one export may take; longer ones are for the command line."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file that was ordered, or in `problem` why there is none.

    `digest` is its SHA-256 where the file is one that an audit knows; inside a zip file, the
    manifest has them.
    """

    problem: str = ""
    name: str = ""
    rows: int = 0
    digest: str = ""
    content: bytes = b""


class Clerk:
    """Makes one export at a time, each in a process of its own.

    What it takes of memory and of the interpreter is then not the bot's, and goes with it.
    """

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def make(self, asked: Mapping[str, object]) -> Parcel | None:
        """Return what was ordered; None when it was stopped in the midst of it."""
        if self._is_closed:
            return None
        with _begun() as process:
            self._process = process
            # Closed as it began: nobody else knew of it.
            if self._is_closed:
                process.kill()
            try:
                out, said = process.communicate(json.dumps(asked).encode() + b"\n", self._seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                out, said = b"", f"{SAID}it took too long".encode()
            finally:
                self._process = None
        _tell(said)
        if self._is_closed:
            return None
        return _parcel(out)

    def close(self) -> None:
        """Stop what is being made; from any thread."""
        self._is_closed = True
        if (process := self._process) is not None:
            process.kill()


def _begun() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "bot.order"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _tell(said: bytes) -> None:
    for line in said.decode(errors="replace").splitlines():
        if line.startswith(SAID):
            log.error("an export was not made: %s", line.removeprefix(SAID))


def _parcel(out: bytes) -> Parcel:
    line, _, content = out.partition(b"\n")
    try:
        return Parcel(**json.loads(line), content=content)
    except (ValueError, TypeError):
        # It died, perhaps for want of memory.
        return Parcel("failed")
