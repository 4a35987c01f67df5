"""Reads what exports are made from: one consistent view of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from bot.world import World
from flows.archive.holdings import Holdings
from flows.exports.dataset import Areas, Block, Dataset, Sheets
from flows.exports.filter import EVERYTHING, Filter, FilterProblem, filter_of
from flows.own import is_own_sheet
from flows.sheet import Sheet
from storage import agenda, agreements, exported, history, organisations, sheets
from storage.database import Connection, Database


@dataclass(frozen=True)
class Order:
    """What somebody wants to have exported: which formats, in which languages, of what.

    `narrowed` says it in words (flows.exports.filter.filter_of); `on` is the day of which is told
    what is due, today if it is none. `reached` are the projects of whoever asks, all if it is none.
    With `own`, what other organisations registered in shared projects is left out.
    """

    formats: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    narrowed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    on: date | None = None
    reached: frozenset[str] | None = None
    own: bool = False


Progress = Callable[[int], None]
"""Is told how many more records were read."""


def untold(_count: int) -> None:
    """Tell nobody how far an export is."""


@contextmanager
def dataset(
    database: Database, organisation: str, order: Order, world: World, progress: Progress = untold
) -> Iterator[Dataset]:
    """Yield a dataset that goes on to be the same while others register.

    Raises FilterProblem, and DatabaseProblem for a project or organisation that is not there.
    """
    with database.reading() as connection:
        here = organisations.named(connection, organisation)
        yield _dataset(connection, here, order, world, progress)


@contextmanager
def holdings(
    database: Database, organisation: str, order: Order, world: World, progress: Progress = untold
) -> Iterator[Holdings]:
    """Yield what an archive is made from, which goes on to be the same while others register.

    Raises what `dataset` raises.
    """
    with database.reading() as connection:
        here = organisations.named(connection, organisation)
        yield holdings_of(connection, here, order, world, progress)


def holdings_of(
    connection: Connection, here: str, order: Order, world: World, progress: Progress = untold
) -> Holdings:
    """Return what an archive is made from, within a transaction."""
    data = _dataset(connection, here, order, world, progress)
    projects = [item.project.id for item in data.standings]
    return Holdings(
        data=data,
        name=organisations.title(connection, here),
        revisions=lambda: history.revisions(connection, here, data.filter),
        reviews=lambda: history.reviewed(connection, here, data.filter),
        decisions=[*history.decided(connection, here, projects, world.time_zone)],
    )


def _dataset(
    connection: Connection, here: str, order: Order, world: World, progress: Progress
) -> Dataset:
    shared = {
        place: mine
        for place, mine in agreements.shared(connection, here).items()
        if not order.own and (order.reached is None or mine in order.reached)
    }
    released, areas = known(connection, here, shared)
    wanted = _filter(connection, here, order, released)
    if wanted.projects:
        areas = {place: label for place, label in areas.items() if place[0] in wanted.projects}

    def stream(narrowed: Filter) -> Iterator[Block]:
        for block in exported.blocks(connection, here, shared, narrowed):
            progress(1)
            yield block

    projects = {
        (here, name): project
        for name, project in organisations.every_project(connection, here).items()
        if not wanted.projects or name in wanted.projects
    }
    return Dataset(
        blocks=lambda: stream(wanted),
        sheets=released,
        areas=areas,
        as_of=order.on or world.clock().astimezone(world.time_zone).date(),
        languages=order.languages,
        organisation=here,
        crosswalks=world.crosswalks,
        current=world.offer(connection, here).current,
        standings=[*agenda.standings(connection, projects, world.time_zone, {}).values()],
        filter=wanted,
        threshold=world.small_number,
        zone=world.time_zone,
        whole=lambda: stream(Filter(projects=wanted.projects)),
    )


def _filter(connection: Connection, here: str, order: Order, released: Sheets) -> Filter:
    said = dict(order.narrowed)
    named = [
        organisations.project_named(connection, here, name).id for name in said.get("project", ())
    ]
    if order.reached is not None:
        named = [name for name in named or sorted(order.reached) if name in order.reached]
        if not named:
            raise FilterProblem("No project of yours can be exported.")
    if not said and order.reached is None:
        return EVERYTHING
    return filter_of({**said, "project": named}, released)


def known(
    connection: Connection, organisation: str, shared: agreements.Shared
) -> tuple[Sheets, Areas]:
    """Return sheets and areas, also of what others registered of projects that are shared.

    Sheets that another one brought are not among them, as none of their records is.
    """
    released: dict[tuple[str, int], Sheet] = {}
    areas: dict[tuple[str, str], str] = {}
    for other in {party for party, _ in shared}:
        released |= {
            version: sheet
            for version, sheet in sheets.released(connection, other).items()
            if not is_own_sheet(sheet.name)
        }
        theirs = organisations.areas(connection, other)
        areas |= {
            (shared[other, project], name): label
            for (project, name), label in theirs.items()
            if (other, project) in shared
        }
    released |= sheets.released(connection, organisation)
    return released, areas | organisations.areas(connection, organisation)
