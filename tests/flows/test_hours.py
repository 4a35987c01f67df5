"""Hours of the day are read as people write and say them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.hours import read_span, read_time


@pytest.mark.parametrize(
    ("language", "text", "at"),
    [
        ("nl", "8:30", time(8, 30)),
        ("nl", "8u30", time(8, 30)),
        ("nl", "8.30 uur", time(8, 30)),
        ("nl", "8u", time(8)),
        ("nl", "9 uur", time(9)),
        ("nl", "half negen", time(8, 30)),
        ("nl", "Half een", time(0, 30)),
        ("nl", "negen uur", time(9)),
        ("fr", "8h30", time(8, 30)),
        ("fr", "8 h", time(8)),
        ("fr", "8 heures 30", time(8, 30)),
        ("fr", "huit heures", time(8)),
        ("fr", "huit heures et demie", time(8, 30)),
        ("de", "8 Uhr", time(8)),
        ("de", "halb neun", time(8, 30)),
        ("en", "half past eight", time(8, 30)),
        ("en", "8:30 pm", time(20, 30)),
        ("en", "12 am", time(0)),
        ("en", "nine", time(9)),
        ("en", "21", time(21)),
    ],
)
def test_a_time_is_read(language: str, text: str, at: time) -> None:
    assert read_time(text, language) == at


@pytest.mark.parametrize("text", ["", "24:00", "8:60", "8:3", "-8", "8:30:00", "half", "eighty"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text, "en") is None


@pytest.mark.parametrize("text", ["20:00-7:00", "20u - 7u", "20:00 tot 7:00", "20h à 7h", "20–7"])
def test_a_span_is_read(text: str) -> None:
    assert read_span(text, "nl") == (time(20), time(7))


@pytest.mark.parametrize("text", ["20:00", "20:00-", "-", "20-7-8", "20:00-25:00"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert read_span(text, "nl") is None


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    read_time(text, "nl")
    read_span(text, "fr")
