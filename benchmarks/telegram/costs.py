"""Reads a profile: whose code the processor's time goes to."""

import pstats
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

PARTS = {
    "bot/channels/telegram/decoding.py": "decoding the update",
    "bot/channels/telegram/request.py": "HTTP",
    "bot/channels/telegram/": "Bot API calls",
    "/telegram/": "Bot API calls",
    "/aiohttp/": "HTTP",
    "/yarl/": "HTTP",
    "/multidict/": "HTTP",
    "flows/conversation.py": "the conversation from and to JSON",
    "storage/conversations.py": "the conversation from and to JSON",
    "flows/": "step",
    "/lxml/": "step",
    "/transitions/": "step",
    "/sqlalchemy/": "database",
    "/psycopg/": "database",
    "storage/": "database",
    "bot/": "dispatcher and inbox",
    "asyncio/": "event loop",
}
"""Whose code it is, by a part of its path; the first that fits. Other code is its callers'."""
REST = "rest"

Function = tuple[str, int, str]
Stats = Mapping[Function, tuple[int, int, float, float, Mapping[Function, tuple[Any, ...]]]]


def parts(path: Path) -> dict[str, float]:
    """Return the seconds of each part from a file of statistics."""
    stats: Stats = pstats.Stats(str(path)).stats  # type: ignore[attr-defined]
    under_way: set[Function] = set()

    @cache
    def owners(function: Function) -> Mapping[str, float]:
        """Return which share of a function's own time belongs to which part."""
        path = function[0]
        part = next((part for word, part in PARTS.items() if word in path), None)
        if part is not None:
            return {part: 1.0}
        callers = stats[function][4]
        own = sum(caller[2] for caller in callers.values())
        if not own or function in under_way:
            return {REST: 1.0}
        under_way.add(function)
        found: dict[str, float] = defaultdict(float)
        for caller, numbers in callers.items():
            for name, share in owners(caller).items():
                found[name] += share * numbers[2] / own
        under_way.remove(function)
        return found

    seconds: dict[str, float] = defaultdict(float)
    for function, numbers in stats.items():
        for name, share in owners(function).items():
            seconds[name] += numbers[2] * share
    return seconds
