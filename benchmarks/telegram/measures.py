"""What is measured: each function runs its sides and returns a table, and figures for BUDGETS."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.telegram import million
from benchmarks.telegram.budgets import Figures
from benchmarks.telegram.costs import parts
from benchmarks.telegram.order import Order, of_handbook
from benchmarks.telegram.runs import BenchmarkFailed, Outcome, Side, run
from benchmarks.telegram.sides import Copied, Meetmoment
from benchmarks.telegram.table import number, table

Outcomes = dict[str, list[Outcome]]
Measured = tuple[str, Figures]

LOAD = 0.5
"""Latency is measured at this share of the most that Meetmoment does."""


def alternating(sides: Mapping[str, Side], order: Order, rounds: int) -> Outcomes:
    """Let all sides work in turn, and begin each round with another one."""
    asked, names = of_handbook(), list(sides)
    found: Outcomes = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in (*names[first:], *names[:first]):
            outcome = run(sides[name], replace(order, seed=turn + 1), asked)
            progress(f"round {turn + 1}, {name}: {number(outcome.rate)} answers a second")
            found[name].append(outcome)
    return found


def throughput(sides: Mapping[str, Side], found: Outcomes) -> Measured:
    """Show how many answers each side takes, and how often it does what the stock bots do."""
    rows = []
    for name, outcomes in found.items():
        rates = [outcome.rate for outcome in outcomes]
        rows.append(
            [
                sides[name].label,
                number(median(rates)),
                " ".join(number(rate) for rate in rates),
                *(_ratio(found, name, other) for other in ("aiogram", "ptb")),
                number(median(outcome.bot_ms for outcome in outcomes)),
                number(median(outcome.server_ms for outcome in outcomes)),
                number(median(outcome.others_ms for outcome in outcomes)),
                number(median(outcome.p50 for outcome in outcomes)),
                number(median(outcome.p99 for outcome in outcomes)),
                outcomes[-1].proof or "-",
            ]
        )
    head = ["Side", "Answers a second", "Each round", "× aiogram", "× stock PTB"]
    head += ["Bot, CPU ms", "Server, CPU ms", "Others, CPU ms", "p50 ms", "p99 ms"]
    head.append("In the database")
    figures = {name: ratio(found, "sqlite", name) for name in ("aiogram", "ptb")}
    return table(head, rows), _known(figures)


def latency(order: Order, most: float, rounds: int) -> Measured:
    """Show how long a worker waits at half of the load that Meetmoment can bear."""
    side: dict[str, Side] = {"sqlite": Meetmoment("Meetmoment, SQLite")}
    # Twelve taps for ten answers: one saves the sheet, one begins the next.
    paced = replace(order, rate=most * LOAD * 1.2, answers=round(min(order.answers, most * 10)))
    outcomes = alternating(side, paced, rounds)["sqlite"]
    p99 = median(outcome.p99 for outcome in outcomes)
    rows = [
        [
            side["sqlite"].label,
            number(most * LOAD),
            number(median(outcome.rate for outcome in outcomes)),
            number(median(outcome.p50 for outcome in outcomes)),
            number(p99),
        ]
    ]
    head = ["Side", "Wanted, answers a second", "Came", "p50 ms", "p99 ms"]
    return table(head, rows), {"p99": p99}


def with_a_million(order: Order, rounds: int, records: int) -> Measured:
    """Show what a full database costs: the same people and projects, with and without records."""
    with TemporaryDirectory(prefix="million-") as folder:
        path = Path(folder) / "meetmoment.db"
        million.fill(path, order.people, records)
        size = path.stat().st_size / 1e6
        progress(f"{records:,} records in {size:,.0f} MB")
        sides: dict[str, Side] = {
            "empty": Meetmoment("Meetmoment, SQLite, no records"),
            "full": Copied(f"Meetmoment, SQLite, {records:,} records", path),
        }
        found = alternating(sides, order, rounds)
    rows = [
        [
            sides[name].label,
            number(median(outcome.rate for outcome in outcomes)),
            _ratio(found, name, "empty"),
            number(median(outcome.bot_ms for outcome in outcomes)),
        ]
        for name, outcomes in found.items()
    ]
    head = ["Database", "Answers a second", "× empty", "Bot, CPU ms"]
    return table(head, rows), _known({"full": ratio(found, "full", "empty")})


def memory(sides: Mapping[str, Side], order: Order, crowd: int) -> Measured:
    """Show what the bot's process holds with many conversations under way.

    A side that leaves somebody without an answer is named, and the others go on.
    """
    order = replace(order, crowd=crowd, warm_up=0)
    rows, figures = [], {}
    for name, side in sides.items():
        try:
            (outcome,) = alternating({name: side}, order, 1)[name]
        except BenchmarkFailed as error:
            progress(str(error))
            rows.append([side.label, "gave up", "-"])
        else:
            rows.append([side.label, number(outcome.resident), number(outcome.peak)])
            if name == "sqlite":
                figures["peak"] = outcome.peak
    head = [f"{crowd:,} conversations under way", "RSS MB", "Peak RSS MB"]
    return table(head, rows), figures


def profile(order: Order) -> str:
    """Show whose code the processor's time of an answer goes to."""
    plain: Side = Meetmoment("Meetmoment, SQLite")
    with TemporaryDirectory(prefix="profile-") as folder:
        path = Path(folder) / "stats"
        profiled: Side = Meetmoment(
            "under cProfile", ["-m", "benchmarks.telegram.profiled", str(path)]
        )
        found = alternating({"plain": plain, "profiled": profiled}, order, 1)
        seconds = parts(path)
    whole, spent = sum(seconds.values()), found["plain"][0].bot_ms
    rows = [
        [part, f"{share / whole:.1%}", number(spent * share / whole)]
        for part, share in sorted(seconds.items(), key=lambda item: -item[1])
    ]
    rows.append(["together", "100.0%", number(spent)])
    return table(["What an answer costs", "Share", "CPU ms"], rows)


def progress(line: str) -> None:
    """Tell whoever waits, beside the tables."""
    sys.stderr.write(f"{line}\n")


def ratio(found: Outcomes, name: str, other: str) -> float | None:
    """Return the median of the rounds' ratios: what slows a round down slows both sides."""
    if name not in found or other not in found:
        return None
    pairs = zip(found[name], found[other], strict=True)
    return median(one.rate / another.rate for one, another in pairs)


def _ratio(found: Outcomes, name: str, other: str) -> str:
    known = ratio(found, name, other)
    return "-" if known is None else number(known)


def _known(figures: Mapping[str, float | None]) -> Figures:
    return {name: figure for name, figure in figures.items() if figure is not None}
