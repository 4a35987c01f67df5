"""People and invitations as the one who looks may see them, after what this step does."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from flows.access import ROLES
from flows.effects import ChangeRoles, Invite, Leave, RevokeInvitation
from flows.local import show_date
from flows.session import Session
from flows.team import ADMIN, Colleague, Invitation, Ticket, may_follow, reaches


def people(session: Session) -> list[Colleague]:
    """Return whom the person decides about; an admin is among them."""
    changes: dict[str, tuple[str, ...]] = {}
    gone, lost = set[str](), set[str]()
    for effect in session.effects:
        if isinstance(effect, ChangeRoles):
            changes[effect.person] = effect.roles
        elif isinstance(effect, Leave):
            gone.add(effect.person)
        elif isinstance(effect, Invite):
            lost.add(effect.person)
    found = [item for item in session.context.team.people() if item.person not in gone]
    return [
        replace(
            item,
            roles=changes.get(item.person, item.roles),
            channel="" if item.person in lost else item.channel,
        )
        for item in found
        if _reaches(session, item.roles, item.projects)
    ]


def invitations(session: Session) -> list[Invitation]:
    """Return the open invitations that the person decides about."""
    revoked = {effect.id for effect in session.effects if isinstance(effect, RevokeInvitation)}
    # A new link for a lost phone takes the place of the one before, and who has left needs none.
    renewed = {effect.person for effect in session.effects if isinstance(effect, Invite)} - {""}
    renewed |= {effect.person for effect in session.effects if isinstance(effect, Leave)}
    stored = [
        item
        for item in session.context.team.invitations()
        if item.id not in revoked and item.person not in renewed
    ]
    return [
        item for item in (*stored, *_made(session)) if _reaches(session, item.roles, item.projects)
    ]


def person(session: Session) -> Colleague | None:
    """Return the person whom the choice is about, if they are still there."""
    code = session.conversation.choice.get("person", "")
    return next((item for item in people(session) if item.person == code), None)


def invitation(session: Session) -> Invitation | None:
    """Return the invitation that the choice is about, if it is still open."""
    wanted = session.conversation.choice.get("invitation", "")
    return next((item for item in invitations(session) if item.id == wanted), None)


def heirs(session: Session, leaver: Colleague) -> list[Colleague]:
    """Return who can go on for somebody."""
    return [item for item in session.context.team.people() if may_follow(item, leaver)]


def projects(session: Session) -> dict[str, str]:
    """Return the names of the projects that the person may give, by their ids."""
    if ADMIN in session.context.roles:
        return dict(session.context.team.projects())
    return {project.id: project.name for project in session.context.projects}


def line_of(session: Session, item: Colleague) -> str:
    """Return one line about somebody, for a button."""
    state = "" if item.channel else session.say("no account yet")
    parts = (item.person, roles_line(session, item.roles), _projects(session, item.projects), state)
    return " · ".join(part for part in parts if part)


def line_of_invitation(session: Session, item: Invitation) -> str:
    """Return one line about an invitation, for a button."""
    whom = item.person or roles_line(session, item.roles)
    parts = (item.id, whom, _projects(session, item.projects))
    return " · ".join(part for part in parts if part)


def about_person(session: Session, item: Colleague) -> str:
    """Return all that is known of somebody."""
    return "\n".join([line_of(session, item), _since(session, item.since)])


def about_invitation(session: Session, item: Invitation) -> str:
    """Return all that is known of an invitation."""
    until = session.say("Good until {day}", day=_day(session, item.expires_at))
    by = session.say("Invited by {person}", person=item.invited_by) if item.invited_by else ""
    return "\n".join(part for part in (line_of_invitation(session, item), until, by) if part)


def invited(session: Session, ticket: Ticket, until: datetime) -> str:
    """Return what is to be done with a fresh invitation, which is shown only this once."""
    how = (
        session.say("Give this link to the one whom you invite: {link}", link=ticket.link)
        if ticket.link
        else session.say(
            "Let the one whom you invite send this to the bot: {command}",
            command=f"/start {ticket.token}",
        )
    )
    rest = session.say(
        "It lets one account in, until {day}, and is shown only now. Its number is {id}.",
        day=_day(session, until),
        id=ticket.id,
    )
    return f"{how}\n{rest}"


def roles_line(session: Session, roles: Iterable[str]) -> str:
    """Return roles in words."""
    return ", ".join(session.say(ROLES[role].name) for role in roles if role in ROLES)


def _reaches(session: Session, roles: Sequence[str], of: Sequence[str]) -> bool:
    mine = [project.id for project in session.context.projects]
    return reaches(session.context.roles, mine, roles, of)


def _made(session: Session) -> list[Invitation]:
    context = session.context
    return [
        Invitation(
            effect.id,
            effect.roles,
            effect.projects,
            effect.person,
            context.person,
            context.now,
            effect.expires_at,
        )
        for effect in session.effects
        if isinstance(effect, Invite)
    ]


def _projects(session: Session, listed: Sequence[str]) -> str:
    names = session.context.team.projects()
    return ", ".join(names.get(project, project) for project in listed)


def _since(session: Session, moment: datetime) -> str:
    return session.say("Since {day}", day=_day(session, moment))


def _day(session: Session, moment: datetime) -> str:
    return show_date(moment.date(), session.conversation.language)
