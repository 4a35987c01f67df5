"""How fast one person may write: nobody taps that fast, so the rest comes from a program."""

from collections import OrderedDict
from datetime import datetime, timedelta

BURST = 100
MOST = 10_000
"""Addresses that are remembered; whoever was not heard of for longest begins anew."""


class Pace:
    """A leaky bucket for each address, in the memory of one process.

    `rate` is how many updates a second are used after a burst of `burst`; 0 stands for no limit.
    """

    def __init__(self, rate: float, burst: int = BURST) -> None:
        self._each = timedelta(seconds=1 / rate) if rate else timedelta()
        self._most = burst * self._each
        self._empty_at: OrderedDict[str, datetime] = OrderedDict()

    def allows(self, address: str, now: datetime) -> bool:
        """Whether one more update of an address is used; if so, it is counted."""
        empty_at = max(self._empty_at.pop(address, now), now)
        allowed = empty_at + self._each <= now + self._most
        self._empty_at[address] = empty_at + self._each if allowed else empty_at
        if len(self._empty_at) > MOST:
            self._empty_at.popitem(last=False)
        return allowed
