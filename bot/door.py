"""The door: strangers who bring an invitation get in, and those who guess are not listened to."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.accounting import signed_in
from bot.app import person_code
from bot.fault import Apart
from bot.inbound import Inbound
from bot.team import TOKEN, digest
from bot.world import World
from flows.engine import Text
from flows.team import OPENED_ELSEWHERE
from storage import attempts, invitations, people
from storage.attempts import Attempt
from storage.database import Connection
from storage.invitations import Newcomer

BROUGHT = re.compile(r"/start(?:@\w+)?\s+(\S.*)", re.IGNORECASE | re.DOTALL)
"""What Telegram sends when somebody opens t.me/bot?start=TOKEN."""

JOINED, REFUSED, UNHEARD = "joined", "refused", "unheard"
"""In; a token that lets nobody in, whatever the reason; and that once too often."""


class Door:
    """Lets strangers of one bot in."""

    def __init__(self, world: World, channel: str, inbox: str) -> None:
        self._world = world
        self._channel = channel
        self._inbox = inbox

    def opened(
        self, connection: Connection, inbounds: Sequence[Inbound], fresh: set[int], now: datetime
    ) -> dict[int, str]:
        """Return, by the number of the update, what became of those who bring a token.

        Raises Apart where somebody gets in while others do something, which may be to revoke
        that invitation.
        """
        brought = dict(self._brought(connection, inbounds, fresh))
        found: dict[int, str] = {}
        for inbound in inbounds:
            if token := brought.get(inbound.update):
                found[inbound.update] = self._outcome(connection, inbound, token, now)
                if found[inbound.update] == JOINED and len(inbounds) > 1:
                    raise Apart
        return found

    def _brought(
        self, connection: Connection, inbounds: Sequence[Inbound], fresh: set[int]
    ) -> Iterator[tuple[int, str]]:
        tokens = {
            inbound: match[1].strip()
            for inbound in inbounds
            if inbound.update in fresh
            and isinstance(inbound.event, Text)
            and (match := BROUGHT.fullmatch(inbound.event.text.strip()))
            and match[1] != OPENED_ELSEWHERE
        }
        if tokens:
            addresses = [inbound.address for inbound in tokens]
            known = people.reached(connection, self._channel, addresses, lock=False)
            yield from (
                (inbound.update, token)
                for inbound, token in tokens.items()
                if inbound.address not in known
            )

    def _outcome(self, connection: Connection, inbound: Inbound, token: str, now: datetime) -> str:
        if attempts.are_too_many(connection, self._inbox, inbound.address, now):
            return UNHEARD
        if TOKEN.fullmatch(token):
            newcomer = Newcomer(self._channel, inbound.address, lambda: person_code(self._world))
            if me := invitations.accept(connection, digest(token), newcomer, now):
                act = signed_in(me.person, me, self._channel)
                self._world.audit.write(connection, me.organisation, [act], now)
                return JOINED
        attempt = Attempt(self._inbox, inbound.update, inbound.address)
        attempts.add(connection, attempt, now)
        return REFUSED
