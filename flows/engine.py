"""step(): one event in, the next conversation, messages and effects out; pure.

Nothing is stored or sent here. The host applies the effects and the conversation in one
transaction and sends the messages after its commit.
"""

from dataclasses import dataclass, replace
from typing import Literal

from flows.access import ACCESS, MESSAGE, TYPED, verbs
from flows.audit import REFUSED
from flows.commands import COMMANDS
from flows.context import Context
from flows.conversation import Conversation
from flows.effects import AccountFor, Effect
from flows.local import read_number_words
from flows.matching import NOTHING, Option, exactly, meant
from flows.messages import MESSAGES, react
from flows.proposal import TAKE, propose, take
from flows.session import Screen, Session
from flows.states import STATES
from flows.states.accepting import inform, is_due
from flows.tokens import Token, lasting_action, parsed, token
from flows.unusable import sentence

MOST_TEXT = 2000
FOR_NEWCOMERS = ("start", "help", "language")


@dataclass(frozen=True, slots=True)
class Tap:
    """A button was tapped; `token` is what the button carried."""

    token: str


@dataclass(frozen=True, slots=True)
class Text:
    """Something was typed, a command included.

    `turn` is the turn of the screen that the sender was looking at, where the channel knows it.
    """

    text: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something came that cannot be an answer, such as a photo; its content is not here."""

    kind: str


@dataclass(frozen=True, slots=True)
class Edited:
    """Something that was typed before was changed afterwards.

    `of` is the Turn.answered of the step that took the text before; "" if that is not known.
    """

    text: str
    of: str


Event = Tap | Text | Unusable | Edited


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a channel draws it; `key` may be typed instead of tapping."""

    label: str
    token: str
    key: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel shows. A screen takes the place of the screen before; a receipt stays.

    `note` is what the bot says first: what was wrong, or what was asked about. `copied` is a text
    that the channel lets a person copy by a button which `copy_label` names, where it can.
    """

    kind: Literal["screen", "receipt"]
    text: str
    turn: int
    note: str = ""
    head: str = ""
    rows: tuple[tuple[Button, ...], ...] = ()
    copied: str = ""
    copy_label: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a step gives back.

    `answered` says which answer was put into a draft, as "number of the draft.question"; "" if
    none was.
    """

    conversation: Conversation
    messages: tuple[Message, ...]
    effects: tuple[Effect, ...]
    answered: str = ""


def begin(context: Context) -> Conversation:
    """Return the conversation of a person who was never here before."""
    return Conversation(
        person=context.person, language=context.interface.say(context.language).language
    )


def step(conversation: Conversation, event: Event, context: Context) -> Turn:
    """Let a conversation take one event."""
    before = _possible(conversation, context)
    unoffered = replace(before, offer="", proposed=None) if before.offer else before
    session = Session(unoffered, context)
    if is_due(session):
        inform(session)
        session.notices.append(
            session.say(
                "Please read this first. What you sent was not used; you go on where you were."
            )
        )
    elif isinstance(event, Tap):
        _tap(session, before, event.token)
    elif isinstance(event, Text):
        _text(session, before, event)
    elif isinstance(event, Edited):
        # Whatever it answered, what comes of it is an answer.
        if _may(session, "asking", TAKE):
            propose(session, event.text.strip()[:MOST_TEXT], event.of)
    else:
        session.notices.append(sentence(session.say, event.kind))
    return _turn(session, conversation)


def show(conversation: Conversation, context: Context) -> Turn:
    """Show where a conversation is, without an event: on opening, and after a repeated update."""
    return _turn(Session(_possible(conversation, context), context), conversation)


def _possible(conversation: Conversation, context: Context) -> Conversation:
    """Lead back to the menu who was choosing for a sheet that was withdrawn meanwhile."""
    sheet = conversation.choice.get("sheet")
    if sheet is None or sheet in context.current:
        return conversation
    back = replace(conversation, choice={}, page=0)
    return replace(back, back_to="idle") if back.back_to else replace(back, state="idle")


