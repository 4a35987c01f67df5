"""The command line: `meetmoment`."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

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
HandbookFolder = Annotated[
    Path | None,
    typer.Option("--handbook", help="Play the sheets of this folder instead of the handbook."),
]


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
) -> None:
    """Let a Telegram account register for all projects of this database."""
    from bot import run

    run.admit(account, role or [])


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
def export(
    out: Annotated[Path, typer.Option(help="The folder to write to; made if it is not there.")],
    language: Annotated[str, typer.Option(help="The language of the labels.")] = "en",
) -> None:
    """Write all records as CSV files: single values, tables for readers, and what they mean."""
    from bot import run

    run.export(out, language)


@app.command()
def ambassador(
    who: Annotated[
        str, typer.Argument(help="A function, a phone number, an address; '' for nobody.")
    ],
) -> None:
    """Name the registration ambassador, to whom /help points."""
    from bot import run

    run.ambassador(who)


@app.command()
def migrate() -> None:
    """Make the database, or bring it up to date."""
    from bot import run

    run.migrate()


@app.command()
def retention(
    months: Annotated[
        list[str] | None,
        typer.Option("--set", help="After how many months, as daily=24; then nothing is deleted."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be announced and deleted.")
    ] = False,
) -> None:
    """Announce what falls due, and delete what was announced 30 days ago; to be run every day."""
    from bot import run

    run.retention(months or [], is_dry=dry_run)


@app.command()
def mydata(
    code: Annotated[str, typer.Argument(help="The code of somebody who registers.")],
) -> None:
    """Print all that is stored about somebody who registers, as JSON."""
    from bot import run

    run.mydata(code)


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
) -> None:
    """Erase an account; what that person saved stays, without the person."""
    from bot import run

    run.erase("person", code, is_sure=yes, is_forced=force)


@erasing.command()
def participant(
    code: Annotated[str, typer.Argument(help="A participant's code, as K7-N.")], yes: Sure = False
) -> None:
    """Erase all there is of a participant, everywhere."""
    from bot import run

    run.erase("participant", code, is_sure=yes)


def main() -> None:
    """Run the command line; what a terminal cannot show or spell becomes a question mark."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
