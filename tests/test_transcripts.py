"""Golden conversations: what was typed, shown and saved, played again from beginning to end."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.play import difference, replay
from bot.world import World, world
from flows.loading import HANDBOOK
from tests.builders import handbook

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))


@pytest.fixture(scope="module")
def real_world() -> World:
    return world(HANDBOOK, "Europe/Brussels", lambda: datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=[path.stem for path in TRANSCRIPTS])
def test_a_conversation_comes_out_as_it_was_agreed(
    path: Path, real_world: World, update: bool
) -> None:
    before, after = replay(real_world, path)
    if update:
        path.write_text(after, encoding="utf-8")
    else:
        assert difference(before, after, path) == ""


def test_every_sheet_has_conversations_in_two_languages() -> None:
    saved = defaultdict(set)
    for path in TRANSCRIPTS:
        language, text = path.name[:2], path.read_text(encoding="utf-8")
        for match in re.finditer(r"^= (\w+) \d", text, re.MULTILINE):
            saved[match[1]].add(language)
    assert {name for name, languages in saved.items() if len(languages) > 1} == set(handbook())


def test_the_usual_contact_takes_eight_taps() -> None:
    text = (FOLDER / "nl-baseline-and-two-contacts.txt").read_text(encoding="utf-8")
    contact = text.split("= participant")[1].split("= contact")[0]
    assert len(re.findall(r"^> ", contact, re.MULTILINE)) == len(
        ["contact", "day", "area", "place", "kind", "known", "nothing", "save"]
    )
