"""Who may do what: every command, button, export and command line has a decision, and it holds."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typer.main import get_command

from bot.__main__ import app
from bot.app import opened
from bot.channels.console import PROMPT
from bot.play import HEADER, played_on
from bot.world import world
from flows.access import ACCESS, EVERYBODY, MESSAGE, OPERATOR, ROLES, TYPED, Action
from flows.commands import COMMANDS
from flows.context import Context
from flows.conversation import Conversation
from flows.effects import AccountFor
from flows.engine import Button, Edited, Message, Tap, Text, Turn
from flows.exports import FORMATS
from flows.loading import HANDBOOK
from flows.messages import MESSAGES
from flows.states import STATES
from flows.states.auditing import PAGE as ENTRIES
from flows.states.overseeing import PAGE as LISTED
from storage.database import Database
from tests.builders import Worker, context, planned
from tests.crew import Crew, colleague
from tests.flows.test_audit import entry
from tests.flows.test_corrections import BASELINE, STEPS
from tests.flows.test_properties import answer_somehow, place_of
from tests.flows.test_snapshot import CONTACT, PARTICIPANT, WAYS, in_state
from tests.keys import KEYS
from tests.memory import Told
from tests.noticed import all_accept
from tests.overseen import desk, overseen
from tests.test_transcripts import TRANSCRIPTS

DOCUMENT = Path(__file__).parent.parent / "docs" / "roles.md"
REFUSED = "That is not part of your role here. Ask your coordinator if it should be."
SAVED = (*CONTACT, "Save")
HEAD = """# Who may do what

Written by a test from `flows/access.py`, which is asked before every tap, text and command.
What somebody may not do is not shown either. Whoever has no role may do what all may. `typed` is a
text that names no button.

## Roles

