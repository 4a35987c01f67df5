"""The picture as Vega-Lite, through altair; importing this takes a while.

Every position is worked out before, so nothing depends on what a label is or on how wide a
browser sets it. Marks are hidden from screen readers, which are given the description instead.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import altair as alt

from flows.pictures.layout import NUMBER, STRIP, WIDTH, Bar, Box, Layout, Line, Rule, Style
from flows.pictures.themes import Theme, Tone

Datum: TypeAlias = Mapping[str, float | str]

# The first one comes with vl-convert, so that a picture is the same on every machine.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
CORNER, INSET, THIN, HALO = 4, 4, 1, 4


def drawn(layout: Layout, theme: Theme, description: str) -> dict[str, object]:
    """Return a layout in the colours of a theme."""
    layers = []
    for is_dashed in (False, True):
        if rules := [rule for rule in layout.rules if rule.is_dashed is is_dashed]:
            layers += [_rules(rules, theme.text, is_dashed=is_dashed)]
    for state, tone in theme.tones.items():
        if bars := [bar for bar in layout.bars if bar.state is state]:
            layers.append(_bars(bars, tone))
    for state, tone in theme.tones.items():
        if boxes := [box for box in layout.boxes if box.cell.state is state]:
            layers += [_cells(boxes, tone), _strips(boxes, tone), _numbers(boxes, tone)]
    for style, lines in layout.texts.items():
        colour = theme.tones[style.on].text if style.on else theme.text
        if style.has_halo:
            layers.append(_lines(lines, style, theme.background, halo=theme.background))
        layers.append(_lines(lines, style, colour))
    chart = alt.LayerChart(
        layer=layers,
        width=WIDTH,
        height=layout.height,
        padding=0,
        autosize="none",
        background=theme.background,
        description=description,
        config=alt.Config(view=alt.ViewConfig(stroke=None)),
    )
    return dict(chart.to_dict())


def _bars(bars: list[Bar], tone: Tone) -> alt.Chart:
    mark = alt.MarkDef(
        "rect",
        fill=tone.fill,
        stroke=tone.line,
        strokeDash=[3, 3] if tone.is_dashed else [1, 0],
        strokeWidth=THIN,
        aria=False,
    )
    return _shapes([(bar.x, bar.y, bar.width, bar.height) for bar in bars], mark)


def _rules(rules: list[Rule], colour: str, *, is_dashed: bool) -> alt.Chart:
    dash = [4, 3] if is_dashed else [1, 0]
    mark = alt.MarkDef("rule", color=colour, strokeDash=dash, strokeWidth=THIN, aria=False)
    data: list[Datum] = [{"x": item.x, "y": item.y, "x2": item.x2, "y2": item.y2} for item in rules]
    return _placed(data, mark, x2=alt.X2("x2"), y2=alt.Y2("y2"))


def _cells(boxes: list[Box], tone: Tone) -> alt.Chart:
    mark = alt.MarkDef(
        "rect",
        fill=tone.fill,
        stroke=tone.line,
        strokeDash=[3, 3] if tone.is_dashed else [1, 0],
        cornerRadius=CORNER,
        aria=False,
    )
    return _shapes([(box.x, box.y, box.width, box.height) for box in boxes], mark)


def _strips(boxes: list[Box], tone: Tone) -> alt.Chart:
    filled = [
        (
            box.x + INSET,
            box.y + box.height - STRIP,
            (box.width - 2 * INSET) * box.share,
            STRIP,
        )
        for box in boxes
        if box.share
    ]
    return _shapes(filled, alt.MarkDef("rect", fill=tone.bar, aria=False))


def _numbers(boxes: list[Box], tone: Tone) -> alt.Chart:
    style = Style(NUMBER, limit=0, weight="bold", align="center")
    layout = Layout()
    for box in boxes:
        # A number stands above the strip, also where there is none, so that a row is even.
        layout.write(style, box.x + box.width / 2, box.y + (box.height - STRIP) / 2, box.lines)
    return _lines(layout.texts[style], style, tone.text)


def _lines(lines: list[Line], style: Style, colour: str, halo: str = "") -> alt.Chart:
    mark = alt.MarkDef(
        "text",
        font=FONT,
        fontSize=style.size,
        fontWeight=style.weight,
        color=colour,
        align=style.align,
        baseline="middle",
        angle=style.angle,
        limit=style.limit,
        aria=False,
        stroke=halo or alt.Undefined,
        strokeWidth=HALO if halo else alt.Undefined,
        strokeJoin="round" if halo else alt.Undefined,
    )
    data: list[Datum] = [{"x": line.x, "y": line.y, "text": line.text} for line in lines]
    return _placed(data, mark, text=alt.Text("text", type="nominal"))


def _shapes(shapes: Sequence[tuple[float, float, float, float]], mark: alt.MarkDef) -> alt.Chart:
    data: list[Datum] = [{"x": x, "y": y, "x2": x + w, "y2": y + h} for x, y, w, h in shapes]
    return _placed(data, mark, x2=alt.X2("x2"), y2=alt.Y2("y2"))


def _placed(
    data: Sequence[Datum], mark: alt.MarkDef, **more: alt.Text | alt.X2 | alt.Y2
) -> alt.Chart:
    x = alt.X("x", type="quantitative", scale=None, axis=None)
    y = alt.Y("y", type="quantitative", scale=None, axis=None)
    encoding = alt.FacetedEncoding(x=x, y=y, **more)
    return alt.Chart(data=alt.InlineData(values=data), mark=mark, encoding=encoding)
