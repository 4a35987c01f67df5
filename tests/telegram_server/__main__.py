"""Run the server on its own: `python -m tests.telegram_server --port 8081 --no-strict`."""

import argparse
import asyncio
import contextlib
import signal
import sys

from tests.telegram_server.server import TOKEN, TelegramServer


async def serve(token: str, port: int, *, strict: bool) -> None:
    """Serve until somebody ends the program."""
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    async with TelegramServer(token, port=port, strict=strict) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.telegram_server")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--strict", action=argparse.BooleanOptionalAction, default=True)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given.token, given.port, strict=given.strict))


if __name__ == "__main__":
    main()
