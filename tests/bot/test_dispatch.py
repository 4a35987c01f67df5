"""How updates take their turn: nothing is acknowledged early, nothing comes out of order."""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from bot import dispatch
from bot.delivery import Delivered, Outbound
from bot.dispatch import MOST, Dispatcher
from bot.inbound import Inbound
from bot.inbox import Inbox, Processed
from storage.database import Database
from storage.problems import DatabaseProblem
from tests.bot.phones import BOT, CHANNEL, Phones
from tests.keys import KEYS

HANGS = 60
"""Seconds after which a test has failed."""


class Recorded:
    """A channel that writes down what it is to show, and at which turn the person was then."""

    def __init__(self, phones: Phones) -> None:
        self.reports: dict[str, Delivered] = {}
        self.failed = False
        self.outbounds: list[Outbound] = []
        self.answered: list[Inbound] = []
        self.stored: list[int] = []
        self.news = asyncio.Event()
        self._phones = phones

    def send(self, outbound: Outbound) -> None:
        self.outbounds.append(outbound)
        self.stored.append(self._phones.turn(outbound.address))
        self.news.set()

    def answer(self, inbound: Inbound) -> None:
        self.answered.append(inbound)

    @property
    def turns(self) -> list[tuple[str, int]]:
        """Whom a question was shown, and at which turn."""
        return [(item.address, item.screen.turn) for item in self.outbounds if item.screen]


class Watched(Inbox):
    """An inbox that can be held just before it works, and that says what it took."""

    def watch(self) -> None:
        self.batches: list[list[int]] = []
        self.noted: list[Mapping[str, Delivered]] = []
        self.begun, self.open = threading.Event(), threading.Event()
        self.open.set()
        self.faults: dict[str, list[Exception]] = defaultdict(list)

    def take(self, inbounds: Sequence[Inbound], reports: Mapping[str, Delivered]) -> Processed:
        self.begun.set()
        assert self.open.wait(HANGS)
        self._fail("take")
        processed = super().take(inbounds, reports)
        self.batches.append([inbound.update for inbound in inbounds])
        self.noted.append(reports)
        return processed

    def behind(self) -> Processed:
        self._fail("behind")
        return super().behind()

    def sweep(self, patience: timedelta) -> Processed:
        self._fail("sweep")
        return super().sweep(patience)

    def _fail(self, name: str) -> None:
        if self.faults[name]:
            raise self.faults[name].pop()


class Office:
    """A dispatcher with its inbox and its channel."""

    def __init__(self, phones: Phones, database: Database, sweeping: float = HANGS) -> None:
        self.inbox = Watched(database, phones.world, CHANNEL, BOT, "en")
        self.inbox.watch()
        self.channel = Recorded(phones)
        self.dispatcher = Dispatcher(self.inbox, self.channel, sweeping)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Dispatcher]:
        """Work until the end of the block, or raise what stopped the work."""
        working = asyncio.create_task(self.dispatcher.run())
        try:
            async with asyncio.timeout(HANGS):
                yield self.dispatcher
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

    async def begins(self) -> None:
        """Return when the inbox is at work."""
        assert await asyncio.to_thread(self.inbox.begun.wait, HANGS)
        self.inbox.begun.clear()


@pytest.fixture
def phones(database: Database) -> Phones:
    return Phones(database, "1", "2", "3")


@pytest.fixture
def office(phones: Phones) -> Iterator[Office]:
    office = Office(phones, phones.database)
    yield office
    office.dispatcher._thread.shutdown()


def typed(phones: Phones, *texts: tuple[str, str]) -> list[Inbound]:
    return [phones.typed(address, text) for address, text in texts]


async def test_everybodys_updates_keep_their_order_although_a_batch_takes_one_of_each(
    phones: Phones, office: Office
) -> None:
    ones = typed(phones, ("1", "English"), ("1", "Contact"), ("1", "Today"))
    twos = typed(phones, ("2", "English"), ("2", "Contact"))
    three = typed(phones, ("3", "English"))
    waiting = [ones[0], twos[0], ones[1], three[0], ones[2], twos[1]]
    async with office.at_work() as dispatcher:
        await dispatcher.take(waiting)
    of = [[item.update for item in items] for items in (ones, twos, three)]
    assert office.inbox.batches == [
        [of[0][0], of[1][0], of[2][0]],
        [of[0][1], of[1][1]],
        [of[0][2]],
    ]
    assert office.channel.turns == [("1", 1), ("2", 1), ("3", 1), ("1", 2), ("2", 2), ("1", 3)]


