"""The colours of a picture, for a light and for a dark page.

Blue and orange are told apart by those who see no red or no green. A test holds every text
against what it stands on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.pictures.grid import State


@dataclass(frozen=True, slots=True)
class Tone:
    """What a cell of one state is drawn with; `bar` is the strip that shows how much is in."""

    fill: str
    text: str
    line: str
    bar: str
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Theme:
    """What a picture is drawn with: the page, the words on it, and the cells."""

    background: str
    text: str
    tones: Mapping[State, Tone]


THEMES: Mapping[str, Theme] = {
    "light": Theme(
        background="#ffffff",
        text="#18222c",
        tones={
            State.ALL_IN: Tone("#0a5a8c", "#ffffff", "#0a5a8c", "#ffffff"),
            State.COMING: Tone("#d9e8f3", "#10212e", "#d9e8f3", "#0a5a8c"),
            State.LATE: Tone("#fcc766", "#2b1a00", "#8a4b00", "#8a4b00"),
            State.NOT_OPEN: Tone("#ffffff", "#4d5966", "#7b8794", "#4d5966", is_dashed=True),
            State.UNPLANNED: Tone("#ffffff", "#4d5966", "#ffffff", "#4d5966"),
        },
    ),
    "dark": Theme(
        background="#17202a",
        text="#eef2f5",
        tones={
            State.ALL_IN: Tone("#7cc0ee", "#06202f", "#7cc0ee", "#06202f"),
            State.COMING: Tone("#26425a", "#f2f7fb", "#26425a", "#7cc0ee"),
            State.LATE: Tone("#f0a93b", "#241500", "#ffe2b0", "#6b3c00"),
            State.NOT_OPEN: Tone("#17202a", "#b3bfca", "#7f8d9a", "#b3bfca", is_dashed=True),
            State.UNPLANNED: Tone("#17202a", "#b3bfca", "#17202a", "#b3bfca"),
        },
    ),
}
