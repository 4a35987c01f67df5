"""Writes reports: one page for each project, from one consistent view of the database."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import typer

from bot import options
from bot.config import SettingsProblem
from bot.dataset import known
from bot.files import beside, placed, secured
from bot.opening import check_keys, foreseen, opened_database, world_of
from bot.world import World
from flows.audit import COMMAND_LINE, Act, Detail
from flows.exports.filter import Filter
from flows.project import Project
from flows.report.matter import Book, Matter, Registered, Span, registered, standing_on
from flows.report.page import page
from flows.report.report import report as made_of
from storage import agenda, agreements, exported, organisations
from storage.database import Connection, Database
from storage.problems import DatabaseProblem

SUFFIX = ".html"
UNFIT = re.compile(r"[^a-z0-9_.-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: which project, "" for all, in which language, about which days.

    `day` is the one as of which it is told.
    """

    project: str
    organisation: str
    language: str
    span: Span
    day: date


@dataclass(frozen=True, slots=True)
class Asked:
    """The same as somebody types it; "" where nothing was said."""

    project: str
    organisation: str
    language: str
    first: str
    last: str
    on: str

    def read(self, today: date) -> Wanted:
        """Return what it means; SettingsProblem says what of it cannot be."""
        span = Span(options.day(self.first), options.day(self.last))
        day = options.day(self.on) or min(today, span.last or today)
        if span.first and span.last and span.last < span.first:
            raise SettingsProblem(
                f"The end, {span.last}, comes before the beginning, {span.first}."
            )
        if span.first and day < span.first:
            raise SettingsProblem(f"These days begin on {span.first}, after {day}.")
        return Wanted(self.project, self.organisation, self.language, span, day)


def report(out: Path, asked: Asked) -> None:
    """Write the pages that somebody asked for, and print where they are."""
    with foreseen(), opened_database() as (chosen, database):
        world = world_of(chosen)
        options.voice(world, asked.language)
        wanted = asked.read(world.clock().astimezone(world.time_zone).date())
        database.migrate()
        with database.reading() as connection:
            check_keys(chosen, connection)
        for path in write_reports(database, out, wanted, world):
            typer.echo(path)


@dataclass(frozen=True, slots=True)
class _Page:
    project: str
    text: bytes
    count: int

    @property
    def detail(self) -> Mapping[str, Detail]:
        """What the audit says of its file."""
        return {"rows": self.count, "sha256": sha256(self.text).hexdigest()}


def write_reports(database: Database, out: Path, wanted: Wanted, world: World) -> list[Path]:
    """Write a page for each project and return the files.

    They take their names only when all are complete and stand in the audit. Raises
    SettingsProblem when they cannot be written.
    """
    with database.reading() as connection:
        here = organisations.named(connection, wanted.organisation)
        pages = list(_pages(connection, here, wanted, world))
    single = out.suffix.lower() == SUFFIX
    if single and len(pages) != 1:
        raise SettingsProblem(
            f"There are {len(pages)} projects: name one with --project, or a folder with --out."
        )
    names = {out.name: pages[0]} if single else _named(pages)
    return _written(database, out.parent if single else out, names, here, wanted, world)


def _written(
    database: Database,
    folder: Path,
    names: Mapping[str, _Page],
    organisation: str,
    wanted: Wanted,
    world: World,
) -> list[Path]:
    if taken := [name for name in names if (folder / name).is_dir()]:
        raise SettingsProblem(f"{folder / taken[0]} is a folder; name another file.")
    with beside(folder) as partly:
        for name, made in names.items():
            (partly / name).write_bytes(made.text)
        secured(partly)
        with database.writing() as connection:
            act = Act(COMMAND_LINE, "exported", "", _detail(names, wanted))
            world.audit.write(connection, organisation, [act], world.clock())
        placed(partly, folder, names)
    return [folder / name for name in names]


def _detail(names: Mapping[str, _Page], wanted: Wanted) -> dict[str, Detail]:
    first, last = wanted.span
    # The audit takes identifiers only, whatever somebody called a file or a project.
    known = _named(names.values())
    chosen = {
        "project": Path(next(iter(known))).stem if wanted.project else "",
        "from": str(first or ""),
        "until": str(last or ""),
        "on": str(wanted.day),
    }
    return {
        "filter": "/".join(["report", *(f"{k}:{v}" for k, v in chosen.items() if v)]),
        "language": wanted.language,
        "rows": sum(made.count for made in names.values()),
        "files": {name: made.detail for name, made in known.items()},
    }


def _named(pages: Iterable[_Page]) -> dict[str, _Page]:
    """Return pages by file names that every system allows, and that differ."""
    found: dict[str, _Page] = {}
    for made in pages:
        stem = UNFIT.sub("-", made.project).strip("-.").lower() or "project"
        names = (f"{stem}{f'-{n}' if n > 1 else ''}{SUFFIX}" for n in range(1, len(found) + 2))
        found[next(name for name in names if name not in found)] = made
    return found


def _pages(
    connection: Connection, organisation: str, wanted: Wanted, world: World
) -> Iterator[_Page]:
    if wanted.project:
        chosen = [organisations.project_named(connection, organisation, wanted.project)]
    else:
        chosen = list(organisations.every_project(connection, organisation).values())
    if not chosen:
        raise DatabaseProblem(f"{organisation} has no project yet.")
    say = world.interface.say(wanted.language)
    for matter in matters(connection, organisation, chosen, wanted.span, wanted.day, world):
        count = matter.registered.count
        yield _Page(matter.standing.project.id, page(made_of(matter, say), say).encode(), count)


def matters(
    connection: Connection,
    organisation: str,
    chosen: Iterable[Project],
    span: Span,
    day: date,
    world: World,
) -> Iterator[Matter]:
    """Yield what the reports of these projects are made from, in the order of the projects."""
    projects = {project.id: project for project in chosen}
    shared = agreements.shared(connection, organisation)
    titles = {name: title for name, title, _ in organisations.listed(connection)}
    offer = world.offer(connection, organisation)
    book = Book(*known(connection, organisation, shared), offer.current, offer.schedule)
    places = {(organisation, project): found for project, found in projects.items()}
    standings = agenda.standings(connection, places, world.time_zone, {})
    reached = Span(span.first, min(span.last or day, day))
    only = Filter(projects=tuple(projects))
    with closing(exported.values(connection, organisation, shared, only)) as rows:
        read = {
            project: registered(values, reached)
            for project, values in groupby(rows, lambda row: row.project)
        }
    for place, standing in standings.items():
        yield Matter(
            titles[organisation],
            standing_on(standing, day),
            span,
            day,
            read.get(place[1], Registered()),
            book,
            world.small_number,
        )
