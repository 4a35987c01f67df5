"""A bot as the documentation of aiogram 3 shows it: states in memory, updates side by side.

All settings are the library's own. Nothing is stored: whoever restarts it loses every answer.
"""

import asyncio
import sys
from typing import Any

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks.telegram.order import TOKEN, Questionnaire, read


class Asking(StatesGroup):
    """A state for each question."""

    q0 = State()
    q1 = State()
    q2 = State()
    q3 = State()
    q4 = State()
    q5 = State()
    q6 = State()
    q7 = State()
    q8 = State()
    q9 = State()


STATES = Asking.__states__


class Conversation:
    """Asks the questions, one state each."""

    def __init__(self, asked: Questionnaire) -> None:
        self._questions = list(asked.questions.values())
        self._choices = list(asked.choices.values())

    def router(self) -> Router:
        """Return the router with a handler for each state."""
        router = Router()
        router.message(CommandStart())(self.start)
        router.callback_query(F.data == "again")(self.again)
        for number, state in enumerate(STATES):
            router.callback_query(state, F.data.startswith(f"{number}:"))(self.answer)
        return router

    async def start(self, message: Message, state: FSMContext) -> None:
        """Ask the first question."""
        await state.set_state(STATES[0])
        await message.answer(self._questions[0], reply_markup=self._keyboard(0))

    async def again(self, callback: CallbackQuery, state: FSMContext) -> None:
        """Ask the first question in the place of what was there."""
        await callback.answer()
        await state.set_state(STATES[0])
        await self._show(callback, self._questions[0], self._keyboard(0))

    async def answer(self, callback: CallbackQuery, state: FSMContext) -> None:
        """Keep the answer and ask the next question."""
        await callback.answer()
        number, _, choice = (callback.data or "").partition(":")
        kept: dict[str, Any] = {number: choice}
        await state.update_data(kept)
        following = int(number) + 1
        if following == len(STATES):
            await state.set_state(None)
            again = InlineKeyboardButton(text="Again", callback_data="again")
            await self._show(callback, "Saved.", InlineKeyboardMarkup(inline_keyboard=[[again]]))
            return
        await state.set_state(STATES[following])
        await self._show(callback, self._questions[following], self._keyboard(following))

    async def _show(
        self, callback: CallbackQuery, text: str, keyboard: InlineKeyboardMarkup
    ) -> None:
        assert isinstance(callback.message, Message)
        await callback.message.edit_text(text, reply_markup=keyboard)

    def _keyboard(self, state: int) -> InlineKeyboardMarkup:
        row = [
            InlineKeyboardButton(text=choice, callback_data=f"{state}:{number}")
            for number, choice in enumerate(self._choices)
        ]
        return InlineKeyboardMarkup(inline_keyboard=[row])


async def run(url: str, asked: Questionnaire) -> None:
    """Answer until asked to end."""
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(Conversation(asked).router())
    await dispatcher.start_polling(bot)


def main() -> None:
    """Run until asked to end: URL, QUESTIONNAIRE, FOLDER."""
    url, questionnaire, _ = sys.argv[1:]
    asyncio.run(run(url, read(questionnaire)))


if __name__ == "__main__":
    main()
