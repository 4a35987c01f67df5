"""What people read of something that is due: which it is, and until when."""

import hashlib
from base64 import b32encode
from datetime import date, timedelta

from flows.local import show_day
from flows.questionnaire import MOMENT_NAMES
from flows.schedule import Due, Occasion
from flows.sheet import MEASUREMENTS, Sheet
from flows.texts import Say

DIGEST = 10
"""Letters of a digest: 50 bits, for the few things that one person has to do."""

DAY = timedelta(days=1)


def mark(occasion: Occasion) -> str:
    """Return what stands for an occasion in a button, which has little room."""
    digest = hashlib.sha256(occasion.key.encode()).digest()
    return b32encode(digest).decode()[:DIGEST].lower()


def title(say: Say, occasion: Occasion, sheet: Sheet, project: str = "") -> str:
    """Return "Participant · K7-N · interim": which registration it is; with its project, if named.

    A second interim is "interim 2"; what is filled in regularly has the days that it is about.
    """
    name = sheet.text(say.language, f"{sheet.name}.title")
    if occasion.moment in MEASUREMENTS:
        moment = say(MOMENT_NAMES[occasion.moment])
        moment += f" {occasion.number}" if occasion.number > 1 else ""
    else:
        moment = f"{occasion.begins:%d/%m}-{occasion.ends:%d/%m}"
    return " · ".join(part for part in (project, name, occasion.subject, moment) if part)


def when(say: Say, due: Due, today: date) -> str:
    """Return until when, as it is said: "due Friday 6 March", "late since …, closes after …"."""
    occasion, state = due
    words = _when(say, occasion, state, today)
    if occasion.locked_from == date.max or state not in ("overdue", "late"):
        return words
    last = show_day(occasion.locked_from - DAY, say.language, today)
    return say("{late}, closes after {day}", late=words, day=last)


def _when(say: Say, occasion: Occasion, state: str, today: date) -> str:
    days = (occasion.due - today).days
    if state == "late":
        return say("late since {day}", day=show_day(occasion.late_from, say.language, today))
    if state == "locked":
        last = show_day(occasion.locked_from - DAY, say.language, today)
        return say("closed, the last day was {day}", day=last)
    if days == 0:
        return say("due today")
    if days == 1:
        return say("due tomorrow")
    day = show_day(occasion.due, say.language, today)
    return say("was due on {day}", day=day) if days < 0 else say("due {day}", day=day)