def _turn(session: Session, before: Conversation) -> Turn:
    _settle(session)
    if is_due(session):
        inform(session)
    if session.conversation != before:
        session.change(turn=before.turn + 1)
    screen = _permitted(session, STATES[session.conversation.state].show(session))
    turn = session.conversation.turn
    receipts = [Message("receipt", text, turn) for text in session.receipts]
    messages = (*receipts, _drawn(session, screen))
    return Turn(session.conversation, messages, tuple(session.effects), session.answered)


def _permitted(session: Session, screen: Screen) -> Screen:
    """Return a screen with only the buttons that the person may use."""
    allowed = verbs(session.conversation.state, session.context.roles)
    if all(_verb(option.action) in allowed for row in screen.rows for option in row):
        return screen
    rows = [[option for option in row if _verb(option.action) in allowed] for row in screen.rows]
    return replace(screen, rows=[row for row in rows if row])


def _may(session: Session, place: str, action: str) -> bool:
    """Whether the person may do this; if not, that is said and nothing else happens."""
    if _verb(action) in verbs(place, session.context.roles):
        return True
    session.effects.append(AccountFor(REFUSED, f"{place}/{_verb(action)}", {"reason": "role"}))
    session.notices.append(
        session.say("That is not part of your role here. Ask your coordinator if it should be.")
    )
    return False


def _verb(action: str) -> str:
    return action.partition(":")[0]


def _settle(session: Session) -> None:
    state = session.conversation.state
    if state not in ("asking", "confirming", "reviewing", "correcting"):
        return
    place = session.place
    if state == "asking" and place is None:
        session.move("complete")
    elif (state in ("reviewing", "correcting") and place is not None) or (
        state == "confirming" and session.draft.doubted is None
    ):
        session.move("ask", page=0)


def _tap(session: Session, before: Conversation, tapped: str) -> None:
    found = parsed(tapped)
    if found is not None and found.person != before.person:
        session.effects.append(AccountFor(REFUSED, "button", {"reason": "forged"}))
    if found is None or found.person != before.person:
        session.notices.append(
            session.say("That button does not work any more. Here is where you are:")
        )
    elif action := lasting_action(tapped):
        if _verb(action) not in MESSAGES or _may(session, MESSAGE, action):
            react(session, action)
    elif (before.state, found.verb) in ACCESS and not _may(session, before.state, found.verb):
        # Also where the button has gone with the role.
        return
    elif found.turn != before.turn or not _tap_shown(session, before, tapped):
        _tap_old(session, found)


def _tap_shown(session: Session, before: Conversation, tapped: str) -> bool:
    """Do what a button of the screen says; false when it is not there."""
    shown = session.as_shown(before)
    place = _place(shown)
    for option in _options(STATES[before.state].show(shown)):
        if token(place, option.action) == tapped:
            _act(session, before, option.action)
            return True
    return False


def _tap_old(session: Session, found: Token) -> None:
    if found.question is not None and (found.draft, found.question) == _at_hand(session):
        return
    session.notices.append(
        session.say("That button belongs to an earlier question; nothing was changed.")
    )
    _offer(session, found)


def _act(session: Session, before: Conversation, action: str) -> None:
    if not _may(session, before.state, action):
        return
    if action == TAKE:
        take(session, before.offer, before.proposed)
    else:
        STATES[before.state].tap(session, action)


def _offer(session: Session, found: Token) -> None:
    """Offer to change the answer that an old button belonged to, if it is still there."""
    if (
        session.conversation.state not in ("asking", "reviewing")
        or found.draft != session.conversation.current
    ):
        return
    questions = session.sheet.questions
    if found.question is None or found.question >= len(questions):
        return
    name = questions[found.question].name
    place = session.path.place(name)
    if place is not None and place.answer is not None and place != session.place:
        session.change(offer=name)


