import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flows.context import Context
from flows.conversation import (
    FORMAT,
    STATES,
    UPGRADES,
    Conversation,
    StaleConversation,
    restore,
    snapshot,
)
from flows.engine import begin, show
from tests.builders import Worker, context, handbook

CONTACT = ("English", "Contact", "today", "Park", "Station", "One person", "New", "Nothing more")
PARTICIPANT = ("English", "Participant", "K7-N", "baseline", "today")


def informed(worker: Worker) -> Worker:
    """Let there be a notice that the worker has not accepted."""
    worker.world = replace(worker.world, has_accepted=False)
    return worker.types("?")


WAYS: dict[str, Callable[[Worker], Worker]] = {
    "newcomer": lambda worker: worker,
    "idle": lambda worker: worker.types("English"),
    "choosing": lambda worker: worker.types("English", "Participant"),
    "asking": lambda worker: worker.types("English", "Contact", "today"),
    "confirming": lambda worker: worker.types("English", "Contact", "1/1/2026"),
    "reviewing": lambda worker: worker.types(*CONTACT),
    "correcting": lambda worker: worker.types(*CONTACT, "Change an answer"),
    "excusing": lambda worker: worker.types(*PARTICIPANT[:-1], "Not done, because…"),
    "attributing": lambda worker: worker.types(*CONTACT, "Entered for a colleague"),
    "enrolling": lambda worker: worker.types("English", "Codes"),
    "finding": lambda worker: worker.types("English", "Corrections"),
    "amending": lambda worker: worker.types(*CONTACT, "Save", "/corrections", "8F3K"),
    "auditing": lambda worker: reading(worker).types("English", "/audit"),
    "accepting": lambda worker: informed(worker.types("English", "Contact", "today")),
    "staffing": lambda worker: worker.types("English", "/people"),
    "disclosing": lambda worker: worker.types("English", "/mydata"),
    "pending": lambda worker: worker.types("English", "/today"),
    "exporting": lambda worker: worker.types("English", "/export"),
    "wishing": lambda worker: worker.types("English", "/reminders"),
    "overseeing": lambda worker: worker.types("English", "/overview"),
    "translating": lambda worker: worker.types("English", "Contact", "/language"),
    "remarking": lambda worker: worker.types(*PARTICIPANT, "/remark"),
    "discarding": lambda worker: worker.types(*CONTACT, "/cancel"),
}


def reading(worker: Worker) -> Worker:
    worker.world = replace(worker.world, roles=(*worker.world.roles, "admin"))
    return worker


@cache
def conversation_in(state: str) -> Conversation:
    conversation = WAYS[state](Worker()).conversation
    assert conversation.state == state
    return conversation


def in_state(state: str) -> Worker:
    return Worker(conversation=conversation_in(state))


def stored(conversation: Conversation) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(snapshot(conversation)))
    return content


def asking() -> dict[str, Any]:
    return stored(in_state("asking").conversation)


def test_there_is_a_way_to_every_state() -> None:
    assert WAYS.keys() == {*STATES}


@pytest.mark.parametrize("state", STATES)
def test_a_conversation_in_any_state_comes_back_and_shows_the_same(state: str) -> None:
    worker = in_state(state)
    again = restore(stored(worker.conversation))
    assert again == worker.conversation
    assert show(again, worker.world) == show(worker.conversation, worker.world)


@pytest.mark.parametrize(
    "way",
    [
        pytest.param((*CONTACT[:-1], "Age and gender", "Themes"), id="choices half chosen"),
        pytest.param(("English", "Project", "baseline", "today", "Health: 3"), id="half counted"),
        pytest.param((*PARTICIPANT, "/remark", "new here", "/pause", "Contact"), id="two drafts"),
        pytest.param((*CONTACT[:4], "/save", "/back"), id="saved half-way, looking back"),
        pytest.param((*CONTACT[:4], "Not applicable", "Group", "60"), id="doubted"),
    ],
)
def test_everything_under_way_comes_back(way: tuple[str, ...]) -> None:
    conversation = Worker().types(*way).conversation
    assert restore(stored(conversation)) == conversation


def test_a_snapshot_says_its_format() -> None:
    assert stored(begin(context()))["format"] == FORMAT


@pytest.mark.parametrize("number", [FORMAT + 1, 0, -1, None, "1", 1.5, [1]])
def test_an_unknown_format_is_stale(number: object) -> None:
    with pytest.raises(StaleConversation, match="nothing was changed"):
        restore(asking() | {"format": number})


def test_a_snapshot_without_format_is_stale() -> None:
    content = asking()
    del content["format"]
    with pytest.raises(StaleConversation):
        restore(content)


@pytest.mark.parametrize("name", [name for name in asking() if name != "format"])
def test_a_snapshot_without_one_of_its_fields_is_stale(name: str) -> None:
    content = asking()
    del content[name]
    with pytest.raises(StaleConversation):
        restore(content)


