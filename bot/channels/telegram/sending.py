"""Shows people where they are: edits, sends and removes messages, in order for each chat."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from telegram import BotCommand, BotCommandScopeChat
from telegram.constants import BulkRequestLimit
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.client import ONCE, Client, Keyboard
from bot.channels.telegram.drawing import Drawing, drawn, plain
from bot.channels.telegram.strangers import Strangers
from bot.delivery import Commands, Delivered, Outbound, joined, reported
from bot.fault import place_of
from bot.inbound import Inbound
from storage.chats import Chat

UNCHANGED = ("message is not modified",)
LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")
NOBODY = ("chat not found", "user is deactivated", "peer_id_invalid")
DRAIN_SECONDS = 10.0
TAP = "tap "
"""How tasks are called that only answer a tap."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """The messages that show the question now."""

    screen: int | None
    leading: tuple[int, ...] = ()


class Sender:
    """Telegram as a channel: what is to be seen goes out, chats side by side.

    A chat that waits, because Telegram asked for it, holds up no other; what is newer takes the
    place of what still waits there.
    """

    def __init__(self, bot: Client, strangers: Strangers) -> None:
        self.reports: dict[str, Delivered] = {}
        self.failed = False
        self._bot = bot
        self._strangers = strangers
        self._next: dict[str, Outbound] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def send(self, outbound: Outbound) -> None:
        """Show this as soon as what is on its way to the same chat has arrived."""
        address = outbound.address
        if waiting := self._next.get(address):
            callbacks = (*waiting.callbacks, *outbound.callbacks)
            outbound = replace(outbound, callbacks=callbacks)
        self._next[address] = outbound
        if address not in self._tasks:
            self._start(address, self._serve(address))

    def answer(self, inbound: Inbound) -> None:
        """Answer what is for no conversation."""
        self._start(f"update {inbound.update}", self._strangers.answer(inbound))

    async def drain(self) -> None:
        """Wait for what is on its way, but not for long: what is missing is shown at the start."""
        # Nobody waits for a tap to be answered.
        shown = [task for name, task in self._tasks.items() if not name.startswith(TAP)]
        if shown:
            await asyncio.wait(shown, timeout=DRAIN_SECONDS)
        late = list(self._tasks.values())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _start(self, name: str, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks[name] = task
        task.add_done_callback(lambda task: self._ended(name, task))

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        del self._tasks[name]
        if not task.cancelled() and (error := task.exception()):
            log.error("%s was not shown where they are: %s", name, place_of(error))
            self.failed = True
        if name in self._next:
            self._start(name, self._serve(name))

    async def _serve(self, address: str) -> None:
        while outbound := self._next.pop(address, None):
            try:
                self._report(address, await self._deliver(outbound))
            except Forbidden as error:
                log.info("%s cannot be reached: %s", address, error.message)
                self._report(address, Delivered(outbound.chat.serial, unreachable=True))
            except BadRequest as error:
                unreachable = says(error, NOBODY)
                log.error("%s was refused: %s", address, error.message)
                self._report(address, _given_up(outbound.chat, unreachable=unreachable))
            except TelegramError as error:
                log.warning("%s was not shown where they are: %s", address, error.message)
                self.failed = True

    def _report(self, address: str, delivered: Delivered) -> None:
        self.reports[address] = joined(self.reports.get(address), delivered)

    async def _deliver(self, outbound: Outbound) -> Delivered:
        for callback in outbound.callbacks:
            if (name := f"{TAP}{callback}") not in self._tasks:
                self._start(name, self._stop_waiting(callback))
        # Taps are answered first, but the question does not wait until that is done.
        await asyncio.sleep(0)
        chat, to = self._caught_up(outbound), int(outbound.address)
        confirmed: tuple[int, ...] = ()
        if chat.receipts:
            confirmed = (await self._confirm(to, chat),)
            chat = replace(chat, screen=None)
        shown = Shown(chat.screen)
        if outbound.screen is not None:
            shown = await self._draw(to, chat.screen, drawn(outbound.screen))
        commands = await self._set(to, chat, outbound.commands)
        doomed = tuple(item for item in chat.doomed if item not in confirmed)
        is_complete = await self._remove(to, doomed)
        return Delivered(
            chat.serial,
            shown.screen,
            shown.leading,
            commands,
            confirmed=confirmed,
            removed=doomed if is_complete else (),
            is_complete=is_complete,
        )

    def _caught_up(self, outbound: Outbound) -> Chat:
        """Return the chat with what arrived there after it was stored."""
        chat, report = outbound.chat, self.reports.get(outbound.address)
        if report is None or report.unreachable or report.serial <= chat.shown:
            return chat
        return reported(chat, report, datetime.now(UTC))

    async def _stop_waiting(self, callback: str) -> None:
        try:
            await self._bot.stop_waiting(callback)
        except TelegramError as error:
            # The question says the same, and more; it is not held up.
            log.info("a tap was not answered: %s", error.message)

    async def _confirm(self, to: int, chat: Chat) -> int:
        """Let the receipts take the place of the question, so that no answer stays behind.

        Return the message that they stand in.
        """
        text = plain("\n".join(receipt.text for receipt in chat.receipts))
        if chat.screen is not None and await self._edit(to, chat.screen, text):
            return chat.screen
        return await self._bot.send_html(to, text)

    async def _draw(self, to: int, screen: int | None, drawing: Drawing) -> Shown:
        *leading, last = drawing.pieces
        edited = screen is not None and not leading
        if edited and screen and await self._edit(to, screen, last, drawing.keyboard):
            return Shown(screen)
        above = [await self._bot.send_html(to, piece) for piece in leading]
        below = await self._bot.send_html(to, last, drawing.keyboard)
        if screen is not None:
            await self._remove(to, [screen])
        return Shown(below, tuple(above))

    async def _edit(
        self, to: int, message: int, text: str, keyboard: Keyboard | None = None
    ) -> bool:
        """Return whether the message shows this now; False if it is out of reach."""
        try:
            await self._bot.edit_html(to, message, text, keyboard)
        except BadRequest as error:
            if says(error, UNCHANGED):
                return True
            if not says(error, LOST):
                raise
            return False
        return True

    async def _remove(self, to: int, messages: Sequence[int]) -> bool:
        """Remove messages; return whether nothing is left to be tried again.

        Those that are gone, or too old, are passed over.
        """
        most = BulkRequestLimit.MAX_LIMIT
        for start in range(0, len(messages), most):
            some = messages[start : start + most]
            try:
                await self._bot.remove(to, some)
            except BadRequest as error:
                log.info("%d: messages could not be removed: %s", to, error.message)
            except (NetworkError, RetryAfter) as error:
                log.warning("%d: messages stay for now: %s", to, error.message)
                self.failed = True
                return False
        return True

    async def _set(self, to: int, chat: Chat, commands: Commands | None) -> str:
        if commands is None or commands.key == chat.commands:
            return chat.commands
        listed = [BotCommand(name, text) for name, text in commands.descriptions.items()]
        scope = BotCommandScopeChat(to)
        try:
            await self._bot.set_my_commands(listed, scope=scope, rate_limit_args=ONCE)
        except TelegramError as error:
            log.info("%d: the commands could not be set: %s", to, error.message)
            return chat.commands
        return commands.key


def says(error: BadRequest, words: Sequence[str]) -> bool:
    """Whether Telegram refused something in one of these words."""
    text = error.message.casefold()
    return any(word in text for word in words)


def _given_up(chat: Chat, *, unreachable: bool) -> Delivered:
    return Delivered(chat.serial, chat.screen, chat.leading, chat.commands, unreachable)
