"""Makes the messages that come by themselves: one line for each kind in RENDER."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot import overview
from bot.world import World
from flows.sending import DIGEST, Notification
from storage.database import Connection
from storage.people import Me
from storage.sendings import Sending

Render = Callable[[Connection, World, Me, Sending, datetime], Notification | None]
"""Makes a message for somebody, as things are now; None when there is nothing to be said."""

RENDER: Mapping[str, Render] = {
    DIGEST: overview.render,
}
