"""The commands about sheets: `sheet export`."""

from pathlib import Path
from typing import Annotated

import typer

Organisation = Annotated[
    str, typer.Option("--organisation", help="Which one, where a database holds several.")
]

sheet = typer.Typer(help="The sheets that are asked, as XLSForm for ODK and KoboToolbox.")


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


@sheet.callback()
def _sheet() -> None:
    # With a callback, the group stays a group while it has one command only.
    pass
