"""What holds in every state, whatever arrives."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transitions import MachineError

from flows.commands import COMMANDS
from flows.conversation import ASIDES, RETURNS, TRANSITIONS, moved, restore, snapshot
from flows.conversation import STATES as NAMES
from flows.engine import MOST_TEXT, Edited, Event, Tap, Text, Unusable, begin
from flows.kinds import PAGE
from flows.path import Place
from flows.questionnaire import moments
from flows.session import Session
from flows.sheet import REGISTRARS
from flows.states import STATES
from flows.texts import SILENT, Interface
from tests.builders import TODAY, Worker, all_of, context, handbook
from tests.flows.test_snapshot import in_state

EVENTS: dict[str, Event] = {
    "photo": Unusable("photo"),
    "changed message": Edited("1", ""),
    "message changed long ago": Edited("1", "99.day"),
    "damaged change": Edited("\ud800", "."),
    "nothing": Text(""),
    "spaces": Text(" \n "),
    "very long text": Text("x" * (MOST_TEXT + 1)),
    "unknown command": Text("/dance now"),
    "only a slash": Text("/"),
}
FORGED = [
    "",
    ".",
    "....",
    "save",
    "p1",
    "p1.1",
    "p1.0.0.-.save",
    "p2.1.0.-.save",
    "p1.-1.0.-.save",
    "p1.1.0.99999.save",
    "p1.999999999.1.0.v:1",
    "p1.1.1.0.e:nothing",
    "p1.1.1.0.v:\n",
    "p1.\u0661.\u0661.-.yes",
    "p1.99999999999999999999.1.0.back",
]


def test_every_state_has_its_module_and_the_other_way_round() -> None:
    assert STATES.keys() == {*NAMES}


@pytest.mark.parametrize("state", NAMES)
def test_every_state_is_shown(state: str) -> None:
    worker = in_state(state)
    assert worker.screen.text
    assert worker.buttons


@pytest.mark.parametrize("state", NAMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_answered_in_every_state(command: str, state: str) -> None:
    for text in (
        f"/{command}",
        f"/{command.upper()}@meetmoment_bot nl",
        f"/{command} \x00 {'x' * 99}",
    ):
        worker = in_state(state).types(text)
        assert worker.state in NAMES
        assert worker.screen.text
        assert restore(json.loads(json.dumps(snapshot(worker.conversation)))) == worker.conversation


@pytest.mark.parametrize("state", NAMES)
@pytest.mark.parametrize("event", EVENTS)
def test_what_cannot_be_used_changes_nothing(event: str, state: str) -> None:
    worker = in_state(state)
    before, text = worker.conversation, worker.screen.text
    worker.does(EVENTS[event])
    assert worker.conversation == before
    assert worker.screen.text == text
    assert worker.saved == []
    assert bool(worker.screen.note) is (event not in ("nothing", "spaces"))


@pytest.mark.parametrize("state", NAMES)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_no_token_and_no_text_breaks_a_state(state: str, data: st.DataObject) -> None:
    for token in [*FORGED, data.draw(st.text()), "p1." + data.draw(st.text())]:
        worker = in_state(state)
        before = worker.conversation
        worker.does(Tap(token))
        assert replace(worker.conversation, offer="", turn=0) == replace(before, turn=0)
        assert worker.saved == []
    assert in_state(state).types(data.draw(st.text())).state in NAMES


@pytest.mark.parametrize("state", NAMES)
def test_a_text_typed_for_an_older_screen_is_not_used(state: str) -> None:
    worker = in_state(state)
    before = worker.conversation
    for text in ("1", "/pause", worker.labels[0]):
        worker.does(Text(text, turn=before.turn - 1))
        assert worker.conversation == before
        assert worker.screen.note == "This went on elsewhere meanwhile; your text was not used."
    worker.does(Text(worker.labels[0], turn=before.turn))
    assert worker.conversation != before or worker.effects


@pytest.mark.parametrize("state", [*RETURNS, *ASIDES])
def test_another_language_may_be_asked_for_anywhere_and_one_returns(state: str) -> None:
    worker = in_state(state)
    worker.world = replace(
        worker.world, interface=Interface({"en": SILENT, "nl": replace(SILENT, language="nl")})
    )
    aside = worker.conversation.back_to
    worker.types("/language").taps("Nederlands")
    assert worker.conversation.language == "nl"
    assert worker.state == (aside or state)
    assert worker.types("/language english").conversation.language == "en"


def test_a_newcomer_chooses_a_language_before_anything_else() -> None:
    worker = Worker().types("/start", "/status", "/save", "/cancel", "Contact", "hello")
    assert worker.state == "newcomer"
    assert worker.screen.note == "Please choose a language first."
    assert "/cancel" in worker.types("/help").screen.note
    assert worker.types("/language en").state == "idle"


def test_an_unknown_language_is_asked_for_again() -> None:
    assert Worker().types("/language klingon").state == "newcomer"
    assert in_state("idle").types("/language klingon").state == "translating"


def test_the_states_are_linked_as_the_table_says() -> None:
    reached, before = {"newcomer"}, set[str]()
    while reached != before:
        before = reached
        reached = before | {row.dest for row in TRANSITIONS if before & {*row.sources}}
    assert reached == {*NAMES}


@pytest.mark.parametrize("state", NAMES)
@pytest.mark.parametrize("trigger", dict.fromkeys(row.trigger for row in TRANSITIONS))
def test_a_trigger_applies_only_where_the_table_says(trigger: str, state: str) -> None:
    leads = [row.dest for row in TRANSITIONS if row.trigger == trigger and state in row.sources]
    if leads:
        assert [moved(state, trigger)] == leads
    else:
        with pytest.raises(MachineError):
            moved(state, trigger)


def test_a_trigger_that_is_not_in_the_table_does_not_exist() -> None:
    with pytest.raises(KeyError):
        moved("idle", "to_reviewing")


BEGINNINGS = [
    (sheet.name, moment)
    for sheet in handbook().values()
    for moment in moments(sheet, all_of(sheet), REGISTRARS)
]


def answer(worker: Worker, place: Place, later: date) -> None:
    """Give an answer that leads to as many questions as possible."""
    kind, actions = place.question.type, [button.token for button in worker.buttons]
    if kind == "counts":
        total = 999_999_999 if place.total is None else place.total
        worker.taps(next(label for label in worker.labels if label.endswith(": 0")))
        worker.types(f"{total:d}").taps("Done")
    elif kind in ("integer", "decimal", "text"):
        worker.types("2")
        if worker.state == "asking" and "from 0 up to" in worker.screen.note:
            worker.types("0")
        elif worker.state == "asking" and "more " in worker.screen.note.casefold():
            worker.types("3")
    elif kind == "select_multiple":
        choices = [choice for choice in place.choices if not choice.exclusive][:PAGE]
        for choice in choices:
            worker.does(
                Tap(next(b.token for b in worker.buttons if b.token.endswith(f":{choice.name}")))
            )
        worker.taps("Done" if choices else next(iter(worker.labels)))
        while worker.state == "asking" and worker.screen.note and "☑" in str(worker.labels):
            worker.taps(next(label for label in worker.labels if label.startswith("☑")), "Done")
    elif kind == "date" and not any(".v:2" in token for token in actions):
        # Only a day to come is possible.
        worker.types(later.strftime("%d/%m/%Y"))
    else:
        worker.does(Tap(next(token for token in actions if ".v:" in token)))


@pytest.mark.parametrize(("sheet", "moment"), BEGINNINGS)
def test_every_button_of_the_handbook_fits_into_64_bytes(sheet: str, moment: str) -> None:
    world = replace(context(selected=""), person="abcd2345")
    late = replace(begin(world), turn=99_900, last_number=998)
    worker = Worker(world, late).types("/language en")
    screens, seen = [worker.screen], set[str]()
    worker.types(handbook()[sheet].title)
    if handbook()[sheet].level == "participant":
        worker.types("K7-N")
    if worker.state == "choosing":
        worker.types(moment)
    while worker.state != "reviewing":
        screens.append(worker.screen)
        if worker.state == "confirming":
            worker.taps("Yes")
        else:
            place = Session(worker.conversation, world).place
            assert place is not None
            assert place.question.name not in seen
            seen.add(place.question.name)
            answer(worker, place, TODAY + timedelta(days=30 * len(seen)))
    screens += [
        worker.screen,
        worker.taps("Change an answer").screen,
        worker.types("/cancel").screen,
    ]
    tokens = [button.token for screen in screens for row in screen.rows for button in row]
    assert len(seen) > 2
    assert max(len(token.encode()) for token in tokens) <= 64
