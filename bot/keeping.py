"""What `meetmoment retention`, `mydata` and `erase` do: how long things are kept, and for whom."""

import json
from collections.abc import Sequence

import typer

from bot import retaining
from bot.erased import ERASE
from bot.opening import FAILED, check_keys, foreseen, opened_database, world_of
from bot.world import World
from flows.audit import COMMAND_LINE, ERASED, Act
from flows.codes import is_valid, plain
from storage import erasure, notices, organisations
from storage import mydata as stored
from storage.database import Connection
from storage.problems import DatabaseProblem


def retention(chosen_months: Sequence[str], organisation: str, *, is_dry: bool) -> None:
    """Set how long things are kept, or announce and delete what is due."""
    with foreseen(), opened_database() as (chosen, database):
        made = world_of(chosen)
        months = retaining.read_months(chosen_months)
        database.migrate()
        if months:
            with database.writing() as connection:
                here = organisations.named(connection, organisation)
                notices.keep_for(connection, here, months)
                said = [f"{kind}:{count}" for kind, count in months.items()]
                act = Act(COMMAND_LINE, "retention_set", detail={"months": said})
                made.audit.write(connection, here, [act], made.clock())
                kept = notices.months(connection, here)
            typer.echo(", ".join(f"{kind}={count}" for kind, count in kept.items()))
            return
        with database.reading() as connection:
            every = organisations.every(connection)
        is_quiet = True
        for here in [organisation] if organisation or not every else every:
            for line in retaining.run(database, made, here, is_dry=is_dry):
                is_quiet = False
                typer.echo(f"{here}: {line}" if len(every) > 1 else line)
        if is_quiet:
            typer.echo("Nothing is due.")


def mydata(person: str, organisation: str) -> None:
    """Print what is stored about somebody who registers, as JSON."""
    with foreseen(), opened_database() as (_, database):
        database.migrate()
        with database.reading() as connection:
            here = organisations.named(connection, organisation)
            found = stored.everything(connection, here, person)
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))


def erase(
    kind: str, code: str, organisation: str, *, is_sure: bool, is_forced: bool = False
) -> None:
    """Erase somebody for good, after a question in a terminal."""
    with foreseen(), opened_database() as (chosen, database):
        made = world_of(chosen)
        database.migrate()
        if not is_sure and not typer.confirm(f"Erase {kind} {code}? Nobody can undo it."):
            raise typer.Exit(FAILED)
        with database.writing() as connection:
            check_keys(chosen, connection)
            here = organisations.named(connection, organisation)
            found = _erased(connection, made, here, (kind, code), is_forced=is_forced)
        database.forget()
        for table, rows in found.items():
            typer.echo(f"{table}: {rows}")


def _erased(
    connection: Connection,
    world: World,
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
        wanted = code.strip().casefold()
        found = erasure.people_called(connection, organisation)
        entries = [item for item in found if item.code.casefold() == wanted]
        code = entries[0].code if entries else code
        if not is_forced:
            _may_go(connection, organisation, code)
    removed = ERASE[kind](connection, organisation, code, world.clock())
    world.erased.add(entries)
    act = Act(COMMAND_LINE, ERASED, kind, {"rows": sum(removed.values())})
    world.audit.write(connection, organisation, [act], world.clock())
    return removed


def _code(typed: str) -> str:
    if not is_valid(typed):
        raise DatabaseProblem(f"{typed!r} is no participant's code; look at it once more.")
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
