"""A button carries at most 64 bytes, whatever it stands for, and still means one thing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.conversation import Conversation
from flows.engine import Tap
from flows.project import Project
from flows.sheet import Choice, Sheet
from flows.tokens import MOST_BYTES, Token, parsed, token
from tests.builders import Worker, context, handbook
from tests.flows.test_answering import MET

Begun = Callable[..., Worker]
names = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=200)


def turn_of(text: str) -> int | None:
    found = parsed(text)
    return found.turn if found else None


def sheet_with(choices: list[str]) -> Sheet:
    """Return a sheet that asks one question with these choices, numbered from 0."""
    contact = handbook()["contact"]
    question = next(item for item in contact.questions if item.type == "select_one")
    listed = tuple(Choice(name, f"{index}") for index, name in enumerate(choices))
    asked = replace(question, indicator=contact.indicators[0].code, list_name="made_up")
    asked = replace(asked, choices=listed, choice_filter="", relevant="")
    return replace(contact, questions=(asked,), texts={}, observed_on="")


def worker_with(choices: list[str], project: str, turn: int, drafts: int) -> Worker:
    world = context({"contact": sheet_with(choices)})
    first = replace(world.projects[0], id=project)
    second = Project(f"{project}2", "Second", (), first.selection)
    world = replace(world, person="abcd2345efgh", projects=(first, second))
    idle = Conversation(world.person, "en", state="idle", turn=turn, last_number=drafts)
    return Worker(world, idle)


@given(
    choices=st.lists(names, min_size=2, max_size=20, unique=True),
    project=st.text(min_size=1, max_size=200),
    turn=st.integers(0, 999_999_000),
    drafts=st.integers(0, 999_998),
    chosen=st.integers(0, 19),
)
@settings(deadline=None, max_examples=100)
def test_any_choice_and_any_project_is_reached_by_a_button_of_64_bytes(
    choices: list[str], project: str, turn: int, drafts: int, chosen: int
) -> None:
    worker = worker_with(choices, project, turn, drafts)
    for label in ("Contact", "Kompas", str(chosen % len(choices))):
        tokens = [button.token for button in worker.buttons]
        assert all(1 <= len(item.encode()) <= MOST_BYTES for item in tokens)
        assert len({*tokens}) == len(tokens)
        assert {turn_of(item) for item in tokens} == {worker.conversation.turn}
        worker.taps(label)
    draft = worker.conversation.drafts[0]
    assert draft.project == project
    assert [answer.value for answer in draft.answers.values()] == [choices[chosen % len(choices)]]


def test_a_short_action_stays_readable() -> None:
    assert token("p1.3.1.4", "v:street") == "p1.3.1.4.v:street"


def test_a_long_action_is_replaced_by_its_digest_alone() -> None:
    short = token("p1.3.1.4", "v:" + "x" * 62)
    assert short.startswith("p1.3.1.4.~")
    assert len(short) == len("p1.3.1.4.~") + 12
    assert short == token("p1.3.1.4", "v:" + "x" * 62)
    assert short != token("p1.3.1.4", "v:" + "x" * 61 + "y")


def test_a_shortened_button_counts_only_on_the_screen_that_shows_it() -> None:
    worker = worker_with(["a" * 100, "b" * 100], "kompas", 5, 0).taps("Contact", "Kompas")
    place = worker.buttons[0].token.rpartition(".")[0]
    before = worker.conversation
    worker.does(Tap(token(place, "v:" + "c" * 100)))
    assert replace(worker.conversation, offer="", turn=0) == replace(before, turn=0)
    assert worker.conversation.drafts[0].answers == {}


@pytest.mark.parametrize("part", ["draft", "question"])
def test_a_button_that_names_another_place_than_the_screen_does_nothing(
    tiny: Begun, part: str
) -> None:
    worker = tiny(MET)
    person, turn, draft, question, action = worker.button("Yes").token.split(".")
    places = {"draft": (str(int(draft) + 1), question), "question": (draft, "0")}
    worker.does(Tap(".".join((person, turn, *places[part], action))))
    assert "met" not in worker.conversation.drafts[0].answers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("p1.12.3.4.v:a.b", Token("p1", 12, 3, 4, "v")),
        ("p1.12.0.-.b:contact", Token("p1", 12, 0, None, "b")),
        ("p1.12.3.4.~\n", Token("p1", 12, 3, 4, "~\n")),
    ],
)
def test_the_place_of_a_token_can_be_read(text: str, found: Token) -> None:
    assert parsed(text) == found
    assert turn_of(text) == found.turn


@pytest.mark.parametrize(
    "text",
    ["", "p1", "p1.1.1.1.", "p1.x.1.1.v:a", "p1.\u0661.1.1.v:a", "p1.9999999999.1.1.v:a", "p" * 64],
)
def test_a_token_that_cannot_be_one_has_no_turn(text: str) -> None:
    assert parsed(text) is None
    assert turn_of(text) is None
