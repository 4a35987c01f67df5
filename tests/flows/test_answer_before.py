"""The answer to the question before stays readable in one line."""

from collections.abc import Callable

import pytest

from tests.builders import Worker

Begun = Callable[..., Worker]

LONG = "Why did you and your colleagues choose this way of working and not another one, today?"


def asked(kind: str, label: str, name: str) -> str:
    return f"  - type: {kind}\n    name: {name}\n    indicator: T1\n    label: {label}\n"


def first_line(worker: Worker) -> str:
    return worker.screen.text.split("\n")[0]


def test_the_answer_before_stands_above_the_question(tiny: Begun) -> None:
    worker = tiny(asked("integer", "How many?", "count") + asked("text", "Why?", "why"))
    assert worker.screen.text == "✓ Which day: Mon 02/03/2026\nHow many?"
    assert worker.types("3").screen.text == "✓ How many: 3\nWhy?"


def test_the_first_question_has_none_before_it(tiny: Begun) -> None:
    worker = tiny(asked("integer", "How many?", "count")).types("/back")
    assert first_line(worker) == "Which day?"


def test_a_missing_answer_is_an_answer(tiny: Begun) -> None:
    worker = tiny(asked("integer", "How many?", "count") + asked("text", "Why?", "why"))
    assert first_line(worker.taps("Declined")) == "✓ How many: Declined"


def test_it_is_the_question_before_it_on_the_path(tiny: Begun) -> None:
    unasked = asked("integer", "How many?", "count") + "    relevant: false()\n"
    assert first_line(tiny(unasked + asked("text", "Why?", "why"))).startswith("✓ Which day: ")


def test_a_note_is_no_answer(tiny: Begun) -> None:
    note = "  - type: note\n    name: read\n    label: Read this.\n"
    worker = tiny(note + asked("text", "Why?", "why")).taps("Go on")
    assert worker.screen.text == "Why?"


@pytest.mark.parametrize(
    ("answer", "begin", "end"),
    [
        ("short", "✓ Why did you and your colleagues choose this way of working", "…: short"),
        ("because they asked for it, again and again, and then", "✓ Why did you", "…: because"),
        ("because " * 15, "✓ Why did you", "because b…"),
    ],
)
def test_what_is_long_is_cut_to_one_line(tiny: Begun, answer: str, begin: str, end: str) -> None:
    worker = tiny(asked("text", LONG, "why") + asked("integer", "How many?", "count"))
    line = first_line(worker.types(answer))
    assert line.startswith(begin)
    assert end in line
    assert len(line) < 80


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_the_line_is_short_in_every_language(tiny: Begun, language: str) -> None:
    worker = tiny(asked("text", LONG, "why") + asked("integer", "How many?", "count"))
    worker.types("because " * 15, f"/language {language}")
    assert first_line(worker).startswith("✓ ")
    assert len(first_line(worker)) < 80
