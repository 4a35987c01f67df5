"""Where everything stands in the picture of a course: small bars below each other, and marks."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from flows.local import show_decimal
from flows.pictures.grid import State
from flows.pictures.labels import plain, width_of
from flows.pictures.layout import MARGIN, TITLE, WIDTH, Bar, Layout, Rule, Style
from flows.report.course import MARKING, Course, Event, Series
from flows.report.shown import Count
from flows.report.steps import Step, ticks
from flows.texts import Say, marked

INNER = WIDTH - 2 * MARGIN
SIZE, NAME, TALL, ABOVE, BETWEEN = 12, 16, 40, 16, 14
UNSEEN = 9
"""How high a bar is whose number is not shown."""

BADGE, TICK = 18, 44
TONES = {MARKING[0]: State.COMING, MARKING[1]: State.NOT_OPEN}
TOTAL = marked("{count} in all")
HIDDEN = marked("too few people to be shown")
KINDS = {MARKING[0]: marked("adjustment"), MARKING[1]: marked("change around the project")}


def laid_out(found: Course, title: str, say: Say, threshold: int) -> Layout:
    """Return a picture of a course that was counted."""
    layout = Layout()
    layout.add(TITLE, title, 2, 19)
    layout.height += 4
    _badges(layout, found)
    marks = list(_marks(found))
    for series in found.series:
        top = layout.height + NAME
        _draw(layout, series, say, threshold)
        base = layout.height - BETWEEN
        layout.rules += [Rule(x, top, x, base, is_dashed) for x, is_dashed in marks]
    _name_steps(layout, found.steps, say.language)
    _draw_legend(layout, found, say)
    layout.height += MARGIN
    return layout


def _pitch(found: Sequence[Step]) -> float:
    return INNER / len(found)


def _x(found: Sequence[Step], event: Event) -> float | None:
    for number, step in enumerate(found):
        if step.first <= event.day <= step.last:
            return MARGIN + (number + step.share(event.day)) * _pitch(found)
    return None


def _grouped(found: Course) -> Iterator[tuple[float, bool, str]]:
    """Yield the place, the kind and the numbers of events that stand in one step together."""
    placed = [(event, x) for event in found.events if (x := _x(found.steps, event)) is not None]
    pitch = _pitch(found.steps)

    def together(item: tuple[Event, float]) -> tuple[int, str]:
        return int((item[1] - MARGIN) / max(pitch, BADGE)), item[0].sheet

    for _, group in groupby(sorted(placed, key=together), key=together):
        events = list(group)
        text = _ranges([event.number for event, _ in events])
        yield events[0][1], events[0][0].sheet != MARKING[0], text


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _marks(found: Course) -> Iterator[tuple[float, bool]]:
    return ((x, is_around) for x, is_around, _ in _grouped(found))


def _badges(layout: Layout, found: Course) -> None:
    """Write the numbers of the marks, in as many lines as keep them apart."""
    ends: list[float] = []
    for x, is_around, text in sorted(_grouped(found)):
        width = width_of(text, SIZE) + 8
        left = min(max(x - width / 2, MARGIN), WIDTH - MARGIN - width)
        line = next((number for number, end in enumerate(ends) if end + 2 <= left), len(ends))
        ends[line : line + 1] = [left + width]
        state = TONES[MARKING[is_around]]
        y = layout.height + line * (BADGE + 2)
        layout.bars.append(Bar(left, y, width, BADGE, state))
        style = Style(SIZE, 0, "bold", "center", on=state)
        layout.write(style, left + width / 2, y + BADGE / 2, [text])
    layout.height += len(ends) * (BADGE + 2) + (4 if ends else 0)


def _draw(layout: Layout, series: Series, say: Say, threshold: int) -> None:
    total = series.total.told(say, threshold)
    if series.total.is_shown:
        total = say(TOTAL, count=total)
    width = width_of(total, SIZE)
    middle = layout.height + 8
    layout.write(Style(SIZE, width, align="right"), WIDTH - MARGIN, middle, [total])
    layout.write(Style(13, INNER - width - 8, "bold"), MARGIN, middle, [plain(series.name)])
    base = layout.height + NAME + ABOVE + TALL
    most = max((count.value for count in series.counts if count.is_shown), default=0)
    pitch = INNER / len(series.counts)
    gap = min(3, pitch / 4)
    highest = next((n for n, item in enumerate(series.counts) if _is(item, most)), -1)
    for number, count in enumerate(series.counts):
        x = MARGIN + number * pitch + gap / 2
        height = TALL * count.value / most if count.is_shown and most else UNSEEN
        if count.value:
            state = State.ALL_IN if count.is_shown else State.NOT_OPEN
            layout.bars.append(Bar(x, base - height, pitch - gap, height, state))
        text = show_decimal(count.value, say.language)
        has_room = width_of(text, SIZE) <= pitch
        if count.value and count.is_shown and (has_room or number == highest):
            half = width_of(text, SIZE) / 2
            middle = min(max(x + (pitch - gap) / 2, MARGIN + half), WIDTH - MARGIN - half)
            layout.write(
                Style(SIZE, 0, align="center", has_halo=True), middle, base - height - 8, [text]
            )
    layout.rules.append(Rule(MARGIN, base, WIDTH - MARGIN, base))
    layout.height = base + BETWEEN


def _is(count: Count, value: int) -> bool:
    return bool(value) and count.is_shown and count.value == value


def _name_steps(layout: Layout, found: Sequence[Step], language: str) -> None:
    pitch = _pitch(found)
    is_named = ticks(list(found), pitch, TICK)
    layout.height -= BETWEEN
    year, style = 0, Style(SIZE, 0)
    for number, step in enumerate(found):
        if is_named(number):
            x = MARGIN + number * pitch
            layout.rules.append(Rule(x, layout.height, x, layout.height + 4))
            layout.write(style, x + 1, layout.height + 11, [step.short(language)])
            if step.first.year != year:
                year = step.first.year
                layout.write(style, x + 1, layout.height + 26, [str(year)])
    layout.height += 40


def _draw_legend(layout: Layout, found: Course, say: Say) -> None:
    kinds = [sheet for sheet in MARKING if any(event.sheet == sheet for event in found.events)]
    shown = [(TONES[sheet], "1", say(KINDS[sheet])) for sheet in kinds]
    if any(not count.is_shown for series in found.series for count in series.counts):
        shown.append((State.NOT_OPEN, "", say(HIDDEN)))
    for state, text, words in shown:
        height = BADGE if text else UNSEEN
        y = layout.height + (BADGE - height) / 2
        layout.bars.append(Bar(MARGIN, y, BADGE, height, state))
        if text:
            style = Style(SIZE, 0, "bold", "center", on=state)
            layout.write(style, MARGIN + BADGE / 2, y + BADGE / 2, [text])
        middle = layout.height + BADGE / 2
        layout.write(Style(SIZE, INNER - BADGE - 6), MARGIN + BADGE + 6, middle, [words])
        layout.height += BADGE + 4
