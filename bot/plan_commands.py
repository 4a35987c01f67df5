"""The commands about a project's plan: `plan show` and `plan ics`."""

from pathlib import Path
from typing import Annotated

import typer

Project = Annotated[str, typer.Argument(help="A project's identifier or name.")]
Language = Annotated[str, typer.Option(help="The language of the texts.")]
Organisation = Annotated[
    str, typer.Option("--organisation", help="Which one, where a database holds several.")
]

plan = typer.Typer(help="When a project registers what: shown, or as a calendar file.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(plan, name="plan", no_args_is_help=True)


@plan.command()
def show(
    project: Project,
    on: Annotated[str, typer.Option(help="How it stands on this day, as 2026-03-02.")] = "",
    csv: Annotated[bool, typer.Option("--csv", help="As a CSV file instead of a table.")] = False,
    language: Language = "en",
    organisation: Organisation = "",
) -> None:
    """Print everything that a plan asks for, with its days and how it stands."""
    from bot import plans

    plans.show(project, on, language, organisation, as_csv=csv)


@plan.command()
def ics(
    project: Project,
    out: Annotated[Path, typer.Option(help="The calendar file to write.")],
    language: Language = "en",
    organisation: Organisation = "",
) -> None:
    """Write a plan as a calendar file (.ics) without any participant, for any calendar."""
    from bot import plans

    plans.ics(project, out, language, organisation)
