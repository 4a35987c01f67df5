"""What `meetmoment key` does: lists the keys, changes them, forgets old ones."""

import typer

from bot.config import SettingsProblem
from bot.opening import account, foreseen, opened_database
from flows.audit import COMMAND_LINE, Act
from storage import resealing, sealed


def show() -> None:
    """Print how many texts each key seals."""
    with foreseen(), opened_database() as (_, database):
        database.migrate()
        with database.reading() as connection:
            found, known = sealed.counts(connection), sealed.registered(connection)
        names = database.seal.names
        for name in names:
            state = "newest" if name == names[0] else "retired"
            if not known.get(name, True):
                state += ", not finished; run `meetmoment key rotate`"
            typer.echo(f"{name}: {found.get(name, 0)} texts ({state})")
        others = {name: number for name, number in found.items() if name not in names}
        for name, number in sorted(others.items()):
            typer.echo(f"{name or 'not sealed'}: {number} texts")


def rotate() -> None:
    """Go on with a change of keys, or begin one."""
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        if resealing.is_finished(database):
            resealing.begin(database)
            account(chosen, database, Act(COMMAND_LINE, "key_rotated"))
            typer.echo(f"{database.seal.newest} is the new key, in {database.seal.keys.where}.")
        else:
            typer.echo(f"Going on with the key {database.seal.newest}.")
        found = resealing.reseal(database)
        typer.echo(f"{found.texts} texts were sealed with it.")
        _warn(found.damaged)


def forget() -> None:
    """Remove the keys that seal nothing."""
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        if not resealing.is_finished(database):
            raise SettingsProblem("A change of keys is not finished; run `meetmoment key rotate`.")
        names = resealing.forget(database)
        if names:
            account(chosen, database, Act(COMMAND_LINE, "key_forgotten", detail={"keys": names}))
        for name in names:
            typer.echo(f"{name} is forgotten.")
        if not names:
            typer.echo("There is no key that seals nothing.")


def _warn(damaged: int) -> None:
    if damaged:
        typer.echo(
            f"{damaged} texts are damaged and were left as they are; restore them from a backup,"
            " and keep the keys that sealed them.",
            err=True,
        )
