"""`meetmoment run` under cProfile: who spends the processor's time on a tap.

Everything runs in one thread here, so that one profile holds it all, and the clock is the
thread's own processor time, so that waiting costs nothing. cProfile makes many small calls look
dearer than they are; read the shares with that in mind.
"""

import cProfile
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from time import thread_time
from typing import ParamSpec, TypeVar
from unittest.mock import patch

from bot.channels.telegram import running
from bot.run import serve

P = ParamSpec("P")
R = TypeVar("R")


class Inline(Executor):
    """Runs what it is given at once, in the thread that asks."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Return the result, or the error, as if another thread had worked for it."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed on to whoever waits for the future
            future.set_exception(error)
        return future


def main() -> None:
    """Run until asked to end, then write the statistics to a file: FILE."""
    profile, work = cProfile.Profile(thread_time), running.run
    with (
        patch("bot.dispatch.ThreadPoolExecutor", lambda *_, **__: Inline()),
        # Reading the handbook and the like at the start is no part of a tap.
        patch("bot.channels.telegram.running.run", lambda *given: profile.runcall(work, *given)),
    ):
        serve("", "127.0.0.1:8080")
    profile.dump_stats(sys.argv[1])


if __name__ == "__main__":
    main()