def _text(session: Session, before: Conversation, event: Text) -> None:
    text = event.text.strip()
    if event.turn is not None and event.turn != before.turn:
        session.notices.append(
            session.say("This went on elsewhere meanwhile; your text was not used.")
        )
    elif text.startswith("/"):
        _command(session, text)
    elif len(text) > MOST_TEXT:
        session.notices.append(session.say("That is too long. Please answer in a few words."))
    elif text:
        _typed(session, before, text)


def _command(session: Session, text: str) -> None:
    name, _, argument = text[1:].partition(" ")
    name = name.casefold().split("@")[0]
    command = COMMANDS.get(name)
    if command is None:
        session.notices.append(
            session.say("I do not know that command. /help says what is possible.")
        )
    elif session.conversation.state == "newcomer" and name not in FOR_NEWCOMERS:
        return
    elif session.conversation.state == "accepting" and name not in FOR_NEWCOMERS:
        STATES["accepting"].read(session, text)
    elif _may(session, "command", name):
        command.run(session, argument.strip())


def _typed(session: Session, before: Conversation, text: str) -> None:
    state, shown = STATES[before.state], session.as_shown(before)
    whole = state.show(shown)
    screen = _permitted(shown, whole)
    listed = _options(screen)
    keyed = [
        (option, key)
        for option, key in zip(listed, _keys(screen), strict=True)
        if option.action != NOTHING
    ]
    if not screen.digits:
        text = text.removeprefix("#") if text[1:].isdecimal() else text
    options, keys = [option for option, _ in keyed], [key for _, key in keyed]
    found = exactly(text, options)
    if len(found) != 1:
        if screen.digits or screen.more:
            found = [option.action for option, key in keyed if key == text]
        else:
            found = meant(text, options, keys) or _by_number_word(session, text, options, keys)
    if len(found) == 1:
        _act(session, before, found[0])
    elif found:
        session.notices.append(
            session.say("That can mean more than one thing. Please tap the button you mean.")
        )
    elif hidden := exactly(text, [item for item in _options(whole) if item not in listed]):
        _may(session, before.state, hidden[0])
    elif _may(session, before.state, _typing(before)):
        state.read(session, text)


def _typing(before: Conversation) -> str:
    """Return the verb that a typed text is for: what was chosen to be done, where that is one."""
    doing = before.choice.get("do", "")
    return doing if (before.state, doing) in ACCESS else TYPED


def _by_number_word(
    session: Session, text: str, options: list[Option], keys: list[str]
) -> list[str]:
    number = read_number_words(text, session.conversation.language)
    return [] if number is None else meant(str(number), options, keys)


def _options(screen: Screen) -> list[Option]:
    return [option for row in screen.rows for option in row]


def _keys(screen: Screen) -> list[str]:
    mark = "#" if screen.digits else ""
    return [f"{mark}{number}" for number in range(1, len(_options(screen)) + 1)]


def _drawn(session: Session, screen: Screen) -> Message:
    keys = iter(_keys(screen))
    place = _place(session)
    rows = tuple(
        tuple(Button(option.label, token(place, option.action), next(keys)) for option in row)
        for row in screen.rows
    )
    note = "\n".join(session.notices)
    return Message(
        "screen",
        screen.text,
        session.conversation.turn,
        note,
        screen.head,
        rows,
        session.copied,
        session.say("Copy the invitation") if session.copied else "",
    )


def _place(session: Session) -> str:
    """Return what all tokens of a screen begin with."""
    draft, question = _at_hand(session)
    where = "-" if question is None else str(question)
    return f"{session.conversation.person}.{session.conversation.turn}.{draft}.{where}"


def _at_hand(session: Session) -> tuple[int, int | None]:
    """Return the draft that is open and the question that is shown, by their numbers."""
    conversation, question = session.conversation, None
    if conversation.state in ("asking", "confirming") and session.place is not None:
        question = session.sheet.positions[session.place.question.name]
    return conversation.current, question
