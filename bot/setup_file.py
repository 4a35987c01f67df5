"""Reads a file that sets projects and people up, as spreadsheets write it; docs/setup.csv is one.

A row of the kind `project` names a project and its areas, one of the kind `people` how many are
wanted with which roles for which projects. No person is ever named.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.access import ROLES
from flows.identity import LABEL, identifying

COLUMNS = ("kind", "project", "name", "areas", "role", "count", "days")
USED = {
    "project": ("project", "name", "areas"),
    "people": ("project", "role", "count", "days"),
}
"""What a row of each kind may fill in; all of it but `areas`, `project` and `days` of people."""
OPTIONAL = {"project": ("areas",), "people": ("project", "count", "days")}
DELIMITERS = ";,\t"
SEPARATOR_LINE = re.compile(r'"?sep=.?"?\s*', re.IGNORECASE)
"""What Excel writes above the header so that it knows the delimiter itself."""
FORMULA = ("=", "+", "-", "@")
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")
MOST_BYTES, MOST_NAME, MOST_AREA, MOST_AREAS, MOST_PEOPLE, MOST_DAYS = 1_000_000, 40, 24, 20, 50, 90
DEFAULT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, and what to do; row 0 is the whole file."""

    row: int
    column: str
    remedy: str

    def __str__(self) -> str:
        """Say it in one line."""
        where = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where if self.row else 'the file'}: {self.remedy}"


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project that is to be there, with at least these areas."""

    row: int
    project: str
    name: str
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """How many people are to be there, or invited, with these roles for these projects."""

    row: int
    projects: tuple[str, ...]
    roles: tuple[str, ...]
    count: int
    days: int


@dataclass(frozen=True, slots=True)
class SetupFile:
    """What a file says; with faults, nothing of it is to be used."""

    projects: tuple[ProjectRow, ...]
    people: tuple[PeopleRow, ...]
    faults: tuple[Fault, ...]


def read(path: Path) -> SetupFile:
    """Read a file; raises OSError when it cannot be opened."""
    faults: list[Fault] = []
    content = path.read_bytes()
    if len(content) > MOST_BYTES:
        return _faulty(Fault(0, "", "it is larger than 1 MB; set up fewer projects at once"))
    try:
        rows = list(_rows(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return _faulty(Fault(0, "", "it is not UTF-8; save it as “CSV UTF-8”"))
    except csv.Error as error:
        return _faulty(Fault(0, "", f"a quotation mark is wrong ({error}); save it as CSV again"))
    if not rows:
        return _faulty(Fault(0, "", f"it is empty; begin with {','.join(COLUMNS)}"))
    (first, header), *rest = rows
    names = [name.casefold() for name in header]
    faults += _header_faults(first, names)
    projects: list[ProjectRow] = []
    people: list[PeopleRow] = []
    for number, cells in rest if not faults else []:
        found = _Row(number, names, cells)
        if found.kind == "project":
            projects.append(_project(found))
        elif found.kind == "people":
            people.append(_people(found))
        faults += found.faults
    faults += _twice(((item.row, item.project) for item in projects), "project")
    whom = ((item.row, (set(item.roles), set(item.projects))) for item in people)
    faults += _twice(whom, "role")
    return SetupFile(tuple(projects), tuple(people), tuple(sorted(faults, key=_place)))


def _faulty(fault: Fault) -> SetupFile:
    return SetupFile((), (), (fault,))


def _place(fault: Fault) -> tuple[int, str]:
    return fault.row, fault.column


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Return what is not blank with its number; a spreadsheet leaves empty cells behind."""
    lines = text.splitlines(keepends=True)
    skipped = 1 if lines and SEPARATOR_LINE.fullmatch(lines[0]) else 0
    header = next((line for line in lines[skipped:] if line.strip()), "")
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(lines[skipped:], delimiter=delimiter, strict=True)
    for number, cells in enumerate(reader, start=1 + skipped):
        # strip() also takes the no-break spaces that come with pasted text.
        plain = [cell.strip() for cell in cells]
        while plain and not plain[-1]:
            plain.pop()
        if plain:
            yield number, plain


