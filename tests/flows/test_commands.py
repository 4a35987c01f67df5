"""Commands, and for whom they are."""

import re
from dataclasses import replace

import pytest

from flows.commands import COMMANDS, offered
from flows.conversation import ASIDES
from flows.sheet import REGISTRARS
from tests.builders import Worker, context, real_interface
from tests.flows.test_snapshot import in_state

FOR_REGISTRARS = ["today", "save", "why", "remark", "undo", "corrections"]
FOR_SOME = {"audit", "people", "overview", "export"}
FOR_EVERYBODY = [name for name in COMMANDS if name not in {*FOR_REGISTRARS, *FOR_SOME}]
NOTHING = "That is not part of your role here. Ask your coordinator if it should be."


def onlooker() -> Worker:
    """Return somebody who registers nothing."""
    return Worker(context(roles=())).types("English")


def test_settings_tell_the_code_by_which_colleagues_find_somebody() -> None:
    worker = Worker(context()).types("English", "/settings")
    assert f"Your code, for colleagues: {worker.world.person}" in worker.screen.note


@pytest.mark.parametrize("language", real_interface().languages)
def test_commands_are_named_and_described_within_telegrams_limits(language: str) -> None:
    say = real_interface().say(language)
    assert len(COMMANDS) <= 100
    for name, command in COMMANDS.items():
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
        assert 1 <= len(say(command.description)) <= 256


def test_commands_are_offered_by_role() -> None:
    assert [*offered(())] == FOR_EVERYBODY
    for role in REGISTRARS:
        found = {*offered((role,))}
        assert found - FOR_SOME == {*COMMANDS} - FOR_SOME
        assert ("people" in found) == (role == "project_coordinator")
        assert ("overview" in found) == (role != "practitioner")


def test_help_lists_what_applies() -> None:
    note = onlooker().types("/help").screen.note
    assert re.findall(r"^/(\w+)", note, re.MULTILINE) == FOR_EVERYBODY
    note = Worker().types("English", "/help").screen.note
    assert re.findall(r"^/(\w+)", note, re.MULTILINE) == [*offered(REGISTRARS)]


@pytest.mark.parametrize("command", FOR_REGISTRARS)
def test_a_command_for_registrars_tells_others_that_there_is_nothing(command: str) -> None:
    worker = onlooker()
    before = worker.conversation
    worker.types(f"/{command}")
    assert (worker.screen.note, worker.conversation) == (NOTHING, before)


@pytest.mark.parametrize("command", FOR_EVERYBODY)
def test_the_other_commands_are_for_everybody(command: str) -> None:
    assert onlooker().types(f"/{command}").screen.note != NOTHING


@pytest.mark.parametrize("state", ["asking", "confirming", "reviewing", "correcting", *ASIDES])
def test_whoever_lost_their_role_can_still_leave_what_is_under_way(state: str) -> None:
    worker = in_state(state)
    worker.world = replace(worker.world, roles=())
    assert worker.types("/pause").state == "idle"
