"""What a running conversation loses when somebody is erased, or gets another code."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flows.codes import spelled
from flows.conversation import Conversation, Draft, restore, snapshot

ERASED = "erased"
"""The code that all erased accounts of an organisation share; no channel reaches it."""

NOTHING = "…"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What names of choices look like."""


def without_drafts(conversation: Conversation, is_gone: Callable[[Draft], bool]) -> Conversation:
    """Return a conversation without some registrations; whoever was in one is at the menu."""
    left = tuple(draft for draft in conversation.drafts if not is_gone(draft))
    kept = replace(conversation, drafts=left)
    return kept if conversation.draft is None or kept.draft else _at_the_menu(kept)


def without_participant(conversation: Conversation, code: str) -> Conversation:
    """Return a conversation that knows nothing of a participant any more."""
    left = without_drafts(conversation, lambda draft: draft.subject == code)
    if any(_mentions(text, code) for text in left.choice.values()):
        left = _at_the_menu(left) if left.draft is None else replace(left, choice={})
    if any(without_code(text, code) != text for text in left.undo.values()):
        left = replace(left, undo={})
    return recoded(left, code, NOTHING)


def recoded(conversation: Conversation, code: str, other: str) -> Conversation:
    """Return a conversation in which another code stands wherever a participant's one stood."""
    content: dict[str, Any] = _renamed(snapshot(conversation), code, other)
    found = restore(content)
    return replace(found, drafts=tuple(_typed(draft, code, other) for draft in found.drafts))


def without_colleague(conversation: Conversation, person: str) -> Conversation:
    """Return a conversation in which nothing was entered for somebody who is erased."""
    drafts = tuple(
        replace(draft, entered_for=ERASED) if draft.entered_for == person else draft
        for draft in conversation.drafts
    )
    return replace(conversation, drafts=drafts)


def renamed_in(conversation: Conversation, project: str, code: str, other: str) -> Conversation:
    """Return a conversation in which a participant of one project has another code."""
    drafts = tuple(
        replace(draft, subject=other)
        if (draft.project, draft.subject) == (project, code)
        else draft
        for draft in conversation.drafts
    )
    undo = {name: without_word(text, code, other) for name, text in conversation.undo.items()}
    chosen = conversation.choice
    if chosen.get("project", project) == project:
        chosen = {name: without_word(text, code, other) for name, text in chosen.items()}
    return replace(conversation, drafts=drafts, undo=undo, choice=chosen)


def without_word(text: str, word: str, other: str = NOTHING) -> str:
    """Return a text in which a code is another one; a part of something longer stays."""
    return _pattern(word).sub(other, text)


def without_code(text: str, code: str, other: str = NOTHING) -> str:
    """Return what somebody typed with another code in place of one, however that is spelled."""
    return spelled(code).sub(other, text)


def typed_without(value: Any, code: str, other: str = NOTHING) -> Any:  # noqa: ANN401 - JSON
    """Return answers without a code; the name of a choice is no text."""
    if isinstance(value, str):
        is_name = _NAME.fullmatch(value) is not None
        return value if is_name else without_code(value, code, other)
    if isinstance(value, dict):
        return {name: typed_without(item, code, other) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(typed_without(item, code, other) for item in value)
    return value


def _typed(draft: Draft, code: str, other: str) -> Draft:
    answers = {
        name: replace(answer, value=typed_without(answer.value, code, other))
        for name, answer in draft.answers.items()
    }
    remarks = {name: without_code(text, code, other) for name, text in draft.remarks.items()}
    reason = without_code(draft.reason, code, other)
    return replace(draft, answers=answers, remarks=remarks, reason=reason)


def _renamed(value: Any, code: str, other: str) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return without_word(value, code, other)
    if isinstance(value, dict):
        return {name: _renamed(item, code, other) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_renamed(item, code, other) for item in value)
    return value


def _at_the_menu(conversation: Conversation) -> Conversation:
    """Return a conversation as it is after leaving; one that has not begun stays where it is."""
    if conversation.state == "newcomer":
        return conversation
    left = replace(conversation, state="idle", current=0, back_to="", choice={}, page=0)
    return replace(left, offer="", proposed=None)


def _mentions(text: str, code: str) -> bool:
    return _pattern(code).search(text) is not None


def _pattern(word: str) -> re.Pattern[str]:
    # An identifier may hold the same characters between others.
    return re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
