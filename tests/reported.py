"""Builds projects of which reports are made, from rows on the sheets of the real handbook."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

from bot.app import selection
from bot.world import World, world
from flows import catalogues
from flows.loading import HANDBOOK
from flows.project import Project
from flows.report.matter import Book, Matter, Span, registered, standing_on
from flows.report.page import page
from flows.report.report import Report, report
from flows.schedule import Standing
from flows.sheet import with_texts
from tests.rows import Rows, participant, record, sheets

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
DATES = {
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
    "baseline_on": "2026-02-02",
    "interim_on": "2026-09-14",
    "final_on": "2027-12-01",
}
ALWAYS = Span()
SCALES = ("ladder", "housing", "physical_health", "network_family")


@cache
def here() -> World:
    """Return the program's own handbook with all its texts."""
    return world(HANDBOOK, "Europe/Brussels", lambda: NOON)


@cache
def book() -> Book:
    """Return the sheets as they are released."""
    texts = catalogues.load().texts()
    known = {key: with_texts(sheet, texts) for key, sheet in sheets().items()}
    return Book(known, {}, here().current, here().schedule)


def contacts(day: date, *numbers: int) -> Rows:
    """Return a contact for each number: with so many people, one of whom is new."""
    rows: Rows = []
    for number, met in enumerate(numbers):
        answers: dict[str, str | int | float | Mapping[str, int]] = {
            "met": met,
            "new_met": 1,
            "contacts": 1,
            "activity": "street_round",
        }
        name = f"contact {day} {number}"
        rows += record("contact", answers, name=name, observed_on=day, person=f"p{number}")
    return rows


def adjusted(day: date, why: str) -> Rows:
    """Return an adjustment, with its reason."""
    return record("adjustment", {"why": why}, name=f"adjustment {day}", observed_on=day)


def around(day: date, details: str) -> Rows:
    """Return a change around the project."""
    answers = {"context_change": "police", "details": details}
    return record("context_change", answers, name=f"around {day}", observed_on=day)


def moved(first: int, count: int, before: int, after: int, moment: str = "interim") -> Rows:
    """Return participants from number `first` on, measured twice on every scale."""
    rows: Rows = []
    for number in range(first, first + count):
        rows += participant(f"S{number:03}", "baseline", **dict.fromkeys(SCALES, before))
        if after:
            rows += participant(f"S{number:03}", moment, **dict.fromkeys(SCALES, after))
    return rows


def matter(
    rows: Iterable[Rows],
    span: Span = ALWAYS,
    name: str = "Kompas",
    threshold: int = 5,
    dates: Mapping[str, str] = DATES,
) -> Matter:
    """Return what a report of these rows is made from, as of 30 June 2026."""
    project = Project("kompas", name, (), tuple(selection(here())), dates=dates)
    values = [row for some in rows for row in some]
    day = NOON.date()
    held = {(row.sheet, row.moment, row.subject): [row.observed_on] for row in values}
    came = {row.subject: date(2026, 2, 2) for row in values if row.subject}
    standing = standing_on(Standing(project, came, held=held), day)
    found = registered(values, span)
    return Matter("Stad Voorbeeld", standing, span, day, found, book(), threshold)


def told(of: Matter, language: str = "en") -> Report:
    """Return the report of a project."""
    return report(of, here().interface.say(language))


def shown(of: Matter, language: str = "en") -> str:
    """Return the page of a project."""
    return page(told(of, language), here().interface.say(language))


def small() -> list[Rows]:
    """Return a project with little, of which everything may be seen."""
    return [
        contacts(date(2026, 4, 7), 6, 9),
        contacts(date(2026, 5, 4), 7),
        contacts(date(2026, 6, 1), 8),
        adjusted(date(2026, 4, 20), "Later open, because people come in the evening"),
        around(date(2026, 5, 11), "The square is being rebuilt"),
        moved(1, 9, 2, 4),
        moved(10, 6, 3, 3),
        moved(16, 5, 3, 2),
        moved(21, 7, 2, 0),
    ]


def lively(seed: int = 3) -> list[Rows]:
    """Return half a year of a busy project."""
    chance = Random(seed)
    first, rows = date(2026, 1, 12), []
    for number in range((NOON.date() - first).days):
        day = first + timedelta(days=number)
        if day.isoweekday() <= 5:
            rows.append(contacts(day, *chance.choices([1, 1, 2, 4, 7], k=chance.randint(0, 3))))
    logged = [
        adjusted(date(2026, 3, 23), "Ook 's avonds open: dan komen meer mensen"),
        around(date(2026, 3, 9), "De inloop van de buren is dicht"),
        around(date(2026, 5, 18), "Nieuwe politiezone"),
        adjusted(date(2026, 6, 1), "Een collega erbij"),
    ]
    day = date(2026, 2, 10)
    logged += [record("project", {}, "baseline", "the project", observed_on=day)]
    logged += [record("target_group", {}, "baseline", "the group", observed_on=day)]
    return [*rows, *logged, *_people(chance)]


def _people(chance: Random) -> Iterable[Rows]:
    for number in range(1, 61):
        before = {scale: chance.randint(1, 3) for scale in SCALES}
        subject = f"S{number:03}"
        yield participant(subject, "baseline", **before)
        if chance.random() < 0.8:
            step = [-1, -1, 0, 0, 1, 1, 2]
            after = {
                scale: min(max(value + chance.choice(step), 1), 5)
                for scale, value in before.items()
            }
            yield participant(subject, "interim", **after)
