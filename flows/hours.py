"""How hours of the day are read: "8:30", "8u30", "8 h", "half negen", "20:00-7:00"."""

import re
import unicodedata
from datetime import time

from flows.local import fold, read_number_words

_TIME = r"(?P<hour>\d{1,2})\s*(?:(?:[:.]|uur|uhr|heures?|[uh])\s*(?P<minute>\d{2})?)?"
_AFTER = r"\s*(?:uur|uhr|heures?|[uh])?\s*(?P<half>[ap]\.?m\.?)?"
_WHOLE = re.compile(_TIME + _AFTER, re.IGNORECASE | re.ASCII)
_BETWEEN = re.compile(r"\s*(?:-|\u2013|\bto\b|\btot\b|\bbis\b|\bà\b|\bjusqu.à\b)\s*", re.IGNORECASE)

TO_THE_HOUR = ("nl", "de")
"""Languages in which half is half an hour before: "half negen" is 8:30."""

NOON = 12


def read_time(text: str, language: str) -> time | None:
    """Read a time of the day; None when it is not one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _WHOLE.fullmatch(plain):
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if half := (match["half"] or "").casefold():
            hour = hour % NOON + (NOON if half.startswith("p") else 0)
        return _time(hour, minute)
    return _in_words(fold(plain), language)


def read_span(text: str, language: str) -> tuple[time, time] | None:
    """Read from when until when: "20:00-7:00", "20u tot 7u"; None when it is not that."""
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", text).strip())
    found = [time for part in parts if (time := read_time(part, language))]
    return (found[0], found[1]) if len(parts) == len(found) == len(("from", "until")) else None


def _in_words(text: str, language: str) -> time | None:
    words = text.removesuffix(" uur").removesuffix(" uhr")
    half = re.fullmatch(r"(?:half|halb) (?:past )?(.+)", words)
    if half is None:
        half = re.fullmatch(r"(.+?)(?: heures?)? et demie", words)
    if half is None:
        number = read_number_words(re.sub(r" (?:heures?|o clock)$", "", words), language)
        return None if number is None else _time(number, 0)
    number = int(half[1]) if half[1].isdecimal() else read_number_words(half[1], language)
    if number is None:
        return None
    return _time((number - 1) % NOON if language in TO_THE_HOUR else number, 30)


def _time(hour: int, minute: int) -> time | None:
    try:
        return time(hour, minute)
    except ValueError:
        return None
