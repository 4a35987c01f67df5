"""The commands about people: `invite`, `setup`, `invitations` and `people`."""

from pathlib import Path
from typing import Annotated

import typer

Roles = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        help="practitioner, project_coordinator, city_coordinator, evaluator or admin; may be"
        " given several times.",
    ),
]
Projects = Annotated[
    list[str] | None,
    typer.Option("--project", help="Only for this project; may be given several times."),
]
Organisation = Annotated[
    str, typer.Option("--organisation", help="Which one, where a database holds several.")
]
Code = Annotated[str, typer.Argument(help="The person's code.")]

invitations = typer.Typer(help="List all invitations, or revoke one.")
people = typer.Typer(help="List people, let them go, change what they are.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(invite)
    app.command()(setup)
    app.add_typer(invitations, name="invitations", invoke_without_command=True)
    app.add_typer(people, name="people", invoke_without_command=True)


def invite(
    role: Roles = None,
    project: Projects = None,
    days: Annotated[int, typer.Option(min=1, max=90, help="How long it is good.")] = 7,
    qr: Annotated[Path | None, typer.Option(help="Write the link as a QR code (PNG).")] = None,
    person: Annotated[
        str, typer.Option(help="A new account of this person; the old one is out at once.")
    ] = "",
    organisation: Organisation = "",
) -> None:
    """Invite somebody, as a practitioner unless you say otherwise, by a link for one account."""
    from bot import run, staff

    roles = run.known_roles(role or ["practitioner"])
    wanted = staff.Wanted(roles, tuple(project or ()), days, person, qr)
    run.staff(
        organisation,
        lambda at: staff.invite(at.connection, at.world, at.organisation, wanted),
        links=True,
    )


def setup(
    path: Annotated[Path, typer.Argument(help="A CSV file such as docs/setup.csv.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    links: Annotated[
        Path, typer.Option(help="Where the links of the invitations are written.")
    ] = Path("invitations.csv"),
    organisation: Organisation = "",
) -> None:
    """Make projects and invite people from a CSV file: all of it, or nothing."""
    from bot import run

    run.set_up(path, links, organisation, dry_run=dry_run)


@invitations.callback()
def _invitations(context: typer.Context, organisation: Organisation = "") -> None:
    from bot import run, staff

    if context.invoked_subcommand is None:
        run.staff(organisation, lambda at: staff.invited(at.connection, at.world, at.organisation))


@invitations.command()
def revoke(
    invitation: Annotated[str, typer.Argument(help="The invitation's id.")],
    organisation: Organisation = "",
) -> None:
    """Let an invitation let nobody in any more."""
    from bot import run, staff

    run.staff(
        organisation,
        lambda at: staff.revoke(at.connection, at.world, at.organisation, invitation),
    )


@people.callback()
def _people(context: typer.Context, organisation: Organisation = "") -> None:
    from bot import run, staff

    if context.invoked_subcommand is None:
        run.staff(organisation, lambda at: staff.listed(at.connection, at.organisation))


@people.command()
def leave(
    code: Code,
    handover_to: Annotated[
        str, typer.Option(help="The code of who goes on with the open work.")
    ] = "",
    organisation: Organisation = "",
) -> None:
    """Let somebody be out at once; their open work is kept, or goes to a colleague."""
    from bot import run, staff

    run.staff(
        organisation,
        lambda at: staff.let_go(at.connection, at.world, at.organisation, code, handover_to),
    )


@people.command()
def roles(code: Code, role: Roles = None, organisation: Organisation = "") -> None:
    """Let somebody be something else from now on."""
    from bot import run, staff

    wanted = run.known_roles(role or [])
    if not wanted:
        raise typer.BadParameter("name at least one", param_hint="--role")
    run.staff(
        organisation,
        lambda at: staff.change_roles(at.connection, at.world, at.organisation, code, wanted),
    )
