"""What `meetmoment organisation` does: several organisations in one database."""

import re
from collections.abc import Mapping

import typer

from bot.app import release_in
from bot.config import Settings, SettingsProblem
from bot.opening import audit_of, clock, foreseen, opened_database, world_of
from bot.world import new_id
from flows.audit import COMMAND_LINE, Act
from flows.identity import LABEL, identifying
from storage import agreements, organisations
from storage.agreements import VALID
from storage.database import Connection

MOST = 80
SHAPE = r"[a-z0-9][a-z0-9-]{0,39}"


def add(name: str, title: str) -> None:
    """Add an organisation with the sheets of now."""
    with foreseen(), opened_database() as (chosen, database):
        if not re.fullmatch(SHAPE, name) or identifying(name, field=LABEL):
            raise SettingsProblem(f"{name!r} is no identifier; write it like sint-niklaas.")
        title = title.strip()
        if not title or len(title) > MOST or not title.isprintable():
            raise SettingsProblem(f"What it is called is one line of at most {MOST} characters.")
        if identifying(title, field=LABEL):
            raise SettingsProblem("What it is called looks like a person's; take that out.")
        made = world_of(chosen)
        database.migrate()
        with database.writing() as connection:
            organisations.add(connection, name, title, clock())
            release_in(connection, made, name)
        typer.echo(
            f"{title} is there. Let somebody in with"
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
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        with database.writing() as connection:
            here = organisations.named(connection, organisation)
            found = agreements.offer(connection, here, project, code, clock())
            act = Act(COMMAND_LINE, "shared", found.id)
            audit_of(chosen).write(connection, here, [act], clock())
        typer.echo(
            f"{found.name} can be joined once within {VALID.days} days, by"
            f" `meetmoment organisation join {code}`"
        )


def join(code: str, project: str, organisation: str) -> None:
    """Join another organisation's project."""
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        with database.writing() as connection:
            here = organisations.named(connection, organisation)
            own, other = agreements.join(connection, (here, project), code, new_id(), clock())
            acts = {here: Act(COMMAND_LINE, "joined", own.id, {"other": other})}
            for party, theirs in agreements.shared(connection, here, [own.id]):
                if party == other:
                    acts[party] = Act(COMMAND_LINE, "joined", theirs, {"other": here})
            _account(connection, chosen, acts)
        typer.echo(f"{own.name} ({own.id}) of {here} is shared with {other} from now on.")


def part(project: str, organisation: str) -> None:
    """End what was agreed about a project."""
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        with database.writing() as connection:
            here = organisations.named(connection, organisation)
            wanted = organisations.project_named(connection, here, project).id
            shared = agreements.shared(connection, here, [wanted])
            found = agreements.part(connection, here, project, clock())
            acts = {party: Act(COMMAND_LINE, "parted", theirs) for party, theirs in shared}
            _account(connection, chosen, acts | {here: Act(COMMAND_LINE, "parted", found.id)})
        typer.echo(f"{found.name} of {here} is shared with nobody any more; all records stay.")


def _account(connection: Connection, chosen: Settings, acts: Mapping[str, Act]) -> None:
    """Write into the audit of each organisation what concerns it, in one order."""
    for organisation, act in sorted(acts.items()):
        audit_of(chosen).write(connection, organisation, [act], clock())
