"""What the commands do, and how their faults are told: in a line, with a failing status."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from bot.app import admitted, opened, release
from bot.channels.console import converse, terminal
from bot.config import Settings, SettingsProblem, settings
from bot.participants import check_key, digest_by
from bot.play import TranscriptProblem, difference, replay
from bot.play import play as played
from bot.world import World, world
from flows import faults
from flows.conversation import StaleConversation
from flows.problems import HandbookProblems, Problem
from flows.sheet import REGISTRARS
from storage import notices, organisations
from storage.database import Connection, Database
from storage.problems import DatabaseProblem
from storage.sheets import DefinitionChanged

FAILED, WRONG_USE = 1, 2
EARLIEST_YEAR = 1970
MOST_PORTS = 65_536
SHAPE = r"\d{1,20}:[\w-]+"

FORESEEN = (
    HandbookProblems,
    SettingsProblem,
    DatabaseProblem,
    DefinitionChanged,
    StaleConversation,
    TranscriptProblem,
)


def chat(roles: Sequence[str]) -> None:
    """Hold the conversation in this terminal."""
    _known_roles(roles)
    if sys.stdin is None or sys.stdout is None:
        typer.echo("The chat needs an input and an output.", err=True)
        raise typer.Exit(WRONG_USE)
    with _foreseen(), _database() as (chosen, database):
        made, language = _world(chosen, chosen.handbook), chosen.language
        _offered(language, made)
        registration = opened(database, made, roles)
        with database.reading() as connection:
            _keyed(chosen, connection)
        converse(
            terminal(),
            registration.show(language),
            lambda event: registration.take(event, language),
        )


def serve(webhook_url: str, listen: str) -> None:
    """Run the bot on Telegram until the process is asked to end."""
    from bot.channels.telegram.client import TelegramProblem
    from bot.channels.telegram.redaction import configure_logging, without
    from bot.channels.telegram.running import Telegram
    from bot.channels.telegram.running import run as work

    with _foreseen(TelegramProblem), _database() as (chosen, database):
        token = chosen.telegram_token.get_secret_value().strip()
        if not token:
            raise SettingsProblem(
                "MEETMOMENT_TELEGRAM_TOKEN is not set; @BotFather on Telegram gives you a token."
            )
        if not re.fullmatch(SHAPE, token):
            raise SettingsProblem(
                "MEETMOMENT_TELEGRAM_TOKEN is no token; @BotFather gives one like 123456:ABC-def."
            )
        host, port = _address(listen)
        telegram = Telegram(
            token=token,
            api=chosen.telegram_api,
            webhook=webhook_url,
            host=host,
            port=port,
            rate=chosen.telegram_rate,
            chat_rate=chosen.telegram_chat_rate,
            person_rate=chosen.person_rate,
        )
        configure_logging("INFO", token)
        made = _world(chosen, chosen.handbook)
        _offered(chosen.language, made)
        database.migrate()
        with database.writing() as connection:
            release(connection, made)
            _keyed(chosen, connection)
        try:
            work(telegram, database, made, chosen.language)
        except TelegramProblem as error:
            # A proxy, or the address of a webhook, may repeat it.
            raise TelegramProblem(without(token, str(error))) from None


def admit(account: int, roles: Sequence[str]) -> None:
    """Let a Telegram account register; the example organisation is made if there is none."""
    _known_roles(roles)
    with _foreseen(), _database() as (chosen, database):
        made = _world(chosen, chosen.handbook)
        database.migrate()
        with database.writing() as connection:
            me = admitted(connection, made, "telegram", str(account), tuple(roles) or REGISTRARS)
        typer.echo(f"Telegram account {account} registers in {me.organisation} as {me.person}.")


def play(
    transcript: Path | None,
    handbook: Path | None,
    roles: Sequence[str],
    today: str,
    save: Path | None,
    *,
    update: bool,
) -> None:
    """Play a conversation in a database that is thrown away, or play a transcript again."""
    _known_roles(roles)
    with _foreseen():
        chosen = settings()
        made = _world(chosen, handbook or chosen.handbook)
        if transcript is None:
            if save is not None:
                # Before the conversation, because afterwards it would be lost.
                _write(save, "")
            day = _day(today) if today else datetime.now(made.time_zone).date()
            text = played(made, day, tuple(roles) or REGISTRARS, terminal())
            if save is not None:
                _write(save, text)
                typer.echo(f"The transcript is in {save}.", err=True)
            return
        before, after = replay(made, transcript)
        if update:
            _write(transcript, after)
        elif found := difference(before, after, transcript):
            typer.echo(found, nl=False)
            raise TranscriptProblem(f"{transcript} came out differently; --update rewrites it.")
        else:
            typer.echo(f"{transcript} came out the same.")


def check(path: Path | None) -> None:
    """Print every fault of the handbook and the translations."""
    with _foreseen():
        problems = faults.everything(path)
        for problem in problems:
            typer.echo(_near(problem))
        if problems:
            typer.echo(f"{len(problems)} found.", err=True)
            raise typer.Exit(FAILED)
        typer.echo("No faults found.")


def export(out: Path, language: str) -> None:
    """Write every format to a folder; a file appears only when it is complete."""
    from bot.exporting import export as write

    with _foreseen(), _database() as (chosen, database):
        made = _world(chosen, chosen.handbook)
        _offered(language, made)
        database.migrate()
        written = write(database, out, language, made.crosswalks, chosen.small_number)
        for path, rows in written:
            typer.echo(f"{path}: {rows} rows")


def ambassador(who: str) -> None:
    """Set whom /help points to in the one organisation of this database."""
    with _foreseen(), _database() as (_, database):
        database.migrate()
        with database.writing() as connection:
            organisation = organisations.only(connection)
            organisations.name_ambassador(connection, organisation, who.strip())
        said = f"/help points to {who.strip()}." if who.strip() else "/help points to nobody."
        typer.echo(said)


def migrate() -> None:
    """Bring the database up to date."""
    with _foreseen(), _database() as (chosen, database):
        database.migrate()
        made = _world(chosen, chosen.handbook)
        with database.writing() as connection:
            again = made.erased.again(connection, made.clock())
        if again:
            database.forget()
            typer.echo(f"{again} that were erased before were erased again.")
        typer.echo(f"{database.location.label} is up to date.")


def retention(chosen_months: Sequence[str], *, is_dry: bool) -> None:
    """Set how long things are kept, or announce and delete what is due."""
    from bot import retaining

    with _foreseen(), _database() as (chosen, database):
        made = _world(chosen, chosen.handbook)
        months = retaining.read_months(chosen_months)
        database.migrate()
        if months:
            with database.writing() as connection:
                organisation = organisations.only(connection)
                notices.keep_for(connection, organisation, months)
                kept = notices.months(connection, organisation)
            typer.echo(", ".join(f"{kind}={count}" for kind, count in kept.items()))
            return
        is_quiet = True
        for line in retaining.run(database, made, is_dry=is_dry):
            is_quiet = False
            typer.echo(line)
        if is_quiet:
            typer.echo("Nothing is due.")


def mydata(person: str) -> None:
    """Print what is stored about somebody who registers, as JSON."""
    from storage import mydata as stored

    with _foreseen(), _database() as (_, database):
        database.migrate()
        with database.reading() as connection:
            found = stored.everything(connection, organisations.only(connection), person)
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))


def erase(kind: str, code: str, *, is_sure: bool, is_forced: bool = False) -> None:
    """Erase somebody for good, after a question in a terminal."""
    from bot.erased import erase as erased

    with _foreseen(), _database() as (chosen, database):
        made = _world(chosen, chosen.handbook)
        database.migrate()
        if not is_sure and not typer.confirm(f"Erase {kind} {code}? Nobody can undo it."):
            raise typer.Exit(FAILED)
        with database.writing() as connection:
            _keyed(chosen, connection)
            found = erased(connection, made, kind, code, is_forced=is_forced)
        database.forget()
        for table, rows in found.items():
            typer.echo(f"{table}: {rows}")


@contextmanager
def _foreseen(*more: type[Exception]) -> Iterator[None]:
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
        typer.echo(f"Reading or writing failed: {error.strerror}.", err=True)
        raise typer.Exit(FAILED) from None


@contextmanager
def _database() -> Iterator[tuple[Settings, Database]]:
    chosen = settings()
    database = Database(chosen.database_url)
    try:
        yield chosen, database
    finally:
        database.close()


def _world(chosen: Settings, handbook: Path) -> World:
    digest = digest_by(chosen.participant_key.get_secret_value(), chosen.participant_key_file)
    return world(handbook, chosen.time_zone, _clock(), digest, chosen.erased_file)


def _keyed(chosen: Settings, connection: Connection) -> None:
    key = chosen.participant_key.get_secret_value()
    check_key(connection, key, chosen.participant_key_file)


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < MOST_PORTS:
        raise SettingsProblem(f"{listen!r} is no address to listen to; write it as 127.0.0.1:8080.")
    return host.strip("[]"), int(port)


def _offered(language: str, world: World) -> None:
    offered = world.interface.languages
    if language not in offered:
        raise SettingsProblem(
            f"{language!r} is not a language of the handbook; use one of {', '.join(offered)}."
        )


def _clock() -> Callable[[], datetime]:
    return lambda: datetime.now(UTC)


def _known_roles(roles: Sequence[str]) -> None:
    for role in roles:
        if role not in REGISTRARS:
            typer.echo(f"There is no role {role!r}; use one of {', '.join(REGISTRARS)}.", err=True)
            raise typer.Exit(WRONG_USE)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year < EARLIEST_YEAR:
        raise TranscriptProblem(f"{text!r} is not a day; write it like 2026-03-02.")
    return day


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TranscriptProblem(f"{path} cannot be written: {error.strerror}.") from error


def _near(problem: Problem) -> str:
    text = str(problem)
    return text.removeprefix(f"{Path.cwd()}{os.sep}")
