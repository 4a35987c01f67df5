"""What every command begins with: settings, database, handbook, and how faults are told."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.accounting import seals_by
from bot.config import Settings, SettingsProblem, settings
from bot.first_names import added_names
from bot.keys import keys
from bot.participants import check_key, digest_by
from bot.play import TranscriptProblem
from bot.world import World, world
from flows.audit import Act
from flows.conversation import StaleConversation
from flows.problems import HandbookProblems
from storage import organisations
from storage.audit import Audit
from storage.database import Connection, Database
from storage.problems import DatabaseProblem
from storage.sheets import DefinitionChanged

FAILED, WRONG_USE = 1, 2

FORESEEN = (
    HandbookProblems,
    SettingsProblem,
    DatabaseProblem,
    DefinitionChanged,
    StaleConversation,
    TranscriptProblem,
)


def account(chosen: Settings, database: Database, act: Act) -> None:
    """Write into the audit of every organisation what concerns all of them."""
    with database.writing() as connection:
        for organisation in organisations.every(connection):
            audit_of(chosen).write(connection, organisation, [act], clock())


@contextmanager
def foreseen(*more: type[Exception]) -> Iterator[None]:
    """Tell what was foreseen in a line, and end with a failing status."""
    kinds: tuple[type[Exception], ...] = (*FORESEEN, *more)
    try:
        yield
    except kinds as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    except BrokenPipeError:
        # Whoever read the output has gone; what is stored is stored.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except OSError as error:
        which = f" {error.filename}" if error.filename else ""
        typer.echo(f"Reading or writing{which} failed: {error.strerror}.", err=True)
        raise typer.Exit(FAILED) from None


@contextmanager
def opened_database() -> Iterator[tuple[Settings, Database]]:
    """Yield the settings and the database that they name."""
    chosen = settings()
    database = Database(chosen.database_url, keys(chosen))
    try:
        yield chosen, database
    finally:
        database.close()


def world_of(chosen: Settings, handbook: Path | None = None) -> World:
    """Return what a process works with; of another handbook where one is given."""
    digest = digest_by(chosen.participant_key.get_secret_value(), chosen.key_file)
    names = added_names(chosen.first_names)
    made = world(
        handbook or chosen.handbook, chosen.time_zone, clock, digest, names, chosen.erased_file
    )
    return replace(made, bot_name=chosen.telegram_name, small_number=chosen.small_number)


def check_keys(chosen: Settings, connection: Connection) -> None:
    """Refuse to go on with another key than the one that codes were derived with."""
    key = chosen.participant_key.get_secret_value()
    check_key(connection, key, chosen.key_file)


def audit_of(chosen: Settings) -> Audit:
    """Return what writes into the audit."""
    key = chosen.participant_key.get_secret_value()
    return Audit(seals_by(digest_by(key, chosen.key_file)))


def clock() -> datetime:
    """Return the time."""
    return datetime.now(UTC)
