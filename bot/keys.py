"""The keys: a file that this program makes and keeps, or what the environment says.

A line with nothing but a key is that of the participants' digests, which never changes. Lines that
begin with `seal` are those that seal texts; a new one is added at the end.
"""

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from bot.config import Settings, SettingsProblem
from storage.problems import DatabaseProblem
from storage.sealing import KEY_BYTES, Fixed, Keys, name_of

WORD = "seal"
LEAST_BYTES = 16
LINE = re.compile(
    rf"{WORD} +(?P<seal>[0-9a-fA-F]{{{2 * KEY_BYTES}}})"
    rf"|(?P<digest>([0-9a-fA-F]{{2}}){{{LEAST_BYTES},}})"
)
Stamp = tuple[int, int, int] | None


class KeyProblem(SettingsProblem, DatabaseProblem):
    """A file of keys that cannot be used; while that lasts, the database cannot be used either."""


class KeyFile:
    """A file of keys, read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where = str(path)
        self._stamp: Stamp = None
        self._sealing: Sequence[bytes] = ()
        self._digest = b""

    def held(self) -> Sequence[bytes]:
        """Return the keys that seal, newest first; none if there is no file."""
        self._refresh()
        return self._sealing

    def digest(self) -> bytes:
        """Return the key of the participants' digests, b"" if there is none."""
        self._refresh()
        return self._digest

    def make(self) -> None:
        """Add a key that seals; a file that is not there is made, for this user only."""
        if not self.path.exists():
            _create(self.path)
            return
        try:
            text = self.path.read_text(encoding="ascii")
            begin = "" if text.endswith("\n") or not text else "\n"
            # Nothing that is there is touched, and a line of this length is written at once.
            _write(self.path, f"{begin}{_line()}\n", os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise _useless(self.path, error.strerror or "it cannot be written") from error

    def forget(self, names: Sequence[str]) -> None:
        """Remove keys that seal."""
        lines = self.path.read_text(encoding="ascii").splitlines()
        kept = [line for line in lines if _name(line) not in names]
        made = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        _write(made, "".join(f"{line}\n" for line in kept), os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        made.replace(self.path)

    def _refresh(self) -> None:
        stamp = self._stamped()
        if stamp == self._stamp:
            return
        self._digest, self._sealing = _read(self.path) if stamp else (b"", ())
        self._stamp = stamp

    def _stamped(self) -> Stamp:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _useless(self.path, error.strerror or "it cannot be read") from error
        return found.st_mtime_ns, found.st_size, found.st_ino


def keys(chosen: Settings) -> Keys:
    """Return the keys that seal: those of the settings, else those of the file."""
    listed = chosen.keys.get_secret_value()
    if listed:
        return Fixed([bytes.fromhex(key) for key in listed.split(",")], "MEETMOMENT_KEYS")
    return KeyFile(chosen.key_file)


def _read(path: Path) -> tuple[bytes, Sequence[bytes]]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines()]
    except OSError as error:
        raise _useless(path, error.strerror or "it cannot be read") from error
    except ValueError:
        lines = []
    found = [LINE.fullmatch(line) for line in lines if line]
    matches = [match for match in found if match]
    digests = [bytes.fromhex(match["digest"]) for match in matches if match["digest"]]
    sealing = [bytes.fromhex(match["seal"]) for match in matches if match["seal"]]
    if not found or len(matches) < len(found) or len(digests) > 1:
        raise _useless(path, "a line of it is no key" if found else "it holds no key")
    return b"".join(digests), sealing[::-1]


def _name(line: str) -> str:
    match = LINE.fullmatch(line.strip())
    return name_of(bytes.fromhex(match["seal"])) if match and match["seal"] else ""


def _line() -> str:
    return f"{WORD} {secrets.token_hex(KEY_BYTES)}"


def _create(path: Path) -> None:
    """Make a file with one key of each kind; if another process is faster, its file is used."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        text = f"{secrets.token_hex(KEY_BYTES)}\n{_line()}\n"
        _write(made, text, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    except OSError as error:
        raise _useless(path, error.strerror or "it cannot be made") from error


def _write(path: Path, text: str, how: int) -> None:
    with os.fdopen(os.open(path, how, 0o600), "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def _useless(path: Path, why: str) -> KeyProblem:
    return KeyProblem(f"{path}, the file of the keys, is of no use: {why}.")