| Role | Reaches which projects | Opens which records |
|---|---|---|
"""
PROJECTS = {
    "member": "those where one is a member",
    "given": "those where one is a member; all, where that was given and no other role is bound",
    "all": "all of the organisation, unless another role is bound to its own",
}
RECORDS = {
    "own": "one's own",
    "project": "all of these projects; of a shared one also the other's, to read only",
    "none": "none",
}
PLACES = {
    "command": "Commands",
    MESSAGE: "Buttons in messages that came by themselves",
    "export": "Exports",
    "program": "Command line",
}


class Watched(Worker):
    """A worker whose buttons are kept, each with where it was."""

    kept: dict[Action, tuple[Context, Conversation, Button]]

    def __init__(self, world: Context | None = None) -> None:
        self.kept = {}
        super().__init__(world)

    def _took(self, turn: Turn) -> None:
        super()._took(turn)
        for found, button in shown(turn.conversation, turn.messages[-1]):
            self.kept.setdefault(found, (self.world, turn.conversation, button))

    def taps_old(self, label: str, *texts: str) -> "Watched":
        """Tap a button again after some texts."""
        old = self.button(label).token
        self.types(*texts).does(Tap(old))
        return self

    def opens_newest(self) -> "Watched":
        """Open the newest of the records that are listed."""
        self.does(Tap(self.buttons[0].token))
        return self


def two_projects() -> Context:
    here = context()
    return replace(here, projects=(*here.projects, replace(here.projects[0], id="b", name="B")))


def further() -> Iterator[Worker]:
    """Go where no way to a state leads."""
    many = tuple(f"K{number}-N" for number in range(13))
    yield Watched().types(*PARTICIPANT, "/remark", "new here", "/remark")
    yield Watched().types("English", *(("Contact", "today", "Park", "/pause") * 13))
    yield Watched().types("English", *(SAVED[1:] * 9), "/corrections")
    yield Watched().types(*SAVED, "/corrections", "8F3K").taps("Change")
    yield (
        Watched()
        .types(*SAVED, "/corrections", "8F3K")
        .taps("Send back to change")
        .types("look again", "/start")
    )
    yield Watched().types(*CONTACT).taps("Entered for a colleague", "by phone")
    yield Watched().types("English").taps("Set up", "‹ Back", "Practise")
    yield Watched().types("English", "Codes", "New participant")
    derived = Watched().types("English", "Codes").taps("New, code from their answers")
    yield derived.types("M2G7IA", "/back").taps("New, code").types("M2G7IA")
    yield Watched(two_projects()).types("English", "Codes")
    yield Watched(two_projects()).types("English", "Contact")
    yield Watched(context(participants=many)).types("English", "Participant")
    yield Watched().types("English", "Contact", "today", "Park").types("/back", "/back")
    baseline = (*BASELINE, *STEPS, "Save")
    found = Watched()
    found.types(*baseline, *baseline[1:], "/corrections")
    yield found.opens_newest()
    for texts in (("yesterday", "Park"), CONTACT[2:]):
        found = Watched()
        found.types("English", "Contact")
        yield found.taps_old("Today", *texts)
    for way in (CONTACT[:3], CONTACT):
        yield changed(Watched().types(*way))
    yield changed(Watched().types(*CONTACT[:5], "Group", "60"))
    chosen = Watched(context(selected="")).types("English", "What is registered")
    yield chosen.types("today", "Yes", "Long", "No add-on", "Yes", "Leave out")
    yield answered()
    codes = tuple(f"K{number}-N" for number in range(9))
    yield Watched(planned(context(participants=codes))).types("English", "/today")
    yield Watched().types("English", "Contact", "today", "/today")
    for asked in ("Hour", "Quiet hours", "Days", "Overview"):
        yield Watched().types("English", "/reminders", asked)
    yield from staffing()
    yield from overseeing()
    yield from exporting()


def overseeing() -> Iterator[Worker]:
    """Decide about what is missing."""
    late = "⚠ Participant · K7-N"
    here = overseen()
    for number in range(LISTED + 1):
        desk(here).memory.enrol(f"X{number}-N", "kompas", date(2026, 1, 5))
    for label in ("Extend", "Not done, because…", "Somebody else does it"):
        yield Watched(here).types("English", "/overview").taps(late, label)
    yield Watched(overseen()).types("English", "/overview").taps(late, "Extend", "A week")
    yield Watched(overseen()).types("English", "/overview").taps("What was sent")


def exporting() -> Iterator[Worker]:
    """Choose what a file holds."""
    for labels in (("Make it",), ("Period", "This year"), ("Moments", "☐ baseline")):
        yield Watched().types("English", "/export", "long").taps(*labels)


def staffing() -> Iterator[Worker]:
    """Decide about people, as an admin of two projects."""
    yield staffed(*(f"P{number}" for number in range(15)))
    told = Told([entry("left")] * (ENTRIES + 1))
    yield Watched(replace(context(roles=("admin",)), trail=told)).types("English", "/audit")
    inviting = staffed("P2").taps("Invite", "practitioner", "Kompas", "Make the link")
    yield inviting.taps("✉")
    for label, more in (("Lost phone", ()), ("Leaves", ()), ("Other roles", ("evaluator",))):
        yield staffed("P2", "P3").taps("P2", label, *more)


def staffed(*others: str) -> Watched:
    """Return an admin at the list of people, with these colleagues."""
    here, both = two_projects(), ("kompas", "b")
    roles = {"p1": "admin", **dict.fromkeys(others, "practitioner")}
    crew = Crew(here={code: colleague(code, role, projects=both) for code, role in roles.items()})
    crew.names = {project.id: project.name for project in here.projects}
    admin = replace(here, roles=("admin",), team=crew)
    worker = Watched(admin)
    worker.types("English", "/people")
    return worker


def answered() -> Worker:
    """Answer a long sheet to its end, and look at the answers."""
    worker = Watched(context(selected="")).types("English", "Participant", "K7-N", "baseline")
    while (place := place_of(worker)) is not None:
        answer_somehow(worker, place, 0)
    return worker.taps("Change an answer")


def changed(worker: Worker) -> Worker:
    """Change the message that answered the first question."""
    return worker.does(Edited("yesterday", f"{worker.conversation.current}.observed_on"))


def shown(conversation: Conversation, screen: Message) -> Iterator[tuple[Action, Button]]:
    """Return the buttons of a screen as actions."""
    for button in [button for row in screen.rows for button in row]:
        verb = button.token.split(".", 4)[4].partition(":")[0]
        yield (conversation.state, verb), button


@cache
def walked() -> dict[Action, tuple[Context, Conversation, Button]]:
    """Return every button of the conversation, with one place where it was seen."""
    workers = [way(Watched()) for way in WAYS.values()]
    found: dict[Action, tuple[Context, Conversation, Button]] = {}
    for worker in (*workers, *further()):
        assert isinstance(worker, Watched)
        found = worker.kept | found
    return found


@cache
def in_transcripts() -> frozenset[Action]:
    """Return every button that a golden conversation shows, played in a database."""
    here, seen = world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 3, 2, tzinfo=UTC)), set()
    for path in TRANSCRIPTS:
        lines = path.read_text(encoding="utf-8").split("\n")
        header = {is_[1]: is_[2] for line in lines if (is_ := HEADER.fullmatch(line))}
        on = played_on(date.fromisoformat(header["today"]), here)
        with (
            TemporaryDirectory() as folder,
            closing(Database(f"sqlite:///{folder}/played.db", KEYS)) as database,
        ):
            registration = opened(database, on, header["roles"].split())
            if "notice" not in header:
                all_accept(f"sqlite:///{folder}/played.db")
            for line in [line for line in lines if line.startswith(PROMPT)]:
                turn = registration.take(Text(line.removeprefix(PROMPT)), "en")
                buttons = shown(turn.conversation, turn.messages[-1])
                seen |= {action for action, _ in buttons}
    return frozenset(seen)


def programs() -> set[Action]:
    """Return the commands of the command line, those of a group behind its name."""
    found = getattr(get_command(app), "commands", {})
    return {
        ("program", " ".join(part for part in (name, inner) if part))
        for name, command in found.items()
        for inner in getattr(command, "commands", {"": None})
    }


def test_every_action_has_a_decision_and_every_decision_an_action() -> None:
    actions = {*walked(), *in_transcripts(), *programs()}
    actions |= {("command", name) for name in COMMANDS} | {("export", name) for name in FORMATS}
    actions |= {(state, TYPED) for state in STATES} | {(MESSAGE, verb) for verb in MESSAGES}
    assert actions - ACCESS.keys() == set()
    assert ACCESS.keys() - actions == set()


def test_every_decision_names_roles_that_there_are() -> None:
    for action, who in ACCESS.items():
        assert who
        assert who <= EVERYBODY or (who is OPERATOR and action[0] == "program"), action


FORBIDDEN = [
    pytest.param(action, role, id=f"{role}-{'-'.join(action)}")
    for action, who in ACCESS.items()
    if action[0] in (*STATES, "command")
    for role in ROLES
    if role not in who
]


def refused(worker: Worker) -> None:
    """Assert that nothing has come of it but the sentence, and where one is."""
    assert worker.screen.note == REFUSED
    assert worker.screen.text
    assert (worker.saved, worker.receipts) == ([], ())
    assert {type(effect) for effect in worker.effects} == {AccountFor}


def still(conversation: Conversation) -> Conversation:
    """Return a conversation without what any event takes away: an offer."""
    return replace(conversation, offer="", proposed=None, turn=0)


@pytest.mark.parametrize(("action", "role"), FORBIDDEN)
def test_what_a_role_may_not_do_is_refused_kindly_and_nothing_happens(
    action: Action, role: str
) -> None:
    place, verb = action
    if verb == TYPED:
        worker = in_state(place)
        events: list[Tap | Text] = [Text("something")]
    elif place == "command":
        worker = in_state("asking")
        events = [Text(f"/{verb}"), Text(f"/{verb.upper()}@meetmoment_bot now")]
    else:
        here, conversation, button = walked()[action]
        worker = Worker(here, conversation)
        events = [Tap(button.token), Text(button.label)]
    worker.world = replace(worker.world, roles=(role,))
    before = worker.conversation
    for event in events:
        worker = Worker(worker.world, before)
        assert (place, verb) not in {found for found, _ in shown(before, worker.screen)}
        refused(worker.does(event))
        assert still(worker.conversation) == still(before)


def test_an_answer_that_is_changed_afterwards_is_refused_as_well() -> None:
    worker = in_state("reviewing")
    worker.world = replace(worker.world, roles=("evaluator",))
    before = worker.conversation
    refused(changed(worker))
    assert worker.conversation == before


@pytest.mark.parametrize("state", [state for state in STATES if state != "accepting"])
@pytest.mark.parametrize("role", ["evaluator", "admin", ""])
def test_whoever_writes_nothing_can_leave_every_state(state: str, role: str) -> None:
    worker = in_state(state)
    worker.world = replace(worker.world, roles=(role,) if role else ())
    worker.types("/language en", "/pause")
    assert worker.state == "idle"
    assert worker.buttons == []
    assert worker.screen.text.startswith("You register nothing here.")
    assert worker.saved == []


def test_a_comment_is_not_taken_from_whoever_coordinates_no_more() -> None:
    worker = Worker().types(*SAVED, "/corrections", "8F3K").taps("Put a question mark")
    before = len(worker.effects)
    worker.world = replace(worker.world, roles=("practitioner",))
    assert worker.types("Looks high").screen.note == REFUSED
    assert {type(effect) for effect in worker.effects[before:]} == {AccountFor}


def test_settings_name_the_roles() -> None:
    worker = Worker(context(roles=("evaluator", "admin"))).types("English", "/settings")
    assert "Your role: evaluator, admin" in worker.screen.note


def test_a_first_project_can_be_made_where_there_is_none() -> None:
    here = replace(context(roles=("project_coordinator",)), projects=())
    assert Worker(here).types("English").labels == ["New project"]
    assert Worker(replace(here, roles=("practitioner",))).types("English").labels == []


def decisions() -> Iterator[str]:
    """Return the table of actions, a heading for each kind of action."""
    before = ""
    for (place, verb), who in ACCESS.items():
        if place != before:
            title = PLACES.get(place, f"In the state `{place}`")
            yield f"\n## {title}\n\n| | {' | '.join(ROLES)} |\n|---|{'---|' * len(ROLES)}"
            before = place
        if who is OPERATOR:
            yield f"| `{verb}` |{' whoever has the shell |' + ' |' * (len(ROLES) - 1)}"
            continue
        marks = ["yes" if role in who else "" for role in ROLES]
        yield f"| `{verb}` | {' | '.join(marks)} |"


def test_the_table_of_roles_says_how_it_is(update: bool) -> None:
    lines = [
        f"| {name} | {PROJECTS[role.projects]} | {RECORDS[role.records]} |"
        for name, role in ROLES.items()
    ]
    expected = HEAD + "\n".join([*lines, *decisions()]) + "\n"
    if update:
        DOCUMENT.write_text(expected, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == expected
