"""What is to be seen in a chat: worked out from the chat as it is stored, and stored with it.

The row of a chat is the outbox. It says what there is to show and to remove, and how far that has
come; so a process that ends between storing and showing is made up for by any other one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.inbound import Inbound
from bot.turns import Taken
from flows.engine import Edited, Message, Tap, Text, Turn
from flows.tokens import lasting_action, parsed
from storage.chats import Chat, Receipt, Typed

REMOVABLE = timedelta(hours=48)
"""How long a bot may delete messages: core.telegram.org/bots/api#deletemessage."""
IN_GOOD_TIME = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Commands:
    """A person's commands by name, with what they do; `key` is remembered where they are set."""

    key: str
    descriptions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outbound:
    """What one person is to see now: `chat` as it was stored, and the screen if there is one."""

    address: str
    chat: Chat
    language: str
    screen: Message | None = None
    callbacks: tuple[str, ...] = ()
    commands: Commands | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """How far a channel has come with a chat.

    `screen` and `leading` are the messages that now show the question, `confirmed` those that
    became receipts, the newest last, and `removed` those that are gone. `unreachable` says that
    nothing will be shown until the person comes back, `is_complete` that nothing has to be tried
    again.
    """

    serial: int
    screen: int | None = None
    leading: tuple[int, ...] = ()
    commands: str = ""
    unreachable: bool = False
    confirmed: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    is_complete: bool = True


def joined(earlier: Delivered | None, later: Delivered) -> Delivered:
    """Return what a channel says after something further, before the earlier was heard."""
    if earlier is None:
        return later
    return replace(
        later,
        confirmed=(*earlier.confirmed, *later.confirmed),
        removed=(*earlier.removed, *later.removed),
    )


@dataclass(frozen=True, slots=True)
class Handed:
    """What a process has handed to its channel, and when; it has not heard of it yet.

    `shown` is how far the chat had come, as far as this process itself has moved it. `is_certain`
    says that nothing of another process was on its way to the chat.
    """

    serial: int
    shown: int
    is_certain: bool
    at: datetime


def handed(before: Chat, chat: Chat, last: Handed | None, now: datetime) -> Handed:
    """Return what is handed to the channel: `chat`, which was `before`; `last` was the last one.

    A process shows one thing after the other in a chat, so its own never come out of order.
    """
    is_next = last is not None and last.serial == before.serial and last.is_certain
    return Handed(chat.serial, chat.shown, is_next or chat.unsettled_since is None, now)


def reported(chat: Chat, delivered: Delivered, now: datetime, was: Handed | None = None) -> Chat:
    """Return the chat with what a channel says of it; `was` is what the channel was handed.

    Where another process has shown something meanwhile, the screen is asked for again, because
    whose message came last in the chat is not known. Where another process may still show
    something, or died over it, the chat stays unsettled.
    """
    if delivered.unreachable and delivered.serial < chat.serial:
        # Perhaps they are back: what is on its way to them now will tell.
        return chat
    if delivered.unreachable:
        since = chat.unreachable_since or now
        return replace(chat, unreachable_since=since, unsettled_since=None)
    if delivered.serial < chat.shown:
        return again(_remove(chat, _others((delivered.screen, *delivered.leading), chat)))
    is_overtaken = was is not None and was.shown != chat.shown
    is_certain = not is_overtaken and (was is None or was.is_certain)
    found = _arrived(chat, delivered)
    if delivered.serial < chat.serial or not delivered.is_complete:
        # Whoever shows the newest looks after the rest, so that two do not go on for ever.
        return found
    if is_overtaken or found.doomed:
        return again(found)
    return replace(found, unsettled_since=None) if is_certain else found


def _arrived(chat: Chat, delivered: Delivered) -> Chat:
    kept = delivered.confirmed
    found = replace(
        chat,
        shown=delivered.serial if delivered.is_complete else delivered.serial - 1,
        screen=delivered.screen,
        leading=delivered.leading,
        commands=delivered.commands or chat.commands,
        receipts=tuple(item for item in chat.receipts if item.serial > delivered.serial),
        confirmed=kept[-1] if kept else chat.confirmed,
        doomed=tuple(item for item in chat.doomed if item not in (*kept, *delivered.removed)),
    )
    return _below(_remove(found, _others((chat.screen, *chat.leading), found)))


def after(chat: Chat, inbound: Inbound, taken: Taken, now: datetime) -> Chat:
    """Return the chat after an event: what is to be shown, kept for later and removed."""
    turn = taken.turn
    chat, serial = _received(chat, inbound, taken), chat.serial + 1
    if inbound.message is not None and isinstance(inbound.event, Text) and turn.answered:
        answer = Typed(inbound.message, turn.answered, _sent(inbound, now))
        chat = replace(chat, typed=(*chat.typed, answer))
    else:
        chat = _passing(_unproposed(chat, inbound, turn), inbound)
    receipts = [Receipt(serial, item.text) for item in turn.messages if item.kind == "receipt"]
    open_drafts = {draft.number for draft in turn.conversation.drafts}
    gone = [item for item in chat.typed if _draft(item) not in open_drafts]
    chat = replace(chat, serial=serial, receipts=(*chat.receipts, *receipts))
    return _below(_without(chat, gone))


def unused(chat: Chat, inbound: Inbound) -> Chat:
    """Return the chat after an event that could not be used: what was typed is removed."""
    return again(_passing(replace(chat, unreachable_since=None), inbound))


