"""The stand-in for Telegram is close enough for the clients that people use."""

import asyncio
import subprocess
import sys
from typing import Any

import aiogram
import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from telegram import Bot
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Keyboard
from telegram.error import BadRequest, NetworkError, RetryAfter

from tests.telegram_server import Account, Fault, TelegramServer
from tests.telegram_server.server import TOKEN


async def asked(server: TelegramServer) -> Account:
    ana = server.account(1001, language="nl")
    await ana.types("/start")
    return ana


async def test_python_telegram_bot_talks_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with TelegramServer() as server, Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        ana = await asked(server)
        update = (await bot.get_updates())[0]
        assert update.message
        assert update.message.text == "/start"
        yes = Keyboard([[Button("Yes", callback_data="y")]])
        await bot.send_message(1001, "<b>Well?</b>", parse_mode="HTML", reply_markup=yes)
        await ana.taps("Yes")
        query = (await bot.get_updates(offset=update.update_id + 1, timeout=5))[0].callback_query
        assert query
        await query.answer("Noted")
        await query.edit_message_text("Thanks")
        assert (ana.alerts, ana.chat.messages[-1].text) == (["Noted"], "Thanks")
        with pytest.raises(BadRequest, match="Message is not modified"):
            await query.edit_message_text("Thanks")
        server.next_faults.extend([Fault("429"), Fault("cut")])
        with pytest.raises(RetryAfter):
            await bot.get_me()
        with pytest.raises(NetworkError):
            await bot.get_me()
        assert server.refused == []


async def test_aiogram_talks_to_it() -> None:
    async with TelegramServer() as server:
        session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
        async with aiogram.Bot(TOKEN, session=session).context() as bot:
            ana = await asked(server)
            update = (await bot.get_updates())[0]
            yes = InlineKeyboardButton(text="Yes", callback_data="y")
            keyboard = InlineKeyboardMarkup(inline_keyboard=[[yes]])
            await bot.send_message(1001, 'Well? é "&"', reply_markup=keyboard)
            await ana.taps("Yes")
            tapped = await bot.get_updates(offset=update.update_id + 1, timeout=5)
            query = tapped[0].callback_query
            assert query
            await bot.answer_callback_query(query.id, text="Noted")
            assert query.message
            changes: dict[str, Any] = {"chat_id": 1001, "message_id": query.message.message_id}
            await bot.edit_message_text("Thanks", **changes)
            assert (ana.alerts, ana.chat.messages[-1].text) == (["Noted"], "Thanks")
            with pytest.raises(TelegramBadRequest, match="message is not modified"):
                await bot.edit_message_text("Thanks", **changes)
            server.next_faults.append(Fault("429"))
            with pytest.raises(TelegramRetryAfter):
                await bot.get_me()
            assert server.refused == []


async def test_it_runs_on_its_own() -> None:
    command = [sys.executable, "-m", "tests.telegram_server", "--no-strict"]
    program = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert program.stdout
    url = (await program.stdout.readline()).decode().strip()
    async with Bot(TOKEN, base_url=f"{url}/bot") as bot:
        assert bot.username == "meetmoment_local_bot"
    program.terminate()
    assert await program.wait() == 0
