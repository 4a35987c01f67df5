"""The state of a conversation: its life as a state machine, its drafts, its snapshot.

Errors: StaleConversation (a snapshot of a format or sheet that this program does not know).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, NamedTuple

from transitions import Machine

from flows.record import STATUSES, Answer

FORMAT = 3

ASIDES = ("translating", "remarking", "discarding")
RETURNS = (
    "idle",
    "choosing",
    "asking",
    "confirming",
    "reviewing",
    "correcting",
    "excusing",
    "attributing",
    "enrolling",
    "finding",
    "amending",
    "auditing",
    "staffing",
    "disclosing",
    "overseeing",
    "pending",
    "wishing",
    "exporting",
)
STATES = ("newcomer", "accepting", *RETURNS, *ASIDES)


class Transition(NamedTuple):
    """One row of the life of a conversation."""

    trigger: str
    sources: tuple[str, ...]
    dest: str


TRANSITIONS: tuple[Transition, ...] = (
    Transition("welcome", ("newcomer",), "idle"),
    Transition("choose", ("idle", "choosing"), "choosing"),
    Transition("begin", ("idle", "choosing", "pending"), "asking"),
    Transition("resume", ("idle", "choosing", "pending"), "asking"),
    Transition("doubt", ("asking", "confirming"), "confirming"),
    Transition("ask", ("asking", "confirming", "reviewing", "correcting"), "asking"),
    Transition("complete", ("asking",), "reviewing"),
    Transition("correct", ("reviewing",), "correcting"),
    Transition("review", ("correcting",), "reviewing"),
    Transition("save", ("reviewing",), "idle"),
    Transition("excuse", ("asking",), "excusing"),
    Transition("attribute", ("reviewing",), "attributing"),
    Transition("review", ("attributing",), "reviewing"),
    Transition("ask", ("excusing",), "asking"),
    Transition("enrol", ("idle", "choosing"), "enrolling"),
    Transition("choose", ("enrolling",), "choosing"),
    Transition("find", ("idle", "amending"), "finding"),
    Transition("amend", ("idle", "finding"), "amending"),
    Transition("begin", ("amending",), "reviewing"),
    Transition("audit", ("idle",), "auditing"),
    Transition("staff", ("idle",), "staffing"),
    Transition("disclose", ("idle",), "disclosing"),
    Transition("oversee", ("idle",), "overseeing"),
    Transition("look_ahead", ("idle",), "pending"),
    Transition("wish", ("idle",), "wishing"),
    Transition("export", ("idle",), "exporting"),
    Transition("leave", (*RETURNS, *ASIDES), "idle"),
    # What an aside was about stays as it was: nothing is stored there.
    Transition("inform", (*RETURNS, *ASIDES), "accepting"),
    Transition("translate", RETURNS, "translating"),
    Transition("remark", ("asking", "reviewing"), "remarking"),
    Transition("discard", ("asking", "confirming", "reviewing", "correcting"), "discarding"),
    *(Transition(f"return_to_{state}", (*ASIDES, "accepting"), state) for state in RETURNS),
)


ANSWERS = ("answers", "previous")
"""The fields of a draft that hold answers by question."""


class StaleConversation(Exception):
    """A stored conversation that cannot be read; it is left as it is."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A registration under way: which sheet for whom, and what was answered so far.

    Its position is computed from the answers; `focus` names a question that is shown before
    its turn because the worker went back to it. `entry` is an answer that takes several taps,
    `doubted` one that waits for a confirmation; `kept` says that the last revision holds it all.

    `registrars` are the project's own, as in Project; `previous` what was answered at the moment
    `previous_moment`. `reason` says why a record that was saved before is changed. `entered_for`
    and `provenance` are the record's. Nothing of a `practice` draft is stored as a record.
    """

    number: int
    record: str
    sheet: str
    version: int
    project: str
    moment: str
    subject: str
    roles: tuple[str, ...]
    indicators: tuple[str, ...]
    areas: Mapping[str, str]
    begun_on: str
    revision: int = 0
    kept: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    focus: str = ""
    entry: Any = None
    doubted: Any = None
    registrars: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, Answer] = field(default_factory=dict)
    previous_moment: str = ""
    reason: str = ""
    entered_for: str = ""
    provenance: str = ""
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """One person's conversation; `turn` counts its changes and is part of every button.

    `offer` is a question whose answer may be changed with one tap, and `proposed` the value that
    it would get, where the worker has said it. `choice` holds what was chosen on the way to a
    registration or to a record. `undo` names the revision that was saved last, what it is called,
    and until when it can be taken back.
    """

    person: str
    language: str
    state: str = "newcomer"
    turn: int = 0
    drafts: tuple[Draft, ...] = ()
    current: int = 0
    last_number: int = 0
    choice: Mapping[str, str] = field(default_factory=dict)
    page: int = 0
    back_to: str = ""
    offer: str = ""
    proposed: Any = None
    undo: Mapping[str, str] = field(default_factory=dict)

    @property
    def draft(self) -> Draft | None:
        """The registration that is being answered, if any."""
        for draft in self.drafts:
            if draft.number == self.current:
                return draft
        return None


class _Life:
    state: str


def machine() -> Machine:
    """Build the state machine that TRANSITIONS describes."""
    return Machine(
        model=None,
        states=list(STATES),
        initial=None,
        auto_transitions=False,
        transitions=[
            {"trigger": row.trigger, "source": list(row.sources), "dest": row.dest}
            for row in TRANSITIONS
        ],
    )


_MACHINE = machine()


@cache
def moved(state: str, trigger: str) -> str:
    """Return the state that a trigger leads to; MachineError if it does not apply in this state."""
    life = _Life()
    _MACHINE.set_state(state, life)
    _MACHINE.events[trigger].trigger(life)
    return life.state


def diagram() -> str:
    """Return TRANSITIONS as a Mermaid state diagram; the ways back from an aside share an arrow."""
    lines = ["stateDiagram-v2", "    [*] --> newcomer"]
    for row in TRANSITIONS:
        if row.trigger.startswith("return_to_"):
            continue
        sources = ("(any)",) if set(row.sources) >= set(RETURNS) else row.sources
        lines += [f"    {source} --> {row.dest}: {row.trigger}" for source in sources]
    lines += [f"    {aside} --> (any): return" for aside in (*ASIDES, "accepting")]
    return "\n".join(lines).replace("(any)", "under_way") + "\n"


def snapshot(conversation: Conversation) -> dict[str, Any]:
    """Return the conversation as JSON, with the number of its format."""
    drafts = [_written_draft(draft) for draft in conversation.drafts]
    return {"format": FORMAT, **_written(conversation), "drafts": drafts}


def _written_draft(draft: Draft) -> dict[str, Any]:
    answers = {
        column: {name: _written(answer) for name, answer in getattr(draft, column).items()}
        for column in ANSWERS
    }
    return _written(draft) | answers


def _written(value: Conversation | Draft | Answer) -> dict[str, Any]:
    return {name: getattr(value, name) for name in _FIELDS[type(value)]}


_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind)) for kind in (Conversation, Draft, Answer)
}

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


def _with_corrections(content: dict[str, Any]) -> dict[str, Any]:
    added = {
        "registrars": {},
        "previous": {},
        "previous_moment": "",
        "reason": "",
        "entered_for": "",
        "provenance": "",
        "practice": False,
    }
    return {**content, "undo": {}, "drafts": [draft | added for draft in content["drafts"]]}


UPGRADES: dict[int, Upgrade] = {
    1: lambda content: {**content, "proposed": None},
    2: _with_corrections,
}


def restore(
    stored: Mapping[str, Any], upgrades: Mapping[int, Upgrade] = UPGRADES, to: int = FORMAT
) -> Conversation:
    """Read a snapshot, upgraded step by step from the format that it was written in.

    Raises StaleConversation for a format that is unknown, or a snapshot that is incomplete.
    """
    content = dict(stored)
    written = content.get("format")
    try:
        while (number := content.get("format")) != to:
            if not isinstance(number, int) or number not in upgrades:
                raise StaleConversation(
                    f"The conversation is stored in format {written!r} and this version of"
                    f" Meetmoment reads formats up to {to}; nothing was changed."
                    " Use the version that wrote it."
                )
            content = {**upgrades[number](content), "format": number + 1}
        return _conversation(content)
    except (KeyError, TypeError, ValueError) as error:
        message = f"the stored conversation is incomplete ({error}); restore it from a backup"
        raise StaleConversation(message) from error


def _conversation(content: dict[str, Any]) -> Conversation:
    del content["format"]
    _check(content, _CONVERSATION)
    lost = content["state"] == "choosing" and "sheet" not in content["choice"]
    is_aside = content["state"] in (*ASIDES, "accepting")
    if lost or (is_aside and content["back_to"] not in RETURNS):
        raise ValueError(content["state"])
    if content["state"] not in STATES:
        raise ValueError(content["state"])
    drafts = tuple(_draft(draft) for draft in content["drafts"])
    return Conversation(**content | {"drafts": drafts})


def _draft(content: dict[str, Any]) -> Draft:
    _check(content, _DRAFT)
    answers = {
        column: {
            name: Answer(STATUSES[answer["status"]], answer["value"], answer["reason"])
            for name, answer in content[column].items()
        }
        for column in ANSWERS
    }
    lists = {name: tuple(content[name]) for name in ("roles", "indicators")}
    return Draft(**content | lists | answers)


def _types(like: Conversation | Draft) -> Mapping[str, type | tuple[type, ...]]:
    written = _written(like)
    kinds = {name: type(value) for name, value in written.items() if value is not None}
    return dict.fromkeys(written, object) | {
        name: (list, tuple) if kind is tuple else kind for name, kind in kinds.items()
    }


_CONVERSATION = _types(Conversation("", ""))
_DRAFT = _types(Draft(0, "", "", 0, "", "", "", (), (), {}, ""))


def _check(content: Mapping[str, Any], like: Mapping[str, type | tuple[type, ...]]) -> None:
    """Refuse other fields or types than these: a default in their place would lose an answer."""
    if not isinstance(content, dict) or content.keys() != like.keys():
        raise TypeError("other fields")
    for name, wanted in like.items():
        if not isinstance(content[name], wanted):
            raise TypeError(name)
