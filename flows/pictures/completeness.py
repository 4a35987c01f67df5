"""The picture of a coordinator's digest: how much of what was planned is in, and the same in words.

Nothing in it compares people or projects: rows stay in the order in which they are given.
"""

from collections.abc import Iterable, Mapping

from flows.pictures.grid import Cell, Grid, State
from flows.pictures.labels import shortened
from flows.pictures.layout import EMPTY, laid_out
from flows.pictures.themes import THEMES, Theme
from flows.texts import Say, marked

__all__ = [
    "SCALE",
    "THEMES",
    "Cell",
    "Grid",
    "State",
    "Theme",
    "converted",
    "described",
    "png",
    "spec",
]

SCALE = 3
"""Pixels of the PNG for each point: sharp on a phone."""

LONGEST_LABEL, NAMELESS = 80, "?"
SOME = marked("{row}: {done} of {planned}")
SOME_LATE = marked("{row}: {done} of {planned}, {late} late")
UNTOLD = marked("{row}: not everything is in")
UNTOLD_LATE = marked("{row}: something is late")
ALL = marked("Everything is in.")
SO_FAR = marked("Everything is in so far; the rest is not open yet.")


def described(grid: Grid, say: Say) -> str:
    """Return the picture in words: a line of plain text for each row that misses something.

    What is not open yet is not missing, and not counted. There is a line for every row, also
    for those that the picture has no room for.
    """
    if grid.is_empty:
        return say(EMPTY)
    told = [_row(label, grid.row(number), say) for number, label in enumerate(grid.rows)]
    missing = [line for line in told if line]
    if missing:
        return "\n".join(missing)
    return say(SO_FAR if State.NOT_OPEN in grid.states else ALL)


def _row(label: str, cells: Iterable[Cell], say: Say) -> str:
    opened = [cell for cell in cells if cell.state not in {State.NOT_OPEN, State.UNPLANNED}]
    planned = sum(cell.expected for cell in opened)
    missing = sum(cell.missing for cell in opened)
    late = sum(cell.overdue for cell in opened)
    if not missing:
        return ""
    row, done = shortened(label, LONGEST_LABEL) or NAMELESS, planned - missing
    if not all(cell.is_told for cell in opened):
        return say(UNTOLD_LATE if late else UNTOLD, row=row)
    return say(SOME_LATE if late else SOME, row=row, done=done, planned=planned, late=late)


def png(grid: Grid, theme: str, say: Say) -> bytes:
    """Return the picture as a PNG of 1080 pixels wide; the same bytes for the same grid."""
    return converted(spec(grid, theme, say))


def converted(picture: Mapping[str, object]) -> bytes:
    """Return what `spec` made as a PNG; raises ValueError for what is no picture."""
    from vl_convert import vegalite_to_png

    return vegalite_to_png(dict(picture), scale=SCALE, allowed_base_urls=[])


def spec(grid: Grid, theme: str, say: Say) -> dict[str, object]:
    """Return the picture as Vega-Lite; whoever cannot see it is read what `described` says."""
    from flows.pictures.drawing import drawn

    return drawn(laid_out(grid, say), THEMES[theme], described(grid, say))
