"""The commands about what comes out, and comes in again: `export` and `import`."""

from pathlib import Path
from typing import Annotated

import typer

Organisation = Annotated[
    str, typer.Option("--organisation", help="Which one, where a database holds several.")
]
Day = Annotated[str, typer.Option(help="What is due is told of this day instead of today.")]
Versions = Annotated[
    list[str] | None,
    typer.Option(help="Only this version of a sheet, as participant:2, or all, as participant."),
]
Archive = Annotated[
    bool,
    typer.Option(
        "--archive", help="Write all of it with its history, to a new folder or a .zip file."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(export)
    app.command(name="import")(bring_in)


def export(
    out: Annotated[Path, typer.Option(help="The folder to write to; made if it is not there.")],
    profile: Annotated[
        list[str] | None,
        typer.Option(help="What is written, as long or spss; repeatable, `all` for everything."),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(help="The language of the labels; twice for two languages side by side."),
    ] = None,
    project: Annotated[
        list[str] | None, typer.Option(help="Only this project; repeatable, as all of these are.")
    ] = None,
    moment: Annotated[list[str] | None, typer.Option(help="Only this moment.")] = None,
    since: Annotated[
        str, typer.Option("--from", help="Only what is about this day or later, as 2026-03-02.")
    ] = "",
    until: Annotated[str, typer.Option(help="Only what is about this day or earlier.")] = "",
    status: Annotated[list[str] | None, typer.Option(help="Only values of this status.")] = None,
    version: Versions = None,
    on: Day = "",
    archive: Archive = False,
    organisation: Organisation = "",
) -> None:
    """Write what was registered as files, with a manifest that says what they hold."""
    from bot import evidence

    said = {
        "project": project or [],
        "moment": moment or [],
        "from": [since] if since else [],
        "until": [until] if until else [],
        "status": status or [],
        "version": version or [],
    }
    if archive:
        evidence.archive(out, profile or [], language or [], said, on, organisation)
    else:
        evidence.export(out, profile or [], language or [], said, on, organisation)


def bring_in(
    path: Annotated[Path, typer.Argument(help="An archive: a folder or a .zip file.")],
) -> None:
    """Make an organisation anew from its archive, in a database that does not know it."""
    from bot import evidence

    evidence.bring_in(path)
