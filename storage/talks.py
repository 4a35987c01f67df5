"""Changes running conversations from outside, while nobody of the organisation takes a step."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select

from flows.conversation import Conversation, Draft, restore, snapshot
from storage import conversations
from storage.conversations import Written
from storage.people import Key
from storage.tables import people


def hold(connection: Connection, organisation: str) -> None:
    """Let every other writer who works for somebody of an organisation wait for the commit."""
    statement = select(people.c.id).where(people.c.organisation == organisation)
    connection.execute(statement.order_by(people.c.id).with_for_update(key_share=True)).all()


def drafts(connection: Connection, organisation: str) -> list[tuple[Draft, datetime]]:
    """Return what is under way, each with the time at which its conversation was written last.

    Raises StaleConversation or ContentDamaged for a conversation that cannot be read.
    """
    found = conversations.everybody(connection, organisation).values()
    return [
        (draft, updated_at)
        for stored, updated_at in found
        for draft in restore(stored.snapshot()).drafts
    ]


def change(
    connection: Connection,
    organisation: str,
    become: Callable[[Conversation, datetime], Conversation],
    now: datetime,
) -> int:
    """Let conversations become something else, and return how many did.

    They count one turn further, so that a process which holds an older one loads it again.
    Raises as drafts() does. Hold the people first.
    """
    written: dict[Key, Written] = {}
    for key, (stored, updated_at) in conversations.everybody(connection, organisation).items():
        before = restore(stored.snapshot())
        after = become(before, updated_at)
        if after != before:
            turn = stored.turn + 1
            written[key] = Written(snapshot(after) | {"turn": turn}, turn, stored.turn)
    conversations.save(connection, written, now)
    return len(written)
