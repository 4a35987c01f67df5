"""Where everything stands in the picture, in points of a phone that is 360 of them wide."""

from dataclasses import dataclass, field, replace
from typing import Literal

from flows.pictures.grid import Cell, Grid, State
from flows.pictures.labels import MEAN, lines, plain, width_of
from flows.texts import Say, marked

WIDTH, MARGIN, GAP = 360, 8, 4
MOST_ROWS, MOST_COLUMNS = 20, 5
FEW_ROWS = 10
PITCH = {0: 0, 1: 76, 2: 74, 3: 74, 4: 52, 5: 46}
"""How far apart columns are, by their number; the labels of the rows have what is left."""
ROW, LINE, HEADING, LONGEST_HEADING = 32, 14, 12, 104
LEGEND_ROW, SWATCH, SWATCH_HEIGHT = 28, 46, 24
NUMBER, STRIP, TWO_LINES = 12, 3, 40
LEGEND: dict[State, tuple[Cell, str]] = {
    State.ALL_IN: (Cell(8, 8), marked("all in")),
    State.COMING: (Cell(8, 3), marked("3 of 8 are in")),
    State.LATE: (Cell(8, 3, late=1), marked("something is late")),
    State.NOT_OPEN: (Cell(8, 0, is_due=False), marked("not open yet")),
}
EMPTY = marked("Nothing is planned yet.")
CUT = marked("Not everything fits in this picture.")


@dataclass(frozen=True, slots=True)
class Box:
    """A cell, or what explains one in the legend; `y` is its upper edge."""

    x: float
    y: float
    width: float
    height: float
    cell: Cell

    @property
    def lines(self) -> list[str]:
        """What stands in the cell; a number is never cut, but large ones take a line each."""
        text = self.cell.text
        if width_of(text, NUMBER) <= self.width:
            return [text]
        done, _, expected = text.partition("/")
        return [f"{done}/", expected]

    @property
    def share(self) -> float:
        """How much of the strip is filled; none where the text alone says it."""
        if not self.cell.is_told or self.cell.state not in {State.COMING, State.LATE}:
            return 0
        return max(self.cell.done, 0) / self.cell.expected


@dataclass(frozen=True, slots=True)
class Style:
    """How lines of text are set; what is wider than `limit` is cut by whatever draws it.

    They are written in the colour of the page's words, or of those `on` a cell of a state; with
    a halo, what lies behind them does not make them hard to read.
    """

    size: int
    limit: float
    weight: Literal["normal", "bold"] = "normal"
    align: Literal["left", "center", "right"] = "left"
    angle: int = 0
    on: State | None = None
    has_halo: bool = False


# A browser without the font of the picture may have one that is a fifth wider.
TITLE = Style(15, (WIDTH - 2 * MARGIN) / 1.2, "bold")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, with the middle of its height at `y`."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a bar in the colours of a state; `y` is its upper edge."""

    x: float
    y: float
    width: float
    height: float
    state: State


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line in the colour of the page's words, upright or lying."""

    x: float
    y: float
    x2: float
    y2: float
    is_dashed: bool = False


@dataclass(slots=True)
class Layout:
    """All that is drawn, from top to bottom."""

    height: float = MARGIN
    boxes: list[Box] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    texts: dict[Style, list[Line]] = field(default_factory=dict)

    def write(self, style: Style, x: float, middle: float, texts: list[str]) -> None:
        """Set lines below each other around a height; or beside each other, when turned."""
        for number, text in enumerate(texts):
            off = (number - (len(texts) - 1) / 2) * LINE
            line = Line(x + off, middle, text) if style.angle else Line(x, middle + off, text)
            self.texts.setdefault(style, []).append(line)

    def add(self, style: Style, text: str, most: int, step: int = LINE) -> None:
        """Set a text below what is there, over the whole width."""
        for line in lines(text, style.limit, style.size, most):
            self.write(style, MARGIN, self.height + step / 2, [line])
            self.height += step


def laid_out(grid: Grid, say: Say) -> Layout:
    """Return where everything stands; what is beyond the most rows and columns is left out."""
    layout, inner = Layout(), WIDTH - 2 * MARGIN
    layout.add(TITLE, grid.title, 2, 19)
    layout.height += MARGIN
    if grid.is_empty:
        layout.add(Style(13, inner), say(EMPTY), 3, 17)
    else:
        rows, columns = grid.rows[:MOST_ROWS], grid.columns[:MOST_COLUMNS]
        part = replace(grid, rows=rows, columns=columns)
        _draw_columns(layout, part)
        _draw_rows(layout, part)
        _draw_legend(layout, part, say)
        if (rows, columns) != (grid.rows, grid.columns):
            layout.add(Style(12, inner), say(CUT), 2)
    layout.height += MARGIN
    return layout


def _draw_columns(layout: Layout, grid: Grid) -> None:
    columns, pitch = [plain(column) for column in grid.columns], PITCH[len(grid.columns)]
    words = [word for column in columns for word in column.split()]
    is_turned = any(width_of(word, HEADING) > pitch - 2 for word in words)
    if is_turned:
        style = Style(HEADING, LONGEST_HEADING, angle=270)
        labels = [lines(column, style.limit, HEADING, int(pitch / LINE)) for column in columns]
        widths = (width_of(line, HEADING) for label in labels for line in label)
        height = min(max(widths), LONGEST_HEADING)
    else:
        style = Style(HEADING, pitch, align="center")
        # A word that fits stays whole, also where its letters are narrower than the average.
        room = max([pitch - 2, *(len(word) * HEADING * MEAN + 1 for word in words)])
        labels = [lines(column, room, HEADING, 2) for column in columns]
        height = max(map(len, labels)) * LINE
    for number, label in enumerate(labels):
        x = WIDTH - MARGIN - (len(columns) - number - 0.5) * pitch
        off = height if is_turned else height - len(label) * LINE / 2
        layout.write(style, x, layout.height + off, label)
    layout.height += height + GAP


def _draw_rows(layout: Layout, grid: Grid) -> None:
    pitch = PITCH[len(grid.columns)]
    left = WIDTH - MARGIN - len(grid.columns) * pitch
    style = Style(12, left - MARGIN - GAP)
    most = 3 if len(grid.rows) <= FEW_ROWS else 2
    for number, row in enumerate(grid.rows):
        label = lines(row, style.limit, style.size, most)
        boxes = [
            Box(left + column * pitch + GAP / 2, layout.height + GAP / 2, pitch - GAP, ROW, cell)
            for column, cell in enumerate(grid.row(number))
        ]
        least = TWO_LINES if any(len(box.lines) > 1 for box in boxes) else ROW
        height = max(least, len(label) * LINE + GAP)
        layout.write(style, MARGIN, layout.height + height / 2, label)
        layout.boxes += [replace(box, height=height - GAP) for box in boxes]
        layout.height += height


def _draw_legend(layout: Layout, grid: Grid, say: Say) -> None:
    layout.height += MARGIN
    half = (WIDTH - 2 * MARGIN) / 2
    style = Style(12, half - SWATCH - 2 * GAP)
    shown = [entry for state, entry in LEGEND.items() if state in grid.states]
    for number, (cell, words) in enumerate(shown):
        x, y = MARGIN + number % 2 * half, layout.height + number // 2 * LEGEND_ROW
        layout.boxes.append(Box(x, y, SWATCH, SWATCH_HEIGHT, cell))
        layout.write(style, x + SWATCH + GAP, y + SWATCH_HEIGHT / 2, [plain(say(words))])
    layout.height += (len(shown) + 1) // 2 * LEGEND_ROW
