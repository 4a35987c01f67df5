"""The second section: what was done in the course of time, and what changed meanwhile."""

from collections.abc import Iterator

from flows.local import show_full_date
from flows.report.course import Course, Series, course
from flows.report.course_layout import laid_out
from flows.report.drawing import chart
from flows.report.matter import Matter
from flows.report.section import Item, Rows, Section
from flows.report.steps import EACH, Step
from flows.texts import Say, marked

TITLE = marked("What was done")
NOTHING = marked("Nothing that is counted was registered.")
TWICE = marked("Whoever is met twice counts twice.")
MARKED = marked(
    "The numbers mark adjustments and changes around the project; they are listed below."
)
SAID = marked("{name}: {count} in all; most: {when} ({most}).")
SAID_SHORT = marked("{name}: {count} in all.")
WHEN = marked("When")


def course_section(matter: Matter, say: Say) -> Section:
    """Return the section; where nothing was counted, it lists what changed."""
    found = course(matter, say.language)
    items = tuple(
        Item(
            say(
                "{label}: {value}", label=show_full_date(event.day, say.language), value=event.title
            ),
            event.words,
            event.sheet,
        )
        for event in found.events
    )
    if not found.series:
        return Section(say(TITLE), say(NOTHING), items=items)
    title = say("{label}: {value}", label=matter.standing.project.name, value=say(TITLE))
    sentences = tuple(_sentence(series, found, say, matter.threshold) for series in found.series)
    described = "\n".join([*sentences, *(f"{n}. {item.title}" for n, item in enumerate(items, 1))])
    return Section(
        say(TITLE),
        " ".join([say(EACH[found.steps[0].kind]), *([say(MARKED)] if items else [])]),
        (chart(title, laid_out(found, title, say, matter.threshold), described),),
        items,
        sentences,
        (_table(found, say, matter.threshold),),
        (say(TWICE),),
    )


def _sentence(series: Series, found: Course, say: Say, threshold: int) -> str:
    total = series.total.told(say, threshold)
    shown = [item for item in zip(series.counts, found.steps, strict=True) if item[0].is_shown]
    if not series.total.is_shown:
        return say("{label}: {value}", label=series.name, value=total)
    if not any(count.value for count, _ in shown):
        return say(SAID_SHORT, name=series.name, count=total)
    count, step = max(shown, key=lambda item: item[0].value)
    when, most = step.name(say.language), count.told(say, threshold)
    return say(SAID, name=series.name, count=total, when=when, most=most)


def _table(found: Course, say: Say, threshold: int) -> Rows:
    head = (say(WHEN), *(series.name for series in found.series))
    return Rows(say(TITLE), head, tuple(_rows(found, say, threshold)))


def _rows(found: Course, say: Say, threshold: int) -> Iterator[tuple[str, ...]]:
    for number, step in enumerate(found.steps):
        counts = (series.counts[number].told(say, threshold) for series in found.series)
        yield (_named(step, say), *counts)


def _named(step: Step, say: Say) -> str:
    return step.name(say.language)
