"""Erases people and participants, and erases them again after an older backup was restored."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import SettingsProblem
from bot.participants import Digest
from flows.audit import COMMAND_LINE, ERASED, Act
from flows.codes import plain
from storage import erasure, organisations
from storage.database import Connection
from storage.erasure import Entry
from storage.problems import DatabaseProblem

if TYPE_CHECKING:
    from bot.world import World


class Erased:
    """A list beside the database of who was erased: keyed digests, a line each.

    It is no table, because a backup that is put back brings its own older tables. A digest holds
    the time at which somebody came too, since a code may be given to somebody else later.
    """

    def __init__(self, file: Path | None, digest: Digest) -> None:
        self._file = file
        self._digest = digest

    def add_person(self, connection: Connection, organisation: str, code: str) -> None:
        """Write down that an account is erased; before the commit, so that none is forgotten."""
        self.add(erasure.people_called(connection, organisation, code))

    def add(self, entries: list[Entry]) -> None:
        """Write down who is erased; raises SettingsProblem when that is not possible."""
        if self._file is None:
            return
        try:
            with self._file.open("a", encoding="ascii") as out:
                out.writelines(f"{self._mark(entry)}\n" for entry in entries)
            self._file.chmod(0o600)
        except OSError as error:
            raise SettingsProblem(f"{self._file} cannot be written: {error.strerror}.") from error

    def again(self, connection: Connection, now: datetime) -> int:
        """Erase whoever is on the list and in the database, and return how many those are."""
        marks = self._marks()
        if not marks:
            return 0
        found = {
            (entry.organisation, entry.kind, entry.code)
            for organisation in organisations.every(connection)
            for entry in erasure.everybody(connection, organisation)
            if self._mark(entry) in marks
        }
        for organisation, kind, code in sorted(found):
            ERASE[kind](connection, organisation, code, now)
        return len(found)

    def _marks(self) -> set[str]:
        if self._file is None or not self._file.exists():
            return set()
        try:
            return set(self._file.read_text(encoding="ascii").split())
        except (OSError, ValueError) as error:
            raise SettingsProblem(f"{self._file}, who was erased, cannot be read.") from error

    def _mark(self, entry: Entry) -> str:
        return self._digest("\n".join(("erased", *entry[:-1], entry.since.isoformat())))


ERASE = {"person": erasure.person, "participant": erasure.participant}


def erase(
    connection: Connection,
    world: "World",
    organisation: str,
    whom: tuple[str, str],
    *,
    is_forced: bool,
) -> dict[str, int]:
    """Erase a person or a participant, by kind and code, and return what was removed.

    Raises DatabaseProblem when there is nobody, or when a person has something unfinished or is
    the last who may administer the organisation, unless it is forced.
    """
    kind, code = whom
    if kind == "participant":
        entries = erasure.participants_called(connection, organisation, code := _code(code))
    else:
        if not is_forced:
            _may_go(connection, organisation, code)
        entries = erasure.people_called(connection, organisation, code)
    found = ERASE[kind](connection, organisation, code, world.clock())
    world.erased.add(entries)
    act = Act(COMMAND_LINE, ERASED, kind, {"rows": sum(found.values())})
    world.audit.write(connection, organisation, [act], world.clock())
    return found


def _code(typed: str) -> str:
    code = plain(typed)
    return f"{code[:-1]}-{code[-1:]}"


def _may_go(connection: Connection, organisation: str, code: str) -> None:
    if count := erasure.under_way(connection, organisation, code):
        raise DatabaseProblem(
            f"{code} has {count} unfinished registrations, which would be lost; with --force they"
            " go too."
        )
    if erasure.is_last_admin(connection, organisation, code):
        raise DatabaseProblem(
            f"{code} is the last admin of {organisation}; make another one first, or use --force."
        )
