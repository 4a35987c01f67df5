"""Who works here: inviting, a lost phone, leaving with a handover, other roles."""

from collections.abc import Sequence

from flows.access import ROLES
from flows.effects import ChangeRoles, Invite, Leave, RevokeInvitation
from flows.matching import Option
from flows.pages import on_page
from flows.session import Screen, Session
from flows.states.leaving import pause
from flows.states.roster import (
    about_invitation,
    about_person,
    heirs,
    invitation,
    invitations,
    invited,
    line_of,
    line_of_invitation,
    people,
    person,
    projects,
    roles_line,
)
from flows.states.wording import turn_page, turning
from flows.team import EXPIRES, given

PAGE = 8
ALL = "all"


class Staffing:
    """Lists people and invitations; the conversation's choice holds what is being done.

    That is `do`, with `person` or `invitation`, and `roles` and `projects` as lists with commas.
    """

    def show(self, session: Session) -> Screen:
        """Show the list, or the step that the choice leads to."""
        doing = session.conversation.choice.get("do", "")
        text, rows = SCREENS.get(doing, _list)(session)
        return Screen(text, [*rows, [session.option("‹ Back", "back")]])

    def tap(self, session: Session, action: str) -> None:
        """Take one step; only what is on the screen can be tapped."""
        verb, _, name = action.partition(":")
        if verb == "back":
            self.back(session)
        elif verb == "page":
            turn_page(session, name)
        elif verb in ACTIONS:
            ACTIONS[verb](session, name)
        else:
            _choose(session, verb, name)

    def read(self, session: Session, text: str) -> None:  # noqa: ARG002
        """Ask for a tap: nothing is typed about people."""
        session.notices.append(session.say("Please tap one of these, or go back."))

    def back(self, session: Session) -> None:
        """Go one step back, or to the menu."""
        choice = session.conversation.choice
        if not choice:
            pause(session)
        elif choice["do"] in BEYOND_A_PERSON:
            _go(session, do="person", person=choice["person"])
        else:
            _go(session)


def _list(session: Session) -> tuple[str, list[list[Option]]]:
    rows = [Option(line_of(session, item), f"person:{item.person}") for item in people(session)]
    rows += [
        Option(f"✉ {line_of_invitation(session, item)}", f"invitation:{item.id}")
        for item in invitations(session)
    ]
    shown = [[option] for option in on_page(rows, session.conversation.page, PAGE)]
    text = session.say("People by their codes, and behind ✉ who is invited and not here yet.")
    if given(session.context.roles):
        shown.append([session.option("Invite", "invite")])
    return text, [*shown, *turning(session, len(rows), PAGE)]


def _roles_to_give(session: Session) -> tuple[str, list[list[Option]]]:
    rows = [
        [session.option(ROLES[role].name, f"role:{role}")] for role in given(session.context.roles)
    ]
    return session.say("As what do you invite somebody?"), rows


def _projects_to_give(session: Session) -> tuple[str, list[list[Option]]]:
    chosen = _listed(session, "projects")
    rows = [
        [Option(_ticked(name, is_on=project in chosen), f"toggle:{project}", (), name)]
        for project, name in projects(session).items()
    ]
    count = len(rows)
    rows = [*on_page(rows, session.conversation.page, PAGE), *turning(session, count, PAGE)]
    rows.append([session.option("All projects", ALL)])
    if chosen:
        rows.append([session.option("Make the link", "make")])
    return session.say("For which projects?"), rows


def _one_person(session: Session) -> tuple[str, list[list[Option]]]:
    found = person(session)
    if found is None:
        return session.say("That has changed meanwhile."), []
    text = about_person(session, found)
    if found.person == session.context.person:
        note = session.say("You cannot take yourself out; another admin can do that.")
        return f"{text}\n\n{note}", []
    rows = [
        [session.option("Lost phone: a new link", "lose")],
        [session.option("Leaves", "leaves")],
        [session.option("Other roles", "other")],
    ]
    return text, rows


def _one_invitation(session: Session) -> tuple[str, list[list[Option]]]:
    found = invitation(session)
    if found is None:
        return session.say("That has changed meanwhile."), []
    return about_invitation(session, found), [[session.option("Revoke this invitation", "revoke")]]


def _losing(session: Session) -> tuple[str, list[list[Option]]]:
    if person(session) is None:
        return session.say("That has changed meanwhile."), []
    text = session.say(
        "The account that {person} has now is out at once. The new link lets another account go on"
        " at the same question.",
        person=session.conversation.choice["person"],
    )
    return text, [[session.option("Make the link", "renew")]]


