"""The notice: accepted before anything is registered, and asked again when it changes."""

from dataclasses import replace
from hashlib import sha256

import pytest

from flows.conversation import ASIDES, RETURNS
from flows.effects import AcceptNotice
from flows.engine import Edited, Event, Tap, Text, Unusable, show
from flows.notice import NOTICE, NOTICE_VERSION
from tests.builders import Worker, context, real_interface
from tests.flows.test_snapshot import in_state
from tests.noticed import ACCEPT

DIGESTS = {1: "6d2a6db8e06b4ce1", 2: "30512cb20971b233"}
"""What everybody has accepted; a text that changes needs a new version, and a line here."""


def newcomer() -> Worker:
    return Worker(replace(context(), has_accepted=False))


def test_the_notice_does_not_change_without_its_version() -> None:
    texts = "\n".join(real_interface().everywhere(NOTICE))
    assert DIGESTS[NOTICE_VERSION] == sha256(texts.encode()).hexdigest()[:16]
    assert max(DIGESTS) == NOTICE_VERSION


def test_a_newcomer_reads_the_notice_and_then_the_menu() -> None:
    worker = newcomer().types("Nederlands")
    assert worker.state == "accepting"
    assert "Telegram" in worker.screen.text
    worker.taps("Ik heb dit gelezen")
    assert worker.state == "idle"
    assert worker.effects == [AcceptNotice(NOTICE_VERSION, "nl")]
    assert "Schrijf nooit een naam" in worker.screen.note


def test_the_notice_can_be_read_in_another_language() -> None:
    worker = newcomer().types("Nederlands").taps("Français").taps("J’ai lu")
    assert worker.effects == [AcceptNotice(NOTICE_VERSION, "fr")]
    assert worker.conversation.language == "fr"


@pytest.mark.parametrize(
    "event",
    [
        *(Text(text) for text in ("Contact", "/pause", "/people", "/save", "/start", "/back")),
        Text("/corrections"),
        Unusable("photo"),
        Edited("1", ""),
        Tap("p1.1.0.-.b:contact"),
    ],
    ids=str,
)
def test_nothing_leads_past_the_notice(event: Event) -> None:
    worker = newcomer().types("English").does(event)
    assert worker.state == "accepting"
    assert worker.effects == []


@pytest.mark.parametrize("state", [*RETURNS, *ASIDES])
def test_a_new_notice_is_asked_at_the_next_event_and_one_goes_on_where_one_was(state: str) -> None:
    worker = in_state(state)
    before = worker.conversation
    worker.world = replace(worker.world, has_accepted=False)
    worker.types("1")
    assert worker.state == "accepting"
    assert "was not used" in worker.screen.note
    assert worker.conversation.drafts == before.drafts
    worker.taps(ACCEPT)
    assert worker.state == (before.back_to or state)
    assert worker.conversation.drafts == before.drafts
    assert (worker.conversation.current, worker.conversation.choice) == (
        before.current,
        before.choice,
    )


def test_a_new_notice_is_shown_also_before_somebody_does_anything() -> None:
    worker = in_state("asking")
    world = replace(worker.world, has_accepted=False)
    turn = show(worker.conversation, world)
    assert turn.conversation.state == "accepting"
    assert show(turn.conversation, world).conversation == turn.conversation
