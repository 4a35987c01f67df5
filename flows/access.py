"""Who may do what, and what each role reaches: one table, and nothing is allowed beside it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from flows.sheet import REGISTRARS
from flows.texts import marked

Action = tuple[str, str]
"""A button as (state, verb), or one of these with a name: command, export, program, message.

The verb of (state, TYPED) is what a typed text comes to that names no button.
"""

Who = frozenset[str]

TYPED = "typed"
MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: what it is called, and what it reaches of its organisation.

    `projects`: those it is a member of, or all where that was given to the person, or all always.
    `records`: those one has registered oneself, all of the projects, or none. What a colleague
    answered before is shown with a registration of the same subject, whatever is listed.
    """

    name: str
    projects: Literal["member", "given", "all"]
    records: Literal["own", "project", "none"]


ROLES: Mapping[str, Role] = {
    "practitioner": Role(marked("practitioner"), "member", "own"),
    "project_coordinator": Role(marked("project coordinator"), "member", "project"),
    "city_coordinator": Role(marked("city coordinator"), "given", "own"),
    # Reads what is exported, where nobody is named; nothing in the conversation.
    "evaluator": Role(marked("evaluator"), "given", "none"),
    # Sees to people and projects, and not to what was answered, unless another role gives that; has
    # it only as an export, which stands in the audit.
    "admin": Role(marked("admin"), "all", "none"),
}

NOBODY: Who = frozenset()
EVERYBODY: Who = frozenset(ROLES)
"""Also somebody who has no role any more, so that nobody is locked in."""
OPERATOR: Who = frozenset({"operator"})
"""Whoever has the shell and the database; no role of the conversation."""
WRITING: Who = frozenset(REGISTRARS)
COORDINATING: Who = frozenset({"project_coordinator"})
OVERSEEING: Who = COORDINATING | {"city_coordinator"}
ENROLLING: Who = frozenset({"practitioner", "project_coordinator"})
READING: Who = frozenset({"evaluator"})
ADMINISTERING: Who = frozenset({"admin"})
EXPORTING: Who = WRITING | READING | ADMINISTERING
"""Whoever may have some of the exports; which ones, the table says."""
INVITING: Who = ADMINISTERING | COORDINATING

