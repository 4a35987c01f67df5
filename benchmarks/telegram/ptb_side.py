"""A bot as python-telegram-bot's documentation has it: ConversationHandler, PicklePersistence.

All settings are the library's own: httpx, one update after the other (ConversationHandler allows
nothing else), persistence written every 60 seconds and at the end.
"""

import sys
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)

from benchmarks.telegram.order import TOKEN, Questionnaire, read


class Conversation:
    """Asks the questions, one state each."""

    def __init__(self, asked: Questionnaire) -> None:
        self._questions = list(asked.questions.values())
        self._choices = list(asked.choices.values())

    def handler(self) -> ConversationHandler[Any]:
        """Return the handler with a state for each question."""
        return ConversationHandler(
            entry_points=[
                CommandHandler("start", self.start),
                CallbackQueryHandler(self.again, pattern="^again$"),
            ],
            states={
                number: [CallbackQueryHandler(self.answer, pattern=f"^{number}:")]
                for number in range(len(self._questions))
            },
            fallbacks=[CommandHandler("start", self.start)],
            name="questionnaire",
            persistent=True,
        )

    async def start(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
        """Ask the first question."""
        assert update.message
        await update.message.reply_text(self._questions[0], reply_markup=self._keyboard(0))
        return 0

    async def again(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
        """Ask the first question in the place of what was there."""
        assert update.callback_query
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(
            self._questions[0], reply_markup=self._keyboard(0)
        )
        return 0

    async def answer(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        """Keep the answer and ask the next question."""
        query = update.callback_query
        assert query
        assert query.data
        assert context.user_data is not None
        await query.answer()
        state, _, choice = query.data.partition(":")
        context.user_data[int(state)] = choice
        following = int(state) + 1
        if following == len(self._questions):
            again = InlineKeyboardMarkup([[InlineKeyboardButton("Again", callback_data="again")]])
            await query.edit_message_text("Saved.", reply_markup=again)
            return ConversationHandler.END
        await query.edit_message_text(
            self._questions[following], reply_markup=self._keyboard(following)
        )
        return following

    def _keyboard(self, state: int) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(choice, callback_data=f"{state}:{number}")
                    for number, choice in enumerate(self._choices)
                ]
            ]
        )


def main() -> None:
    """Run until asked to end: URL, QUESTIONNAIRE, FOLDER."""
    url, questionnaire, folder = sys.argv[1:]
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{url}/bot")
        .persistence(PicklePersistence(filepath=f"{folder}/conversations.pickle"))
        .build()
    )
    application.add_handler(Conversation(read(questionnaire)).handler())
    application.run_polling()


if __name__ == "__main__":
    main()
