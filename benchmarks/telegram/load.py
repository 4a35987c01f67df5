"""The process with the local Bot API server and the simulated workers.

It tells its parent, in a line of JSON each: where it listens; that the measured time begins; that
it ends; and, when everybody has finished the sheet under way, what came of it.
"""

import asyncio
import json
import sys
from statistics import quantiles
from time import perf_counter

from benchmarks.telegram.order import FIRST_ACCOUNT, TOKEN, Order, Questionnaire, read
from benchmarks.telegram.workers import Pace, Saved, Worker
from tests.telegram_server import TelegramServer

AT_ONCE = 200
CROWD_ANSWERS = 3


class Score:
    """Counts everybody's answers and knows which of them are measured."""

    def __init__(self, order: Order) -> None:
        self.over = False
        self.seconds = 0.0
        self.latencies: list[float] = []
        self.taps = 0
        self._order = order
        self._count = 0
        self._begun = perf_counter()

    def begin(self) -> None:
        """Start the clock, unless there is something to warm up."""
        if not self._order.warm_up:
            self._measure()

    def tapped(self, seconds: float | None) -> None:
        """Count a tap after which the next screen was seen; `seconds` if it was an answer."""
        self.taps += self._count >= self._order.warm_up and not self.over
        if seconds is not None:
            self._answered(seconds)

    def _answered(self, seconds: float) -> None:
        self._count += 1
        if self._count == self._order.warm_up:
            self._measure()
        elif self._count > self._order.warm_up and not self.over:
            self.latencies.append(seconds)
            self.over = len(self.latencies) == self._order.answers
            if self.over:
                self.seconds = perf_counter() - self._begun
                tell("measured")

    def _measure(self) -> None:
        tell("measuring")
        self._begun = perf_counter()


def tell(news: str, **more: object) -> None:
    """Write a line for the parent."""
    sys.stdout.write(json.dumps({"news": news, **more}) + "\n")
    sys.stdout.flush()


async def work(order: Order, asked: Questionnaire) -> None:
    """Serve one bot from its first request to the last answer."""
    async with TelegramServer(TOKEN, strict=False, seed=order.seed) as server:
        tell("listening", url=server.url)
        accounts = [server.account(FIRST_ACCOUNT + number) for number in range(order.people)]
        everybody = [Worker(account, asked, order.seed) for account in accounts]
        await server.polled()
        await _gather(everybody, order.crowd)
        score = Score(order)
        score.begin()
        seconds = order.workers / order.rate if order.rate else 0.0
        async with asyncio.TaskGroup() as group:
            for worker in everybody[: order.workers]:
                group.create_task(_fill_in(worker, Pace(seconds), score))
        _report(score, everybody)
        # What the bot still has to acknowledge or to remove, it does with the server there.
        await asyncio.to_thread(sys.stdin.readline)


async def _gather(everybody: list[Worker], crowd: int) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def begin(worker: Worker, answers: int) -> None:
        async with room:
            await worker.greet()
            while len(worker.given) < answers:
                await worker.tap()

    async with asyncio.TaskGroup() as group:
        for worker in everybody:
            group.create_task(begin(worker, CROWD_ANSWERS if crowd else 0))


async def _fill_in(worker: Worker, pace: Pace, score: Score) -> None:
    while worker.given or not score.over:
        # The rest of the sheet is not measured, so nobody waits for it.
        if not score.over:
            await pace.wait(worker)
        score.tapped(await worker.tap())


def _report(score: Score, everybody: list[Worker]) -> None:
    hundredths = quantiles(score.latencies, n=100)
    saved = Saved()
    for worker in everybody:
        saved.update(worker.saved)
    tell(
        "done",
        seconds=score.seconds,
        p50=hundredths[49] * 1000,
        p99=hundredths[98] * 1000,
        taps=score.taps / len(score.latencies),
        saved=[[*key, count] for key, count in saved.items()],
    )


def main() -> None:
    """Do what the order says: `python -m benchmarks.telegram.load ORDER QUESTIONNAIRE`."""
    order = Order(**json.loads(sys.argv[1]))
    try:
        asyncio.run(work(order, read(sys.argv[2])))
    except* (AssertionError, TimeoutError) as failed:
        # What stops one of the workers mostly stops them all.
        sys.exit(f"{len(failed.exceptions)} workers cannot go on: {failed.exceptions[0]}")


if __name__ == "__main__":
    main()
