"""Simulated workers: they tap an answer, wait for the next question, and never tap twice."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from bot.app import admitted, release
from bot.world import World
from flows.sheet import REGISTRARS
from storage import exported, organisations, people
from storage.database import Database
from tests.keys import KEYS
from tests.noticed import accept
from tests.telegram_server import Account, Shown, TelegramServer

SECONDS = 60
"""Only what hangs takes so long."""
FIRST = 1001
QUESTIONS = 10
COLOURS = ("Red", "Green", "Blue")
LANGUAGE, MENU, REVIEW = "Which language", "What would you like to register?", "Check your answers"
RECEIPT = re.compile(r"Receipt (\w+)\.")

Wanted = Callable[[Shown], bool]


@dataclass
class Worker:
    """Somebody who registers; `seen` holds, for each questionnaire, the answers that count.

    An answer counts as soon as the next question, or the receipt, was seen.
    """

    account: Account
    chance: Random
    seen: list[list[str]] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    _tapped: int = 0

    async def arrives(self) -> None:
        """Write for the first time, and choose a language."""
        await self.account.types("/start")
        await self._taps("English", await self._sees(_says(LANGUAGE)))
        await self._sees(_says(MENU))

    async def registers(self) -> None:
        """Go through a questionnaire, from the menu to the receipt."""
        await self.begins()
        await self.goes_on()

    async def begins(self) -> int:
        """Choose the questionnaire; return the number of the update."""
        return await self._taps("Ten questions", await self._sees(_says(MENU)))

    async def goes_on(self) -> None:
        """Answer all questions and save."""
        await self.saves(await self.answers())

    async def answers(self) -> Shown:
        """Answer all questions; return the review."""
        answers: list[str] = []
        self.seen.append(answers)
        await self._taps("Today", await self._sees(_ends("Which day?")))
        screen = await self._sees(_ends("Question number 1?"))
        for number in range(2, QUESTIONS + 2):
            colour = self.chance.choice(COLOURS)
            await self._taps(colour, screen)
            following = f"Question number {number}?"
            wanted = _ends(following) if number <= QUESTIONS else _says(REVIEW)
            screen = await self._sees(wanted)
            answers.append(colour.lower())
        return screen

    async def saves(self, review: Shown, *, is_gone: bool = False) -> None:
        """Tap Save in the review, which may be gone from the chat, and note the receipt."""
        newest = max(shown.id for shown in self.account.chat.messages)
        if is_gone:
            self.account.chat.remove(review.id)
        await self._taps("Save", review, inaccessible=is_gone)
        await self._sees(lambda shown: MENU in shown.text and shown.id > newest)
        said = "\n".join(shown.text for shown in self.account.chat.messages)
        # A receipt whose sending was cut off stands twice in the chat.
        self.receipts = list(dict.fromkeys([*self.receipts, *RECEIPT.findall(said)]))

    async def types_ahead(self) -> None:
        """Type a whole questionnaire from the menu on, without waiting for a question."""
        await self._sees(_says(MENU))
        newest = max(shown.id for shown in self.account.chat.messages)
        answers = [self.chance.choice(COLOURS).lower() for _ in range(QUESTIONS)]
        for text in ("ten questions", "today", *answers, "save"):
            newest = max(newest, await self._types(text))
        await self._sees(lambda shown: MENU in shown.text and shown.id > newest)
        self.seen.append(answers)

    async def _types(self, text: str) -> int:
        await self.account.types(text)
        return self.account.chat.messages[-1].id

    async def _sees(self, wanted: Wanted) -> Shown:
        """Wait until the newest message that can be tapped shows what is wanted."""
        chat = self.account.chat
        while True:
            version = chat.version
            # What is above the last message that was tapped has been dealt with.
            found = chat.newest(lambda shown: shown.id >= self._tapped and wanted(shown))
            if found is not None:
                return found
            await chat.changed(after=version, timeout=SECONDS)

    async def _taps(self, label: str, screen: Shown, *, inaccessible: bool = False) -> int:
        data = next(button.data for row in screen.rows for button in row if button.text == label)
        self._tapped = screen.id
        return await self.account.taps_data(screen.id, data, inaccessible=inaccessible)


def _ends(question: str) -> Wanted:
    return lambda shown: shown.from_bot and bool(shown.rows) and shown.text.endswith(question)


def _says(text: str) -> Wanted:
    return lambda shown: shown.from_bot and bool(shown.rows) and text in shown.text


def crew(server: TelegramServer, number: int, seed: int = 1) -> list[Worker]:
    """Make workers with an account each."""
    return [
        Worker(server.account(FIRST + place), Random(seed * 1000 + place))
        for place in range(number)
    ]


async def together(work: Iterable[Worker], until: asyncio.Event) -> None:
    """Let workers register side by side, one questionnaire after the other, until an event."""
    async with asyncio.TaskGroup() as group:
        for worker in work:
            group.create_task(_works(worker, until))


async def _works(worker: Worker, until: asyncio.Event) -> None:
    await worker.arrives()
    await worker.registers()
    while not until.is_set():
        await worker.registers()


def admit(url: str, world: World, number: int) -> None:
    """Let the accounts of a crew register."""
    with closing(Database(url, KEYS)) as database, database.writing() as connection:
        for place in range(number):
            me = admitted(connection, world, "telegram", str(FIRST + place), REGISTRARS)
            accept(connection, me.key)
        release(connection, world)


@dataclass(frozen=True)
class Compared:
    """What is in the database, held against what the workers have seen."""

    answers: int
    missing: int
    doubled: int
    different: int
    records: int
    records_missing: int
    records_doubled: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing, doubled or different."""
        wrong = (self.missing, self.doubled, self.different)
        return not any((*wrong, self.records_missing, self.records_doubled))


