"""A report says what there is in words and numbers, and gives no small number of people away."""

import html
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from vl_convert import vegalite_to_svg

from flows.catalogue import TEAM
from flows.evaluation.suppression import WITHHELD
from flows.exports.outcome import Outcome
from flows.pictures.completeness import converted
from flows.pictures.themes import THEMES
from flows.report.change import changes
from flows.report.charts import charts
from flows.report.course import course
from flows.report.matter import Span
from flows.report.page import recoloured
from flows.report.steps import steps
from tests.reported import (
    adjusted,
    contacts,
    lively,
    matter,
    moved,
    shown,
    small,
    told,
)
from tests.rows import Rows, exported, record

GOLDEN = Path(__file__).parent / "report.txt"
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'>&</title>",
    "Op/Stap 😀",
    "{{ 7*7 }} {x} %s",
    "a" * 300,
)
NUMBER = re.compile(r"(?<![\d.,])\d+(?![\d.,]?\d)")


def words(page: str) -> str:
    """Return all that a reader or a screen reader is told, a line for each piece."""
    labels = re.findall(r'aria-label="([^"]*)"', page)
    body = re.sub(r"<svg.*?</svg>", "", page[page.index("<body>") :], flags=re.DOTALL)
    lines = re.sub(r"<[^>]+>", "\n", body).splitlines()
    pieces = [*filter(None, map(str.strip, lines)), "--- read aloud", *labels]
    return html.unescape("\n".join(pieces)) + "\n"


def drawn_texts(page: str) -> list[str]:
    """Return what is written in the charts."""
    found = re.findall(r"<text[^>]*>([^<]*)</text>", page)
    return [html.unescape(text) for text in found]


def numbers(page: str) -> set[str]:
    """Return every number of a page, wherever it is written."""
    return set(NUMBER.findall(words(page) + "\n" + "\n".join(drawn_texts(page))))


def people(*groups: tuple[int, int, int]) -> list[Rows]:
    """Return participants: how many, their step before, and after, 0 if not measured again."""
    rows, first = [], 1
    for count, before, after in groups:
        rows.append(moved(first, count, before, after))
        first += count
    return rows


def test_a_page_says_in_words_what_it_shows(update: bool) -> None:
    text = words(shown(matter(small())))
    if update:
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_the_same_data_gives_the_same_page(language: str) -> None:
    page = shown(matter(small()), language)
    assert page == shown(matter(reversed(small())), language)
    assert f'<html lang="{language}">' in page


def test_a_page_needs_nothing_else_and_runs_nothing() -> None:
    page = shown(matter(small()))
    for word in ("http:", "https:", "src=", "href", "@import", "url(", "<script", "<link", "<img"):
        assert word not in page
    assert re.findall(r"\son\w+=", page) == []


def test_both_denominators_stand_beside_each_change() -> None:
    text = words(shown(matter(small())))
    said = (
        "Housing: of the 27 who started, 20 were measured at both moments:"
        " 9 better, 6 the same, 5 worse."
    )
    assert said in text
    assert drawn_texts(shown(matter(small()))).count("20 of 27") == 4


def test_the_rest_of_a_bar_says_that_it_may_hide_small_numbers() -> None:
    all_told, some_hidden = (
        drawn_texts(shown(matter(rows))) for rows in (small(), people((12, 2, 4), (3, 3, 2)))
    )
    assert "started, but not measured at both moments" in all_told
    assert "started, but not measured at both moments" not in some_hidden
    assert "not at both moments, or too few to be shown" in some_hidden


def test_changes_come_in_the_order_of_the_handbook_whatever_they_are() -> None:
    some, other = people((9, 2, 4), (6, 3, 2)), people((6, 2, 4), (9, 3, 2))
    names = [[shift.code for shift in changes(matter(rows), "en").shifts] for rows in (some, other)]
    assert names[0] == names[1] == sorted(names[0])


def test_each_count_is_shown_as_the_outcome_table_shows_it() -> None:
    for groups in [
        ((12, 2, 4), (7, 3, 3), (3, 3, 2), (2, 2, 0)),
        ((9, 2, 4), (6, 3, 3), (5, 3, 2)),
    ]:
        of = matter(people(*groups))
        rows = exported(Outcome(), of.registered.participants, sub_group="")
        table = {(row["indicator"], row["compared"]): row for row in rows if row["compared"]}
        for shift in changes(of, "en").shifts:
            row = table[shift.code, f"{shift.first}_to_{shift.second}"]
            shown_counts = (shift.started, shift.both, *shift.parts)
            for name, count in zip(
                ("started", "both", "improved", "same", "worse"), shown_counts, strict=True
            ):
                assert row[name].isdigit() is count.is_shown
                assert not count.is_shown or row[name] == str(count.value)
                assert count.is_shown or row[name] in {"<5", WITHHELD}


def test_no_small_number_of_people_is_anywhere_on_the_page() -> None:
    # Below 60 is small here, so that such a number can be told from a day or a version.
    rows = [*people((147, 2, 4), (131, 3, 3), (43, 3, 2)), contacts(date(2026, 4, 7), 41, 300)]
    rows += [contacts(date(2026, 5, 4), 47), contacts(date(2026, 6, 1), 333)]
    for language in ("en", "nl"):
        found = numbers(shown(matter(rows, threshold=60), language))
        assert "321" in found
        # The small ones, and what would give them away: 131 is the smallest number beside them.
        assert found.isdisjoint({"43", "131", "41", "47"})


