"""The command line: `meetmoment`."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from bot import (
    export_commands,
    plan_commands,
    report_command,
    sheet_commands,
    staff_commands,
)

app = typer.Typer(
    help="A chat that registers what prevention projects do, as the SOCPREV handbook asks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help="Register only as this role; may be given several times."),
]
Organisation = Annotated[
    str, typer.Option(help="Which organisation, where the database holds several.")
]
Project = Annotated[str, typer.Argument(help="A project's identifier or name.")]
HandbookFolder = Annotated[
    Path | None,
    typer.Option("--handbook", help="Play the sheets of this folder instead of the handbook."),
]


key = typer.Typer(
    help="The keys with which free text is sealed in the database.", no_args_is_help=True
)
app.add_typer(key, name="key")


@app.callback()
def _program(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"meetmoment {installed('meetmoment')}")
        raise typer.Exit


app.info.invoke_without_command = True


@app.command()
def chat(role: Roles = None) -> None:
    """Register in this terminal; without a terminal, read a line for each turn."""
    from bot import run

    run.chat(role or [])


@app.command(name="run")
def serve(
    webhook_url: Annotated[
        str,
        typer.Option(help="Let Telegram deliver to this https:// address, instead of asking it."),
    ] = "",
    listen: Annotated[
        str, typer.Option(help="Where a webhook is listened for, as host:port.")
    ] = "127.0.0.1:8080",
) -> None:
    """Register on Telegram, with the bot whose token is in MEETMOMENT_TELEGRAM_TOKEN."""
    from bot import run

    run.serve(webhook_url, listen)


@app.command()
def admit(
    account: Annotated[int, typer.Argument(help="A Telegram account's number.", min=1, max=2**52)],
    role: Roles = None,
    organisation: Organisation = "",
    everywhere: Annotated[
        bool,
        typer.Option(
            "--everywhere",
            help="All projects, also those that come later; for city coordinators and evaluators.",
        ),
    ] = False,
) -> None:
    """Let a Telegram account in to all projects that an organisation has."""
    from bot import run

    run.admit(account, role or [], organisation, everywhere=everywhere)


@app.command()
def play(
    transcript: Annotated[
        Path | None, typer.Argument(help="Play this transcript again and compare.")
    ] = None,
    handbook: HandbookFolder = None,
    role: Roles = None,
    today: Annotated[str, typer.Option(help="The day on which it is played, as 2026-03-02.")] = "",
    save: Annotated[Path | None, typer.Option(help="Write the transcript to this file.")] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Rewrite the transcript as it comes out now.")
    ] = False,
) -> None:
    """Try a conversation without storing it, and keep it as a transcript that is a test."""
    from bot import run

    run.play(transcript, handbook, role or [], today, save, update=update)


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="A folder of sheets, a .yaml or a .po file.")
    ] = None,
) -> None:
    """Look for faults in the handbook and the translations, with file, line and remedy."""
    from bot import run

    run.check(path)


@app.command()
def ambassador(
    who: Annotated[
        str, typer.Argument(help="A function, a phone number, an address; '' for nobody.")
    ],
    organisation: Organisation = "",
) -> None:
    """Name the registration ambassador, to whom /help points."""
    from bot import run

    run.ambassador(who, organisation)


@key.command(name="list")
def list_keys() -> None:
    """Print the name of each key and how many texts it seals, the newest key first."""
    from bot import sealing

    sealing.show()


@key.command()
def rotate() -> None:
    """Make a new key and seal everything with it, also while a bot runs; may be interrupted."""
    from bot import sealing

    sealing.rotate()


@key.command()
def forget() -> None:
    """Throw away the keys that seal nothing any more; backups made with them become useless."""
    from bot import sealing

    sealing.forget()


@app.command()
def migrate() -> None:
    """Make the database, or bring it up to date."""
    from bot import run

    run.migrate()


audit = typer.Typer(
    help="The account of who did what: verify it, or write it as a file.", no_args_is_help=True
)
app.add_typer(audit, name="audit")


@audit.command(name="verify")
def audit_verify(
    head: Annotated[
        list[str] | None,
        typer.Option(help="The newest entry when it was noted, as NUMBER:DIGEST; may be repeated."),
    ] = None,
    files: Annotated[
        Path | None, typer.Option(help="A folder with exported files, to be found in the audit.")
    ] = None,
) -> None:
    """Look for entries that were changed, removed or inserted."""
    from bot import run

    run.audit_verify(head or [], files)


@audit.command(name="export")
def audit_export(
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
) -> None:
    """Write every entry of the audit as a CSV file."""
    from bot import run

    run.audit_export(out)


several = typer.Typer(
    help="Several organisations in one database, and projects that they share.",
    no_args_is_help=True,
)
app.add_typer(several, name="organisation")


@several.command()
def add(
    name: Annotated[str, typer.Argument(help="A short identifier of a-z, 0-9 and -.")],
    title: Annotated[str, typer.Argument(help="What it is called.")],
) -> None:
    """Add an organisation; let its first person in with `meetmoment admit --organisation`."""
    from bot import organising

    organising.add(name, title)


@several.command(name="list")
def every() -> None:
    """Show the organisations, their projects, and with whom these are shared."""
    from bot import organising

    organising.show()


@several.command()
def share(project: Project, organisation: Organisation = "") -> None:
    """Print a code with which one other organisation can join a project, once, within a week."""
    from bot import organising

    organising.share(project, organisation)


@several.command()
def join(
    code: Annotated[str, typer.Argument(help="What the other organisation's `share` printed.")],
    project: Annotated[
        str, typer.Option(help="A project that is there, instead of a copy of the other's.")
    ] = "",
    organisation: Organisation = "",
) -> None:
    """Join a project of another organisation: each sees the records of both, and keeps its own."""
    from bot import organising

    organising.join(code, project, organisation)


@several.command()
def part(project: Project, organisation: Organisation = "") -> None:
    """End what was agreed about a project; what was registered stays with each."""
    from bot import organising

    organising.part(project, organisation)


@app.command()
def retention(
    months: Annotated[
        list[str] | None,
        typer.Option("--set", help="After how many months, as daily=24; then nothing is deleted."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be announced and deleted.")
    ] = False,
    organisation: Organisation = "",
) -> None:
    """Announce what falls due, and delete what was announced 30 days ago; to be run every day."""
    from bot import keeping

    keeping.retention(months or [], organisation, is_dry=dry_run)


@app.command()
def mydata(
    code: Annotated[str, typer.Argument(help="The code of somebody who registers.")],
    organisation: Organisation = "",
) -> None:
    """Print all that is stored about somebody who registers, as JSON."""
    from bot import keeping

    keeping.mydata(code, organisation)


erasing = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(erasing, name="erase", help="Erase somebody for good.")
Sure = Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")]


@erasing.command()
def person(
    code: Annotated[str, typer.Argument(help="The code of somebody who registers.")],
    yes: Sure = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also with unfinished registrations, or the last admin."),
    ] = False,
    organisation: Organisation = "",
) -> None:
    """Erase an account; what that person saved stays, without the person."""
    from bot import keeping

    keeping.erase("person", code, organisation, is_sure=yes, is_forced=force)


@erasing.command()
def participant(
    code: Annotated[str, typer.Argument(help="A participant's code, as K7-N.")],
    yes: Sure = False,
    organisation: Organisation = "",
) -> None:
    """Erase all there is of a participant, everywhere."""
    from bot import keeping

    keeping.erase("participant", code, organisation, is_sure=yes)


@app.command()
def simulate(
    first: Annotated[str, typer.Option("--from", help="The first day, as 2026-01-05.")] = "",
    last: Annotated[str, typer.Option("--until", help="The last day.")] = "",
    workers: Annotated[int, typer.Option(help="How many people work there.")] = 10,
    participants: Annotated[int, typer.Option(help="How many take part.")] = 20,
    seed: Annotated[int, typer.Option(help="The same seed gives the same simulation.")] = 1,
    language: Annotated[str, typer.Option(help="The language of the messages.")] = "en",
    project: Annotated[
        str, typer.Option(help="Simulate this project of the database, which is only read.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="A new folder for diary, overviews and export; else the diary is shown."),
    ] = None,
    organisation: Organisation = "",
) -> None:
    """Let simulated workers go through a plan before the field starts; nothing of it is kept."""
    from bot import simulating

    wanted = simulating.Wanted(
        first, last, workers, participants, seed, language, project, organisation
    )
    simulating.simulate(wanted, out)


export_commands.add_to(app)
plan_commands.add_to(app)
report_command.add_to(app)
sheet_commands.add_to(app)
staff_commands.add_to(app)


def main() -> None:
    """Run the command line; what a terminal cannot show or spell becomes a question mark."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
