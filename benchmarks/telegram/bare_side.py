"""No bot at all: it polls and answers with what it has ready. So fast can the server be asked."""

import asyncio
import json
import sys
from typing import Any

from aiohttp import ClientSession, TCPConnector

from benchmarks.telegram.order import TOKEN, Questionnaire, read

CONNECTIONS = 64


class Bare:
    """Answers every update from a table of bodies; it keeps nothing and checks nothing."""

    def __init__(self, session: ClientSession, url: str, asked: Questionnaire) -> None:
        self._session = session
        self._url = f"{url}/bot{TOKEN}"
        self._screens = [
            _screen(question, {text: f"{number}:{name}" for name, text in asked.choices.items()})
            for number, question in enumerate(asked.questions.values())
        ]
        self._screens.append(_screen("Saved.", {"Again": "-1:"}))

    async def run(self) -> None:
        """Poll for ever."""
        offset = 0
        async with asyncio.TaskGroup() as group:
            while True:
                found = await self._call("getUpdates", {"offset": offset, "timeout": 10})
                for update in json.loads(found)["result"]:
                    offset = update["update_id"] + 1
                    group.create_task(self._answer(update))

    async def _answer(self, update: dict[str, Any]) -> None:
        query = update.get("callback_query")
        if query is None:
            chat = update["message"]["chat"]["id"]
            await self._call("sendMessage", {"chat_id": chat, **self._screens[0]})
            return
        await self._call("answerCallbackQuery", {"callback_query_id": query["id"]})
        shown, following = query["message"], int(query["data"].partition(":")[0]) + 1
        where = {"chat_id": shown["chat"]["id"], "message_id": shown["message_id"]}
        await self._call("editMessageText", {**where, **self._screens[following]})

    async def _call(self, method: str, body: dict[str, Any]) -> bytes:
        async with self._session.post(f"{self._url}/{method}", json=body) as response:
            return await response.read()


def _screen(text: str, buttons: dict[str, str]) -> dict[str, str]:
    row = [{"text": label, "callback_data": data} for label, data in buttons.items()]
    return {"text": text, "reply_markup": json.dumps({"inline_keyboard": [row]})}


async def run(url: str, asked: Questionnaire) -> None:
    """Answer until killed."""
    async with ClientSession(connector=TCPConnector(limit=CONNECTIONS)) as session:
        await Bare(session, url, asked).run()


def main() -> None:
    """Run until killed: URL, QUESTIONNAIRE, FOLDER."""
    url, questionnaire, _ = sys.argv[1:]
    asyncio.run(run(url, read(questionnaire)))


if __name__ == "__main__":
    main()
