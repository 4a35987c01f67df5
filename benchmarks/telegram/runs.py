"""One run: a server with its workers in one process, a bot in another, and what came of it."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from benchmarks.telegram.order import Order, Questionnaire
from benchmarks.telegram.workers import Saved

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
ENDING_SECONDS = 60


class BenchmarkFailed(Exception):
    """A side did not do what it should; says what it wrote last."""


@dataclass(frozen=True, slots=True)
class Command:
    """How a bot's process is started."""

    arguments: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Side(Protocol):
    """A bot that takes part."""

    @property
    def label(self) -> str:
        """What the table calls it."""
        ...

    def prepare(self, folder: Path, order: Order) -> None:
        """Make what it needs before it starts, in a fresh folder."""
        ...

    def command(self, url: str, folder: Path) -> Command:
        """Return how to start it against the server at this address."""
        ...

    def proof(self, folder: Path, saved: Saved) -> str:
        """Say how it is known that nothing was lost, once the bot has ended; "" if it is not."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured.

    `rate` is answers a second, `taps` what the workers tapped for an answer, with saving and
    beginning again. Latencies are in ms, processor time in ms for each answer, memory in MB.
    `others_ms` is what the rest of the machine did meanwhile, a database server included.
    """

    rate: float
    p50: float
    p99: float
    taps: float
    bot_ms: float
    server_ms: float
    others_ms: float
    peak: float
    resident: float
    proof: str


def run(side: Side, order: Order, asked: Questionnaire) -> Outcome:
    """Let a side work in a temporary folder; raises BenchmarkFailed."""
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        path = folder / "questionnaire.json"
        path.write_text(json.dumps(asdict(asked)), encoding="utf-8")
        side.prepare(folder, order)
        # What was just made is on the disk before anything is measured.
        os.sync()
        with _load(order, path, folder) as load, _bot(side, load.url, folder) as bot:
            done, spent = load.measure(bot)
            resident, peak = _memory(bot.pid)
            _end(bot)
        saved = Saved({(who, which, what): n for who, which, what, n in done["saved"]})
        return Outcome(
            rate=order.answers / done["seconds"],
            p50=done["p50"],
            p99=done["p99"],
            taps=done["taps"],
            bot_ms=spent["bot"] / order.answers,
            server_ms=spent["server"] / order.answers,
            others_ms=(spent["machine"] - spent["bot"] - spent["server"]) / order.answers,
            peak=peak,
            resident=resident,
            proof=side.proof(folder, saved),
        )


class _Load:
    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log
        self.url: str = self.heard("listening")["url"]

    def heard(self, expected: str) -> dict[str, Any]:
        """Return the next news of the workers."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise BenchmarkFailed(f"The workers gave up.\n{_last_lines(self._log)}")
        news: dict[str, Any] = json.loads(line)
        if news["news"] != expected:
            raise BenchmarkFailed(f"{expected} was expected, not {news}")
        return news

    def measure(self, bot: subprocess.Popen[bytes]) -> tuple[dict[str, Any], Counter[str]]:
        """Return what was done, and what processor time it took, in ms."""
        pids = {"bot": bot.pid, "server": self._process.pid}
        self.heard("measuring")
        before = _spent(pids)
        self.heard("measured")
        spent = _spent(pids)
        spent.subtract(before)
        return self.heard("done"), spent


@contextmanager
def _load(order: Order, asked: Path, folder: Path) -> Iterator[_Load]:
    arguments = [sys.executable, "-m", "benchmarks.telegram.load", json.dumps(asdict(order))]
    log = folder / "workers.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [*arguments, str(asked)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        try:
            yield _Load(process, log)
        finally:
            process.kill()


@contextmanager
def _bot(side: Side, url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = side.command(url, folder)
    log = folder / "bot.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command.arguments,
            cwd=ROOT,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        ) as process,
    ):
        try:
            yield process
        except BenchmarkFailed as error:
            raise BenchmarkFailed(f"{side.label}: {error}\n{_last_lines(log)}") from None
        finally:
            process.kill()


def _end(bot: subprocess.Popen[bytes]) -> None:
    bot.terminate()
    try:
        bot.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        raise BenchmarkFailed(f"It did not end within {ENDING_SECONDS} seconds.") from None


def _spent(pids: Mapping[str, int]) -> Counter[str]:
    """Return the processor time of processes, and of the whole machine, so far."""
    ticks: Counter[str] = Counter()
    for name, pid in pids.items():
        # After the name, which may hold spaces, user and system time are the 12th and 13th field.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks[name] = int(fields[11]) + int(fields[12])
    user, nice, system = Path("/proc/stat").read_text(encoding="utf-8").split()[1:4]
    ticks["machine"] = int(user) + int(nice) + int(system)
    return Counter({name: count * 1000 // TICKS for name, count in ticks.items()})


def _memory(pid: int) -> tuple[float, float]:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    resident, peak = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return resident, peak


def _last_lines(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
