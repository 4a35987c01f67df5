"""The third section: how participants changed between two moments, with both denominators."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from flows.questionnaire import MOMENT_NAMES
from flows.report.change import Changes, Shift, changes
from flows.report.change_layout import NAMES, laid_out
from flows.report.drawing import chart
from flows.report.matter import Matter
from flows.report.section import Chart, Rows, Section
from flows.sheet import MEASUREMENTS
from flows.texts import Say, marked

MOST = 8
"""Bars in one picture: more are too small on a phone."""

TITLE = marked("What changed for participants")
NOBODY = marked("No participant has started yet.")
NOT_YET = marked("Started: {started}. Nobody was measured at two moments yet.")
LEAD = marked(
    "Started: {started}, counting whoever left since. A bar stands for all who started; coloured"
    " is what can be shown of those who were measured at both moments."
)
SAID = marked(
    "{name}: of the {started} who started, {both} were measured at both moments:"
    " {improved} better, {same} the same, {worse} worse."
)
DIFFERENT = marked("{name}: asked in different words at different moments; compare with care.")
INDICATOR, STARTED, BOTH = marked("Indicator"), marked("started"), marked("both times")


def change_section(matter: Matter, say: Say) -> Section:
    """Return the section; each number in it is shown as the outcome table shows it."""
    found = changes(matter, say.language)
    if not found.started.value:
        return Section(say(TITLE), say(NOBODY))
    started = found.started.told(say, matter.threshold)
    if not found.shifts:
        return Section(say(TITLE), say(NOT_YET, started=started))
    pairs = list(_pairs(found))
    return Section(
        say(TITLE),
        say(LEAD, started=started),
        tuple(item for pair in pairs for item in _charts(pair, matter, say)),
        sentences=tuple(
            line
            for pair in pairs
            for line in [_title(pair, say), *_sentences(pair, say, matter.threshold)]
        ),
        tables=tuple(_table(pair, say, matter.threshold) for pair in pairs),
        notes=tuple(_different(found, say)),
    )


def _pairs(found: Changes) -> Iterator[list[Shift]]:
    def order(shift: Shift) -> tuple[int, int]:
        return MEASUREMENTS.index(shift.second), MEASUREMENTS.index(shift.first)

    for _, shifts in groupby(sorted(found.shifts, key=order), key=order):
        yield list(shifts)


def _title(pair: Sequence[Shift], say: Say) -> str:
    first, second = (say(MOMENT_NAMES[name]) for name in (pair[0].first, pair[0].second))
    return f"{first} → {second}"


def _charts(pair: Sequence[Shift], matter: Matter, say: Say) -> Iterator[Chart]:
    title = say("{label}: {value}", label=matter.standing.project.name, value=_title(pair, say))
    threshold = matter.threshold
    count = -(-len(pair) // MOST)
    size = -(-len(pair) // count)
    for start in range(0, len(pair), size):
        part = pair[start : start + size]
        numbered = f"{title} ({start // size + 1}/{count})" if count > 1 else title
        described = "\n".join(_sentences(part, say, threshold))
        yield chart(numbered, laid_out(part, numbered, say, threshold), described)


def _told(shift: Shift, say: Say, threshold: int) -> dict[str, str]:
    counts = dict(zip(NAMES, shift.parts, strict=True))
    counts |= {"started": shift.started, "both": shift.both}
    return {name: count.told(say, threshold) for name, count in counts.items()}


def _sentences(pair: Sequence[Shift], say: Say, threshold: int) -> list[str]:
    return [say(SAID, name=shift.name, **_told(shift, say, threshold)) for shift in pair]


def _table(pair: Sequence[Shift], say: Say, threshold: int) -> Rows:
    head = (INDICATOR, STARTED, BOTH, *NAMES.values())
    order = ("started", "both", *NAMES)
    rows = (
        (shift.name, *(told[name] for name in order))
        for shift in pair
        for told in [_told(shift, say, threshold)]
    )
    return Rows(_title(pair, say), tuple(say(word) for word in head), tuple(rows))


def _different(found: Changes, say: Say) -> Iterator[str]:
    names = dict.fromkeys(shift.name for shift in found.shifts if not shift.is_comparable)
    yield from (say(DIFFERENT, name=name) for name in names)
