"""Messages that come by themselves: their kinds, and what can become of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from flows.texts import marked

Outcome = Literal["sent", "nothing", "blocked", "failed", "unknown"]

OUTCOMES: Mapping[str, str] = {
    "waiting": marked("not sent yet"),
    "making": marked("being made"),
    "claimed": marked("on its way"),
    "sent": marked("delivered"),
    "nothing": marked("not needed any more"),
    "blocked": marked("cannot be reached"),
    "failed": marked("refused by Telegram"),
    "unknown": marked("perhaps delivered"),
}
"""What a log says of a message, by its state."""

REMINDER, SNOOZED, NUDGE, DIGEST, CALENDAR = "reminder", "snoozed", "nudge", "digest", "calendar"
PICTURES, EXPORT = "pictures", "export"

KINDS: Mapping[str, str] = {
    REMINDER: marked("reminder"),
    SNOOZED: marked("reminder that was put off"),
    NUDGE: marked("reminder by a coordinator"),
    DIGEST: marked("overview"),
    CALENDAR: marked("calendar file"),
    PICTURES: marked("charts"),
    EXPORT: marked("export file"),
}
"""What a log calls a message, by its kind."""

BURDENING = frozenset({REMINDER, SNOOZED, NUDGE})
"""What counts for how much somebody is told in a week."""

ANY_TIME = frozenset({CALENDAR, PICTURES, EXPORT})
"""What somebody wants at this moment, so that no quiet hours hold it up."""

MADE_APART = frozenset({EXPORT})
"""What takes so long to make that no other message waits for it."""

ARRIVED = ("sent", "unknown")
"""The states of messages that somebody has, as far as is known."""

REACHING = ("waiting", "claimed", "sent", "unknown")
"""The states of messages that reach somebody, as far as is known."""


class Sent(NamedTuple):
    """A message as a log shows it, in local time: to whom, why, and what became of it.

    `caused_by` is who wanted it, "" if nobody did.
    """

    person: str
    kind: str
    day: date
    state: str
    at: datetime
    items: int
    caused_by: str


@dataclass(frozen=True, slots=True)
class LastingButton:
    """A button that works for as long as there is something to do about it."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture to be shown to others: Vega-Lite until it is drawn, and the same in words."""

    drawing: Mapping[str, object]
    described: str
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Notification:
    """What is sent: a text with buttons, above it a picture, below it a file, where there are any.

    `items` is how much it tells. `drawing` is the picture as Vega-Lite until somebody has drawn it;
    `described` says in words what it shows. `charts` come before the text, and may be passed on.
    """

    text: str
    items: int
    rows: tuple[tuple[LastingButton, ...], ...] = ()
    drawing: Mapping[str, object] | None = None
    picture: bytes = b""
    described: str = ""
    file: bytes = b""
    file_name: str = ""
    charts: tuple[Chart, ...] = ()
