"""What the commands do, and how their faults are told: in a line, with a failing status."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from bot.accounting import seals_by
from bot.app import admitted, opened, release
from bot.channels.console import converse, terminal
from bot.config import Settings, SettingsProblem, settings
from bot.first_names import added_names
from bot.keys import keys
from bot.participants import check_key, digest_by
from bot.play import TranscriptProblem, difference, replay
from bot.play import play as played
from bot.world import World, world
from flows import faults
from flows.access import ROLES, WRITING, reaches_all
from flows.audit import COMMAND_LINE, Act
from flows.conversation import StaleConversation
from flows.problems import HandbookProblems, Problem
from flows.sheet import REGISTRARS
from storage import notices, organisations
from storage.audit import Audit
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
    with foreseen(), opened_database() as (chosen, database):
        made, language = _world(chosen, chosen.handbook), chosen.language
        _offered(language, made)
        database.migrate()
        with database.reading() as connection:
            _keyed(chosen, connection)
        registration = opened(database, made, roles)
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

    with foreseen(TelegramProblem), opened_database() as (chosen, database):
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
            _keyed(chosen, connection)
            release(connection, made)
        try:
            work(telegram, database, made, chosen.language)
        except TelegramProblem as error:
            # A proxy, or the address of a webhook, may repeat it.
            raise TelegramProblem(without(token, str(error))) from None


def admit(account: int, roles: Sequence[str], organisation: str, *, everywhere: bool) -> None:
    """Let a Telegram account in; the example organisation is made if there is none."""
    given = known_roles(roles) or REGISTRARS
    if everywhere and not reaches_all(given, given=True):
        typer.echo("--everywhere is for the roles city_coordinator and evaluator.", err=True)
        raise typer.Exit(WRONG_USE)
    with foreseen(), opened_database() as (chosen, database):
        made = _world(chosen, chosen.handbook)
        database.migrate()
        with database.writing() as connection:
            _keyed(chosen, connection)
            me = admitted(
                connection,
                made,
                "telegram",
                str(account),
                given,
                organisation,
                everywhere=everywhere,
            )
        does = "is let in to" if WRITING.isdisjoint(given) else "registers in"
        typer.echo(f"Telegram account {account} {does} {me.organisation} as {me.person}.")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command about people works with, in one transaction."""

    connection: Connection
    world: World
    organisation: str


def staff(organisation: str, work: Callable[[Desk], Iterable[str]], *, links: bool = False) -> None:
    """Do something about people, and print what is said of it once it is stored.

    With `links`, the bot's name is found out for them.
    """
    from bot.channels.telegram.client import TelegramProblem
    from bot.staff import StaffProblem
    from bot.staff import organisation as meant

    with foreseen(StaffProblem, TelegramProblem), opened_database() as (chosen, database):
        name = _bot_name(chosen) if links else ""
        made = replace(_world(chosen, chosen.handbook), bot_name=name)
        database.migrate()
        with database.writing() as connection:
            here = meant(connection, made, organisation)
            lines = list(work(Desk(connection, made, here)))
        for line in lines:
            typer.echo(line)


def set_up(path: Path, links: Path, organisation: str, *, dry_run: bool) -> None:
    """Set projects and people up from a file, and print what was done."""
    from bot.channels.telegram.client import TelegramProblem
    from bot.setup import SetupProblem
    from bot.setup import set_up as work
    from bot.staff import StaffProblem

    with (
        foreseen(SetupProblem, StaffProblem, TelegramProblem),
        opened_database() as (chosen, database),
    ):
        made = replace(_world(chosen, chosen.handbook), bot_name=_bot_name(chosen))
        database.migrate()
        for line in work(database, made, path, links, organisation, dry_run=dry_run):
            typer.echo(line)


def _bot_name(chosen: Settings) -> str:
    """Return what the bot is called on Telegram: as it is set, or asked there; "" if unknown."""
    from bot.channels.telegram.client import TelegramProblem, name_of
    from bot.channels.telegram.redaction import without

    token = chosen.telegram_token.get_secret_value().strip()
    if chosen.telegram_name or not token:
        return chosen.telegram_name
    try:
        return asyncio.run(name_of(token, chosen.telegram_api))
    except TelegramProblem as error:
        raise TelegramProblem(without(token, str(error))) from None


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
    with foreseen():
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
    with foreseen():
        problems = faults.everything(path)
        for problem in problems:
            typer.echo(_near(problem))
        if problems:
            typer.echo(f"{len(problems)} found.", err=True)
            raise typer.Exit(FAILED)
        typer.echo("No faults found.")


def export(out: Path, language: str, organisation: str) -> None:
    """Write every format to a folder; a file appears only when it is complete."""
    from bot.exporting import export as write

    with foreseen(), opened_database() as (chosen, database):
        made = _world(chosen, chosen.handbook)
        _offered(language, made)
        database.migrate()
        with database.reading() as connection:
            _keyed(chosen, connection)
        for path, rows in write(database, out, language, made, organisation):
            typer.echo(f"{path}: {rows} rows")


