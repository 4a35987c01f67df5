"""What `meetmoment organisation` does: several organisations in one database."""

import re
from datetime import UTC, datetime

import typer

from bot.app import release_in
from bot.config import SettingsProblem
from bot.opening import foreseen, opened_database, world_of
from bot.world import new_id
from storage import agreements, organisations
from storage.agreements import VALID

SHAPE = r"[a-z0-9][a-z0-9-]{0,39}"


def add(name: str, title: str) -> None:
    """Add an organisation with the sheets of now."""
    with foreseen(), opened_database() as (chosen, database):
        if not re.fullmatch(SHAPE, name) or not title.strip():
            raise SettingsProblem(
                f"{name!r} is no identifier; write it like sint-niklaas, and its name behind it."
            )
        made = world_of(chosen)
        database.migrate()
        with database.writing() as connection:
            organisations.add(connection, name, title.strip(), _now())
            release_in(connection, made, name)
        typer.echo(
            f"{title.strip()} is there. Let somebody in with"
            f" `meetmoment invite --role admin --organisation {name}`."
        )


def show() -> None:
    """Show the organisations with their projects, and with whom these are shared."""
    with foreseen(), opened_database() as (_, database):
        database.migrate()
        with database.reading() as connection:
            for name, title, projects in organisations.listed(connection):
                shared = agreements.shared(connection, name)
                typer.echo(f"{name}: {title}")
                for project, called in projects:
                    others = [party for (party, _), own in shared.items() if own == project]
                    together = f", together with {', '.join(others)}" if others else ""
                    typer.echo(f"  {project}: {called}{together}")


def share(project: str, organisation: str) -> None:
    """Print the code with which another organisation joins."""
    code = f"{new_id()}-{new_id()}"
    with foreseen(), opened_database() as (_, database):
        database.migrate()
        with database.writing() as connection:
            here = organisations.named(connection, organisation)
            found = agreements.offer(connection, here, project, code, _now())
        typer.echo(
            f"{found.name} can be joined once within {VALID.days} days, by"
            f" `meetmoment organisation join {code}`"
        )


def join(code: str, project: str, organisation: str) -> None:
    """Join another organisation's project."""
    with foreseen(), opened_database() as (_, database):
        database.migrate()
        with database.writing() as connection:
            here = organisations.named(connection, organisation)
            own, other = agreements.join(connection, (here, project), code, new_id(), _now())
        typer.echo(f"{own.name} ({own.id}) of {here} is shared with {other} from now on.")


def part(project: str, organisation: str) -> None:
    """End what was agreed about a project."""
    with foreseen(), opened_database() as (_, database):
        database.migrate()
        with database.writing() as connection:
            here = organisations.named(connection, organisation)
            found = agreements.part(connection, here, project, _now())
        typer.echo(f"{found.name} of {here} is shared with nobody any more; all records stay.")


def _now() -> datetime:
    return datetime.now(UTC)
