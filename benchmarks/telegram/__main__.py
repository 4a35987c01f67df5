"""Meetmoment on Telegram next to what people would pick instead: `python -m benchmarks.telegram`.

All sides ask the same ten questions of the same simulated workers through the same local Bot API
server, in turn and several times. Nothing is compared with numbers of another day or machine.
"""

import argparse
import os
import platform
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from statistics import median

from benchmarks.telegram import budgets, measures
from benchmarks.telegram.million import RECORDS
from benchmarks.telegram.order import Order
from benchmarks.telegram.runs import BenchmarkFailed
from benchmarks.telegram.sides import NAMES, sides

PARTS = ("throughput", "latency", "million", "memory")
CROWD = 10_000
IN_MEMORY = ("ptb", "aiogram", "sqlite")
"""Whose memory is compared; the other sides hold no conversations, or the same ones."""


def main() -> None:
    """Measure what was asked for and print a Markdown table for each part."""
    # So that whoever is told to end takes the servers and the folders along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended before it was done."))
    given = _arguments()
    order = Order(workers=given.workers, warm_up=given.warm_up, answers=given.answers)
    print(_about(order, given.rounds), flush=True)
    try:
        if given.profile:
            _show("What an answer costs", measures.profile(order))
        else:
            _measure(given, order)
    except BenchmarkFailed as error:
        sys.exit(str(error))


def _measure(given: argparse.Namespace, order: Order) -> None:
    figures: dict[str, float] = {}

    def show(title: str, measured: measures.Measured) -> None:
        _show(title, measured[0])
        figures.update(measured[1])

    with sides(given.sides) as taking_part:
        most = 0.0
        if {"throughput", "latency"} & set(given.parts):
            found = measures.alternating(taking_part, order, given.rounds)
            show("Throughput", measures.throughput(taking_part, found))
            if "sqlite" in found:
                most = median(outcome.rate for outcome in found["sqlite"])
        if "latency" in given.parts and most:
            show("Latency", measures.latency(order, most, given.rounds))
        if "million" in given.parts:
            show("Size", measures.with_a_million(order, given.rounds, given.records))
        if "memory" in given.parts:
            held = {name: side for name, side in taking_part.items() if name in IN_MEMORY}
            show("Memory", measures.memory(held, order, given.crowd))
    _show("Budgets", budgets.held(figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.telegram", description=__doc__)
    parser.add_argument("--sides", type=_listed(NAMES), default=list(NAMES))
    parser.add_argument("--parts", type=_listed(PARTS), default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--warm-up", type=int, default=1000, help="answers before the measured")
    parser.add_argument("--answers", type=int, default=6000, help="measured answers of a run")
    parser.add_argument("--records", type=int, default=RECORDS, help="in the full database")
    parser.add_argument("--crowd", type=int, default=CROWD, help="conversations under way")
    parser.add_argument("--quick", action="store_true", help="only to see whether it works")
    parser.add_argument("--profile", action="store_true", help="only what an answer costs")
    given = parser.parse_args()
    if given.profile:
        given.rounds = 1
    if given.quick:
        given.rounds, given.warm_up, given.answers = 1, 100, 300
        given.workers, given.records, given.crowd = 20, 10_000, 100
    return given


def _listed(possible: Sequence[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        names = text.split(",")
        if wrong := [name for name in names if name not in possible]:
            raise argparse.ArgumentTypeError(
                f"{', '.join(wrong)} cannot be chosen; write some of {','.join(possible)}"
            )
        return names

    return read


def _about(order: Order, rounds: int) -> str:
    libraries = ("python-telegram-bot", "aiogram", "aiohttp", "SQLAlchemy")
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return (
        f"{order.workers} workers, {order.answers:,} measured answers a run after"
        f" {order.warm_up:,}, {rounds} rounds; medians, and ratios within a round.\n"
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {versions}."
    )


def _show(title: str, table: str) -> None:
    print(f"\n## {title}\n\n{table}", flush=True)


if __name__ == "__main__":
    main()
