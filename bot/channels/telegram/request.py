"""HTTP for python-telegram-bot by aiohttp, which takes a fraction of the time of its own client.

The token is a part of every URL, so no error that leaves this module repeats a URL or is chained
to an error that does.
"""

import json
from http import HTTPStatus
from io import BytesIO
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    FormData,
    TCPConnector,
)
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 64
# A repetition after a timeout may show a message twice, so slow answers are waited for.
READ_TIMEOUT = 20.0
WRITE_TIMEOUT = 10.0
CONNECT_TIMEOUT = 5.0
POOL_TIMEOUT = 30.0
KEEP_ALIVE = 60.0

_DEFAULT = BaseRequest.DEFAULT_NONE


class NotDone(NetworkError):
    """A call that was certainly not carried out, so that it can be made again."""


class AiohttpRequest(BaseRequest):
    """One pool of kept-alive connections to the Bot API.

    Raises TimedOut and NetworkError; the caller decides whether to try again, for the call may
    have been carried out.
    """

    def __init__(
        self, connections: int = CONNECTIONS, read_timeout: float | None = READ_TIMEOUT
    ) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._usual = _timeouts(POOL_TIMEOUT, CONNECT_TIMEOUT, WRITE_TIMEOUT, read_timeout)
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """How long an answer is waited for, unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; needs the running event loop."""
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        """Close the pool; calls under way end with a NetworkError."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = _DEFAULT,
        write_timeout: ODVInput[float] = _DEFAULT,
        connect_timeout: ODVInput[float] = _DEFAULT,
        pool_timeout: ODVInput[float] = _DEFAULT,
    ) -> tuple[int, bytes]:
        """Send one request; return the status and the body of an answer of the Bot API."""
        given = (pool_timeout, connect_timeout, write_timeout, read_timeout)
        status, body = await self._exchange(method, url, request_data, self._timeouts(given))
        # A proxy's page may repeat the URL, and python-telegram-bot would repeat the page.
        if status >= HTTPStatus.MULTIPLE_CHOICES and _answer(body) is None:
            raise NetworkError(f"HTTP status {status}, and it is not the Bot API that answers")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotDone(HTTPStatus(status).phrase)
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return an answer of the Bot API; what else comes is neither logged nor repeated."""
        answer = _answer(payload)
        if answer is None:
            raise NetworkError("It is not the Bot API that answers")
        return answer

    async def _exchange(
        self, method: str, url: str, data: RequestData | None, timeouts: ClientTimeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NetworkError("The connection to the Bot API is closed")
        fault: NetworkError
        try:
            async with self._session.request(
                method, url, timeout=timeouts, allow_redirects=False, **_content(data)
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            fault = TimedOut()
        except ClientConnectorError as error:
            fault = NotDone(_reason(error))
        except (ClientError, OSError, ValueError) as error:
            fault = NetworkError(_reason(error))
        # Raised here and not above, so that not even its context is an error with a URL.
        raise fault

    def _timeouts(self, given: tuple[ODVInput[float], ...]) -> ClientTimeout:
        if all(value is _DEFAULT for value in given):
            return self._usual
        usual = (POOL_TIMEOUT, CONNECT_TIMEOUT, WRITE_TIMEOUT, self._read_timeout)
        return _timeouts(
            *(
                default if isinstance(value, DefaultValue) else value
                for value, default in zip(given, usual, strict=True)
            )
        )


def _timeouts(
    pool: float | None, connect: float | None, write: float | None, read: float | None
) -> ClientTimeout:
    """Translate timeouts; aiohttp has none for writing, but one for everything together."""
    steps = [pool, connect, write, read]
    return ClientTimeout(
        total=_sum(steps), connect=_sum(steps[:2]), sock_connect=connect, sock_read=read
    )


def _sum(seconds: list[float | None]) -> float | None:
    known = [value for value in seconds if value is not None]
    return sum(known) if len(known) == len(seconds) else None


def _content(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:
        return {"json": data.parameters}
    form = FormData(data.json_parameters)
    for field, (filename, content, mime) in data.multipart_data.items():
        # Read in pieces, so that a large file does not hold up everybody's answers.
        read = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(field, read, filename=filename, content_type=mime)
    return {"data": form}


def _answer(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(answer, dict) and ("result" in answer or "description" in answer):
        return answer
    return None


def _reason(error: Exception) -> str:
    known = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {known}" if known else type(error).__name__
