"""Requests come in pieces and several at once, and all are answered in their order."""

import asyncio
import json
from asyncio import StreamReader

from tests.telegram_server import TelegramServer


def request(server: TelegramServer, method: str, body: bytes = b"", headers: str = "") -> bytes:
    head = f"POST /bot{server.token}/{method} HTTP/1.1\r\nHost: x\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def answered(reader: StreamReader) -> object:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = int(head.partition("Content-Length: ")[2].split("\r\n")[0])
    return json.loads(await reader.readexactly(length))["result"]


async def test_requests_in_pieces_and_together_are_answered_in_order(
    server: TelegramServer,
) -> None:
    json_body = "Content-Type: application/json\r\n"
    waiting = request(server, "getUpdates", b'{"timeout": 50}', json_body)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for piece in (waiting[:20], waiting[20:-3], waiting[-3:] + request(server, "getMe")):
        writer.write(piece)
        await writer.drain()
    await server.polled()
    update = await server.account(1001).types("/start")
    assert f"{update}" in str(await answered(reader))
    assert "is_bot" in str(await answered(reader))
    writer.close()
    await writer.wait_closed()


async def test_a_request_without_a_length_is_refused_and_the_connection_closed(
    server: TelegramServer,
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(request(server, "getMe", headers="Transfer-Encoding: chunked\r\n"))
    said = await reader.read()
    assert said.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    writer.close()
    await writer.wait_closed()
