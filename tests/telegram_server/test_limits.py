"""What Telegram refuses is refused here, in the same words."""

from typing import Any

import pytest

from tests.telegram_server import Account, TelegramServer
from tests.telegram_server.caller import Caller
from tests.telegram_server.markup import read_text
from tests.telegram_server.refusal import Refusal

HOUR = 3600
TEXT_BUTTON = (
    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def keyboard(*rows: int, text: str = "Yes", data: str = "y") -> dict[str, Any]:
    """A keyboard with so many equal buttons in each row."""
    button = {"text": text, "callback_data": data}
    return {"inline_keyboard": [[button] * many for many in rows]}


def message(**changes: object) -> dict[str, Any]:
    return {"chat_id": 1001, "text": "Hello", **changes}


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", message(text=""), "message text is empty"),
    ("sendMessage", message(text=" \n "), "message text is empty"),
    ("sendMessage", message(text="<b> </b>", parse_mode="HTML"), "message text is empty"),
    ("sendMessage", message(text="x" * 4097), "message is too long"),
    ("sendMessage", message(text="🙂" * 2049), "message is too long"),
    ("sendMessage", message(parse_mode="BBCode"), "unsupported parse_mode"),
    ("sendMessage", message(reply_markup=keyboard(1, data="é" * 33)), "BUTTON_DATA_INVALID"),
    ("sendMessage", message(reply_markup=keyboard(1, data="")), TEXT_BUTTON),
    (
        "sendMessage",
        message(reply_markup=keyboard(1, text=" ")),
        "inline keyboard button text must be non-empty",
    ),
    ("sendMessage", message(reply_markup=keyboard(9)), "reply markup is too long"),
    ("sendMessage", message(reply_markup=keyboard(*[8] * 13)), "reply markup is too long"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    (
        "deleteMessages",
        {"chat_id": 1001, "message_ids": []},
        "message identifiers are not specified",
    ),
    (
        "deleteMessages",
        {"chat_id": 1001, "message_ids": list(range(1, 102))},
        "too many message identifiers specified",
    ),
    (
        "setWebhook",
        {"url": "http://example.org/"},
        "bad webhook: An HTTPS URL must be provided for webhook",
    ),
    (
        "setWebhook",
        {"url": "https://example.org/", "secret_token": "a b"},
        "secret token contains unallowed characters",
    ),
    ("setMyCommands", {"commands": [], "language_code": "nld"}, "invalid language code specified"),
]


@pytest.mark.parametrize(("method", "parameters", "why"), BROKEN)
async def test_a_call_beyond_a_limit_is_refused_and_remembered(
    ana: Account, call: Caller, method: str, parameters: dict[str, Any], why: str
) -> None:
    server = call.server
    said = await call(method, **parameters)
    assert (said.status, said.description) == (400, f"Bad Request: {why}")
    assert server.refused == [f"{method}: Bad Request: {why}"]
    assert server.checked[method] == 1


WITHIN: list[dict[str, Any]] = [
    message(text="x" * 4096),
    message(text="🙂" * 2048),
    message(text=f"<b>{'x' * 4096}</b>", parse_mode="html"),
    message(reply_markup=keyboard(1, data="é" * 32)),
    message(reply_markup=keyboard(*[8] * 12, 4)),
]


@pytest.mark.parametrize("parameters", WITHIN)
async def test_a_call_at_the_limit_is_taken(
    server: TelegramServer, ana: Account, call: Caller, parameters: dict[str, Any]
) -> None:
    assert (await call("sendMessage", **parameters)).status == 200
    assert server.refused == []


@pytest.mark.parametrize(
    ("command", "description", "why"),
    [
        ("", "x", "command must be non-empty"),
        ("a" * 33, "x", "command length must not exceed 32"),
        ("Save", "x", "BOT_COMMAND_INVALID"),
        ("save", " ", "command description must be non-empty"),
        ("save", "x" * 257, "command description length must not exceed 256"),
    ],
)
async def test_a_command_keeps_to_telegrams_form(
    call: Caller, command: str, description: str, why: str
) -> None:
    said = await call("setMyCommands", commands=[{"command": command, "description": description}])
    assert said.description == f"Bad Request: {why}"


async def test_there_are_at_most_a_hundred_commands(call: Caller) -> None:
    commands = [{"command": f"c{number}", "description": "x"} for number in range(101)]
    assert (await call("setMyCommands", commands=commands[:100])).result is True
    assert (await call("setMyCommands", commands=commands)).description.endswith("TOO_MUCH")


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("a &lt;b&gt; &amp; &quot;c&quot; &#233; &#xe9; &laquo;", 'a <b> & "c" é é &laquo;'),
        ("<b>a <i>b</i></b> > & c", "a b > & c"),
        ('<a href="https://x.be">a</a> <span class="tg-spoiler">b</span>', "a b"),
        ("<blockquote expandable>a</blockquote>\n<pre><code>b</></pre>", "a\nb"),
    ],
)
def test_html_is_read_as_telegram_reads_it(html: str, plain: str) -> None:
    assert read_text(html, "HTML").plain == plain