ACCESS: Mapping[Action, Who] = {
    ("command", "start"): EVERYBODY,
    ("command", "help"): EVERYBODY,
    ("command", "settings"): EVERYBODY,
    ("command", "language"): EVERYBODY,
    ("command", "status"): EVERYBODY,
    ("command", "back"): EVERYBODY,
    ("command", "pause"): EVERYBODY,
    ("command", "save"): WRITING,
    ("command", "why"): WRITING,
    ("command", "remark"): WRITING,
    ("command", "undo"): WRITING,
    ("command", "corrections"): WRITING,
    ("command", "cancel"): EVERYBODY,
    ("command", "mydata"): EVERYBODY,
    ("command", "audit"): ADMINISTERING,
    ("command", "people"): INVITING,
    ("command", "overview"): OVERSEEING,
    ("command", "export"): EXPORTING,
    ("command", "today"): WRITING,
    ("command", "reminders"): EVERYBODY,
    ("newcomer", "l"): EVERYBODY,
    ("newcomer", TYPED): EVERYBODY,
    ("idle", "d"): WRITING,
    ("idle", "b"): WRITING,
    ("idle", "menu"): WRITING,
    ("idle", "page"): WRITING,
    ("idle", "enrol"): ENROLLING,
    ("idle", "find"): WRITING,
    ("idle", "undo"): WRITING,
    ("idle", "r"): WRITING,
    ("idle", "project"): COORDINATING,
    ("idle", "today"): WRITING,
    ("idle", TYPED): WRITING,
    ("choosing", "project"): WRITING,
    ("choosing", "subject"): WRITING,
    ("choosing", "moment"): WRITING,
    ("choosing", "page"): WRITING,
    ("choosing", "back"): EVERYBODY,
    ("choosing", TYPED): WRITING,
    ("asking", "v"): WRITING,
    ("asking", "m"): WRITING,
    ("asking", "skip"): WRITING,
    ("asking", "keep"): WRITING,
    ("asking", "e"): WRITING,
    ("asking", "take"): WRITING,
    ("asking", "page"): WRITING,
    ("asking", "why"): WRITING,
    ("asking", "excuse"): WRITING,
    ("asking", "back"): EVERYBODY,
    ("asking", "pause"): EVERYBODY,
    ("asking", TYPED): WRITING,
    ("confirming", "yes"): WRITING,
    ("confirming", "take"): WRITING,
    ("confirming", "back"): EVERYBODY,
    ("confirming", "pause"): EVERYBODY,
    ("confirming", TYPED): WRITING,
    ("reviewing", "save"): WRITING,
    ("reviewing", "correct"): WRITING,
    ("reviewing", "remark"): WRITING,
    ("reviewing", "attribute"): COORDINATING,
    ("reviewing", "e"): WRITING,
    ("reviewing", "take"): WRITING,
    ("reviewing", "back"): EVERYBODY,
    ("reviewing", "pause"): EVERYBODY,
    ("reviewing", "discard"): EVERYBODY,
    ("reviewing", TYPED): WRITING,
    ("correcting", "e"): WRITING,
    ("correcting", "page"): WRITING,
    ("correcting", "back"): EVERYBODY,
    ("correcting", TYPED): WRITING,
    ("excusing", "not"): WRITING,
    ("excusing", "back"): EVERYBODY,
    ("excusing", TYPED): WRITING,
    ("attributing", "how"): COORDINATING,
    ("attributing", "who"): COORDINATING,
    ("attributing", "back"): EVERYBODY,
    ("attributing", TYPED): COORDINATING,
    ("enrolling", "project"): ENROLLING,
    ("enrolling", "make"): ENROLLING,
    ("enrolling", "derive"): ENROLLING,
    ("enrolling", "find"): ENROLLING,
    ("enrolling", "same"): ENROLLING,
    ("enrolling", "other"): ENROLLING,
    ("enrolling", "begin"): ENROLLING,
    ("enrolling", "back"): EVERYBODY,
    ("enrolling", TYPED): ENROLLING,
    ("finding", "r"): WRITING,
    ("finding", "page"): WRITING,
    ("finding", "back"): EVERYBODY,
    ("finding", TYPED): WRITING,
    ("amending", "change"): WRITING,
    ("amending", "delete"): WRITING,
    ("amending", "why"): WRITING,
    ("amending", "approve"): COORDINATING,
    ("amending", "flag"): COORDINATING,
    ("amending", "return"): COORDINATING,
    ("amending", "alone"): COORDINATING,
    ("amending", "back"): EVERYBODY,
    ("amending", TYPED): WRITING,
    ("translating", "l"): EVERYBODY,
    ("translating", "back"): EVERYBODY,
    ("translating", TYPED): EVERYBODY,
    ("remarking", "none"): WRITING,
    ("remarking", "back"): EVERYBODY,
    ("remarking", TYPED): WRITING,
    ("discarding", "yes"): EVERYBODY,
    ("discarding", "back"): EVERYBODY,
    ("discarding", TYPED): EVERYBODY,
    ("accepting", "accept"): EVERYBODY,
    ("accepting", "l"): EVERYBODY,
    ("accepting", TYPED): EVERYBODY,
    ("auditing", "page"): ADMINISTERING,
    ("auditing", "back"): EVERYBODY,
    ("auditing", TYPED): ADMINISTERING,
    ("exporting", "format"): EXPORTING,
    ("exporting", "page"): EXPORTING,
    ("exporting", "change"): EXPORTING,
    ("exporting", "tick"): EXPORTING,
    ("exporting", "all"): EXPORTING,
    ("exporting", "period"): EXPORTING,
    ("exporting", "make"): EXPORTING,
    ("exporting", "back"): EVERYBODY,
    ("exporting", TYPED): EXPORTING,
    ("disclosing", "erase"): EVERYBODY,
    ("disclosing", "back"): EVERYBODY,
    ("disclosing", TYPED): EVERYBODY,
    ("pending", "due"): WRITING,
    ("pending", "d"): WRITING,
    ("pending", "page"): WRITING,
    ("pending", "back"): EVERYBODY,
    ("pending", TYPED): WRITING,
    ("wishing", "ask"): EVERYBODY,
    ("wishing", "at"): EVERYBODY,
    ("wishing", "quiet"): EVERYBODY,
    ("wishing", "day"): EVERYBODY,
    ("wishing", "mute"): EVERYBODY,
    ("wishing", "rhythm"): OVERSEEING,
    ("wishing", "digest"): OVERSEEING,
    ("wishing", "back"): EVERYBODY,
    ("wishing", TYPED): EVERYBODY,
    ("message", "due"): WRITING,
    ("message", "today"): WRITING,
    ("message", "snooze"): WRITING,
    ("message", "why"): EVERYBODY,
    ("staffing", "person"): INVITING,
    ("staffing", "invitation"): INVITING,
    ("staffing", "page"): INVITING,
    ("staffing", "invite"): INVITING,
    ("staffing", "role"): INVITING,
    ("staffing", "toggle"): INVITING,
    ("staffing", "all"): INVITING,
    ("staffing", "make"): INVITING,
    ("staffing", "lose"): INVITING,
    ("staffing", "renew"): INVITING,
    ("staffing", "revoke"): INVITING,
    ("staffing", "leaves"): INVITING,
    ("staffing", "heir"): INVITING,
    ("staffing", "other"): ADMINISTERING,
    ("staffing", "also"): ADMINISTERING,
    ("staffing", "roles"): ADMINISTERING,
    ("staffing", "back"): EVERYBODY,
    ("staffing", TYPED): INVITING,
    ("overseeing", "item"): OVERSEEING,
    ("overseeing", "page"): OVERSEEING,
    ("overseeing", "sent"): OVERSEEING,
    ("overseeing", "calendar"): COORDINATING,
    ("overseeing", "pictures"): COORDINATING,
    ("overseeing", "burden"): OVERSEEING,
    ("overseeing", "remind"): COORDINATING,
    ("overseeing", "extend"): COORDINATING,
    ("overseeing", "until"): COORDINATING,
    ("overseeing", "excuse"): COORDINATING,
    ("overseeing", "not"): COORDINATING,
    ("overseeing", "reassign"): COORDINATING,
    ("overseeing", "who"): COORDINATING,
    ("overseeing", "anew"): COORDINATING,
    ("overseeing", "back"): EVERYBODY,
    ("overseeing", TYPED): OVERSEEING,
    ("message", "overview"): OVERSEEING,
    ("message", "remind"): COORDINATING,
    # What each role may have of the projects that it reaches; the program writes all of it.
    ("export", "long"): READING | COORDINATING | ADMINISTERING,
    ("export", "long-excel"): READING | COORDINATING | ADMINISTERING,
    ("export", "wide-excel"): READING | COORDINATING | ADMINISTERING,
    ("export", "wide"): READING | COORDINATING | ADMINISTERING,
    ("export", "grid"): READING | COORDINATING | ADMINISTERING,
    ("export", "comparability"): READING | COORDINATING | ADMINISTERING,
    ("export", "spss"): READING | COORDINATING | ADMINISTERING,
    ("export", "stata"): READING | COORDINATING | ADMINISTERING,
    ("export", "xlsx"): READING | COORDINATING | ADMINISTERING,
    ("export", "parquet"): READING | COORDINATING | ADMINISTERING,
    ("export", "redcap"): READING | COORDINATING | ADMINISTERING,
    ("export", "csvw"): READING | COORDINATING | ADMINISTERING,
    ("export", "r"): READING | COORDINATING | ADMINISTERING,
    ("export", "codebook"): READING | WRITING | ADMINISTERING,
    ("export", "crosswalk"): READING | WRITING | ADMINISTERING,
    ("export", "funders"): READING | OVERSEEING | ADMINISTERING,
    ("export", "outcome"): READING | OVERSEEING | ADMINISTERING,
    ("export", "process"): READING | WRITING | ADMINISTERING,
    ("program", "chat"): OPERATOR,
    ("program", "run"): OPERATOR,
    ("program", "admit"): OPERATOR,
    ("program", "play"): OPERATOR,
    ("program", "check"): OPERATOR,
    ("program", "export"): OPERATOR,
    ("program", "import"): OPERATOR,
    ("program", "report"): OPERATOR,
    ("program", "ambassador"): OPERATOR,
    ("program", "migrate"): OPERATOR,
    ("program", "retention"): OPERATOR,
    ("program", "mydata"): OPERATOR,
    ("program", "erase person"): OPERATOR,
    ("program", "erase participant"): OPERATOR,
    ("program", "invite"): OPERATOR,
    ("program", "invitations revoke"): OPERATOR,
    ("program", "people leave"): OPERATOR,
    ("program", "people roles"): OPERATOR,
    ("program", "setup"): OPERATOR,
    ("program", "plan show"): OPERATOR,
    ("program", "plan ics"): OPERATOR,
    ("program", "sheet export"): OPERATOR,
    ("program", "sheet import"): OPERATOR,
    ("program", "sheet list"): OPERATOR,
    ("program", "sheet retire"): OPERATOR,
    ("program", "key list"): OPERATOR,
    ("program", "key rotate"): OPERATOR,
    ("program", "key forget"): OPERATOR,
    ("program", "audit verify"): OPERATOR,
    ("program", "audit export"): OPERATOR,
    ("program", "sendings"): OPERATOR,
    ("program", "simulate"): OPERATOR,
    ("program", "organisation add"): OPERATOR,
    ("program", "organisation list"): OPERATOR,
    ("program", "organisation share"): OPERATOR,
    ("program", "organisation join"): OPERATOR,
    ("program", "organisation part"): OPERATOR,
}


