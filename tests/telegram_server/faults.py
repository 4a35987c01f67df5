"""What can go wrong between a bot and Telegram, as often as wished."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from tests.telegram_server.refusal import Refusal

Kind = Literal["429", "500", "cut", "cut before", "timeout"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One call that goes wrong; without a method, whichever comes next.

    "cut" closes the connection after having acted, "cut before" without having acted. "timeout"
    acts and never answers.
    """

    kind: Kind
    method: str = ""
    retry_after: int = 1

    @property
    def acts(self) -> bool:
        """Whether the call has its effect all the same."""
        return self.kind in {"cut", "timeout"}

    def refusal(self) -> Refusal | None:
        """The answer that the caller gets, or None if it gets none."""
        if self.kind == "429":
            return too_many_requests(self.retry_after)
        if self.kind == "500":
            return Refusal("Internal Server Error", 500)
        return None


def too_many_requests(retry_after: int) -> Refusal:
    """The refusal of somebody who is too quick."""
    said = f"Too Many Requests: retry after {retry_after}"
    return Refusal(said, 429, retry_after=retry_after)


@dataclass
class Faults:
    """Faults at random, always the same ones for the same seed and the same calls.

    Rates are parts of 1; half of the cut connections are cut before acting. `methods` names the
    methods that can fail; None means all.
    """

    seed: int
    rate_429: float = 0
    rate_500: float = 0
    rate_cut: float = 0
    rate_timeout: float = 0
    retry_after: int = 1
    methods: Collection[str] | None = None

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._rates: list[tuple[Kind, float]] = [
            ("429", self.rate_429),
            ("500", self.rate_500),
            ("cut", self.rate_cut / 2),
            ("cut before", self.rate_cut / 2),
            ("timeout", self.rate_timeout),
        ]

    def next(self, method: str) -> Fault | None:
        """The fault of this call, or None if it goes well."""
        if self.methods is not None and method not in self.methods:
            return None
        drawn = self._random.random()
        for kind, rate in self._rates:
            if drawn < rate:
                return Fault(kind, method, self.retry_after)
            drawn -= rate
        return None


def scripted(faults: deque[Fault], method: str) -> Fault | None:
    """Take the next scripted fault, if it is for this method."""
    for fault in faults:
        if fault.method in {"", method}:
            faults.remove(fault)
            return fault
    return None


@dataclass
class Flood:
    """How many calls a second Telegram takes, in one chat and in all; 0 is without a limit."""

    per_chat: int = 0
    overall: int = 0
    _taken: dict[int | None, deque[float]] = field(default_factory=dict)

    def refusal(self, chat_id: int, now: float) -> Refusal | None:
        """Count a call at this time; the refusal if it is one too many."""
        for key, limit in ((chat_id, self.per_chat), (None, self.overall)):
            taken = self._taken.setdefault(key, deque())
            while taken and taken[0] <= now - 1:
                taken.popleft()
            if limit and len(taken) >= limit:
                return too_many_requests(1)
        self._taken[chat_id].append(now)
        self._taken[None].append(now)
        return None
