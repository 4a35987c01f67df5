"""Draws pictures next to the bot, so that nobody's answer waits for one."""

import json
import subprocess
import sys
from collections.abc import Mapping


class Easel:
    """A process that turns pictures into PNGs; it runs from the first picture until it is closed.

    The library that draws holds the interpreter for a quarter of a second at each picture, and
    takes a hundred megabytes; here neither is the bot's. Not for several threads.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def png(self, picture: Mapping[str, object]) -> bytes:
        """Return a Vega-Lite picture as a PNG; b"" where it cannot be drawn."""
        process = self._process = self._process or _begun()
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            return b""
        try:
            stdin.write(json.dumps(picture).encode() + b"\n")
            stdin.flush()
            size = int(stdout.readline() or b"0")
            return stdout.read(size)
        except (OSError, ValueError):
            # It died, perhaps for want of memory; the text of the message says the same.
            self.close()
            return b""

    def close(self) -> None:
        """Let the process end; the next picture begins another one."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            with process:
                process.wait()


def _begun() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows.pictures.converting"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
