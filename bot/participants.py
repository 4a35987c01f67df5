"""Participants' codes as a conversation asks for them, and the key of the derived ones."""

import hmac
import secrets
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from bot.config import KEY_FILE, SettingsProblem
from bot.keys import KeyFile, KeyProblem
from flows.access import Scope
from flows.codes import LONGEST, body, length_for, written
from flows.context import Enrolled
from storage import audit, participants
from storage.database import Connection

BITS = 5
"""More than a character of a code holds."""
MARK = 8
"""How many characters of a digest say by which key it was made."""

Digest = Callable[[str], str]
Chance = Callable[[], int]
"""What gives numbers that nobody can foresee."""


class StoredCodes:
    """The codes of one organisation, looked up when a step asks, each once in a transaction."""

    def __init__(
        self, connection: Connection, organisation: str, digest: Digest, chance: Chance, today: date
    ) -> None:
        self._connection = connection
        self._organisation = organisation
        self._digest = digest
        self._chance = chance
        self._today = today
        self._projects: dict[str, tuple[str, ...]] = {}
        self._taken: set[str] | None = None
        self._kept: list[tuple[str, Enrolled]] = []

    def of(self, project: str) -> Sequence[str]:
        """Return the codes of a project's participants."""
        codes = self._projects.get(project)
        if codes is None:
            codes = participants.of(self._connection, self._organisation, project)
            self._projects[project] = codes
        return codes

    def count(self) -> int:
        """Return how many participants the organisation has."""
        return len(self._all())

    def are_taken(self, code: str) -> bool:
        """Whether a participant of the organisation has this code."""
        return code in self._all()

    def new(self) -> str:
        """Return a fresh code that nobody has; nobody else gets it in this transaction."""
        length = length_for(self.count())
        code = ""
        while not code or self.are_taken(code):
            code = written(body(self._chance(), length))
        self._all().add(code)
        return code

    def keep(self, code: str, project: str, digest: str) -> None:
        """Let nobody else get a code, and find its digest, also before it is stored."""
        self._all().add(code)
        if digest:
            self._kept.append((digest, Enrolled(code, project, self._today)))

    def digest(self, answers: str) -> str:
        """Return the keyed digest of answers."""
        return self._digest(f"{self._organisation}\n{answers}")

    def found(self, digest: str) -> Sequence[Enrolled]:
        """Return who gave answers with this digest, oldest first."""
        stored = participants.found(self._connection, self._organisation, digest)
        return [*stored, *(item for kept, item in self._kept if kept == digest)]

    def _all(self) -> set[str]:
        if self._taken is None:
            self._taken = participants.taken(self._connection, self._organisation)
        return self._taken


class CodesInScope:
    """The codes as one person reaches them: those of a project that is not theirs do not exist.

    That a code is taken is known for the whole organisation, or two people would get it.
    """

    def __init__(self, codes: StoredCodes, scope: Scope) -> None:
        self._projects = scope.projects
        self._codes = codes
        self.count, self.are_taken, self.new = codes.count, codes.are_taken, codes.new
        self.keep, self.digest = codes.keep, codes.digest

    def of(self, project: str) -> Sequence[str]:
        """Return the codes of a project's participants."""
        return self._codes.of(project) if project in self._projects else ()

    def found(self, digest: str) -> Sequence[Enrolled]:
        """Return who gave answers with this digest, oldest first."""
        return [item for item in self._codes.found(digest) if item.project in self._projects]


def by_chance() -> int:
    """Return a number large enough for the longest code."""
    return secrets.randbits(BITS * LONGEST)


def digest_by(key: str = "", file: Path = KEY_FILE) -> Digest:
    """Return what makes digests: with this key, else with that in a file, made when first used.

    Whoever has the database but not the key cannot try out answers. SettingsProblem when the
    file cannot be read or made.
    """

    @cache
    def secret() -> bytes:
        return bytes.fromhex(key) if key else _of_file(file)

    def digest(answers: str) -> str:
        made = hmac.new(secret(), answers.encode(), sha256).hexdigest()
        return _mark(secret()) + made

    return digest


def check_key(connection: Connection, key: str, file: Path) -> None:
    """Refuse to go on with another key than the one that codes and audit here were made with."""
    marks = participants.key_marks(connection, MARK)
    marks |= {digest[:MARK] for _, digest in audit.heads(connection).values()}
    if not marks:
        return
    secret = bytes.fromhex(key) if key else KeyFile(file).digest()
    if _mark(secret) not in marks:
        raise SettingsProblem(
            "Participants' codes and the audit were made with another key; put that one back in "
            f"MEETMOMENT_PARTICIPANT_KEY or in {file}, or lost codes cannot be found again and"
            " the audit cannot be verified."
        )


def _mark(secret: bytes) -> str:
    return hmac.new(secret, b"which key", sha256).hexdigest()[:MARK]


def _of_file(path: Path) -> bytes:
    file = KeyFile(path)
    if not path.exists():
        file.make()
    if secret := file.digest():
        return secret
    raise KeyProblem(f"{path}, the file of the keys, lacks the key of derived codes.")
