"""Makes the messages that come by themselves: one line for each kind in RENDER."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot import overview
from bot.calendars import calendar
from bot.picturing import pictures
from bot.reminding import remind
from bot.world import World
from flows.sending import CALENDAR, DIGEST, NUDGE, PICTURES, REMINDER, SNOOZED, Notification
from storage.database import Connection
from storage.people import Me
from storage.sendings import Sending

Render = Callable[[Connection, World, Me, str, Sending, datetime], Notification | None]
"""Makes a message for somebody in a language, as things are now; None if nothing is to be said."""

RENDER: Mapping[str, Render] = {
    REMINDER: remind,
    SNOOZED: remind,
    NUDGE: remind,
    DIGEST: overview.render,
    CALENDAR: calendar,
    PICTURES: pictures,
}
