"""Texts that only whoever has the key can read: AES-256-GCM, the name of the key in front.

In the database such a text is `~`, the name of its key, and nonce and ciphertext in hexadecimal
digits: Base64 is shorter, and takes ten times as long as the cipher itself. Its column is
authenticated along with it, so that it counts in no other one. What was typed before texts were
sealed stands there as it was, and `~=` is before one that would be mistaken for sealed.
"""

import hmac
import json
import os
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection

from storage.column_types import SEALED, storable
from storage.problems import ContentDamaged, DatabaseProblem

MARK, AS_TYPED = SEALED, f"{SEALED}="
KEY_BYTES = 32
NAME = 8
"""Characters of a key's name."""
NONCE = 12
"""Bytes by chance: 2^32 texts with one key before two of them may ever share a nonce."""


class UnknownKey(ContentDamaged):
    """A text names a key that is not at hand: it is damaged, or the key is missing."""

    def __init__(self, name: str) -> None:
        super().__init__(f"A text is sealed with the key {name}, which is not at hand.")
        self.name = name


class Keys(Protocol):
    """The keys of a database, as whoever opens it keeps them."""

    @property
    def where(self) -> str:
        """Where they are, for a sentence to whoever runs the program."""

    def held(self) -> Sequence[bytes]:
        """Return the keys, newest first, and the same object as long as they are the same ones."""

    def make(self) -> None:
        """Add a key that is newer than all others, for good, before it is used."""

    def forget(self, names: Sequence[str]) -> None:
        """Remove the keys with these names; not the newest one."""


class Fixed:
    """Keys that do not change while the process runs."""

    def __init__(self, keys: Sequence[bytes], where: str) -> None:
        self._keys = tuple(keys)
        self.where = where

    def held(self) -> Sequence[bytes]:
        """Return the keys, newest first."""
        return self._keys

    def make(self) -> None:
        """Refuse: whoever gave them has to give another one."""
        raise DatabaseProblem(f"No key can be added to {self.where}; put a new one in front there.")

    def forget(self, names: Sequence[str]) -> None:
        """Do nothing: whoever gave the keys takes them away."""


NO_KEYS: Keys = Fixed((), "this program")


class Seal:
    """Seals texts with the newest key, and opens what any of the keys has sealed."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._held: Sequence[bytes] = ()
        self._ciphers: dict[str, AESGCM] = {}
        self.newest = ""
        self._prefix = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all keys, newest first."""
        return tuple(self._ciphers)

    def refresh(self) -> None:
        """Use the keys as they are now: another process may have added one."""
        held = self.keys.held()
        if held is not self._held:
            ciphers = {name_of(key): AESGCM(key) for key in held}
            self.newest = next(iter(ciphers), "")
            self._prefix = MARK + self.newest
            self._ciphers, self._held = ciphers, held

    def close(self, column: Column[Any], text: str) -> str:
        """Return a text as it is stored; an empty one stays empty."""
        if not text:
            return text
        prefix = self._prefix
        cipher = self._ciphers.get(prefix[1:])
        if cipher is None:
            raise DatabaseProblem(f"There is no key in {self.keys.where}; nothing was stored.")
        nonce = os.urandom(NONCE)
        sealed = cipher.encrypt(nonce, storable(text).encode(), place(column))
        return prefix + (nonce + sealed).hex()

    def open(self, column: Column[Any], stored: str) -> str:
        """Return the text that was stored; raises ContentDamaged, and UnknownKey for a name."""
        if not stored or stored[0] != MARK:
            return stored
        if stored.startswith(AS_TYPED):
            return stored.removeprefix(AS_TYPED)
        name = stored[1 : NAME + 1]
        if name not in self._ciphers:
            self.refresh()
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise UnknownKey(name)
        try:
            sealed = bytes.fromhex(stored[NAME + 1 :])
            return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place(column)).decode()
        except (ValueError, InvalidTag):
            # The words of these errors would not help, and the text is none of a log's business.
            raise ContentDamaged(f"A sealed text in {column} is damaged.") from None

    def close_json(self, column: Column[Any], content: Any) -> Any:  # noqa: ANN401 - JSON
        """Return content of a JSON column as it is stored: sealed, as a text; empty as it is."""
        return self.close(column, json.dumps(content)) if content else content

    def open_json(self, column: Column[Any], stored: Any) -> Any:  # noqa: ANN401 - JSON
        """Return what close_json was given, and what stood there before as it is."""
        return json.loads(self.open(column, stored)) if isinstance(stored, str) else stored


def name_of(key: bytes) -> str:
    """Return a key's name, which says nothing else about it."""
    return hmac.new(key, b"which key", sha256).hexdigest()[:NAME]


@cache
def place(column: Column[Any]) -> bytes:
    """Return what is authenticated along with a text: where it stands."""
    return str(column).encode()


def seal_of(connection: Connection) -> Seal:
    """Return the seal of the database that a connection belongs to."""
    seal: Seal = connection.get_execution_options()["seal"]
    return seal
