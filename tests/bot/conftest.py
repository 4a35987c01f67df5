"""The program with a database of its own, and without the settings of whoever runs the tests."""

import os
import signal

import pytest

from tests.bot.program import Program
from tests.conftest import DATABASES
from tests.keys import SETTING


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MEETMOMENT_")]:
        if name != SETTING:
            monkeypatch.delenv(name)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    """A database with all tables and no rows; the test runs once on each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def program(sqlite_url: str) -> Program:
    return Program(sqlite_url)


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Let programs that a test starts be interrupted, also when the tests run in the background.

    A shell ignores Ctrl-C for what it runs in the background, and programs inherit that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
