"""The server: bots call it over HTTP, tests act on it as the people who use Telegram."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from random import Random
from types import ModuleType, TracebackType
from typing import Any, Self

from tests.telegram_server.account import Account, Channel, Group
from tests.telegram_server.bodies import parameters
from tests.telegram_server.chats import Chat
from tests.telegram_server.delivery_methods import Batch
from tests.telegram_server.faults import Fault, Faults, Flood, scripted
from tests.telegram_server.methods import METHODS
from tests.telegram_server.refusal import Refusal, bad_request
from tests.telegram_server.updates import Updates
from tests.telegram_server.webhook import Webhook
from tests.telegram_server.wire import Answer, Answered, Call, Connection

TOKEN = "123456:LOCAL-test-token"
NAMES = {name.lower(): name for name in METHODS}
QUERIES_KEPT = 10_000


class TelegramServer:
    """Telegram for one bot, with the people, groups and channels that a test makes.

    Strict means that every call and every update is held against aiogram's types: `refused` says
    which calls broke a rule, `checked` counts what was looked at. Limits are enforced anyway.
    `errors` counts all refusals by their words. If the server itself fails, the end of its
    context raises what went wrong.
    """

    def __init__(
        self, token: str = TOKEN, *, strict: bool = True, port: int = 0, seed: int = 1
    ) -> None:
        self.token = token
        self.port = port
        self.me = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Meetmoment",
            "username": "meetmoment_local_bot",
        }
        self.now: Callable[[], int] = lambda: int(time.time())
        self.calls: Counter[str] = Counter()
        self.checked: Counter[str] = Counter()
        self.refused: list[str] = []
        self.errors: Counter[str] = Counter()
        self.failures: list[Exception] = []
        self.chats: dict[int, Chat] = {}
        self.accounts: dict[int, Account] = {}
        self.queries: dict[str, tuple[Account, int]] = {}
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.faults: Faults | None = None
        # How many faults of each kind there were.
        self.dealt: Counter[str] = Counter()
        self.next_faults: deque[Fault] = deque()
        self.flood: Flood | None = None
        # How long a call that never gets an answer is kept waiting.
        self.patience = 60.0
        self.updates = Updates(seed)
        self.webhook = Webhook(self, seed)
        self._random = Random(seed)
        self._checking = _checking() if strict else None
        self._settled = asyncio.Event()
        self._server: asyncio.Server
        self._closing: asyncio.Future[None]
        self._last_message_id = 0

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._closing = loop.create_future()
        self._server = await loop.create_server(
            lambda: Connection(self._answer), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        wrong: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._closing.set_result(None)
        self.updates.poll.end("Conflict: terminated by the end of the server")
        await self.webhook.close()
        self._server.close()
        await self._server.wait_closed()
        if self.failures and wrong is None:
            raise self.failures[0]

    @property
    def url(self) -> str:
        """Where the server listens; a bot's base address is this and `/bot`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def shuffle(self) -> bool:
        """Whether updates come in any order, and some of them twice."""
        return self.updates.shuffle

    @shuffle.setter
    def shuffle(self, shuffle: bool) -> None:
        self.updates.shuffle = shuffle

    @property
    def webhooks(self) -> list[str]:
        """Addresses behind a balancer, instead of the one that the bot has set."""
        return self.webhook.urls

    @webhooks.setter
    def webhooks(self, urls: list[str]) -> None:
        self.webhook.urls = urls
        self.webhook.bring_all()

    def account(self, user_id: int, *, language: str = "en", first_name: str = "Ana") -> Account:
        """The person with this account; a new one has not yet written to the bot."""
        if user_id in self.accounts:
            return self.accounts[user_id]
        user = {"id": user_id, "is_bot": False, "first_name": first_name}
        if language:
            user["language_code"] = language
        account = Account(self, user)
        self.accounts[user_id] = account
        self.chats[user_id] = account.chat
        return account

    def group(self, chat_id: int, title: str) -> Group:
        """Make a group without the bot."""
        group = Group(self, chat_id, title)
        self.chats[chat_id] = group.chat
        return group

    def channel(self, chat_id: int, title: str) -> Channel:
        """Make a channel with the bot."""
        channel = Channel(self, chat_id, title)
        self.chats[chat_id] = channel.chat
        return channel

    def redeliver(self, update_id: int) -> None:
        """Deliver an update again, even if it was acknowledged."""
        update = self.updates.repeat(update_id)
        if self.webhook.active:
            self.updates.again.remove(update)
            self.webhook.bring(update)

    async def polled(self) -> None:
        """Wait until the bot has fetched updates for the first time."""
        await self.updates.polled.wait()

    async def settled(self, update_id: int) -> None:
        """Wait until an update was acknowledged."""
        while update_id in self.updates.pending:
            self._settled.clear()
            await self._settled.wait()

    # What follows is for the accounts and the methods of this package.

    def emit(self, kind: str, content: dict[str, Any], chat: int) -> int:
        """Tell the bot something; return the number of the update."""
        update, wanted = self.updates.add(kind, content, chat)
        if self._checking:
            self._checking.check_update(json.loads(update.body))
        if wanted and self.webhook.active:
            self.webhook.bring(update)
        return update.id

    def new_message_id(self) -> int:
        """The number of the next message, in whichever chat."""
        self._last_message_id += 1
        return self._last_message_id

    def new_query(self, account: Account) -> str:
        """The number of a query that the bot may answer once."""
        query_id = str(self._random.getrandbits(62))
        self.queries[query_id] = (account, self.now())
        if len(self.queries) > QUERIES_KEPT:
            del self.queries[next(iter(self.queries))]
        return query_id

    def known_chat(self, parameters: dict[str, Any]) -> Chat:
        """The chat that a call names."""
        named = parameters.get("chat_id", "")
        if named == "":
            raise bad_request("chat_id is empty", broken=True)
        chat = self.chats.get(int(named) if str(named).lstrip("-").isdecimal() else 0)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, parameters: dict[str, Any]) -> Chat:
        """The chat that a call names, if the bot may act there."""
        chat = self.known_chat(parameters)
        if chat.closed:
            raise Refusal(f"Forbidden: {chat.closed}", 403)
        refusal = self.flood and self.flood.refusal(chat.id, time.monotonic())
        if refusal:
            raise refusal
        return chat

    def settle(self) -> None:
        """Tell who waits that an update was acknowledged."""
        self._settled.set()

    def _answer(self, call: Call) -> Answered | Awaitable[Answered]:
        token, _, called = call.path.removeprefix("/bot").partition("/")
        if token != self.token:
            return _refused(Refusal("Unauthorized", 401))
        method = NAMES.get(called.lower())
        if method is None:
            return _refused(Refusal("Not Found", 404))
        self.calls[method] += 1
        fault = scripted(self.next_faults, method) if self.next_faults else None
        if fault is None and self.faults:
            fault = self.faults.next(method)
        if fault is None:
            return self._act(method, call)
        self.dealt[fault.kind] += 1
        if fault.acts:
            return self._unanswered(self._act(method, call), fault)
        refusal = fault.refusal()
        return _refused(refusal) if refusal else None

    def _act(self, method: str, call: Call) -> Answer | Awaitable[Answer]:
        try:
            given = parameters(call.body, call.content_type, call.query)
            if self._checking:
                self.checked[method] += 1
                self._checking.check_call(method, given)
            result = METHODS[method](self, given)
            if isinstance(result, Awaitable):
                return self._act_later(method, result)
            return self._done(method, result)
        except Exception as why:  # noqa: BLE001 - the test that runs must get to know it
            return self._refuse(method, why)

    async def _act_later(self, method: str, result: Awaitable[object]) -> Answer:
        try:
            return self._done(method, await result)
        except Exception as why:  # noqa: BLE001 - the same
            return self._refuse(method, why)

    def _done(self, method: str, result: object) -> Answer:
        body = result if isinstance(result, Batch) else json.dumps(result).encode()
        if self._checking:
            self._checking.check_answer(method, json.loads(body))
        return Answer(b'{"ok":true,"result":%s}' % body)

    def _refuse(self, method: str, why: Exception) -> Answer:
        if not isinstance(why, Refusal):
            self.failures.append(why)
        refusal = why if isinstance(why, Refusal) else Refusal("Internal Server Error", 500)
        self.errors[refusal.description] += 1
        if refusal.broken:
            self.refused.append(f"{method}: {refusal.description}")
        return _refused(refusal)

    async def _unanswered(self, answer: Answer | Awaitable[Answer], fault: Fault) -> None:
        if isinstance(answer, Awaitable):
            await answer
        if fault.kind == "timeout":
            await asyncio.wait([self._closing], timeout=self.patience)


def _checking() -> ModuleType:
    # Reading aiogram takes seconds, which benchmarks need not spend.
    from tests.telegram_server import checking

    return checking


def _refused(refusal: Refusal) -> Answer:
    told: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    if refusal.retry_after:
        told["parameters"] = {"retry_after": refusal.retry_after}
    return Answer(json.dumps(told).encode(), refusal.code)