def told(chat: Chat, text: str) -> Chat:
    """Return the chat with a text that stays; a new question comes below it."""
    receipt = Receipt(chat.serial + 1, text)
    return replace(chat, serial=receipt.serial, receipts=(*chat.receipts, receipt), screen=None)


def again(chat: Chat) -> Chat:
    """Return the chat with the question to be shown once more; what stands above it comes anew."""
    return replace(_remove(chat, chat.leading), serial=chat.serial + 1, leading=())


def settled(chat: Chat, until: datetime) -> Chat:
    """Return the chat with the question to be shown anew if it was unsettled until then.

    What another process had on its way at that time has arrived by now, or never will. It may
    stand below the question, so that this comes in a new message.
    """
    if chat.unsettled_since is None or chat.unsettled_since > until:
        return chat
    old = [] if chat.screen is None else [chat.screen]
    return again(_remove(replace(chat, screen=None, unsettled_since=None), old))


def swept(chat: Chat, now: datetime) -> Chat:
    """Return the chat with everything removed that soon could not be removed any more."""
    until = (now - REMOVABLE + IN_GOOD_TIME).timestamp()
    old = [item for item in chat.typed if item.at <= until]
    return again(_without(chat, old)) if old else chat


def deadline(chat: Chat) -> datetime | None:
    """Return when the oldest typed answer has to be removed, in good time."""
    if not chat.typed:
        return None
    oldest = datetime.fromtimestamp(min(item.at for item in chat.typed), UTC)
    return oldest + REMOVABLE - IN_GOOD_TIME


def answered(chat: Chat, message: int | None) -> str:
    """Return which answer was typed in a message, as Turn.answered says it; "" if none was."""
    return next((item.answer for item in chat.typed if item.message == message), "")


def _received(chat: Chat, inbound: Inbound, taken: Taken) -> Chat:
    """Return the chat with what an event itself proves, whatever had been heard of it."""
    if chat.leading or chat.unreachable_since:
        chat = _remove(replace(chat, unreachable_since=None, leading=()), chat.leading)
    if not isinstance(inbound.event, Tap):
        return chat
    if lasting_action(inbound.event.token):
        return _taking_over(chat, inbound.message)
    button = parsed(inbound.event.token)
    expected = (taken.turn.conversation.person, taken.before)
    if button is not None and (button.person, button.turn) == expected:
        # The tapped message shows the question: it came last, and after every receipt.
        return _proven(chat, inbound.message)
    if inbound.message in (None, chat.screen, chat.confirmed):
        return chat
    return _remove(chat, [inbound.message])


def _unproposed(chat: Chat, inbound: Inbound, turn: Turn) -> Chat:
    """Remove a changed message unless it is proposed: what it says now is no answer."""
    if not isinstance(inbound.event, Edited) or turn.conversation.proposed is not None:
        return chat
    return _without(chat, [item for item in chat.typed if item.message == inbound.message])


def _taking_over(chat: Chat, message: int | None) -> Chat:
    """Let a message that came by itself show the question from now on: it is the form."""
    if message is None or message == chat.screen:
        return chat
    old = [item for item in (chat.screen, *chat.leading) if item is not None]
    return _remove(replace(chat, screen=message, leading=()), old)


def _proven(chat: Chat, message: int | None) -> Chat:
    if chat.shown < chat.serial:
        chat = replace(chat, shown=chat.serial)
    if message == chat.screen and not chat.receipts and not chat.doomed:
        return chat
    old = [] if chat.screen in (None, message) else [chat.screen]
    # The question before has become the receipt, if there was one to be shown.
    confirmed = chat.screen if old and chat.receipts else chat.confirmed
    doomed = tuple(item for item in chat.doomed if item not in (message, confirmed))
    found = replace(chat, screen=message, receipts=(), confirmed=confirmed, doomed=doomed)
    return _remove(found, old)


def _passing(chat: Chat, inbound: Inbound) -> Chat:
    """Remove at once what is neither a tap nor the message of an answer."""
    kept = any(item.message == inbound.message for item in chat.typed)
    if inbound.message is None or kept or isinstance(inbound.event, Tap):
        return chat
    return _remove(chat, [inbound.message])


def _sent(inbound: Inbound, now: datetime) -> int:
    # It may have waited for a day, and from then on counts how long it can be removed.
    return round(min(inbound.sent_at or now, now).timestamp())


def _others(messages: Iterable[int | None], chat: Chat) -> list[int]:
    """Return those messages that do not show the question of this chat."""
    shown = (chat.screen, *chat.leading)
    return [item for item in messages if item is not None and item not in shown]


def _remove(chat: Chat, messages: Iterable[int]) -> Chat:
    """Return the chat with messages to be removed; the newest receipt stays."""
    some = [item for item in messages if item != chat.confirmed]
    if not some:
        return chat
    return replace(chat, doomed=tuple(dict.fromkeys([*chat.doomed, *some])))


def _without(chat: Chat, typed: list[Typed]) -> Chat:
    if not typed:
        return chat
    left = tuple(item for item in chat.typed if item not in typed)
    return _remove(replace(chat, typed=left), [item.message for item in typed])


def _below(chat: Chat) -> Chat:
    """Let another message show the question when this one is removed or stands above an answer."""
    newest = max((item.message for item in chat.typed), default=0)
    if chat.screen is None or (newest < chat.screen and chat.screen not in chat.doomed):
        return chat
    return _remove(replace(chat, screen=None, leading=()), [chat.screen, *chat.leading])


def _draft(item: Typed) -> int:
    return int(item.answer.partition(".")[0])