async def test_everything_that_waits_goes_into_one_transaction(
    phones: Phones, office: Office
) -> None:
    first, *others = typed(phones, *((address, "English") for address in "123"))
    strangers = [phones.sent("", None, aside="group") for _ in range(20)]
    commits: list[str] = []

    def committed(_: object) -> None:
        commits.append(threading.current_thread().name)

    async with office.at_work() as dispatcher:
        office.inbox.open.clear()
        takes = [asyncio.create_task(dispatcher.take([first]))]
        await office.begins()
        takes += [asyncio.create_task(dispatcher.take([item])) for item in (*others, *strangers)]
        await asyncio.wait(takes, timeout=0)
        event.listen(Engine, "commit", committed)
        office.inbox.open.set()
        await asyncio.gather(*takes)
        event.remove(Engine, "commit", committed)
    assert office.inbox.batches == [
        [first.update],
        [item.update for item in (*others, *strangers)],
    ]
    assert [name for name in commits if name.startswith("inbox")] == ["inbox_0"] * 2


async def test_a_transaction_takes_no_more_than_it_may(phones: Phones, office: Office) -> None:
    asides = [phones.sent("", None, aside="group") for _ in range(MOST + 1)]
    async with office.at_work() as dispatcher:
        await dispatcher.take(asides)
    assert [len(batch) for batch in office.inbox.batches] == [MOST, 1]
    assert office.channel.answered == asides


async def test_nothing_is_acknowledged_or_shown_before_it_is_stored(
    phones: Phones, office: Office
) -> None:
    async with office.at_work() as dispatcher:
        office.inbox.open.clear()
        taking = asyncio.create_task(dispatcher.take(typed(phones, ("1", "English"))))
        await office.begins()
        assert not taking.done()
        assert (office.channel.outbounds, phones.turn("1")) == ([], 0)
        office.inbox.open.set()
        await taking
    assert phones.turn("1") == 1
    assert office.channel.stored == [1]


async def test_nothing_is_acknowledged_before_the_last_of_several_is_stored(
    phones: Phones, office: Office
) -> None:
    async with office.at_work() as dispatcher:
        await dispatcher.take(typed(phones, ("1", "English"), ("1", "Contact"), ("1", "Today")))
        assert phones.turn("1") == 3


