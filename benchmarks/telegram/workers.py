"""Simulated workers: they see a question, tap an answer and wait for the next question."""

import asyncio
from collections import Counter
from random import Random
from time import perf_counter

from benchmarks.telegram.order import Questionnaire
from tests.telegram_server.account import Account
from tests.telegram_server.chats import Button, Shown

BEGINS_WITH = "/start"
ONWARD = ("Save", "Again", "English")
"""What is tapped where no question is shown; and the title of the sheet."""

Saved = Counter[tuple[int, str, str]]
"""How often an account gave an answer to a question, each by its name."""


class Worker:
    """Somebody who fills in the sheet again and again.

    Fails when a bot shows another question than the next one, or shows nothing for 30 seconds.
    """

    def __init__(self, account: Account, asked: Questionnaire, seed: int) -> None:
        self.account = account
        self.given: list[str] = []
        """The answers to the sheet under way."""
        self.saved: Saved = Counter()
        self._onward = (*ONWARD, asked.title)
        self._questions = list(asked.questions.items())
        self._choices = {label: name for name, label in asked.choices.items()}
        self._chance = Random(f"{seed}:{account.id}")

    async def greet(self) -> None:
        """Write to the bot for the first time."""
        version = self.account.chat.version
        await self.account.types(BEGINS_WITH)
        await self._next(version, None)

    async def tap(self) -> float | None:
        """Tap and wait for what comes; return the seconds if it was an answer."""
        screen = self._screen()
        choices = [button for row in screen.rows for button in row if button.text in self._choices]
        if choices:
            return await self._answer(screen, self._chance.choice(choices))
        if self.given and len(self.given) < len(self._questions):
            raise AssertionError(f"no question is shown after {len(self.given)}: {screen.text!r}")
        await self._tap(screen, self._leading_on(screen))
        self.saved.update(
            (self.account.id, name, choice)
            for (name, _), choice in zip(self._questions, self.given, strict=False)
        )
        self.given = []
        return None

    def thinks(self, seconds: float) -> float:
        """Return a random time to think, `seconds` on average."""
        return self._chance.expovariate(1 / seconds)

    async def _answer(self, screen: Shown, button: Button) -> float:
        _, expected = self._questions[len(self.given)]
        if expected not in screen.text:
            raise AssertionError(f"{expected!r} is not what is shown: {screen.text!r}")
        begun = perf_counter()
        await self._tap(screen, button)
        seconds = perf_counter() - begun
        self.given.append(self._choices[button.text])
        return seconds

    async def _tap(self, screen: Shown, button: Button) -> None:
        version = self.account.chat.version
        await self.account.taps_data(screen.id, button.data)
        await self._next(version, screen)

    async def _next(self, version: int, before: Shown | None) -> None:
        while True:
            version = await self.account.chat.changed(after=version)
            screen = self.account.chat.screen
            if screen is not None and (before is None or screen.rows != before.rows):
                return

    def _screen(self) -> Shown:
        screen = self.account.chat.screen
        if screen is None:
            raise AssertionError(f"there are no buttons in chat {self.account.id}")
        return screen

    def _leading_on(self, screen: Shown) -> Button:
        found = [button for row in screen.rows for button in row if button.text in self._onward]
        if not found:
            raise AssertionError(f"no button leads on from {screen.text!r}: {screen.labels}")
        return found[0]


class Pace:
    """When a worker taps next: at random times that do not depend on how fast the bot is."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due = 0.0

    async def wait(self, worker: Worker) -> None:
        """Wait until it is time for the next tap."""
        if not self._seconds:
            return
        now = asyncio.get_running_loop().time()
        self._due = (self._due or now) + worker.thinks(self._seconds)
        if self._due > now:
            await asyncio.sleep(self._due - now)
