"""One person's way through the house: step and store in one transaction, then show."""

from collections.abc import Iterable
from dataclasses import replace

from bot.accounting import signed_in
from bot.turns import Entry, Turns
from bot.world import World
from flows.audit import COMMAND_LINE, ERASED, Act
from flows.engine import Event, Turn
from storage import organisations, people, sheets
from storage.conversations import ConversationMoved
from storage.database import Connection, Database
from storage.organisations import CONSOLE
from storage.participants import CodeTaken
from storage.people import Me
from storage.problems import DatabaseProblem
from storage.records import RevisionTaken

PERSON = 8
"""Characters of a person's identifier: it is part of every button, which has room for 64."""


class Registration:
    """The conversation of the person at this terminal, stored in a database."""

    def __init__(self, database: Database, turns: Turns, me: Me) -> None:
        self._database = database
        self._turns = turns
        self._me = me

    def show(self, language: str) -> Turn:
        """Return where the person is; stored when a new deployment or day led elsewhere."""
        return self._taken(Entry(self._me, None, language))

    def take(self, event: Event, language: str) -> Turn:
        """Take one event and store what comes of it, before anything is shown.

        Raises StaleConversation when the stored conversation cannot be read; it is left alone.
        """
        return self._taken(Entry(self._me, event, language))

    def _taken(self, entry: Entry) -> Turn:
        try:
            return self._step(entry)
        except (ConversationMoved, RevisionTaken, CodeTaken):
            # Somebody else was faster; this time it is seen.
            return self._step(entry)

    def _step(self, entry: Entry) -> Turn:
        with self._database.writing() as connection:
            channel, address = CONSOLE
            found = people.reached(connection, channel, [address])
            if address not in found or found[address].key != self._me.key:
                raise DatabaseProblem("Whoever sits here has left, so nothing more is registered.")
            return self._turns.take(connection, [entry])[0].turn


def selection(world: World) -> list[str]:
    """Return the codes of the short version, with which a project begins, in its order."""
    return list(
        dict.fromkeys(
            indicator.code
            for sheet in world.current.values()
            for indicator in sheet.indicators
            if indicator.set == "short"
        )
    )


def release(connection: Connection, world: World) -> None:
    """Release the handbook's sheets in every organisation; raises DefinitionChanged.

    Whoever was erased and came back with a backup is erased again.
    """
    for organisation in organisations.every(connection):
        release_in(connection, world, organisation)
    erase_again(connection, world)


def erase_again(connection: Connection, world: World) -> int:
    """Erase whoever was erased and came back with a backup; return how many those are."""
    now = world.clock()
    found = world.erased.again(connection, now)
    for organisation, count in sorted(found.items()):
        act = Act(COMMAND_LINE, ERASED, "backup", {"rows": count})
        world.audit.write(connection, organisation, [act], now)
    return found.total()


def release_in(connection: Connection, world: World, organisation: str) -> None:
    """Release the handbook's sheets in one organisation, and begin its audit.

    Raises DefinitionChanged.
    """
    sheets.release(connection, organisation, world.current.values(), world.clock())
    world.audit.begin(connection, organisation, world.clock())


def person_code(world: World) -> str:
    """Return a fresh code for somebody who registers."""
    return world.new_id().replace("-", "")[:PERSON]


def admitted(
    connection: Connection,
    world: World,
    channel: str,
    address: str,
    roles: tuple[str, ...],
    organisation: str = "",
    *,
    everywhere: bool = False,
) -> Me:
    """Let somebody in to all projects of an organisation, an example if there is none at all.

    Raises DatabaseProblem when they are known already, or when it is not clear to which one.
    """
    now = world.clock()
    if not organisations.every(connection):
        organisations.first(connection, now, selection(world))
        release(connection, world)
    if known := people.person(connection, channel, address):
        raise DatabaseProblem(
            f"{address} on {channel} registers already, in {known.organisation} as {known.person}."
        )
    here = organisations.named(connection, organisation)
    me = Me(here, person_code(world), roles, everywhere)
    people.admit(connection, me, channel, address, now)
    act = signed_in(COMMAND_LINE, me, channel)
    world.audit.write(connection, me.organisation, [act], now)
    return me


def opened(database: Database, world: World, roles: Iterable[str] = ()) -> Registration:
    """Bring the database up to date and return the conversation of the person at this terminal.

    On the first start an organisation with a project and two participants is made. `roles`
    narrows what the person registers. Raises DatabaseProblem and DefinitionChanged.
    """
    database.migrate()
    with database.writing() as connection:
        me = organisations.first(connection, world.clock(), selection(world))
        release(connection, world)
    wanted = tuple(role for role in me.roles if role in roles) if roles else me.roles
    return Registration(database, Turns(world), replace(me, roles=wanted))