@pytest.mark.parametrize("name", asking()["drafts"][0])
def test_a_draft_without_one_of_its_fields_is_stale(name: str) -> None:
    content = asking()
    del content["drafts"][0][name]
    with pytest.raises(StaleConversation):
        restore(content)


WRONG = {str: 7, int: "7", list: "none", dict: "none", bool: "no"}


@pytest.mark.parametrize(
    "name", [name for name, value in asking().items() if name != "format" and value is not None]
)
def test_a_field_of_another_type_is_stale(name: str) -> None:
    content = asking()
    for wrong in (WRONG[type(content[name])], None):
        with pytest.raises(StaleConversation):
            restore(content | {name: wrong})


@pytest.mark.parametrize(
    "name", [name for name, value in asking()["drafts"][0].items() if value is not None]
)
def test_a_field_of_a_draft_of_another_type_is_stale(name: str) -> None:
    content = asking()
    draft = content["drafts"][0]
    for wrong in (WRONG[type(draft[name])], None):
        with pytest.raises(StaleConversation):
            restore(content | {"drafts": [draft | {name: wrong}]})


@pytest.mark.parametrize(
    "answer",
    [
        {},
        "yes",
        None,
        {"status": "answered", "value": "yes"},
        {"status": "maybe", "value": None, "reason": ""},
    ],
)
def test_an_answer_that_is_none_is_stale(answer: object) -> None:
    content = asking()
    content["drafts"][0]["answers"] = {"area": answer}
    with pytest.raises(StaleConversation):
        restore(content)


@pytest.mark.parametrize("drafts", [[None], ["one"], [[]], {"1": {}}])
def test_drafts_that_are_none_are_stale(drafts: object) -> None:
    with pytest.raises(StaleConversation):
        restore(asking() | {"drafts": drafts})


@pytest.mark.parametrize("change", [{"state": "dreaming"}, {"mood": "good"}])
def test_a_state_or_field_of_a_later_version_is_stale(change: dict[str, str]) -> None:
    with pytest.raises(StaleConversation):
        restore(asking() | change)


def test_a_snapshot_is_not_changed_by_reading_it() -> None:
    content = asking()
    before = json.dumps(content)
    restore(content)
    assert json.dumps(content) == before


def renamed(content: dict[str, Any]) -> dict[str, Any]:
    return {("language" if name == "tongue" else name): item for name, item in content.items()}


def lengthened(content: dict[str, Any]) -> dict[str, Any]:
    return content | {"language": {"n": "nl", "e": "en"}[content["language"]]}


STEPS = {-1: renamed, 0: lengthened}


def old(language: str, number: int) -> dict[str, Any]:
    content = asking()
    name = "tongue" if number == -1 else "language"
    return {**{key: content[key] for key in content if key != "language"}, name: language} | {
        "format": number
    }


@pytest.mark.parametrize("number", [-1, 0])
def test_an_older_snapshot_is_upgraded_step_by_step(number: int) -> None:
    assert restore(old("n", number), upgrades=STEPS, to=1).language == "nl"


def test_a_missing_upgrade_is_not_jumped_over() -> None:
    with pytest.raises(StaleConversation):
        restore(old("n", -1), upgrades={-1: renamed}, to=1)


def test_an_upgrade_that_misses_something_makes_the_snapshot_stale() -> None:
    with pytest.raises(StaleConversation):
        restore(old("x", 0), upgrades=STEPS, to=1)


def test_every_older_format_has_its_upgrade() -> None:
    assert UPGRADES.keys() == {*range(1, FORMAT)}


OLDER = {int(path.stem): path for path in Path(__file__).with_name("snapshots").glob("*.json")}
"""A conversation as each older format stored it; never changed."""


def began_with_version_1() -> Context:
    """Return a world that also has the sheets as they were first released."""
    world = context()
    first = {(name, 1): replace(sheet, version=1) for name, sheet in handbook().items()}
    return replace(world, sheets={**first, **world.sheets})


def test_a_conversation_of_every_older_format_is_kept_to_be_read() -> None:
    assert OLDER.keys() == UPGRADES.keys()


@pytest.mark.parametrize("number", OLDER)
def test_a_conversation_stored_by_an_older_version_goes_on(number: int) -> None:
    content = json.loads(OLDER[number].read_text(encoding="utf-8"))
    assert content["format"] == number
    worker = Worker(began_with_version_1(), restore(content))
    assert worker.screen.text.startswith("Which day is this about?")
    assert [draft.subject for draft in worker.conversation.drafts] == ["", "K7-N"]
    worker.taps("Keep ›").types("/pause").taps("▸ Go on: Contact")
    assert worker.conversation.drafts[0].answers["kind"].value == "person"
    assert stored(worker.conversation)["format"] == FORMAT
