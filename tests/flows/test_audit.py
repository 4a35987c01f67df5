"""Every action of the audit can be written and read, in every language."""

import json
from collections.abc import Sequence
from dataclasses import replace
from string import Formatter

import pytest

from flows.audit import ACTIONS, COMMAND_LINE, Act, AuditEntry, Detail, detail_of
from flows.states.auditing import PAGE
from tests.builders import Worker, context, real_interface
from tests.memory import NOON, Told

SAMPLES: dict[str, Detail] = {
    "channel": "telegram",
    "roles": ["practitioner", "admin"],
    "filter": "everything",
    "language": "nl",
    "rows": 12,
    "files": {"long.csv": {"rows": 12, "sha256": "ab" * 32}},
    "revision": 2,
    "version": 2,
    "sha256": "ab" * 32,
    "provenance": "phone",
    "whose": "p7",
    "state": "flagged",
    "project": "kompas",
    "columns": ["name", "areas"],
    "reason": "stranger",
    "projects": ["kompas"],
    "person": "p7",
    "heir": "p8",
    "keys": ["c891f9d8"],
    "months": ["daily:12"],
    "other": "gent",
    "how": "chat",
    "what": "extended",
}
LANGUAGES = real_interface().languages


def entry(action: str, number: int = 1, person: str = "p7", about: str = "K7-N") -> AuditEntry:
    act = Act(person, action, about, {name: SAMPLES[name] for name in ACTIONS[action].fields})
    return AuditEntry("gent", number, NOON, person, action, about, detail_of(act), "", "")


def reader(entries: Sequence[AuditEntry], language: str = "en") -> Worker:
    world = replace(context(roles=("admin",)), trail=Told(entries))
    return Worker(world).types(f"/language {language}", "/audit")


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_is_read_as_a_sentence(action: str, language: str) -> None:
    text = reader([entry(action)], language).screen.text
    say = real_interface().say(language)
    assert text.startswith("1 · ")
    assert "{" not in text
    assert "\n" not in text
    if language != "en":
        assert say(ACTIONS[action].words, **{"about": "", **SAMPLES}) not in ("", action)
        assert text != reader([entry(action)], "en").screen.text


@pytest.mark.parametrize("action", ACTIONS)
def test_a_sentence_names_only_what_the_entry_has(action: str) -> None:
    fields = {name for _, name, _, _ in Formatter().parse(ACTIONS[action].words) if name}
    assert fields <= {"about", *ACTIONS[action].fields}
    assert json.loads(entry(action).detail).keys() == set(ACTIONS[action].fields)


def test_the_newest_entries_come_first_in_pages() -> None:
    worker = reader([entry("left", number) for number in range(1, 2 * PAGE + 2)])

    def numbers() -> list[int]:
        return [int(line.split(" ")[0]) for line in worker.screen.text.splitlines()]

    assert numbers() == [*range(2 * PAGE + 1, PAGE + 1, -1)]
    worker.taps("More ›")
    assert numbers() == [*range(PAGE + 1, 1, -1)]
    worker.taps("More ›")
    assert numbers() == [1]
    worker.taps("‹ Earlier", "‹ Earlier")
    assert numbers()[0] == 2 * PAGE + 1
    assert worker.types("something").state == "auditing"
    assert worker.taps("‹ Back").state == "idle"


def test_who_did_it_is_a_code_the_command_line_or_oneself() -> None:
    entries = [entry("left", number, who) for number, who in enumerate(("", COMMAND_LINE, "p1"), 1)]
    lines = reader(entries).screen.text.splitlines()
    assert [line.split(" · ")[2] for line in lines] == [
        "You: K7-N left",
        "command line: K7-N left",
        "–: K7-N left",
    ]


def test_whoever_may_not_read_the_audit_any_more_sees_nothing_of_it() -> None:
    worker = reader([entry("left")] * (PAGE + 1))
    worker.world = replace(worker.world, roles=("practitioner",))
    worker.types("something")
    assert worker.screen.text == "There is nothing to read here."
    assert worker.labels == ["‹ Back"]


def test_only_readers_may_ask_for_the_audit() -> None:
    worker = Worker().types("English", "/audit")
    assert worker.state == "idle"
    assert worker.screen.note.startswith("That is not part of your role here.")
