"""What the commands do, and how their faults are told: in a line, with a failing status."""

import asyncio
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import typer

from bot.app import admitted, erase_again, opened, release
from bot.at_once import AtOnce
from bot.channels.console import converse, terminal
from bot.config import Settings, SettingsProblem, settings
from bot.opening import (
    FAILED,
    WRONG_USE,
    audit_of,
    check_keys,
    clock,
    foreseen,
    opened_database,
    world_of,
)
from bot.options import voice
from bot.play import TranscriptProblem, difference, replay
from bot.play import play as played
from bot.world import World
from flows import faults
from flows.access import ROLES, WRITING, reaches_all
from flows.audit import COMMAND_LINE, Act
from flows.problems import Problem
from flows.sheet import REGISTRARS
from storage import organisations
from storage.database import Connection

EARLIEST_YEAR = 1970
MOST_PORTS = 65_536
MOST_WHO = 200
SHAPE = r"\d{1,20}:[\w-]+"


def chat(roles: Sequence[str]) -> None:
    """Hold the conversation in this terminal."""
    _known_roles(roles)
    if sys.stdin is None or sys.stdout is None:
        typer.echo("The chat needs an input and an output.", err=True)
        raise typer.Exit(WRONG_USE)
    with foreseen(), opened_database() as (chosen, database):
        made, language = world_of(chosen), chosen.language
        voice(made, language)
        database.migrate()
        with database.reading() as connection:
            check_keys(chosen, connection)
        registration = opened(database, made, roles)
        converse(
            terminal(),
            registration.show(language),
            lambda event: registration.take(event, language),
            AtOnce(database, made, language),
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
        made = world_of(chosen)
        voice(made, chosen.language)
        database.migrate()
        with database.writing() as connection:
            check_keys(chosen, connection)
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
        made = world_of(chosen)
        database.migrate()
        with database.writing() as connection:
            check_keys(chosen, connection)
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
        made = replace(world_of(chosen), bot_name=name)
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
        made = replace(world_of(chosen), bot_name=_bot_name(chosen))
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
        made = world_of(chosen, handbook or chosen.handbook)
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


def ambassador(who: str, organisation: str) -> None:
    """Set whom /help points to in an organisation; how to reach a colleague may stand there."""
    if len(who) > MOST_WHO or not who.isprintable():
        typer.echo(f"Name the ambassador in one line of at most {MOST_WHO} characters.", err=True)
        raise typer.Exit(WRONG_USE)
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        with database.writing() as connection:
            check_keys(chosen, connection)
            here = organisations.named(connection, organisation)
            organisations.name_ambassador(connection, here, who.strip())
            act = Act(COMMAND_LINE, "ambassador_named")
            audit_of(chosen).write(connection, here, [act], clock())
        said = f"/help points to {who.strip()}." if who.strip() else "/help points to nobody."
        typer.echo(said)


def migrate() -> None:
    """Bring the database up to date."""
    with foreseen(), opened_database() as (chosen, database):
        database.migrate()
        made = world_of(chosen)
        with database.writing() as connection:
            check_keys(chosen, connection)
            for organisation in organisations.every(connection):
                made.audit.begin(connection, organisation, made.clock())
            again = erase_again(connection, made)
        if again:
            database.forget()
            typer.echo(f"{again} that were erased before were erased again.")
        typer.echo(f"{database.location.label} is up to date.")


def audit_verify(noted: Sequence[str], folder: Path | None) -> None:
    """Print what is wrong with the audit, and the newest entry of each chain."""
    from bot.auditing import head_of, verify

    with foreseen(), opened_database() as (chosen, database):
        heads = [head_of(text) for text in noted]
        database.migrate()
        with database.reading() as connection:
            _has_key(chosen)
            found = verify(connection, audit_of(chosen), heads, folder)
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
            check_keys(chosen, connection)
        rows = write(database, audit_of(chosen), out, clock())
        typer.echo(f"{out}: {rows} rows")


def _has_key(chosen: Settings) -> None:
    """Refuse to make a key where one is needed that was there before."""
    if not chosen.participant_key.get_secret_value() and not chosen.key_file.exists():
        raise SettingsProblem(
            f"{chosen.key_file}, the key that seals the audit, is not there; without"
            " it nothing can be verified."
        )


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < MOST_PORTS:
        raise SettingsProblem(f"{listen!r} is no address to listen to; write it as 127.0.0.1:8080.")
    return host.strip("[]"), int(port)


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
