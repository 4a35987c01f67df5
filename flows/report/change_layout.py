"""Where everything stands in the picture of changes: a bar of all who started, for each scale."""

from collections.abc import Sequence

from flows.local import show_decimal
from flows.pictures.grid import State
from flows.pictures.labels import lines, width_of
from flows.pictures.layout import LINE, MARGIN, TITLE, WIDTH, Bar, Layout, Style
from flows.report.change import PARTS, Shift
from flows.texts import Say, marked

INNER = WIDTH - 2 * MARGIN
SIZE, TALL, BETWEEN, SWATCH = 12, 24, 12, 24
TONES = dict(zip(PARTS, (State.ALL_IN, State.COMING, State.LATE), strict=True))
SIGNS = dict(zip(PARTS, "↑=↓", strict=True))
NAMES = {
    "improved": marked("better"),
    "same": marked("the same"),
    "worse": marked("worse"),
}
NOT_BOTH = marked("started, but not measured at both moments")
NOT_SHOWN = marked("not at both moments, or too few to be shown")
"""What is left of a bar: in a picture without small numbers, and in one that hides some."""
OF, ALONE = marked("{both} of {started}"), marked("of {started}")
HIDDEN = marked("too few people to be shown")


def laid_out(shifts: Sequence[Shift], title: str, say: Say, threshold: int) -> Layout:
    """Return a picture of changes between the same two moments."""
    layout = Layout()
    layout.add(TITLE, title, 2, 19)
    layout.height += MARGIN
    for shift in shifts:
        _draw(layout, shift, say, threshold)
    is_whole = all(shift.is_whole for shift in shifts)
    _draw_legend(layout, say(NOT_BOTH if is_whole else NOT_SHOWN), say)
    layout.height += MARGIN
    return layout


def _draw(layout: Layout, shift: Shift, say: Say, threshold: int) -> None:
    whole = _whole(shift, say, threshold)
    width = width_of(whole, SIZE)
    if whole:
        style = Style(SIZE, width, align="right")
        layout.write(style, WIDTH - MARGIN, layout.height + LINE / 2, [whole])
    style = Style(13, INNER - width - MARGIN, "bold")
    for line in lines(shift.name, style.limit, style.size, 2):
        layout.write(style, MARGIN, layout.height + LINE / 2, [line])
        layout.height += LINE + 1
    layout.height += 3
    end = _draw_parts(layout, shift, say) if shift.is_drawn else MARGIN
    hidden, rest = say(HIDDEN), WIDTH - MARGIN - end
    if not shift.is_whole or shift.both.value < shift.started.value:
        layout.bars.append(Bar(end, layout.height, rest, TALL, State.NOT_OPEN))
    room = rest - MARGIN
    if not shift.is_whole and width_of(hidden, SIZE) <= room:
        style = Style(SIZE, room, on=State.NOT_OPEN)
        layout.write(style, end + MARGIN, layout.height + TALL / 2, [hidden])
    layout.height += TALL + BETWEEN


def _whole(shift: Shift, say: Say, threshold: int) -> str:
    started = shift.started.told(say, threshold)
    if not shift.both.is_shown:
        return say(ALONE, started=started) if shift.started.is_shown else ""
    return say(OF, both=shift.both.told(say, threshold), started=started)


def _draw_parts(layout: Layout, shift: Shift, say: Say) -> float:
    """Draw what may be seen; what is left of the bar is all the rest."""
    x: float = MARGIN
    for part, count in zip(PARTS, shift.parts, strict=True):
        width = INNER * count.value / shift.started.value
        if not count.value or not count.is_shown:
            continue
        layout.bars.append(Bar(x, layout.height, width, TALL, TONES[part]))
        text = f"{SIGNS[part]} {show_decimal(count.value, say.language)}"
        if width_of(text, SIZE) <= width:
            style = Style(SIZE, 0, "bold", "center", on=TONES[part])
            layout.write(style, x + width / 2, layout.height + TALL / 2, [text])
        x += width
    return x


def _draw_legend(layout: Layout, rest: str, say: Say) -> None:
    third = INNER / len(PARTS)
    for number, part in enumerate(PARTS):
        x, y = MARGIN + number * third, layout.height
        layout.bars.append(Bar(x, y, SWATCH, SWATCH - 4, TONES[part]))
        style = Style(SIZE, 0, "bold", "center", on=TONES[part])
        layout.write(style, x + SWATCH / 2, y + SWATCH / 2 - 2, [SIGNS[part]])
        words = Style(SIZE, third - SWATCH - 6)
        layout.write(words, x + SWATCH + 6, y + SWATCH / 2 - 2, [say(NAMES[part])])
    layout.height += SWATCH + 4
    layout.bars.append(Bar(MARGIN, layout.height, SWATCH, SWATCH - 4, State.NOT_OPEN))
    style = Style(SIZE, INNER - SWATCH - 6)
    layout.write(style, MARGIN + SWATCH + 6, layout.height + SWATCH / 2 - 2, [rest])
    layout.height += SWATCH
