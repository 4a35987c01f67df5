"""Answers those who have no account, and what comes from elsewhere than a private chat."""

import logging
from collections import OrderedDict

from telegram import InlineQueryResultsButton
from telegram.error import TelegramError

from bot.channels.telegram.client import Client
from bot.channels.telegram.drawing import plain
from bot.door import REFUSED
from bot.inbound import Inbound
from flows.team import OPENED_ELSEWHERE
from flows.texts import Interface, marked

UNKNOWN = marked(
    "Hello! Only people with an account can register here. If you work for a project, ask your"
    " coordinator to let you in."
)
USELESS = marked(
    "That link does not work. It may have been used, or it may be too old. Ask whoever gave it to"
    " you for a new one."
)
ELSEWHERE = marked("I only work in a private chat, so that nobody else reads along. Goodbye!")
OPEN_CHAT = marked("Register in the private chat")
REMEMBERED = 10_000
"""Strangers who are remembered, so that nobody is answered again and again."""

log = logging.getLogger(__name__)


class Strangers:
    """Gives one polite answer, and no information; a link that lets nobody in gets its own."""

    def __init__(self, bot: Client, interface: Interface, language: str) -> None:
        self._bot = bot
        self._interface = interface
        self._language = language
        self._answered: OrderedDict[str, None] = OrderedDict()

    async def answer(self, inbound: Inbound) -> None:
        """Answer an update that is for no conversation."""
        say = self._interface.say(inbound.language or self._language)
        try:
            if inbound.aside == "group" and inbound.callback:
                await self._bot.stop_waiting(inbound.callback)
            elif inbound.aside == "group":
                await self._leave(inbound.address, say(ELSEWHERE))
            elif inbound.aside == "inline_query":
                button = InlineQueryResultsButton(say(OPEN_CHAT), start_parameter=OPENED_ELSEWHERE)
                await self._bot.answer_inline_query(inbound.callback, [], button=button)
            elif inbound.aside == REFUSED:
                await self._bot.send_html(int(inbound.address), plain(say(USELESS)))
            elif inbound.aside or inbound.reachable is not None:
                log.info("update %d: %s", inbound.update, inbound.aside or "a stranger left")
            else:
                await self._greet(inbound, say(UNKNOWN))
        except TelegramError as error:
            log.info("update %d was not answered: %s", inbound.update, error.message)

    async def _greet(self, inbound: Inbound, text: str) -> None:
        if inbound.callback:
            await self._bot.stop_waiting(inbound.callback)
        if not inbound.address or self._is_known(inbound.address):
            return
        log.info("telegram account %s is nobody's here", inbound.address)
        await self._bot.send_html(int(inbound.address), plain(text))

    async def _leave(self, chat: str, text: str) -> None:
        try:
            if not self._is_known(chat):
                await self._bot.send_html(int(chat), plain(text))
        finally:
            # Also where the bot may not write.
            await self._bot.leave_chat(int(chat))

    def _is_known(self, address: str) -> bool:
        known = address in self._answered
        self._answered[address] = None
        self._answered.move_to_end(address)
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return known
