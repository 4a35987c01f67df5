"""One person's way through the house: load, step, store in one transaction, then show."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flows import catalogues, checking
from flows.context import Context
from flows.conversation import Conversation, restore, snapshot
from flows.engine import Event, Turn, begin, show, step
from flows.sheet import Sheet, with_texts
from flows.texts import Interface, interface
from storage import conversations, organisations, records, sheets
from storage.conversations import ConversationMoved
from storage.database import Connection, Database
from storage.organisations import Me

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is mistaken for another or for a digit."""
BLOCKS, BLOCK_LENGTH = 3, 4


@dataclass(frozen=True)
class World:
    """What stays the same while a process runs: the handbook, the texts, clock and identifiers."""

    current: Mapping[str, Sheet]
    interface: Interface
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    time_zone: ZoneInfo


def new_id() -> str:
    """Return a fresh identifier of 60 random bits, such as 8F3K-27QM-XJ4T."""
    blocks = ("".join(secrets.choice(ALPHABET) for _ in range(BLOCK_LENGTH)) for _ in range(BLOCKS))
    return "-".join(blocks)


def current_sheets(handbook: Path, texts: Mapping[str, catalogues.Entries]) -> dict[str, Sheet]:
    """Read the handbook with its translations; raises HandbookProblems."""
    found = checking.load(handbook).sheets
    return {name: with_texts(sheet, texts) for name, sheet in found.items()}


def world(handbook: Path, time_zone: str, clock: Callable[[], datetime]) -> World:
    """Read what a process needs; raises HandbookProblems for an author's fault."""
    found = catalogues.load()
    return World(
        current=current_sheets(handbook, found.texts()),
        interface=interface(found.domains["bot"]),
        clock=clock,
        new_id=new_id,
        time_zone=ZoneInfo(time_zone),
    )


class Registration:
    """The conversation of one person, stored in a database."""

    def __init__(
        self, database: Database, world: World, me: Me, released: Mapping[tuple[str, int], Sheet]
    ) -> None:
        self._database = database
        self._world = world
        self._me = me
        self._released = released

    def show(self, language: str) -> Turn:
        """Return where the person is; stored when a new deployment or day led elsewhere."""
        with self._database.writing() as connection:
            was, at, context = self._found(connection, language)
            turn = show(was, context)
            if at is not None and turn.conversation != was:
                _keep(connection, self._me, turn.conversation, at, self._world.clock())
        return turn

    def take(self, event: Event, language: str) -> Turn:
        """Take one event and store what comes of it, before anything is shown.

        Raises StaleConversation when the stored conversation cannot be read; it is left alone.
        """
        try:
            return self._step(event, language)
        except ConversationMoved:
            return self._step(event, language)

    def _step(self, event: Event, language: str) -> Turn:
        me, now = self._me, self._world.clock()
        with self._database.writing() as connection:
            was, at, context = self._found(connection, language)
            turn = step(was, event, context)
            for effect in turn.effects:
                records.save(connection, me.organisation, effect.record, now)
            if at is None or turn.conversation != was:
                _keep(connection, me, turn.conversation, at, now)
        return turn

    def _found(
        self, connection: Connection, language: str
    ) -> tuple[Conversation, int | None, Context]:
        me = self._me
        stored = conversations.load(connection, me.organisation, me.person)
        was = restore(stored[1]) if stored else None
        # Only where something is chosen does it matter what is registered already.
        chooses = was is None or was.state in ("idle", "choosing")
        context = self._context(connection, language, chooses=chooses)
        return was or begin(context), stored[0] if stored else None, context

    def _context(self, connection: Connection, language: str, *, chooses: bool) -> Context:
        me = self._me
        projects = organisations.projects(connection, me.organisation, me.person)
        ids = [project.id for project in projects] if chooses else []
        return Context(
            person=me.person,
            roles=me.roles,
            interface=self._world.interface,
            language=language,
            today=self._world.clock().astimezone(self._world.time_zone).date(),
            projects=projects,
            sheets=self._released,
            current={name: sheet.version for name, sheet in self._world.current.items()},
            registered=organisations.registered(connection, me.organisation, ids),
            new_id=self._world.new_id(),
        )


def _keep(
    connection: Connection, me: Me, conversation: Conversation, was: int | None, now: datetime
) -> None:
    conversations.save(
        connection,
        me.organisation,
        me.person,
        snapshot(conversation),
        turn=conversation.turn,
        was=was,
        now=now,
    )


def opened(database: Database, world: World, roles: Iterable[str] = ()) -> Registration:
    """Bring the database up to date and return the conversation of the person at this terminal.

    On the first start an organisation with a project and two participants is made. `roles`
    narrows what the person registers. Raises DatabaseProblem and DefinitionChanged.
    """
    database.migrate()
    with database.writing() as connection:
        now = world.clock()
        selection = dict.fromkeys(
            indicator.code for sheet in world.current.values() for indicator in sheet.indicators
        )
        me = organisations.first(connection, now, selection)
        sheets.release(connection, me.organisation, world.current.values(), now)
        released = sheets.released(connection, me.organisation)
    wanted = tuple(role for role in me.roles if role in roles) if roles else me.roles
    return Registration(database, world, replace(me, roles=wanted), released)