def test_a_bar_does_not_tell_by_its_width_what_its_numbers_hide() -> None:
    several = [people((20, 2, 4), (9, 3, 3), (few, 3, 2), (4 - few, 2, 0)) for few in (1, 2, 3)]
    pictures = {
        str(chart.spec)
        for rows in several
        for chart in charts(told(matter(rows)), "light")
        if "→" in chart.title
    }
    assert len(pictures) == 1


def test_a_month_with_few_people_cannot_be_worked_out_from_the_total() -> None:
    days = [(date(2026, 2, 3), 40), (date(2026, 3, 3), 3), (date(2026, 4, 7), 30)]
    found = course(matter([contacts(day, count) for day, count in days]), "en")
    met = next(series for series in found.series if series.name == "People reached")
    hidden = [count.value for count in met.counts if not count.is_shown]
    assert met.total.is_shown
    assert 3 in hidden
    assert len(hidden) > 1


def test_few_people_before_a_measurement_cannot_be_worked_out_from_months_and_periods() -> None:
    days = [(date(2026, 1, 10), 10), (date(2026, 2, 5), 2), (date(2026, 2, 20), 12)]
    rows = [contacts(day, count) for day, count in [*days, (date(2026, 3, 10), 10)]]
    answers: dict[str, str | int] = {"problem_score": 2}
    rows.append(record("project", answers, "baseline", observed_on=date(2026, 2, 10)))
    of = matter(rows)
    before, after = (summed.number(("DG01", "met", "")).value for summed in of.sums(TEAM))
    assert (before, after) == ("12", "22")
    met = next(series for series in course(of, "en").series if series.name == "People reached")
    january, february, march = (count.is_shown for count in met.counts[:3])
    assert not january
    assert not (february and march)


def test_how_complete_few_participants_are_is_not_counted() -> None:
    for count in (2, 3):
        page = shown(matter(people((count, 2, 0))))
        assert "fewer than 5" in page
        texts = [text for text in drawn_texts(page) if "/" in text]
        assert texts == [
            text for text in drawn_texts(shown(matter(people((4, 2, 0))))) if "/" in text
        ]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_and_a_text_may_hold_anything(name: str) -> None:
    rows = [*small(), adjusted(date(2026, 6, 15), name[:140])]
    page = shown(matter(rows, name=name))
    tree = etree.fromstring(page.encode(), etree.HTMLParser())
    assert tree.findall(".//script") == []
    assert tree.findtext(".//h1") == name
    assert tree.findtext(".//title") == name
    assert name[:140] in words(page)


def test_a_project_without_anything_says_so_and_draws_nothing() -> None:
    page = shown(matter([], dates={}))
    assert "Nothing was registered in this project yet." in page
    assert "<svg" not in page
    assert charts(told(matter([], dates={})), "light") == []


def test_a_project_that_only_planned_shows_what_is_planned() -> None:
    page = shown(matter([]))
    assert "Nothing was registered in this project yet." in page
    assert page.count("<svg") == 1


def test_a_period_counts_what_is_about_its_days_only() -> None:
    span = Span(date(2026, 5, 1), date(2026, 5, 31))
    found = course(matter(small(), span), "en")
    met = next(series for series in found.series if series.name == "People reached")
    assert met.total.value == 7
    assert found.steps[0].first <= date(2026, 5, 1)
    assert found.steps[-1].last == date(2026, 5, 31)
    assert [event.day for event in found.events] == [date(2026, 5, 11)]
    nothing = Span(date(2020, 1, 1), date(2020, 1, 31))
    assert "about these days" in shown(matter(small(), nothing))


def test_what_changed_meanwhile_is_numbered_and_listed_by_day() -> None:
    page = shown(matter(small()))
    assert {"1", "2"} <= set(drawn_texts(page))
    assert page.index("20 April 2026: Adjustment") < page.index("11 May 2026: Change around us")
    assert page.index("Later open, because") < page.index("The square is being rebuilt")


@pytest.mark.parametrize(
    ("first", "last", "kind", "count"),
    [
        (date(2026, 3, 4), date(2026, 3, 4), "week", 1),
        (date(2026, 1, 1), date(2026, 3, 31), "week", 14),
        (date(2026, 1, 31), date(2026, 12, 1), "month", 12),
        (date(2024, 12, 31), date(2029, 1, 1), "quarter", 18),
    ],
)
def test_time_is_divided_into_steps_that_a_phone_has_room_for(
    first: date, last: date, kind: str, count: int
) -> None:
    found = steps(first, last)
    assert (found[0].kind, len(found)) == (kind, count)
    assert found[0].first <= first <= found[0].last
    assert found[-1].first <= last <= found[-1].last
    assert all((two.first - one.last).days == 1 for one, two in pairwise(found))


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_every_chart_is_a_picture_with_its_words(language: str) -> None:
    for theme in THEMES:
        for chart in charts(told(matter(lively()), language), theme):
            assert converted(chart.spec).startswith(b"\x89PNG")
            assert chart.described
            assert chart.spec["description"] == chart.described


def test_a_dark_page_has_a_colour_for_each_of_a_light_one() -> None:
    known = {(attribute, before) for attribute, before, _ in recoloured()}
    for chart in charts(told(matter(lively())), "light"):
        svg = vegalite_to_svg(dict(chart.spec))
        assert set(re.findall(r'(fill|stroke)="(#\w+)"', svg)) <= known
