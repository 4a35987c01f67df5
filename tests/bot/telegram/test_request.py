"""What goes to the Bot API and what comes back, above all when something is wrong."""

import asyncio
import io
import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.client import Client, TelegramProblem, client, identify
from bot.channels.telegram.request import AiohttpRequest, NotDone

TOKEN = "123456:Never-Shown_To-Anybody"
ME = {"id": 123456, "is_bot": True, "first_name": "Meetmoment", "username": "meetmoment_bot"}

Handler = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def api(answer: Handler) -> AsyncIterator[str]:
    server = web.Application()
    server.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def bot_at(answer: Handler) -> AsyncIterator[Client]:
    async def handle(request: web.Request) -> web.Response:
        if request.path.endswith("/getMe"):
            return web.json_response({"ok": True, "result": ME})
        return await answer(request)

    async with api(handle) as url, client(TOKEN, url) as bot:
        yield bot


def refusing(status: int, description: str, **parameters: int) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        body = {"ok": False, "error_code": status, "description": description}
        return web.json_response({**body, "parameters": parameters}, status=status)

    return answer


async def unanswered() -> str:
    """Return an address at which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}"


def everything(error: BaseException | None) -> str:
    """Write down an error with all that it carries, seen and unseen."""
    if error is None:
        return ""
    told = "".join(traceback.format_exception(error))
    return f"{error} {error!r} {told} {everything(error.__cause__)} {everything(error.__context__)}"


async def test_parameters_arrive_as_json_with_their_objects() -> None:
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.content_type, await request.json()))
        return web.json_response({"ok": True, "result": True})

    async with bot_at(answer) as bot:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("één", callback_data="1")]])
        await bot.edit_message_reply_markup(7, 8, reply_markup=keyboard)
    rows = [[{"text": "één", "callback_data": "1"}]]
    parameters = {"chat_id": 7, "message_id": 8, "reply_markup": {"inline_keyboard": rows}}
    assert seen == [("application/json", parameters)]


async def test_half_a_character_does_not_break_a_call() -> None:
    texts = []

    async def answer(request: web.Request) -> web.Response:
        texts.append((await request.json())["text"])
        return web.json_response({"ok": True, "result": True})

    async with bot_at(answer) as bot:
        await bot.answer_callback_query("1", "\ud800")
    assert texts == ["\ud800"]


async def test_a_file_arrives_with_its_name_and_the_other_parameters() -> None:
    seen: dict[str, object] = {}

    async def answer(request: web.Request) -> web.Response:
        form = await request.post()
        uploaded = form["document"]
        assert isinstance(uploaded, web.FileField)
        seen.update(chat=form["chat_id"], name=uploaded.filename, content=uploaded.file.read())
        chat = {"id": 7, "type": "private"}
        return web.json_response(
            {"ok": True, "result": {"message_id": 1, "date": 1, "chat": chat}},
        )

    async with bot_at(answer) as bot:
        await bot.send_document(7, InputFile(io.BytesIO(b"a,b\n"), "records.csv"))
    assert seen == {"chat": "7", "name": "records.csv", "content": b"a,b\n"}


async def test_connections_are_kept() -> None:
    connections = set()

    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        connections.add(request.transport.get_extra_info("peername"))
        return web.json_response({"ok": True, "result": True})

    async with bot_at(answer) as bot:
        for number in range(5):
            await bot.answer_callback_query(str(number))
    assert len(connections) == 1


async def test_a_cut_connection_is_a_network_error_and_nothing_is_sent_twice() -> None:
    calls = []

    async def answer(request: web.Request) -> web.Response:
        calls.append((await request.json())["callback_query_id"])
        assert request.transport is not None
        if calls[-1] == "second":
            request.transport.abort()
        return web.json_response({"ok": True, "result": True})

    async with bot_at(answer) as bot:
        await bot.answer_callback_query("first")
        with pytest.raises(NetworkError):
            await bot.answer_callback_query("second")
        await bot.answer_callback_query("third")
    assert calls == ["first", "second", "third"]


async def test_a_call_that_is_not_answered_times_out() -> None:
    done = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        await done.wait()
        return web.Response()

    async with bot_at(answer) as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.answer_callback_query("1", read_timeout=0.01)
        done.set()
    assert TOKEN not in everything(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusing(400, "Bad Request: chat not found"), BadRequest),
        (refusing(401, "Unauthorized"), InvalidToken),
        (refusing(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (refusing(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (refusing(429, "Too Many Requests: retry after 3", retry_after=3), RetryAfter),
        (refusing(500, "Internal Server Error"), NotDone),
    ],
    ids=["400", "401", "403", "409", "429", "500"],
)
async def test_what_the_bot_api_refuses_keeps_its_meaning(
    answer: Handler, kind: type[TelegramError]
) -> None:
    async with bot_at(answer) as bot:
        with pytest.raises(kind) as caught:
            await bot.answer_callback_query("1")
    assert type(caught.value) is kind


async def _page(request: web.Request) -> web.Response:
    return web.Response(
        status=404, text=f"<html>{request.path} was not found", content_type="text/html"
    )


async def _page_as_success(request: web.Request) -> web.Response:
    return web.Response(text=f"<html>{request.path}: log in first")


async def _wrong_json(request: web.Request) -> web.Response:
    return web.json_response([request.path])


async def _wrong_json_as_error(request: web.Request) -> web.Response:
    return web.json_response({"path": request.path}, status=502)


async def _redirect(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"/elsewhere{request.path}")


async def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.mark.parametrize(
    "answer", [_page, _page_as_success, _wrong_json, _wrong_json_as_error, _redirect, _cut]
)
async def test_a_wrong_answer_is_a_network_error_without_the_token(
    answer: Handler, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_at(answer) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.answer_callback_query("1")
    assert TOKEN not in everything(caught.value)
    assert TOKEN not in "".join(
        record.getMessage() for record in caplog.records if record.levelno > 10
    )


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://[", "nonsense", "ftp://x"])
async def test_an_address_that_is_none_is_a_network_error_without_the_token(url: str) -> None:
    request = AiohttpRequest()
    async with request:
        with pytest.raises(NetworkError) as caught:
            await request.post(f"{url}/bot{TOKEN}/getMe")
    assert TOKEN not in everything(caught.value)


async def test_a_closed_client_says_so() -> None:
    with pytest.raises(NetworkError, match="closed"):
        await AiohttpRequest().post("http://127.0.0.1/bot/getMe")


async def test_raw_updates_come_as_they_are() -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(await request.json())
        return web.json_response({"ok": True, "result": [{"update_id": 1}, "odd"]})

    async with bot_at(answer) as bot:
        found = await bot.raw_updates(5, 30, ["message"], read_timeout=40)
    assert found == [{"update_id": 1}, "odd"]
    assert asked == [{"offset": 5, "timeout": 30, "allowed_updates": ["message"]}]


async def test_a_revoked_token_ends_asking_for_updates() -> None:
    async with bot_at(refusing(401, "Unauthorized")) as bot:
        with pytest.raises(InvalidToken):
            await bot.raw_updates(None, 0, [], read_timeout=5)


async def test_the_bot_knows_who_it_is_and_does_not_show_its_token() -> None:
    async with bot_at(refusing(400, "")) as bot:
        assert (await identify(bot)).username == "meetmoment_bot"
        assert TOKEN not in f"{bot} {bot!r} {bot.request!r}"


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (401, {"description": "Unauthorized"}, "refuses the bot's token"),
        (404, {"description": "Not Found"}, "refuses the bot's token"),
        (500, {"description": "Internal Server Error"}, "cannot be reached: Internal Server"),
        (404, "no such page", "cannot be reached: HTTP status 404"),
        (403, {"description": "Forbidden"}, "does not let the bot in: Forbidden"),
    ],
    ids=["revoked", "malformed", "broken", "elsewhere", "forbidden"],
)
async def test_a_start_that_fails_is_one_sentence_without_the_token(
    status: int, body: object, sentence: str
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=json.dumps(body))

    async with api(answer) as url:
        with pytest.raises(TelegramProblem, match=sentence) as caught:
            await identify(client(TOKEN, f"{url}/"))
    assert TOKEN not in everything(caught.value)


async def test_an_api_that_nobody_answers_at_is_one_sentence() -> None:
    with pytest.raises(TelegramProblem, match="cannot be reached") as caught:
        async with client(TOKEN, await unanswered()):
            pass
    assert TOKEN not in everything(caught.value)
