"""The list of who was erased, for backups: whoever comes back with one is erased again."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from bot.config import SettingsProblem
from bot.participants import Digest
from storage import erasure, organisations
from storage.database import Connection
from storage.erasure import Entry


class Erased:
    """A list beside the database of who was erased: keyed digests, a line each.

    It is no table, because a backup that is put back brings its own older tables. A digest holds
    the time at which somebody came too, since a code may be given to somebody else later. A line
    with two digests says that somebody got another code: erased by that, they are erased by both.
    """

    def __init__(self, file: Path | None, digest: Digest) -> None:
        self._file = file
        self._digest = digest

    def add_person(self, connection: Connection, organisation: str, code: str) -> None:
        """Write down that an account is erased; before the commit, so that none is forgotten."""
        self.add(erasure.people_called(connection, organisation, code))

    def add(self, entries: list[Entry]) -> None:
        """Write down who is erased; raises SettingsProblem when that is not possible."""
        self._write([self._mark(entry) for entry in entries])

    def recoded(self, before: Entry, after: Entry) -> None:
        """Write down that somebody has another code; raises SettingsProblem as add() does."""
        self._write([f"{self._mark(before)} {self._mark(after)}"])

    def again(self, connection: Connection, now: datetime) -> Counter[str]:
        """Erase whoever is on the list and in the database; return how many, by organisation."""
        marks = self._marks()
        if not marks:
            return Counter()
        found = {
            (entry.organisation, entry.kind, entry.code)
            for organisation in organisations.every(connection)
            for entry in erasure.everybody(connection, organisation)
            if self._mark(entry) in marks
        }
        for organisation, kind, code in sorted(found):
            ERASE[kind](connection, organisation, code, now)
        return Counter(organisation for organisation, _, _ in found)

    def _write(self, lines: list[str]) -> None:
        if self._file is None:
            return
        try:
            with self._file.open("a", encoding="ascii") as out:
                out.writelines(f"{line}\n" for line in lines)
            self._file.chmod(0o600)
        except OSError as error:
            raise SettingsProblem(f"{self._file} cannot be written: {error.strerror}.") from error

    def _marks(self) -> set[str]:
        if self._file is None or not self._file.exists():
            return set()
        try:
            lines = [line.split() for line in self._file.read_text(encoding="ascii").splitlines()]
        except (OSError, ValueError) as error:
            raise SettingsProblem(f"{self._file}, who was erased, cannot be read.") from error
        found = {line[0] for line in lines if len(line) == 1}
        # The newest code first: each line leads to an older one.
        for line in reversed(lines):
            if line[1:] and line[1] in found:
                found.add(line[0])
        return found

    def _mark(self, entry: Entry) -> str:
        return self._digest("\n".join(("erased", *entry[:-1], entry.since.isoformat())))


ERASE = {"person": erasure.person, "participant": erasure.participant}
