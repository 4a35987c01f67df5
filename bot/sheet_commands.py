"""The commands about sheets: `sheet export`, `sheet import`, `sheet list` and `sheet retire`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

Organisation = Annotated[
    str, typer.Option("--organisation", help="Which one, where a database holds several.")
]

Name = Annotated[
    str, typer.Option(help="What it is called in the data; the file's name if left out.")
]
Level = Annotated[str, typer.Option(help="About whom: project, target_group or participant.")]
Moments = Annotated[
    list[str] | None,
    typer.Option(
        "--moment", help="baseline, interim, final or continuous; may be given several times."
    ),
]
Registrar = Annotated[
    str, typer.Option(help="practitioner, project_coordinator or city_coordinator.")
]
Projects = Annotated[
    list[str] | None,
    typer.Option("--project", help="A project that asks it; may be given several times."),
]

sheet = typer.Typer(help="Sheets as XLSForm, and an organisation's own ones beside the handbook.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(sheet, name="sheet", no_args_is_help=True)


@sheet.command()
def export(
    out: Annotated[Path, typer.Option(help="The folder to write to; made if it is not there.")],
    sheet: Annotated[
        list[str] | None,
        typer.Option(help="Only the sheet of this name; may be given several times."),
    ] = None,
    language: Annotated[str, typer.Option(help="The language in which the forms open.")] = "en",
    organisation: Organisation = "",
) -> None:
    """Write each sheet as an XLSForm workbook (.xlsx), in all languages."""
    from bot import sheet_exporting

    sheet_exporting.export(out, sheet or [], language, organisation)


@sheet.command(name="import")
def bring(
    file: Annotated[Path, typer.Argument(help="An XLSForm, as an .xlsx file.")],
    name: Name = "",
    level: Level = "",
    moment: Moments = None,
    registrar: Registrar = "",
    project: Projects = None,
    all_projects: Annotated[
        bool, typer.Option("--all-projects", help="Every project that there is now asks it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be made, or what is wrong.")
    ] = False,
    organisation: Organisation = "",
) -> None:
    """Let a form become a sheet, or its next version; what is left out stays as it was."""
    from bot import own_sheets

    moments, projects = tuple(moment or ()), tuple(project or ())
    form = own_sheets.Form(file, name, level, moments, registrar, projects, all_projects)
    own_sheets.bring(replace(form, organisation=organisation, is_dry=dry_run))


@sheet.command(name="list")
def show(organisation: Organisation = "") -> None:
    """Print the own sheets, which projects ask them, and how many records there are."""
    from bot import own_sheets

    own_sheets.show(organisation)


@sheet.command()
def retire(
    name: Annotated[str, typer.Argument(help="The sheet's name, as `sheet list` prints it.")],
    organisation: Organisation = "",
) -> None:
    """Let a sheet not be offered any more; records stay, and open registrations can be finished."""
    from bot import own_sheets

    own_sheets.retire(name, organisation)