def _leaving(session: Session) -> tuple[str, list[list[Option]]]:
    found = person(session)
    if found is None:
        return session.say("That has changed meanwhile."), []
    text = session.say(
        "{person} is out at once. Who goes on with their open work?", person=found.person
    )
    listed = heirs(session, found)
    rows = [
        [Option(line_of(session, item), f"heir:{item.person}")]
        for item in on_page(listed, session.conversation.page, PAGE)
    ]
    keep = session.option("Nobody for now; it is kept", "heir:")
    return text, [*rows, *turning(session, len(listed), PAGE), [keep]]


def _other_roles(session: Session) -> tuple[str, list[list[Option]]]:
    chosen = _listed(session, "roles")
    rows = [
        [Option(_ticked(session.say(ROLES[role].name), is_on=role in chosen), f"also:{role}")]
        for role in ROLES
    ]
    if chosen and person(session) is not None:
        rows.append([session.option("Save these roles", "roles")])
    return session.say("What is {person}?", person=session.conversation.choice["person"]), rows


SCREENS = {
    "invite": _roles_to_give,
    "projects": _projects_to_give,
    "person": _one_person,
    "invitation": _one_invitation,
    "lose": _losing,
    "leave": _leaving,
    "roles": _other_roles,
}
BEYOND_A_PERSON = ("lose", "leave", "roles")


def _choose(session: Session, verb: str, name: str) -> None:
    choice = dict(session.conversation.choice)
    if verb in ("person", "invitation"):
        _go(session, **{"do": verb, verb: name})
    elif verb == "toggle":
        _toggle(session, "projects", name)
    elif verb == "also":
        _toggle(session, "roles", name)
    elif verb == "lose":
        _go(session, **choice | {"do": "lose"})
    elif verb == "leaves":
        _go(session, **choice | {"do": "leave"})
    elif verb == "other" and (found := person(session)):
        _go(session, **choice | {"do": "roles", "roles": ",".join(found.roles)})


def _invite(session: Session, _: str) -> None:
    roles = given(session.context.roles)
    if len(roles) == 1:
        _as(session, roles[0])
    else:
        _go(session, do="invite")


def _as(session: Session, role: str) -> None:
    possible = list(projects(session))
    if len(possible) > 1:
        _go(session, do="projects", roles=role)
    else:
        _make(session, [role], possible)


def _for_all(session: Session, _: str) -> None:
    _make(session, _listed(session, "roles"), list(projects(session)))


def _for_these(session: Session, _: str) -> None:
    chosen = [item for item in _listed(session, "projects") if item in projects(session)]
    _make(session, _listed(session, "roles"), chosen)


def _renew(session: Session, _: str) -> None:
    if found := person(session):
        _make(session, found.roles, found.projects, found.person)


def _make(
    session: Session, roles: Sequence[str], for_projects: Sequence[str], of: str = ""
) -> None:
    """Make an invitation; its link is in the note of this one screen and nowhere else."""
    ticket, until = session.context.team.ticket(), session.context.now + EXPIRES
    session.effects.append(
        Invite(ticket.id, ticket.digest, tuple(roles), tuple(for_projects), until, of)
    )
    session.notices.append(invited(session, ticket, until))
    session.copied = ticket.link or f"/start {ticket.token}"
    _go(session)


def _revoke(session: Session, _: str) -> None:
    if found := invitation(session):
        session.effects.append(RevokeInvitation(found.id))
        session.notices.append(session.say("{id} lets nobody in any more.", id=found.id))
    _go(session)


def _leave(session: Session, heir: str) -> None:
    found = person(session)
    if found is not None:
        session.effects.append(Leave(found.person, heir))
        say = session.say
        session.notices.append(
            say("{person} is out. {heir} goes on.", person=found.person, heir=heir)
            if heir
            else say("{person} is out. Their open work is kept.", person=found.person)
        )
    _go(session)


def _change(session: Session, _: str) -> None:
    if found := person(session):
        chosen = _listed(session, "roles")
        roles = tuple(role for role in ROLES if role in chosen)
        session.effects.append(ChangeRoles(found.person, roles))
        line = session.say(
            "{person} is now: {roles}", person=found.person, roles=roles_line(session, roles)
        )
        session.notices.append(line)
    _go(session)


ACTIONS = {
    "invite": _invite,
    "role": _as,
    ALL: _for_all,
    "make": _for_these,
    "renew": _renew,
    "revoke": _revoke,
    "heir": _leave,
    "roles": _change,
}


def _go(session: Session, **choice: str) -> None:
    session.change(choice=choice, page=0)


def _toggle(session: Session, name: str, item: str) -> None:
    chosen = _listed(session, name)
    now = [other for other in chosen if other != item]
    if item not in chosen:
        now.append(item)
    session.change(choice={**session.conversation.choice, name: ",".join(now)})


def _listed(session: Session, name: str) -> list[str]:
    return [item for item in session.conversation.choice.get(name, "").split(",") if item]


def _ticked(text: str, *, is_on: bool) -> str:
    return f"✓ {text}" if is_on else text
