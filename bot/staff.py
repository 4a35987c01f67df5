"""What the command line does about people: invites them, lists them, lets them go.

Errors: StaffProblem (somebody or something that is asked for is not there), as one sentence.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.accounting import of_team
from bot.app import release, selection
from bot.handing import change_roles as change_to
from bot.handing import leave
from bot.private_file import private
from bot.table import table
from bot.team import ticket
from bot.world import World
from flows.access import reaches_all
from flows.audit import COMMAND_LINE
from flows.effects import ChangeRoles, Invite, Leave, RevokeInvitation
from flows.team import Colleague, Invitation, Ticket, may_follow
from storage import invitations, organisations, people
from storage.database import Connection

COLUMNS = ("code", "roles", "projects", "channel", "since", "left")
INVITED = ("id", "roles", "projects", "for", "by", "until", "state")
SCALE = 8
"""How many dots of the picture a dot of a QR code gets: it is read from across a room."""


class StaffProblem(Exception):
    """Why something about people cannot be done, in one sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An invitation as the command line asks for it; without projects, for all there are."""

    roles: tuple[str, ...]
    projects: tuple[str, ...] = ()
    days: int = 7
    person: str = ""
    qr: Path | None = None


def organisation(connection: Connection, world: World, wanted: str) -> str:
    """Return the organisation that is meant, made if there is none at all."""
    known = organisations.every(connection)
    if not known:
        organisations.first(connection, world.clock(), selection(world))
        release(connection, world)
    elif wanted and wanted not in known:
        raise StaffProblem(f"There is no organisation {wanted!r}; use one of {', '.join(known)}.")
    return organisations.named(connection, wanted)


def invite(connection: Connection, world: World, here: str, wanted: Wanted) -> Iterator[str]:
    """Invite somebody, and say how they get in; with a person, a new account of theirs."""
    roles, projects, person = wanted.roles, wanted.projects, ""
    _known_projects(connection, here, projects)
    if wanted.person:
        found = _person(connection, here, wanted.person)
        if found.left_at:
            raise StaffProblem(f"{found.person} has left; invite somebody new instead.")
        roles, projects, person = found.roles, found.projects, found.person
    elif not projects:
        projects = tuple(organisations.project_names(connection, here))
    made = ticket(world)
    until = world.clock() + timedelta(days=wanted.days)
    effect = Invite(made.id, made.digest, roles, projects, until, person)
    invitations.add(connection, here, "", effect, world.clock())
    _account(connection, world, here, effect)
    yield from _told(made, effect)
    if wanted.qr is not None:
        _draw(made, wanted.qr)
        yield f"The QR code is in {wanted.qr}."


def invited(connection: Connection, world: World, here: str) -> Iterator[str]:
    """List all invitations with what became of them."""
    now = world.clock()
    rows = [_row(item, now) for item in invitations.listed(connection, here)]
    yield from table(INVITED, rows, "Nobody was invited yet.")


def revoke(connection: Connection, world: World, here: str, invitation: str) -> Iterator[str]:
    """Let an invitation let nobody in."""
    wanted = invitation.strip().upper()
    if not invitations.revoke(connection, here, wanted, world.clock()):
        raise StaffProblem(
            f"No open invitation has the id {invitation!r}; `meetmoment invitations` lists them."
        )
    _account(connection, world, here, RevokeInvitation(wanted))
    yield f"Invitation {wanted} lets nobody in any more."


def listed(connection: Connection, here: str) -> Iterator[str]:
    """List everybody, also those who have left."""
    rows = [
        (
            item.person,
            " ".join(item.roles),
            " ".join(item.projects),
            item.channel,
            _day(item.since),
            _day(item.left_at),
        )
        for item in people.listed(connection, here)
    ]
    yield from table(COLUMNS, rows, "Nobody registers here yet.")


def let_go(connection: Connection, world: World, here: str, code: str, heir: str) -> Iterator[str]:
    """Let somebody be out from now on; with an heir, hand over their open work."""
    found = _person(connection, here, code)
    if found.left_at and not heir:
        raise StaffProblem(f"{found.person} has left already.")
    if heir:
        heir = _heir(connection, here, found, heir)
    count = leave(connection, (here, found.person), heir, world.clock())
    _account(connection, world, here, Leave(found.person, heir))
    yield f"{found.person} is out."
    if heir:
        yield f"{heir} goes on with what was open: {count}."


def change_roles(
    connection: Connection, world: World, here: str, code: str, roles: Sequence[str]
) -> Iterator[str]:
    """Let somebody be something else."""
    found = _person(connection, here, code)
    if found.left_at:
        raise StaffProblem(f"{found.person} has left; invite somebody new instead.")
    change_to(connection, (here, found.person), roles, world.clock())
    _account(connection, world, here, ChangeRoles(found.person, tuple(roles)))
    yield f"{found.person} is now {' '.join(roles)}."


def _account(
    connection: Connection,
    world: World,
    here: str,
    effect: Invite | RevokeInvitation | ChangeRoles | Leave,
) -> None:
    world.audit.write(connection, here, [of_team(COMMAND_LINE, effect)], world.clock())


def _person(connection: Connection, here: str, code: str) -> Colleague:
    wanted = code.strip().casefold()
    for item in people.listed(connection, here):
        if item.person.casefold() == wanted:
            return item
    raise StaffProblem(f"Nobody has the code {code!r}; `meetmoment people` lists them.")


def _heir(connection: Connection, here: str, leaver: Colleague, code: str) -> str:
    heir = _person(connection, here, code)
    if may_follow(heir, leaver):
        return heir.person
    if missing := set(leaver.projects) - set(heir.projects):
        raise StaffProblem(
            f"{heir.person} does not work for {' '.join(sorted(missing))}, so they cannot go on"
            f" with the work of {leaver.person}."
        )
    raise StaffProblem(
        f"{heir.person} cannot go on with the work of {leaver.person}: that takes somebody else,"
        " who is here and registers."
    )


def _known_projects(connection: Connection, here: str, projects: Iterable[str]) -> None:
    known = organisations.project_names(connection, here)
    for project in projects:
        if project not in known:
            listed = ", ".join(known) or "none"
            raise StaffProblem(f"There is no project {project!r}; there are: {listed}.")


def _told(made: Ticket, effect: Invite) -> Iterator[str]:
    yield made.link or f"/start {made.token}"
    if not made.link:
        yield "Whom you invite sends this to the bot; its name is not known here."
    whom = effect.person or " ".join(effect.roles)
    is_bound = effect.projects and not reaches_all(effect.roles, given=False)
    projects = f" for {' '.join(effect.projects)}" if is_bound else ""
    yield (
        f"Invitation {effect.id} lets one account in as {whom}{projects}, until"
        f" {_day(effect.expires_at)}. It is shown only now."
    )


def _draw(made: Ticket, path: Path) -> None:
    import segno

    if not made.link:
        raise StaffProblem(
            "A QR code needs the bot's name: set MEETMOMENT_TELEGRAM_NAME or"
            " MEETMOMENT_TELEGRAM_TOKEN."
        )
    with private(path) as file:
        segno.make_qr(made.link).save(file, kind="png", scale=SCALE)


def _row(item: Invitation, now: datetime) -> tuple[str, ...]:
    return (
        item.id,
        " ".join(item.roles),
        " ".join(item.projects),
        item.person,
        item.invited_by,
        _day(item.expires_at),
        item.state(now),
    )


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