def test_entities_are_counted_in_utf_16_and_move_with_trimmed_space() -> None:
    assert read_text("  🙂 <b>b </b>", "HTML").entities == [
        {"type": "bold", "offset": 3, "length": 1}
    ]


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        (
            "🏟 🏟&lt;<i>a</em   >",
            'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
        ),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_that_cannot_be_read_is_refused(html: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_text(html, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"


async def test_an_edit_changes_a_message_of_the_bot_that_is_there(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    first = ana.chat.messages[0].id
    sent = (await call("sendMessage", **message(reply_markup=keyboard(1)))).result["message_id"]
    edits = [
        (message(message_id=99), "message to edit not found"),
        (message(message_id=first), "message can't be edited"),
        (message(message_id=sent, reply_markup=keyboard(1)), NOT_MODIFIED),
    ]
    for parameters, why in edits:
        said = await call("editMessageText", **parameters)
        assert said.description == f"Bad Request: {why}"
    assert (await call("editMessageText", **message(message_id=sent))).status == 200
    assert ana.chat.screen is None
    again = await call("editMessageReplyMarkup", chat_id=1001, message_id=sent)
    assert again.description == f"Bad Request: {NOT_MODIFIED}"
    assert server.refused == []


async def test_messages_are_deleted_within_two_days(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    start = server.now()
    old = ana.chat.messages[0].id
    server.now = lambda: start + 48 * HOUR + 1
    new = (await call("sendMessage", **message())).result["message_id"]
    said = await call("deleteMessage", chat_id=1001, message_id=old)
    assert said.description == "Bad Request: message can't be deleted for everyone"
    assert (await call("deleteMessages", chat_id=1001, message_ids=[old, new, 99])).result is True
    assert [shown.id for shown in ana.chat.messages] == [old]
    said = await call("deleteMessage", chat_id=1001, message_id=new)
    assert said.description == "Bad Request: message to delete not found"


async def test_a_query_is_answered_once_and_soon(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    await ana.taps_data(77, "forged")
    query, late = [server.new_query(ana), server.new_query(ana)]
    assert (await call("answerCallbackQuery", callback_query_id=query, text="Hi")).result is True
    start = server.now()
    server.now = lambda: start + 100
    for wrong in (query, late, "12"):
        said = await call("answerCallbackQuery", callback_query_id=wrong)
        assert said.description == f"Bad Request: {TOO_OLD}"
    assert ana.alerts == ["Hi"]
    assert ana.answered == {query: 2, late: 1}


async def test_the_bot_writes_only_to_people_who_wrote_first_and_did_not_block_it(
    server: TelegramServer, ana: Account, call: Caller
) -> None:
    server.account(1002)
    said = await call("sendMessage", **message(chat_id=1002))
    assert said[1:3] == (403, "Forbidden: bot can't initiate conversation with a user")
    assert (await call("sendMessage", **message(chat_id=5))).description.endswith("chat not found")
    await ana.blocks_bot()
    said = await call("sendMessage", **message())
    assert said[1:3] == (403, "Forbidden: bot was blocked by the user")
    await ana.unblocks_bot()
    assert (await call("sendMessage", **message())).status == 200


async def test_only_the_bots_own_address_and_methods_exist(
    call: Caller, server: TelegramServer
) -> None:
    assert (await call.post("getMe", token="1:x"))[1:3] == (401, "Unauthorized")
    assert (await call.post("sendSmoke"))[1:3] == (404, "Not Found")
    assert (await call.post("GETME")).result["id"] == server.me["id"]


@pytest.mark.parametrize(
    "parameters",
    [
        message(colour="red"),
        message(chat_id=[1001]),
        message(reply_markup={"inline_keyboard": [[{"text": "a", "data": "b"}]]}),
        {"chat_id": 1001},
    ],
    ids=["unknown", "type", "unknown inside", "missing"],
)
async def test_a_call_that_the_bot_api_does_not_know_is_refused(
    server: TelegramServer, ana: Account, call: Caller, parameters: dict[str, Any]
) -> None:
    assert (await call("sendMessage", **parameters)).status == 400
    assert len(server.refused) == 1
    assert len(ana.chat.messages) == 1


async def test_a_server_that_is_not_strict_does_not_look_at_types() -> None:
    async with TelegramServer(strict=False) as server:
        await server.account(1001).types("/start")
        assert not server.checked
        server.emit("message", {"no": "message"}, 1001)
