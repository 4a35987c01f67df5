"""What an organisation can begin: the handbook's sheets, and those that it brought itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from flows.schedule import Schedule
from flows.sheet import Sheet
from storage import own_sheets
from storage.database import Connection

LOOK_AGAIN = timedelta(minutes=1)
"""After so long a process asks the database once more what an organisation brought."""


@dataclass(frozen=True)
class Offer:
    """The newest version of every sheet by name, and what works out when they are due."""

    current: Mapping[str, Sheet]
    schedule: Schedule


class _Seen(NamedTuple):
    at: datetime
    state: Sequence[tuple[object, ...]]
    offer: Offer


class Offers:
    """The offer of each organisation, looked up at most once a minute.

    So a running bot offers a sheet that was brought, and no more one that was retired, within a
    minute and without a restart; nearly all steps look nothing up. As long as nothing changes, it
    is the same object. What an offer holds is released already.
    """

    def __init__(self, handbook: Offer, clock: Callable[[], datetime]) -> None:
        self._handbook = handbook
        self._clock = clock
        self._seen: dict[str, _Seen] = {}

    def of(self, connection: Connection, organisation: str) -> Offer:
        """Return what an organisation can begin now."""
        now, seen = self._clock(), self._seen.get(organisation)
        # A clock that was put back looks again too.
        if seen is not None and seen.at <= now < seen.at + LOOK_AGAIN:
            return seen.offer
        state = own_sheets.state(connection, organisation)
        if seen is not None and seen.state == state:
            offer = seen.offer
        else:
            offer = self._with(own_sheets.offered(connection, organisation) if state else {})
        self._seen[organisation] = _Seen(now, state, offer)
        return offer

    def _with(self, own: Mapping[str, Sheet]) -> Offer:
        if not own:
            return self._handbook
        current = {**self._handbook.current, **own}
        return Offer(current, Schedule(current.values()))
