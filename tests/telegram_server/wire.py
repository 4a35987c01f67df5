"""HTTP/1.1 as bots speak it, and no more.

A general server takes longer over one call than this package does over the call itself, and in
benchmarks that time would be taken from the bots that share the machine.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import NamedTuple

END_OF_HEAD = b"\r\n\r\n"


class Call(NamedTuple):
    """One request."""

    path: str
    query: str
    content_type: str
    body: bytes


class Answer(NamedTuple):
    """One response, in JSON."""

    body: bytes
    status: int = 200


# Without an answer, the connection is cut.
Answered = Answer | None
Answering = Callable[[Call], Answered | Awaitable[Answered]]


class Unreadable(Exception):
    """What came in is no request that this server can read."""


class Connection(asyncio.Protocol):
    """One connection of a bot, kept alive; its calls are answered one after the other."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._received = b""
        self._waiting: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting:
            self._waiting.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._waiting is None:
            self._serve()

    def _serve(self) -> None:
        try:
            while call := self._next():
                answer = self._answering(call)
                if isinstance(answer, Awaitable):
                    self._waiting = asyncio.ensure_future(self._later(answer))
                    return
                self._send(answer)
        except Unreadable as wrong:
            self._send(Answer(str(wrong).encode(), HTTPStatus.BAD_REQUEST))
            self._transport.close()

    async def _later(self, awaited: Awaitable[Answered]) -> None:
        self._send(await awaited)
        self._waiting = None
        self._serve()

    def _next(self) -> Call | None:
        """Take the next whole request out of what was received."""
        end = self._received.find(END_OF_HEAD)
        if end < 0:
            return None
        first, *lines = self._received[:end].decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal():
            raise Unreadable("a request needs a Content-Length")
        begin = end + len(END_OF_HEAD)
        body = self._received[begin : begin + int(length)]
        if len(body) < int(length):
            return None
        self._received = self._received[begin + int(length) :]
        path, _, query = first.split(" ")[1].partition("?")
        return Call(path, query, headers.get("content-type", ""), body)

    def _send(self, answer: Answered) -> None:
        if answer is None:
            self._transport.abort()
            return
        status = HTTPStatus(answer.status)
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(answer.body)}\r\n\r\n"
        )
        self._transport.write(head.encode() + answer.body)
