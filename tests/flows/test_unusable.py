"""What cannot be an answer is refused kindly, with the reason that belongs to it."""

import pytest

from flows.engine import Unusable
from flows.unusable import GENERAL, PEOPLE, PICTURES, PLACES, SENTENCES
from tests.builders import Worker


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("photo", PICTURES),
        ("voice", PICTURES),
        ("video", PICTURES),
        ("document", PICTURES),
        ("audio", PICTURES),
        ("location", PLACES),
        ("venue", PLACES),
        ("contact", PEOPLE),
        ("sticker", GENERAL),
        ("", GENERAL),
        ("what nobody knows yet", GENERAL),
    ],
)
def test_it_is_said_why_something_is_not_used(kind: str, sentence: str) -> None:
    worker = Worker().types("English")
    before = worker.conversation
    worker.does(Unusable(kind))
    assert (worker.screen.note, worker.conversation) == (sentence, before)


@pytest.mark.parametrize("kind", SENTENCES)
def test_the_reason_is_said_in_the_workers_language(kind: str) -> None:
    notes = {
        language: Worker().types(f"/language {language}").does(Unusable(kind)).screen.note
        for language in ("en", "nl")
    }
    assert all(notes.values())