async def test_after_a_fault_of_the_database_all_that_waited_is_refused(
    phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise the second answer could be taken before the first one is sent again."""
    caplog.set_level(logging.INFO)
    url = phones.database.location.url.render_as_string(hide_password=False)
    ones = typed(phones, ("1", "English"), ("1", "Contact"), ("1", "Today"))
    two = typed(phones, ("2", "English"))
    with closing(Database(url, KEYS, patience=0.05)) as impatient:
        office = Office(phones, impatient)
        async with office.at_work() as dispatcher:
            for _ in range(2):
                with phones.locked("1"):
                    takes = (dispatcher.take(ones[:1]), dispatcher.take([*ones[1:], *two]))
                    results = await asyncio.gather(*takes, return_exceptions=True)
                assert [type(result) for result in results] == [DatabaseProblem] * 2
                assert (phones.updates(), office.channel.outbounds) == ({}, [])
            await dispatcher.take([*ones, *two])
        await dispatcher.close()
    assert (phones.turn("1"), phones.turn("2")) == (3, 1)
    assert set(phones.updates().values()) == {""}
    assert caplog.text.count("Nothing is acknowledged for now: ") == 1
    assert caplog.text.count("The database can be used again.") == 1


async def test_reports_are_stored_with_the_next_batch(phones: Phones, office: Office) -> None:
    async with office.at_work() as dispatcher:
        await dispatcher.take(typed(phones, ("1", "English")))
        office.channel.reports["1"] = phones.shown("1", 40)
        await dispatcher.take(typed(phones, ("2", "English")))
    assert len(office.inbox.batches) == 2
    assert (phones.chat("1").shown, phones.chat("1").screen) == (1, 40)
    assert office.channel.reports == {}


async def test_a_report_that_comes_while_another_is_stored_is_kept(
    phones: Phones, office: Office
) -> None:
    async with office.at_work() as dispatcher:
        await dispatcher.take(typed(phones, ("1", "English")))
        office.inbox.begun.clear()
        office.inbox.open.clear()
        office.channel.reports["1"] = phones.shown("1", 40)
        taking = asyncio.create_task(dispatcher.take(typed(phones, ("2", "English"))))
        await office.begins()
        newer = office.channel.reports["1"] = phones.shown("1", 41)
        office.inbox.open.set()
        await taking
        assert office.channel.reports == {"1": newer}


async def test_reports_are_stored_soon_also_when_nothing_comes_in(
    phones: Phones, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "REPORTING_SECONDS", 0.01)
    async with office.at_work() as dispatcher:
        await dispatcher.take(typed(phones, ("1", "English")))
        office.inbox.begun.clear()
        office.channel.reports["1"] = phones.shown("1", 40)
        await office.begins()
        await dispatcher.take(typed(phones, ("2", "English")))
    assert office.inbox.batches[1] == []
    assert phones.chat("1").screen == 40


async def test_reports_that_could_not_be_stored_are_kept(phones: Phones) -> None:
    url = phones.database.location.url.render_as_string(hide_password=False)
    with closing(Database(url, KEYS, patience=0.05)) as impatient:
        office = Office(phones, impatient)
        report = office.channel.reports["1"] = phones.shown("1", 40)
        async with office.at_work() as dispatcher:
            with phones.locked("1"), pytest.raises(DatabaseProblem):
                await dispatcher.take(typed(phones, ("2", "English")))
        assert office.channel.reports == {"1": report}
        await dispatcher.close()
    assert phones.chat("1").screen == 40


async def test_the_last_reports_are_stored_at_the_end(phones: Phones, office: Office) -> None:
    async with office.at_work() as dispatcher:
        await dispatcher.take(typed(phones, ("1", "English")))
    office.channel.reports["1"] = phones.shown("1", 40)
    await office.dispatcher.close()
    assert phones.inbox.behind().outbounds == ()
    assert phones.chat("1").screen == 40


async def test_a_database_that_fails_at_the_end_is_told_and_no_obstacle(
    phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    url = phones.database.location.url.render_as_string(hide_password=False)
    with closing(Database(url, KEYS, patience=0.05)) as impatient:
        office = Office(phones, impatient)
        office.channel.reports["1"] = phones.shown("1", 40)
        with phones.locked("1"):
            await office.dispatcher.close()
    assert "what was shown last could not be noted" in caplog.text


async def test_what_a_process_left_behind_is_shown_by_the_next_one(
    phones: Phones, office: Office
) -> None:
    phones.types("1", "English")
    phones.types("2", "English", "Contact")
    await office.dispatcher.heal()
    assert sorted(office.channel.turns) == [("1", 1), ("2", 2)]


async def test_what_is_for_no_conversation_is_answered_after_it_is_stored(
    phones: Phones, office: Office
) -> None:
    stranger, group = phones.typed("99", "hello"), phones.sent("", None, aside="group")
    async with office.at_work() as dispatcher:
        await dispatcher.take([stranger, group])
    assert office.channel.answered == [stranger, group]
    assert phones.updates().keys() == {stranger.update, group.update}


async def test_what_a_channel_could_not_show_is_tried_again_until_the_database_lets_it(
    phones: Phones, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office(phones, phones.database, sweeping=0.01)
    phones.types("1", "English")
    office.channel.failed = True
    fault = DatabaseProblem("It cannot be reached.")
    office.inbox.faults |= {"behind": [fault], "sweep": [fault, fault]}
    async with office.at_work():
        await office.channel.news.wait()
    await office.dispatcher.close()
    assert office.channel.turns[0] == ("1", 1)
    assert not office.channel.failed
    assert caplog.text.count("It cannot be reached.") == 3


@pytest.mark.parametrize("where", ["take", "sweep"])
async def test_a_fault_that_nobody_foresaw_ends_the_work_and_acknowledges_nothing(
    phones: Phones, where: str
) -> None:
    office = Office(phones, phones.database, sweeping=0.01 if where == "sweep" else HANGS)
    office.inbox.faults[where] = [ZeroDivisionError()]
    working = asyncio.create_task(office.dispatcher.run())
    if where == "take":
        with pytest.raises(ZeroDivisionError):
            await office.dispatcher.take(typed(phones, ("1", "English")))
    with pytest.raises(ZeroDivisionError):
        await working
    office.dispatcher._thread.shutdown()
    assert phones.updates() == {}
