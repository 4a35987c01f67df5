"""The command `report`: a page about each project, for those who steer it."""

from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(report)


def report(
    out: Annotated[
        Path, typer.Option(help="The folder for the pages, or the .html file of one project.")
    ],
    project: Annotated[
        str, typer.Option(help="One project, by its identifier or name; else each has a page.")
    ] = "",
    language: Annotated[str, typer.Option(help="The language of the page.")] = "en",
    first: Annotated[
        str, typer.Option("--from", help="Only what is about this day or later, as 2026-01-01.")
    ] = "",
    last: Annotated[str, typer.Option("--until", help="Only up to this day.")] = "",
    on: Annotated[str, typer.Option(help="As things stood on this day, instead of today.")] = "",
    organisation: Annotated[
        str, typer.Option(help="Which organisation, where the database holds several.")
    ] = "",
) -> None:
    """Write a page about each project, to be shown, printed or passed on."""
    from bot import reporting

    asked = reporting.Asked(project, organisation, language, first, last, on)
    reporting.report(out, asked)
