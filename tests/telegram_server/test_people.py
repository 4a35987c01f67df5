"""People see what the bot shows them, and do what people do."""

import asyncio
import json
from typing import Any

import pytest

from tests.telegram_server import Account, Shown, TelegramServer
from tests.telegram_server.account import NothingToTap
from tests.telegram_server.caller import Caller

KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
HELLO: dict[str, Any] = {"chat_id": 1001, "text": "<b>Hi</b> &amp; hello", "parse_mode": "HTML"}


async def taken(call: Caller) -> dict[str, Any]:
    """The newest update."""
    update: dict[str, Any] = (await call("getUpdates", offset=-1)).result[0]
    return update


async def test_a_person_sees_messages_as_they_are_now(ana: Account, call: Caller) -> None:
    sent = (await call("sendMessage", **HELLO, reply_markup=KEYBOARD, protect_content=True)).result
    assert sent["has_protected_content"]
    shown = ana.chat.screen
    assert shown
    assert (shown.text, shown.html) == ("Hi & hello", "<b>Hi</b> &amp; hello")
    assert (shown.rows, shown.protected) == ([[Shown.Button("Yes", "y")]], True)
    await call("editMessageText", chat_id=1001, message_id=shown.id, text="Bye")
    assert [(message.text, message.edited) for message in ana.chat.messages] == [
        ("/start", False),
        ("Bye", True),
    ]


async def test_who_looks_on_is_woken_by_each_change_of_the_bot(ana: Account, call: Caller) -> None:
    before = ana.chat.version
    waiting = asyncio.create_task(ana.chat.changed(after=before))
    await ana.types("me")
    assert ana.chat.version == before
    sent = (await call("sendMessage", **HELLO)).result["message_id"]
    assert await waiting == before + 1
    await call("deleteMessage", chat_id=1001, message_id=sent)
    assert await ana.chat.changed(after=before + 1) == before + 2
    with pytest.raises(TimeoutError, match="the bot changed nothing in chat 1001"):
        await ana.chat.changed(after=before + 2, timeout=0)


async def test_a_tap_carries_the_message_and_its_data(ana: Account, call: Caller) -> None:
    sent = (await call("sendMessage", **HELLO, reply_markup=KEYBOARD)).result
    update = await ana.taps("Yes")
    query = (await taken(call))["callback_query"]
    assert (query["data"], query["message"]) == ("y", sent)
    assert (await taken(call))["update_id"] == update
    await ana.taps_data(sent["message_id"], "y", inaccessible=True)
    query = (await taken(call))["callback_query"]
    assert query["message"] == {
        "message_id": sent["message_id"],
        "date": 0,
        "chat": {"id": 1001, "type": "private", "first_name": "Ana"},
    }


async def test_who_taps_what_is_not_there_is_told_what_is(ana: Account, call: Caller) -> None:
    await call("sendMessage", **HELLO, reply_markup=KEYBOARD)
    with pytest.raises(NothingToTap, match=r"no button|'No'.*\['Yes'\]"):
        await ana.taps("No")


async def test_a_changed_message_is_told_as_changed(ana: Account, call: Caller) -> None:
    message = ana.chat.messages[0].id
    await ana.edits(message, "/stop now")
    edited = (await taken(call))["edited_message"]
    assert (edited["message_id"], edited["text"]) == (message, "/stop now")
    assert edited["edit_date"] >= edited["date"]
    assert edited["entities"] == [{"type": "bot_command", "offset": 0, "length": 5}]


async def test_a_group_that_the_bot_left_is_closed_to_it(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    group = server.group(-100200, "Team")
    await group.adds_bot(by=ana)
    assert (await call("sendMessage", chat_id=-100200, text="Hello all")).status == 200
    assert (await call("leaveChat", chat_id=-100200)).result is True
    assert (await taken(call))["my_chat_member"]["new_chat_member"]["status"] == "left"
    said = await call("sendMessage", chat_id=-100200, text="Hello all")
    assert said[1:3] == (403, "Forbidden: bot is not a member of the group chat")


async def test_an_inline_query_is_answered_once(ana: Account, call: Caller) -> None:
    await ana.asks_inline("who")
    query = (await taken(call))["inline_query"]
    assert query["query"] == "who"
    said = [await call("answerInlineQuery", inline_query_id=query["id"], results=[])]
    said.append(await call("answerInlineQuery", inline_query_id=query["id"], results=[]))
    assert [answer.status for answer in said] == [200, 400]


async def test_commands_are_kept_for_each_scope_and_language(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    help_, scope = {"command": "help", "description": "Help"}, {"type": "chat", "chat_id": 1001}
    await call("setMyCommands", commands=[help_])
    await call("setMyCommands", commands=[], scope=scope, language_code="nl")
    assert server.commands == {
        ('{"type":"default"}', ""): [help_],
        ('{"chat_id":1001,"type":"chat"}', "nl"): [],
    }
    assert (await call("getMyCommands")).result == [help_]
    await call("deleteMyCommands")
    assert (await call("getMyCommands")).result == []
    said = await call("setMyCommands", commands=[], scope={"type": "chat", "chat_id": 5})
    assert said.description == "Bad Request: chat not found"


async def test_the_bot_says_about_itself_what_fits(server: TelegramServer, call: Caller) -> None:
    assert (await call("setMyShortDescription", short_description="x" * 120)).result is True
    assert (await call("setMyShortDescription", short_description="x" * 121)).status == 400
    assert (await call("setMyDescription", description="x" * 512, language_code="nl")).result
    assert (await call("setMyName", name="x" * 65)).status == 400
    assert set(server.profile) == {("short_description", ""), ("description", "nl")}


@pytest.mark.parametrize("encoding", ["json", "urlencoded", "multipart", "query"])
async def test_a_call_means_the_same_in_every_encoding(
    server: TelegramServer, ana: Account, call: Caller, encoding: str
) -> None:
    text = 'é & 🙂="x"'
    fields = {"chat_id": "1001", "text": text, "reply_markup": json.dumps(KEYBOARD)}
    body: dict[str, Any] = {"json": {**fields, "reply_markup": KEYBOARD}}
    if encoding == "urlencoded":
        body = {"data": fields}
    elif encoding == "query":
        body = {"params": fields}
    elif encoding == "multipart":
        boundary = "a1b2"
        parts = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        body = {"data": f"{parts}--{boundary}--\r\n".encode(), "headers": headers}
    assert (await call.post("sendMessage", **body)).status == 200
    assert ana.chat.screen
    assert (ana.chat.screen.text, ana.chat.screen.labels) == (text, ["Yes"])
    assert server.refused == []


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"reply_markup": "{"}'])
async def test_a_body_that_cannot_be_read_is_refused(call: Caller, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert (await call.post("sendMessage", data=body, headers=headers)).status == 400
