"""The chat in the terminal shows what a person sees, and does what a line says."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.telegram_server import Account
from tests.telegram_server.caller import Caller
from tests.telegram_server.terminal import Terminal, lines_of

ROWS = [["Yes", "No"], ["Maybe"]]


@pytest.fixture
async def _echo(call: Caller) -> AsyncIterator[None]:
    """A bot that shows what it got, each time in the same message."""
    bot = asyncio.create_task(echo(call))
    yield
    bot.cancel()


async def echo(call: Caller) -> None:
    offset, message = 0, 0
    while True:
        for update in (await call("getUpdates", offset=offset, timeout=50)).result:
            offset = update["update_id"] + 1
            screen = {"chat_id": 1001, "text": said(update), "reply_markup": keyboard()}
            if message:
                await call("editMessageText", **screen, message_id=message)
            else:
                message = (await call("sendMessage", **screen)).result["message_id"]


def said(update: dict[str, Any]) -> str:
    if query := update.get("callback_query"):
        return f"tapped {query['data']}"
    return str(sorted(update.get("message") or update.get("edited_message") or update))


def keyboard() -> dict[str, Any]:
    rows = [[{"text": label, "callback_data": label.lower()} for label in row] for row in ROWS]
    return {"inline_keyboard": rows}


@pytest.mark.usefixtures("_echo")
async def test_lines_type_tap_send_change_and_block(call: Caller) -> None:
    ana = call.server.account(1001)
    written: list[str] = []
    terminal = Terminal(ana, written.append, quiet=0)
    shown = [await doing(terminal, line, written) for line in ("Hello", "3", ":photo", "7")]
    assert "you (1): Hello\n" in shown[0]
    assert "\n    [1] Yes  [2] No\n    [3] Maybe\n" in shown[0]
    assert "bot (2, changed): tapped maybe\n" in shown[1]
    assert "you (3): (photo)\n" in shown[2]
    assert "you (4): 7\n" in shown[3]
    assert "you (1, changed): Bye" in await doing(terminal, ":edit 1 Bye", written)
    assert ":edit 99" in await doing(terminal, ":edit 99 Bye", written)
    await call("deleteMessage", chat_id=1001, message_id=1)
    ana.alerts.append("Saved")
    assert await doing(terminal, ":smoke", written) == (
        "Nothing happens at ':smoke': there is no such command or message.\n"
        "(1 is deleted)\n(at the top: Saved)\n"
    )


async def doing(terminal: Terminal, line: str, written: list[str]) -> str:
    written.clear()
    await terminal.does(line)
    terminal.show()
    return "".join(written)


async def test_blocking_is_told_to_the_bot(ana: Account, call: Caller) -> None:
    terminal = Terminal(ana, str)
    for line, status in ((":block", "kicked"), (":unblock", "member")):
        doing = asyncio.create_task(terminal.does(line))
        update = (await call("getUpdates", offset=-1, timeout=50)).result[0]
        assert update["my_chat_member"]["new_chat_member"]["status"] == status
        doing.cancel()


async def test_a_database_that_is_kept_can_be_used_again(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'local.db'}"
    for wanted in (b"Which language", b"What would you like to register?"):
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.telegram_server.terminal", "--database", database),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, _ = await program.communicate(b"/start\nEnglish\n1\n:quit\n")
        assert program.returncode == 0
        assert wanted in said


async def test_lines_come_as_they_are_read_and_end_with_an_empty_one() -> None:
    lines = lines_of(["a\n", "b\n"])
    assert [await lines.get() for _ in range(3)] == ["a\n", "b\n", ""]
