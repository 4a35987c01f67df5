"""Several processes show one chat: in any order, with deaths at any point, it comes to rest."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from bot.delivery import Delivered, Outbound, reported
from bot.inbox import Inbox, Processed
from storage.database import Database
from tests.bot.phones import NOON, Phones

WHO = "1"
MINUTE = timedelta(minutes=1)
STEPS, ROUNDS = 40, 20
TEXTS = ("Contact", "/help", "/back", "Today", "/pause", "hello")


class Screen:
    """The chat on the phone: what each message shows, as the turn of its question."""

    def __init__(self) -> None:
        self.messages: dict[int, int] = {}
        self._ids = iter(range(1000, 10_000))

    def arrives(self, outbound: Outbound, screen: int | None) -> int | None:
        """Edit the message that shows the question, or send a new one; remove what is doomed."""
        if screen not in self.messages and outbound.screen is not None:
            screen = next(self._ids)
        if screen is not None and outbound.screen is not None:
            self.messages[screen] = outbound.screen.turn
        for doomed in outbound.chat.doomed:
            if doomed != screen:
                self.messages.pop(doomed, None)
        return screen


class Process:
    """A process with its inbox; it shows one thing after the other, as a channel does."""

    def __init__(self, phones: Phones, screen: Screen) -> None:
        self.inbox: Inbox = phones.another()
        self.waiting: Outbound | None = None
        self._screen = screen
        self._report: Delivered | None = None

    def takes(self, processed: Processed) -> int:
        """Take over what is to be seen; return how much that is."""
        for outbound in processed.outbounds:
            self.waiting = outbound
        return len(processed.outbounds)

    def types(self, phones: Phones, text: str) -> None:
        self.takes(self.inbox.take([phones.typed(WHO, text)], self._reports()))

    def shows(self) -> None:
        """Let what waits arrive."""
        outbound, report = self.waiting, self._report
        if outbound is None:
            return
        chat = outbound.chat
        if report is not None and report.serial > chat.shown:
            chat = reported(chat, report, NOON)
        screen = self._screen.arrives(outbound, None if chat.receipts else chat.screen)
        doomed = chat.doomed
        self.waiting, self._report = None, Delivered(chat.serial, screen, removed=doomed)

    def reports(self) -> int:
        return self.takes(self.inbox.take([], self._reports()))

    def _reports(self) -> dict[str, Delivered]:
        report, self._report = self._report, None
        return {} if report is None else {WHO: report}


class Story:
    """What happens by chance to a chat and its processes."""

    def __init__(self, phones: Phones, seed: int) -> None:
        self.phones = phones
        self.screen = Screen()
        self.processes = [Process(phones, self.screen) for _ in range(3)]
        self.ghosts: list[Outbound] = []
        self._chance = Random(seed)

    def goes_on(self) -> None:
        """Let anything happen to one of the processes."""
        process = self._chance.choice(self.processes)
        happening = self._chance.randrange(8)
        if happening < 3:
            process.types(self.phones, self._chance.choice(TEXTS))
        elif happening < 5:
            process.shows()
        elif happening == 5:
            process.reports()
        elif happening == 6:
            self._dies(process)
        elif self.ghosts:
            ghost = self.ghosts.pop(self._chance.randrange(len(self.ghosts)))
            self.screen.arrives(ghost, ghost.chat.screen)

    def _dies(self, process: Process) -> None:
        """Take a process away; what it was showing may still arrive, but nobody will say so."""
        if process.waiting is not None and self._chance.random() < 0.5:
            self.ghosts.append(process.waiting)
        if self._chance.random() < 0.5:
            process.shows()
        self.processes.remove(process)
        following = Process(self.phones, self.screen)
        following.takes(following.inbox.behind())
        self.processes.append(following)

    def comes_to_rest(self) -> Iterator[int]:
        """Let everything arrive, and yield how much each round of sweeps shows again."""
        for ghost in self.ghosts:
            self.screen.arrives(ghost, ghost.chat.screen)
        for _ in range(8):
            self._comes_to_an_end()
            self.phones.clock.now += 2 * MINUTE
            yield sum(
                process.takes(process.inbox.sweep(MINUTE))
                for process in self._chance.sample(self.processes, 3)
            )

    def _comes_to_an_end(self) -> None:
        for _ in range(ROUNDS):
            if not sum(self._finishes(process) for process in self.processes):
                return
        raise AssertionError("the processes show the question again and again")

    def _finishes(self, process: Process) -> int:
        process.shows()
        return process.reports()


@pytest.mark.parametrize("seed", range(25))
def test_whatever_processes_do_the_newest_question_is_seen_in_the_end(
    database: Database, seed: int
) -> None:
    phones = Phones(database, WHO)
    story = Story(phones, seed)
    story.processes[0].types(phones, "English")
    for _ in range(STEPS):
        story.goes_on()
    again = list(story.comes_to_rest())
    chat = phones.chat(WHO)
    assert again[3:] == [0] * 5
    assert (chat.shown, chat.unsettled_since) == (chat.serial, None)
    assert chat.screen is not None
    assert story.screen.messages[chat.screen] == phones.turn(WHO)
