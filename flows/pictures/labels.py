"""Labels as they can be drawn: made of what a font can show, and broken into lines that fit."""

import unicodedata
from textwrap import wrap

NARROW, WIDE = frozenset("fijlrtI .,:;'’|!()[]-–/"), frozenset("mwMW@%&—…")
MEAN = 0.52
"""How wide a letter of a sans serif is on average, of the font's size."""


def plain(text: str) -> str:
    """Return a label in one line, without what is invisible or turns the direction of writing."""
    shown = (
        " " if unicodedata.category(sign) == "Cc" else sign
        for sign in unicodedata.normalize("NFC", text)
        if unicodedata.category(sign) not in {"Cf", "Cs"}
    )
    return " ".join("".join(shown).split())


def shortened(text: str, most: int) -> str:
    """Return a label of at most so many letters."""
    text = plain(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def lines(text: str, width: float, size: float, most: int) -> list[str]:
    """Break a label into lines.

    The last one holds all that is left, up to twice the width: whatever draws it knows its
    font, and cuts it where the room ends.
    """
    letters = max(int(width / (size * MEAN)), 2)
    rest = shortened(text, letters * (most + 1))
    broken = wrap(rest, letters)
    for line in broken[: most - 1]:
        rest = rest[len(line) :].lstrip()
    return [*broken[: most - 1], rest] if len(broken) >= most else broken


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is, rather too much than too little."""
    return size * sum(
        0.34 if sign in NARROW else 0.9 if sign in WIDE else 0.7 if sign.isupper() else 0.57
        for sign in text
    )
