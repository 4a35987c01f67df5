"""When somebody wants to hear of what is due; each person decides that alone."""

from dataclasses import dataclass, field
from datetime import date

from flows.sending import DIGEST, REMINDER, SNOOZED
from flows.texts import marked
from flows.working_time import Hours

DIGESTS = {
    "daily": marked("every working day"),
    "weekly": marked("every week"),
    "off": marked("never"),
}
"""How often a coordinator is told how the projects stand."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How one person wants to be told; without a wish of their own, as most people would like it.

    Up to and including `muted_until` nothing comes by itself; date.max is until further notice.
    """

    hours: Hours = field(default_factory=Hours)
    digest: str = "weekly"
    muted_until: date | None = None

    def is_muted(self, day: date) -> bool:
        """Whether nothing comes on a day."""
        return self.muted_until is not None and day <= self.muted_until


def is_wanted(kind: str, wishes: Wishes, day: date) -> bool:
    """Whether a message of a kind may come on a day; what somebody asks for always may.

    A reminder by a coordinator comes to whoever is muted too: somebody asks.
    """
    if kind in (REMINDER, SNOOZED):
        return not wishes.is_muted(day)
    if kind == DIGEST:
        return wishes.digest != "off" and not wishes.is_muted(day)
    return True