def compared(url: str, crew: Sequence[Worker]) -> Compared:
    """Compare the records of each person, in their order, with what that person has seen."""
    stored, receipts = _stored(url)
    total: Counter[str] = Counter()
    for worker in crew:
        theirs = stored.get(str(worker.account.id), [])
        total += _counted(worker.seen, theirs)
    shown = Counter(receipt for worker in crew for receipt in worker.receipts)
    # Receipts are short, so two records may share one.
    total["records missing"] += (shown - receipts).total()
    return Compared(
        answers=sum(len(answers) for worker in crew for answers in worker.seen),
        missing=total["missing"],
        doubled=total["doubled"],
        different=total["different"],
        records=sum(len(found) for found in stored.values()),
        records_missing=total["records missing"],
        records_doubled=total["records doubled"],
    )


def _counted(seen: list[list[str]], stored: list[list[tuple[str, str]]]) -> Counter[str]:
    total: Counter[str] = Counter()
    total["records missing"] = max(0, len(seen) - len(stored))
    total["records doubled"] = max(0, len(stored) - len(seen))
    for answers, found in zip(seen, stored, strict=False):
        values = Counter(question for question, _ in found)
        wanted = [(f"q{place}", colour) for place, colour in enumerate(answers, 1)]
        total["missing"] += sum(not values[question] for question, _ in wanted)
        total["doubled"] += sum(count - 1 for count in values.values())
        total["different"] += sum(bool(values[item[0]]) and item not in found for item in wanted)
    return total


Values = list[tuple[str, str]]


def _stored(url: str) -> tuple[dict[str, list[Values]], Counter[str]]:
    """Return each person's records in order, and the receipts of all."""
    with closing(Database(url, KEYS)) as database, database.reading() as connection:
        organisation = organisations.named(connection)
        every = [str(FIRST + place) for place in range(1000)]
        known = people.reached(connection, "telegram", every, lock=False)
        addresses = {me.person: address for address, me in known.items()}
        found = sorted(
            exported.values(connection, organisation),
            key=lambda value: (value.submitted_at, value.record),
        )
    stored: dict[str, list[Values]] = {}
    for (_, person), values in groupby(found, lambda value: (value.record, value.person)):
        answers = [(item.question, item.value) for item in values if item.question != "day"]
        stored.setdefault(addresses[person], []).append(answers)
    return stored, Counter(name.partition("-")[0] for name in {value.record for value in found})
