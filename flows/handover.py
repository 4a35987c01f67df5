"""Open work that a colleague goes on with: it waits in their menu and disturbs nothing."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from flows.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Handed:
    """Both conversations afterwards, and the records that the registrations will become."""

    leaver: Conversation
    heir: Conversation
    records: tuple[str, ...]


def hand_over(leaver: Conversation, heir: Conversation, projects: Collection[str]) -> Handed:
    """Return what becomes of two people's conversations when one goes on for the other.

    Only what is of these projects goes over; the rest stays with the leaver.

    Neither turn changes, so what the heir has on the screen stays good for a tap. What holds no
    answer, and what was only practised, is dropped.
    """
    worth = [draft for draft in leaver.drafts if draft.answers and not draft.practice]
    kept = tuple(draft for draft in worth if draft.project not in projects)
    moved = [
        replace(draft, number=number)
        for number, draft in enumerate(
            (draft for draft in worth if draft not in kept), start=heir.last_number + 1
        )
    ]
    left = replace(
        leaver,
        drafts=kept,
        current=0,
        choice={},
        page=0,
        back_to="",
        offer="",
        proposed=None,
        undo={},
    )
    if leaver.state != "newcomer":
        left = replace(left, state="idle")
    last = heir.last_number + len(moved)
    return Handed(
        left,
        replace(heir, drafts=(*heir.drafts, *moved), last_number=last),
        tuple(draft.record for draft in moved),
    )
