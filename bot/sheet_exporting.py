"""What `meetmoment sheet export` does: writes sheets as XLSForm workbooks."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import typer

from bot.config import SettingsProblem
from bot.files import beside, placed, secured
from bot.opening import foreseen, opened_database, world_of
from bot.options import voice
from bot.world import World
from flows.kinds import KINDS
from flows.project import Project
from flows.sheet import Sheet
from flows.xlsform.writing import workbook
from storage import organisations
from storage.database import Database


def export(out: Path, names: Sequence[str], language: str, organisation: str) -> None:
    """Write the current sheets, or those of these names, and say what each file holds.

    The projects of the organisation and their areas can be chosen in the forms; where nothing
    was registered yet, both are typed.
    """
    with foreseen(), opened_database() as (chosen, database):
        world = world_of(chosen)
        voice(world, language)
        current, projects = _offered(database, organisation, world)
        wanted = _wanted(names, current)
        for path, sheet in _written(out, wanted, world, projects, language):
            asked = [question for question in sheet.questions if question.is_asked]
            count = sum(KINDS[question.type].stored for question in asked)
            typer.echo(f"{path}: {count} questions")


def _written(
    out: Path, wanted: Sequence[Sheet], world: World, projects: Sequence[Project], language: str
) -> list[tuple[Path, Sheet]]:
    """Write all files beside their places, and only then put them there."""
    made = {f"{sheet.name}.xlsx": sheet for sheet in wanted}
    with beside(out) as folder:
        for name, sheet in made.items():
            content = workbook(sheet, world.interface, projects, language)
            (folder / name).write_bytes(content)
        secured(folder)
        placed(folder, out, made)
    return [(out / name, sheet) for name, sheet in made.items()]


def _wanted(names: Sequence[str], current: Mapping[str, Sheet]) -> list[Sheet]:
    for name in names:
        if name not in current:
            near = get_close_matches(name, current)
            meant = f"did you mean {' or '.join(near)}?" if near else ""
            there = meant or f"there is {', '.join(current)}."
            raise SettingsProblem(f"There is no sheet {name!r}; {there}")
    return [sheet for name, sheet in current.items() if not names or name in names]


def _offered(
    database: Database, organisation: str, world: World
) -> tuple[Mapping[str, Sheet], list[Project]]:
    """Return the sheets that an organisation can begin, and its projects."""
    database.migrate()
    with database.reading() as connection:
        if not organisation and not organisations.every(connection):
            return world.current, []
        here = organisations.named(connection, organisation)
        found = organisations.every_project(connection, here).values()
        current = world.offer(connection, here).current
    return current, [project for project in found if not project.practice]