def ambassador(who: str, organisation: str) -> None:
    """Set whom /help points to in an organisation."""
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        with database.writing() as connection:
            _keyed(chosen, connection)
            here = organisations.named(connection, organisation)
            organisations.name_ambassador(connection, here, who.strip())
            act = Act(COMMAND_LINE, "ambassador_named")
            _audit(chosen).write(connection, here, [act], _clock()())
        said = f"/help points to {who.strip()}." if who.strip() else "/help points to nobody."
        typer.echo(said)


def migrate() -> None:
    """Bring the database up to date."""
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        made = _world(chosen, chosen.handbook)
        with database.writing() as connection:
            _keyed(chosen, connection)
            for organisation in organisations.every(connection):
                made.audit.begin(connection, organisation, made.clock())
            again = made.erased.again(connection, made.clock())
        if again:
            database.forget()
            typer.echo(f"{again} that were erased before were erased again.")
        typer.echo(f"{database.location.label} is up to date.")


def retention(chosen_months: Sequence[str], organisation: str, *, is_dry: bool) -> None:
    """Set how long things are kept, or announce and delete what is due."""
    from bot import retaining

    with foreseen(), opened_database() as (chosen, database):
        made = _world(chosen, chosen.handbook)
        months = retaining.read_months(chosen_months)
        database.migrate()
        if months:
            with database.writing() as connection:
                here = organisations.named(connection, organisation)
                notices.keep_for(connection, here, months)
                kept = notices.months(connection, here)
            typer.echo(", ".join(f"{kind}={count}" for kind, count in kept.items()))
            return
        is_quiet = True
        for line in retaining.run(database, made, organisation, is_dry=is_dry):
            is_quiet = False
            typer.echo(line)
        if is_quiet:
            typer.echo("Nothing is due.")


def mydata(person: str, organisation: str) -> None:
    """Print what is stored about somebody who registers, as JSON."""
    from storage import mydata as stored

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
    from bot.erased import erase as erased

    with foreseen(), opened_database() as (chosen, database):
        made = _world(chosen, chosen.handbook)
        database.migrate()
        if not is_sure and not typer.confirm(f"Erase {kind} {code}? Nobody can undo it."):
            raise typer.Exit(FAILED)
        with database.writing() as connection:
            _keyed(chosen, connection)
            here = organisations.named(connection, organisation)
            found = erased(connection, made, here, (kind, code), is_forced=is_forced)
        database.forget()
        for table, rows in found.items():
            typer.echo(f"{table}: {rows}")


def audit_verify(noted: Sequence[str], folder: Path | None) -> None:
    """Print what is wrong with the audit, and the newest entry of each chain."""
    from bot.auditing import head_of, verify

    with foreseen(), opened_database() as (chosen, database):
        heads = [head_of(text) for text in noted]
        database.migrate()
        with database.reading() as connection:
            _has_key(chosen)
            found = verify(connection, _audit(chosen), heads, folder)
        for line in (*found.faults, *found.heads):
            typer.echo(line)
        if found.faults:
            typer.echo(f"{len(found.faults)} found.", err=True)
            raise typer.Exit(FAILED)
        typer.echo("Nothing was changed, removed or inserted.")


def audit_export(out: Path) -> None:
    """Write the audit as a CSV file, which appears only when it is complete."""
    from bot.auditing import export as write

    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        with database.reading() as connection:
            _keyed(chosen, connection)
        rows = write(database, _audit(chosen), out, _clock()())
        typer.echo(f"{out}: {rows} rows")


def account(chosen: Settings, database: Database, act: Act) -> None:
    """Write into the audit of every organisation what concerns all of them."""
    with database.writing() as connection:
        for organisation in organisations.every(connection):
            _audit(chosen).write(connection, organisation, [act], _clock()())


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
        typer.echo(f"Reading or writing failed: {error.strerror}.", err=True)
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


def _world(chosen: Settings, handbook: Path) -> World:
    digest = digest_by(chosen.participant_key.get_secret_value(), chosen.key_file)
    names = added_names(chosen.first_names)
    made = world(handbook, chosen.time_zone, _clock(), digest, names, chosen.erased_file)
    return replace(made, bot_name=chosen.telegram_name, small_number=chosen.small_number)


def _keyed(chosen: Settings, connection: Connection) -> None:
    key = chosen.participant_key.get_secret_value()
    check_key(connection, key, chosen.key_file)


def _has_key(chosen: Settings) -> None:
    """Refuse to make a key where one is needed that was there before."""
    if not chosen.participant_key.get_secret_value() and not chosen.key_file.exists():
        raise SettingsProblem(
            f"{chosen.key_file}, the key that seals the audit, is not there; without"
            " it nothing can be verified."
        )


def _audit(chosen: Settings) -> Audit:
    key = chosen.participant_key.get_secret_value()
    return Audit(seals_by(digest_by(key, chosen.key_file)))


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


def known_roles(roles: Sequence[str]) -> tuple[str, ...]:
    """Return roles as they are; leave the program when there is no such role."""
    _known_roles(roles, ROLES)
    return tuple(dict.fromkeys(roles))


def _known_roles(roles: Sequence[str], known: Collection[str] = REGISTRARS) -> None:
    for role in roles:
        if role not in known:
            typer.echo(f"There is no role {role!r}; use one of {', '.join(known)}.", err=True)
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
