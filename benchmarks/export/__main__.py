"""A million values as tidy CSV, next to the database's own dump: `python -m benchmarks.export`.

Sides take turns, a round each; a tenth of the values comes first, so that it shows whether memory
grows with their number.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.export.sides import SIDES, run
from benchmarks.telegram.sides import postgres
from tests.keys import HEX, SETTING

MEBIBYTE = 1024**2


class Run(NamedTuple):
    """What one run took: seconds, seconds of the processor, and MiB at most."""

    seconds: float
    processor: float
    memory: float


def main() -> None:
    """Measure and print a table for each database."""
    given = _arguments()
    os.environ[SETTING] = HEX
    with TemporaryDirectory(prefix="export-") as folder:
        for kind in given.databases:
            with _server(kind, Path(folder)) as urls:
                for values in (given.values // 10, given.values):
                    _show(kind, _filled(next(urls), values), given.rounds, Path(folder))


def _show(kind: str, filled: tuple[str, int], rounds: int, folder: Path) -> None:
    url, values = filled
    found: dict[str, list[Run]] = {name: [] for name in SIDES}
    for number in range(rounds):
        for name, runs in found.items():
            out = folder / f"{kind}-{values}-{name}-{number}"
            runs.append(_timed(name, url, out))
    print(f"\n{kind}, {values:,} values, medians of {rounds}\n")
    print("| | seconds | of the processor | × the same dump | memory at most |")
    print("|---|---|---|---|---|")
    same = _median(found["dump"])
    for name, runs in found.items():
        took = _median(runs)
        print(
            f"| {SIDES[name][0]} | {took.seconds:.2f} | {took.processor:.2f} |"
            f" {took.seconds / same.seconds:.2f} | {took.memory:.0f} MiB |",
            flush=True,
        )


def _timed(name: str, url: str, out: Path) -> Run:
    began = perf_counter()
    process = run(name, url, out)
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}.")
    for path in out.iterdir():
        path.unlink()
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / MEBIBYTE)


def _median(runs: Sequence[Run]) -> Run:
    return Run(*(median(values) for values in zip(*runs, strict=True)))


def _filled(url: str, values: int) -> tuple[str, int]:
    # In a program of its own: what a child takes at most is at least what its parent takes.
    words = [sys.executable, "-m", "benchmarks.export.filling", url, str(values)]
    return url, int(subprocess.run(words, check=True, capture_output=True).stdout)


@contextmanager
def _server(kind: str, folder: Path) -> Iterator[Iterator[str]]:
    """Yield addresses of databases that are not there yet."""
    if kind == "sqlite":
        yield (f"sqlite:///{folder / f'values{number}.db'}" for number in (1, 2))
        return
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        yield (_made(server, f"values{number}") for number in (1, 2))


def _made(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--values", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
