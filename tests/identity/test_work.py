"""Nobody can make the search slow: its work grows with the text, whatever is typed."""

import importlib
import re
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

from flows.engine import MOST_TEXT
from flows.identity import DETECTORS, identifying
from tests.identity.hostile import HOSTILE

# Typeshed does not know how the standard library reads a pattern.
opcodes, parser = (importlib.import_module(f"re._{name}") for name in ("constants", "parser"))

MODULES = [*DETECTORS, "runs", "writing"]
MOST_REPEATED = 300
"""The longest bounded repetition, in a link."""
UNBOUNDED = {
    "runs": [r"\d(?:[\W_]{0,8}\d)*", r"\d+"],
    "writing": [
        r"[\x20-\x7eÀ-ÿ‘’“”–—…€]*",
        r"[^\W\d_]+(?:-[^\W\d_]+)*",
        r"(?<![^\W_])[\dOoIl]++(?![^\W\d_])",
    ],
}
"""What may repeat without end, because no sign can be taken by two of its parts."""


def patterns(module: str) -> Iterator[re.Pattern[str]]:
    """Return every pattern of a module, those in tables included."""
    for value in vars(importlib.import_module(f"flows.identity.{module}")).values():
        rows = value.values() if isinstance(value, dict) else value
        items = rows if isinstance(rows, list | tuple) or isinstance(value, dict) else [value]
        for item in items:
            parts = item if isinstance(item, tuple) else (item,)
            yield from (part for part in parts if isinstance(part, re.Pattern))


def repeats(node: Any) -> Iterator[int]:  # noqa: ANN401 - what sre parses to
    """Return how often each repetition of a parsed pattern may take place at most."""
    for code, value in node:
        if code in (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT, opcodes.POSSESSIVE_REPEAT):
            yield int(value[1])
            yield from repeats(value[2])
        elif code is opcodes.BRANCH:
            for branch in value[1]:
                yield from repeats(branch)
        elif code is opcodes.SUBPATTERN:
            yield from repeats(value[3])
        elif code in (opcodes.ASSERT, opcodes.ASSERT_NOT):
            yield from repeats(value[1])


def calls(text: str) -> int:
    """Return how many functions are called for a text, of Python or of C."""
    count = 0

    def counting(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        identifying(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("module", MODULES)
def test_a_pattern_looks_at_no_more_than_a_fixed_length_from_each_sign(module: str) -> None:
    allowed = UNBOUNDED.get(module, [])
    for pattern in patterns(module):
        if pattern.pattern not in allowed:
            longest = max(repeats(parser.parse(pattern.pattern, pattern.flags)), default=0)
            assert longest <= MOST_REPEATED, pattern.pattern


def test_the_patterns_are_really_looked_at() -> None:
    found = {module: list(patterns(module)) for module in MODULES}
    assert len(found["address"]) == 8
    assert len(found["foreign_number"]) == 3
    assert sum(len(items) for items in found.values()) > 30
    assert max(repeats(parser.parse(r"a(b|(?=c{2,})){3}"))) > MOST_REPEATED


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_the_work_for_a_hostile_text_grows_no_faster_than_the_text(unit: str) -> None:
    half, whole = ((unit * size)[:size] for size in (MOST_TEXT // 2, MOST_TEXT))
    # What is found once, such as a pattern that is compiled, may add to the shorter text.
    calls(half)
    assert calls(whole) <= 2.5 * calls(half) + 200
