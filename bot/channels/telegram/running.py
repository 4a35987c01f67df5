"""Runs the bot on Telegram: from the first request to the last answer."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from telegram import BotCommand, BotCommandScopeAllPrivateChats, User
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.client import DEFAULT_API, Client, TelegramProblem, client, identify
from bot.channels.telegram.limits import Limits
from bot.channels.telegram.notifying import TelegramNotifier
from bot.channels.telegram.polling import ALLOWED_UPDATES, Polling
from bot.channels.telegram.request import READ_TIMEOUT
from bot.channels.telegram.sending import DRAIN_SECONDS, Sender
from bot.channels.telegram.strangers import Strangers
from bot.channels.telegram.webhook import AT_ONCE, Webhook, secret
from bot.dispatch import Dispatcher
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.orders import Orders
from bot.pace import Pace
from bot.world import World
from flows.commands import COMMANDS
from flows.texts import Interface
from storage.database import Database

CHANNEL = "telegram"
FOR_STRANGERS = ("start", "help")
SWITCHING_SECONDS = 0.0005
"""How long one thread may keep the others waiting.

A call of the Bot API waits several times while the inbox works; with Python's 5 ms each time, a
question takes twice as long.
"""
LOOPBACK = ("localhost", "127.0.0.1", "::1")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Telegram:
    """How Telegram is reached: `webhook` is "" for long polling; rates are calls a second.

    `person_rate` is how many updates of one person are used in a second.

    The rest is in seconds: how long an answer is waited for, the first and the longest pause
    before something is tried again, and how often what was left undone, and what has come due, is
    looked after; with no time for what has come due, nothing comes by itself.
    """

    token: str
    api: str
    webhook: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    rate: float = 30.0
    chat_rate: float = 1.0
    person_rate: float = 0.0
    patience: float = READ_TIMEOUT
    first_pause: float = 0.5
    longest_pause: float = 30.0
    sweeping: float = 60.0
    telling: float = 60.0

    def __repr__(self) -> str:
        return f"<Telegram: {self.api}>"


def run(telegram: Telegram, database: Database, world: World, language: str) -> None:
    """Work until the process is asked to end; raises TelegramProblem and DatabaseProblem."""
    if telegram.webhook:
        _check(telegram)
    sys.setswitchinterval(SWITCHING_SECONDS)
    working = work(telegram, database, world, language)
    if sys.platform == "win32":
        asyncio.run(working)
    else:
        import uvloop

        uvloop.run(working)


async def work(telegram: Telegram, database: Database, world: World, language: str) -> None:
    """Work in a running event loop, until a signal comes or until cancelled."""
    bot = client(telegram.token, telegram.api, _limits(telegram), telegram.patience)
    me = await identify(bot)
    world = replace(world, bot_name=me.username or "")
    sender = Sender(bot, Strangers(bot, world.interface, language))
    inbox = Inbox(
        database, world, CHANNEL, f"{CHANNEL}:{me.id}", language, Pace(telegram.person_rate)
    )
    dispatcher = Dispatcher(inbox, sender, telegram.sweeping)
    notifier = TelegramNotifier(bot, telegram.rate, telegram.longest_pause)
    tellers = [
        kind(database, world, CHANNEL, notifier, language, telegram.telling)
        for kind in (Jobs, Orders)
    ]
    working = asyncio.create_task(dispatcher.run())
    if not telegram.telling:
        _stop(tellers)
    telling = [asyncio.create_task(teller.run()) for teller in tellers]
    try:
        await _introduce(bot, world.interface)
        await dispatcher.heal()
        # The handbook and the program stay: looking through them for garbage again and again
        # takes a sixth of the time of all answers.
        gc.collect()
        gc.freeze()
        await _receive(telegram, bot, me, dispatcher, working)
    finally:
        _stop(tellers)
        working.cancel()
        await asyncio.wait((working,))
        await asyncio.wait(telling, timeout=DRAIN_SECONDS)
        for task, teller in zip(telling, tellers, strict=True):
            task.cancel()
            teller.close()
        await sender.drain()
        await dispatcher.close()
        await bot.shutdown()
    if not working.cancelled() and (error := working.exception()):
        raise error


def _stop(tellers: Sequence[Jobs | Orders]) -> None:
    for teller in tellers:
        teller.stop()


def _limits(telegram: Telegram) -> Limits:
    return Limits(
        telegram.rate,
        telegram.chat_rate,
        first_pause=telegram.first_pause,
        longest_pause=telegram.longest_pause,
    )


async def _receive(
    telegram: Telegram,
    bot: Client,
    me: User,
    dispatcher: Dispatcher,
    working: "asyncio.Task[None]",
) -> None:
    """Take updates until a signal comes, or until the work itself fails."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    working.add_done_callback(lambda _: stopping.set())
    if telegram.webhook:
        webhook = Webhook(dispatcher, telegram.webhook, telegram.token)
        await webhook.start(telegram.host, telegram.port)
        try:
            await _deliver_to(telegram, bot)
            log.info("@%s is delivered to %s", me.username, telegram.webhook)
            await stopping.wait()
        finally:
            await webhook.stop()
        return
    await _ask_for_updates(bot)
    polling = Polling(bot, dispatcher, telegram.first_pause, telegram.longest_pause)
    asking = asyncio.create_task(polling.run())
    log.info("@%s asks for updates", me.username)
    asking.add_done_callback(lambda _: stopping.set())
    try:
        await stopping.wait()
    finally:
        polling.stop()
        await _finished(asking)


async def _finished(asking: "asyncio.Task[None]") -> None:
    try:
        await asking
    except InvalidToken:
        raise TelegramProblem(
            "Telegram does not know this bot any more: its token was revoked."
        ) from None


async def _ask_for_updates(bot: Client) -> None:
    try:
        await bot.delete_webhook()
    except TelegramError as error:
        raise TelegramProblem(f"Telegram gives no updates: {error.message.rstrip('.')}.") from None


async def _deliver_to(telegram: Telegram, bot: Client) -> None:
    try:
        await bot.set_webhook(
            telegram.webhook,
            max_connections=AT_ONCE,
            allowed_updates=ALLOWED_UPDATES,
            secret_token=secret(telegram.token),
        )
    except TelegramError as error:
        raise TelegramProblem(
            f"Telegram does not take {telegram.webhook} as a webhook: {error.message.rstrip('.')}."
        ) from None


async def _introduce(bot: Client, interface: Interface) -> None:
    """Set what everybody sees before they have an account, in each language."""
    for language in interface.languages:
        say = interface.say(language)
        listed = [BotCommand(name, say(COMMANDS[name].description)) for name in FOR_STRANGERS]
        code = "" if language == "en" else language
        try:
            await bot.set_my_commands(
                listed, scope=BotCommandScopeAllPrivateChats(), language_code=code or None
            )
        except TelegramError as error:
            log.warning("the commands in %s could not be set: %s", language, error.message)


def _check(telegram: Telegram) -> None:
    if not _can_be_a_webhook(telegram):
        raise TelegramProblem(
            f"{telegram.webhook} cannot be a webhook: Telegram delivers only to an address that"
            " begins with https://."
        )


def _can_be_a_webhook(telegram: Telegram) -> bool:
    try:
        found = urlsplit(telegram.webhook)
    except ValueError:
        return False
    is_local = telegram.api != DEFAULT_API and found.hostname in LOOPBACK
    # Braces would make a pattern of it.
    return (
        bool(found.hostname)
        and not {"{", "}"} & set(found.path)
        and (found.scheme == "https" or (found.scheme == "http" and is_local))
    )
