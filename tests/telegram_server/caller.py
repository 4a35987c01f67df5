"""A bot that calls the server and does nothing else."""

from typing import Any, NamedTuple

from aiohttp import ClientSession

from tests.telegram_server.server import TelegramServer


class Said(NamedTuple):
    """What the server answered: the result, or why not."""

    result: Any
    status: int = 200
    description: str = ""
    retry_after: int = 0


class Caller:
    """Calls methods, in JSON unless told otherwise."""

    def __init__(self, server: TelegramServer, session: ClientSession) -> None:
        self.server = server
        self.session = session

    async def __call__(self, method: str, **parameters: object) -> Said:
        """Call a method."""
        return await self.post(method, json=parameters)

    async def post(self, method: str, token: str = "", **body: Any) -> Said:  # noqa: ANN401
        """Call a method with any body that aiohttp can send."""
        url = f"{self.server.url}/bot{token or self.server.token}/{method}"
        async with self.session.post(url, **body) as response:
            told = await response.json()
        again = told.get("parameters", {}).get("retry_after", 0)
        return Said(told.get("result"), response.status, told.get("description", ""), again)
