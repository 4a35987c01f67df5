"""Stores an archive in a database that does not know its organisation: all of it, or nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bot.archive_file import Source, contents, document, lines, opened, verify
from bot.archiving import written
from bot.dataset import Order, Progress, holdings_of, untold
from bot.exporting import not_collecting, stopping_kindly
from bot.world import World
from flows.archive.contents import Contents, parsed
from flows.archive.documents import PROJECTS, project_of, sheet_file, sheet_of
from flows.archive.faults import ArchiveProblem, Faults
from flows.archive.judging import Doubt, of_revision, of_value
from flows.archive.ledger import Change, LedgerProblem, Revision, Saved, replay
from flows.archive.tables import (
    CHANGES,
    DECISIONS,
    PARTICIPANTS,
    REVIEWED,
    REVISIONS,
    Decided,
    Member,
    Review,
    Row,
    Table,
)
from flows.audit import COMMAND_LINE, Act
from flows.codes import is_valid
from flows.exports.filter import FilterProblem
from flows.exports.manifest import MANIFEST
from flows.project import Project
from flows.record import SUM
from flows.sheet import Sheet
from storage import organisations, own_sheets, restoring, sheets
from storage.column_types import Unstorable
from storage.database import Connection, Database

AT_ONCE = 500
"""Revisions that are held and stored at once."""

Found = TypeVar("Found")

VALUES = "data/long.csv"
NOON = time(12)


@dataclass
class Imported:
    """What was stored, and what would be different if it were exported again.

    `sheets` are those of which this program asks another version, and `different` the files.
    """

    told: Contents
    records: int = 0
    revisions: int = 0
    sheets: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)


def import_archive(
    database: Database, path: Path, world: World, progress: Progress = untold
) -> Imported:
    """Store what an archive holds, and return what that was.

    Raises ArchiveProblem for one that is damaged or makes no sense, and if its organisation is in
    the database already.
    """
    with opened(path) as source:
        told = contents(source)
        verify(source, told)
        try:
            with stopping_kindly(), not_collecting(), database.writing() as connection:
                _require_room(connection, told)
                return _Importing(connection, source, told, world, progress).all()
        except Unstorable:
            message = "It holds a character that cannot be stored. Nothing was imported."
            raise ArchiveProblem(message) from None
        except FilterProblem as error:
            raise ArchiveProblem(f"{MANIFEST}: {error} Nothing was imported.") from None


class _Importing:
    """One import, within one transaction."""

    def __init__(
        self,
        connection: Connection,
        source: Source,
        told: Contents,
        world: World,
        progress: Progress,
    ) -> None:
        self._connection = connection
        self._source = source
        self._told = told
        self._here = told.organisation
        self._world = world
        self._now = world.clock()
        self._progress = progress
        self._faults = Faults()
        self._people: set[str] = set()
        self._done = Imported(told)

    def all(self) -> Imported:
        """Store all of it, look whether it can be exported again, and account for it."""
        released, projects = self._documents()
        self._faults.check()
        organisations.add(self._connection, self._here, self._told.name, self._now)
        sheets.release(self._connection, self._here, released.values(), self._now)
        for name in {sheet.name for sheet in released.values()} - self._told.current.keys():
            # What the handbook asks no more is not touched by this.
            own_sheets.retire(self._connection, self._here, name, self._now)
        restoring.projects(self._connection, self._here, projects.values(), self._now)
        self._plans(projects)
        self._records(released, projects)
        self._reviews()
        self._faults.check()
        self._compare()
        self._account()
        return self._done

    def _documents(self) -> tuple[dict[tuple[str, int], Sheet], dict[str, Project]]:
        released, projects = {}, {}
        for (name, version), digest in self._told.sheets.items():
            file = sheet_file(name, version)
            sheet = self._read(file, lambda text: sheet_of(parsed(text)))
            if sheet and (sheet.name, sheet.version, sheet.digest) != (name, version, digest):
                what = f"this is not the sheet that {MANIFEST} tells, or of a newer program"
                self._faults.add(file, 0, "", what)
            elif sheet:
                released[name, version] = sheet
        for project in self._read(PROJECTS, _projects_of) or ():
            if project.id in projects:
                self._faults.add(PROJECTS, 0, "id", f"{project.id} stands there twice")
            projects[project.id] = project
        return released, projects

    def _read(self, file: str, read: Callable[[str], Found]) -> Found | None:
        if file not in self._source.sizes:
            self._faults.add(file, 0, "", "this file is missing")
            return None
        try:
            return read(document(self._source, file))
        except ValueError as error:
            self._faults.add(file, 0, "", str(error))
            return None

    def _plans(self, projects: Mapping[str, Project]) -> None:
        members = [
            Member(*row)
            for row in self._rows(PARTICIPANTS, lambda row: _of_participant(row, projects))
        ]
        restoring.participants(
            self._connection,
            self._here,
            [(item.project, item.participant, self._at(item.since)) for item in members],
        )
        decided = [
            Decided(*row) for row in self._rows(DECISIONS, lambda row: _of_project(row, projects))
        ]
        self._know(item.person for item in decided)
        restoring.decisions(
            self._connection, self._here, [(item, self._at(item.decided_on)) for item in decided]
        )

    def _records(
        self, released: Mapping[tuple[str, int], Sheet], projects: Mapping[str, Project]
    ) -> None:
        revisions = (
            Revision(*row)
            for row in self._rows(
                REVISIONS, lambda row: of_revision(Revision(*row), released, projects)
            )
        )
        changes = (Change(*row) for row in self._rows(CHANGES, lambda _: ()))
        saved = replay(revisions, changes)
        try:
            while some := [*islice(saved, AT_ONCE)]:
                self._take(some, released)
        except LedgerProblem as error:
            # What could not be read is missing in the ledger.
            self._faults.check()
            self._faults.add(CHANGES.path, 0, "", str(error))

    def _take(self, some: Sequence[Saved], released: Mapping[tuple[str, int], Sheet]) -> None:
        for record, _ in some:
            sheet = released[record.sheet, record.sheet_version]
            for value in record.values:
                for column, what in of_value(value, sheet, is_sum=record.provenance == SUM):
                    where = f"revision {record.revision} of record {record.record}"
                    self._faults.add(CHANGES.path, 0, column, f"{where}: {what}")
        if self._faults.count:
            return
        self._know(record.person for record, _ in some)
        restoring.revisions(self._connection, self._here, some)
        self._done.records += sum(record.revision == 1 for record, _ in some)
        self._done.revisions += len(some)
        self._progress(len(some))

    def _reviews(self) -> None:
        rows = self._numbered(REVIEWED)
        while some := [(number, Review(*row)) for number, row in islice(rows, AT_ONCE)]:
            listed = {item.record for _, item in some}
            known = restoring.known(self._connection, self._here, listed)
            for number, item in some:
                if (item.record, item.revision) not in known:
                    what = f"there is no revision {item.revision} of {item.record}"
                    self._faults.add(REVIEWED.path, number, "revision", what)
            if not self._faults.count:
                self._know(item.person for _, item in some)
                restoring.reviews(self._connection, self._here, [item for _, item in some])

    def _numbered(self, table: Table) -> Iterator[tuple[int, Row]]:
        if table.path not in self._source.sizes:
            self._faults.add(table.path, 0, "", "this file is missing")
            return iter(())
        return table.read(lines(self._source, table.path), self._faults)

    def _rows(self, table: Table, judge: Callable[[Row], Iterable[Doubt]]) -> Iterator[Row]:
        """Yield the rows that make sense, and note what does not."""
        for number, row in self._numbered(table):
            count = self._faults.count
            for column, what in judge(row):
                self._faults.add(table.path, number, column, what)
            if self._faults.count == count:
                yield row

    def _know(self, codes: Iterable[str]) -> None:
        fresh = {*codes} - self._people
        restoring.people(self._connection, self._here, fresh, self._now)
        self._people |= fresh

    def _at(self, day: date) -> datetime:
        """Return a time of a day that is this day here."""
        return datetime.combine(day, NOON, self._world.time_zone)

    def _compare(self) -> None:
        """Export what was stored, and see whether it is the same."""
        told = self._told
        order = Order((), told.languages, tuple(told.filter.items()), told.as_of, own=True)
        held = holdings_of(self._connection, self._here, order, self._world)
        versions = {name: sheet.version for name, sheet in held.data.current.items()}
        self._done.sheets = [
            name for name in told.current if versions.get(name) != told.current[name]
        ]
        with TemporaryDirectory() as folder:
            made = {file.name: file for file in written(Path(folder), held, self._world)}
        names = told.files.keys() | made.keys()
        self._done.different = sorted(
            name for name in names if told.files.get(name) != made.get(name)
        )
        if VALUES in self._done.different:
            self._faults.add(VALUES, 0, "", "these are not the values that the ledger gives")
            self._faults.check()

    def _account(self) -> None:
        with self._source.open(MANIFEST) as file:
            digest = sha256(file.read()).hexdigest()
        act = Act(COMMAND_LINE, "imported", self._here, {"sha256": digest})
        self._world.audit.begin(self._connection, self._here, self._now)
        self._world.audit.write(self._connection, self._here, [act], self._now)


def _require_room(connection: Connection, told: Contents) -> None:
    if told.organisation in organisations.every(connection):
        raise ArchiveProblem(
            f"{told.organisation} is in this database already, so nothing was imported; name"
            " another database in MEETMOMENT_DATABASE_URL."
        )


def _of_project(row: Row, projects: Mapping[str, Project]) -> Iterator[Doubt]:
    if row[0] not in projects:
        yield "project", f"there is no project {row[0]!r}"


def _of_participant(row: Row, projects: Mapping[str, Project]) -> Iterator[Doubt]:
    yield from _of_project(row, projects)
    if not is_valid(row[1]):
        yield "participant", "this is no code of a participant"


def _projects_of(text: str) -> list[Project]:
    content = parsed(text)
    listed = content.get("projects") if isinstance(content, dict) else None
    if type(listed) is not list:
        raise ValueError("these are no projects")
    return [*map(project_of, listed)]