@cache
def verbs(place: str, roles: tuple[str, ...]) -> frozenset[str]:
    """Return what people with these roles may do in a state, or which commands they may use."""
    return frozenset(
        verb
        for (where, verb), who in ACCESS.items()
        if where == place and (who is EVERYBODY or not who.isdisjoint(roles))
    )


def reaches_all(roles: Collection[str], *, given: bool) -> bool:
    """Whether somebody reaches all projects of the organisation without being a member.

    One role that is bound to its projects binds the person to them. `given` says that all
    projects were given to the person.
    """
    kinds = {ROLES[role].projects for role in roles if role in ROLES}
    return bool(kinds) and kinds <= ({"all", "given"} if given else {"all"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person reaches of what is stored: whatever else there is does not exist for them.

    `in_hand` are the records that the conversation holds already: its drafts, and what can be
    taken back.
    """

    organisation: str
    person: str
    projects: frozenset[str]
    is_coordinator: bool = False
    in_hand: frozenset[str] = frozenset()


def scope(
    organisation: str,
    person: str,
    roles: Iterable[str],
    projects: Iterable[str],
    in_hand: Iterable[str] = (),
) -> Scope:
    """Return what somebody with these roles reaches of the contents of their projects."""
    kinds = {ROLES[role].records for role in roles if role in ROLES}
    # Whoever lost all roles goes on to have in hand what was begun.
    reached = projects if kinds - {"none"} else ()
    return Scope(organisation, person, frozenset(reached), "project" in kinds, frozenset(in_hand))