def _header_faults(row: int, names: list[str]) -> Iterator[Fault]:
    for name in names:
        if name not in COLUMNS:
            yield Fault(row, name, f"there is no such column; use {', '.join(COLUMNS)}")
        elif names.count(name) > 1:
            yield Fault(row, name, "this column stands there twice; take one away")
    if "kind" not in names:
        yield Fault(row, "kind", "this column is missing; it says project or people")


class _Row:
    """One row: gives out its cells and collects what is wrong with them."""

    def __init__(self, number: int, names: list[str], cells: list[str]) -> None:
        self.number = number
        self.faults: list[Fault] = []
        self._cells = dict(zip(names, cells, strict=False))
        if len(cells) > len(names):
            self.fault("", "it has more cells than the header; put texts with a comma in quotes")
        self.kind = self._cells.get("kind", "").casefold()
        if self.kind not in USED:
            self.fault("kind", "write project or people")
            return
        for name, cell in self._cells.items():
            self._check(name, cell)

    def fault(self, column: str, remedy: str) -> None:
        """Note what is wrong."""
        self.faults.append(Fault(self.number, column, remedy))

    def cell(self, column: str) -> str:
        """Return a cell; one that is needed and empty is a fault."""
        text = self._cells.get(column, "")
        if not text and column not in OPTIONAL[self.kind]:
            self.fault(column, "this is needed")
        return text

    def _check(self, name: str, cell: str) -> None:
        if cell and name != "kind" and name not in USED[self.kind]:
            self.fault(name, f"leave it empty in a row of the kind {self.kind}")
        elif cell.startswith(FORMULA):
            self.fault(name, "it looks like a formula; write the value, without the sign before it")
        elif not cell.isprintable():
            self.fault(name, "it holds a line break or a control character; take that out")
        elif name in ("project", "name", "areas") and identifying(cell, field=LABEL):
            self.fault(name, "it looks like a number or an address of a person; take that out")


def _project(row: _Row) -> ProjectRow:
    project, name = row.cell("project"), row.cell("name")
    if project and not ID.fullmatch(project):
        row.fault("project", "use at most 24 of a to z, 0 to 9 and -, such as kompas-2")
    if len(name) > MOST_NAME:
        row.fault("name", f"at most {MOST_NAME} characters")
    areas = [area.strip() for area in re.split("[,;|]", row.cell("areas")) if area.strip()]
    if len(areas) > MOST_AREAS or any(len(area) > MOST_AREA for area in areas):
        row.fault("areas", f"at most {MOST_AREAS} of at most {MOST_AREA} characters")
    return ProjectRow(row.number, project, name, tuple(dict.fromkeys(areas)))


def _people(row: _Row) -> PeopleRow:
    roles = tuple(dict.fromkeys(row.cell("role").split()))
    for role in roles:
        if role not in ROLES:
            row.fault("role", f"there is no role {role!r}; use {', '.join(ROLES)}")
    return PeopleRow(
        row.number,
        tuple(dict.fromkeys(row.cell("project").split())),
        roles,
        _number(row, "count", 1, MOST_PEOPLE),
        _number(row, "days", DEFAULT_DAYS, MOST_DAYS),
    )


def _number(row: _Row, column: str, default: int, most: int) -> int:
    text = row.cell(column)
    if not text:
        return default
    # A spreadsheet may write a whole number as 5.0 or 5,0.
    plain = re.sub(r"[.,]0+$", "", text)
    if re.fullmatch(r"[0-9]{1,3}", plain) and 1 <= int(plain) <= most:
        return int(plain)
    row.fault(column, f"write a whole number from 1 to {most}")
    return default


def _twice(rows: Iterable[tuple[int, object]], column: str) -> Iterator[Fault]:
    seen: list[tuple[int, object]] = []
    for number, said in rows:
        first = next((row for row, before in seen if before == said), None)
        if first is not None:
            yield Fault(number, column, f"row {first} says the same; keep one of them")
        seen.append((number, said))
