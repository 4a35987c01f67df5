"""A day is tapped in a calendar, of which only days that the sheet permits can be tapped."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.calendar import month_rows, year_rows
from flows.engine import Tap
from tests.builders import Worker

Begun = Callable[..., Worker]

WEEKS = {
    "en": ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
    "nl": ["ma", "di", "wo", "do", "vr", "za", "zo"],
    "fr": ["lu", "ma", "me", "je", "ve", "sa", "di"],
    "de": ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
}
MARCH = {"en": "March 2026", "nl": "maart 2026", "fr": "mars 2026", "de": "März 2026"}


def asked(tiny: Begun, constraint: str = "", appearance: str = "") -> Worker:
    """Return a worker who is asked for a date."""
    survey = "  - type: date\n    name: since\n    indicator: T1\n    label: Since when?\n"
    survey += f"    constraint: {constraint}\n" if constraint else ""
    survey += "    constraint_message: Not that day.\n" if constraint else ""
    survey += f"    appearance: {appearance}\n" if appearance else ""
    return tiny(survey)


def opened(worker: Worker) -> Worker:
    """Open the calendar."""
    return worker.does(Tap(worker.button("An").token))


def rows(worker: Worker) -> list[list[str]]:
    """Return the calendar as it is drawn."""
    return [[button.label for button in row] for row in worker.screen.rows[:-2]]


def answer(worker: Worker) -> object:
    return worker.conversation.drafts[0].answers["since"].value


def test_a_month_is_drawn_in_weeks_that_begin_on_monday(tiny: Begun) -> None:
    worker = opened(asked(tiny, ". <= today()"))
    assert rows(worker)[:4] == [
        ["‹", "March 2026", "·"],
        WEEKS["en"],
        ["·", "·", "·", "·", "·", "·", "1"],
        ["2", "·", "·", "·", "·", "·", "·"],
    ]
    assert rows(worker.taps("‹"))[2:] == [
        ["·", "·", "·", "·", "·", "·", "1"],
        ["2", "3", "4", "5", "6", "7", "8"],
        ["9", "10", "11", "12", "13", "14", "15"],
        ["16", "17", "18", "19", "20", "21", "22"],
        ["23", "24", "25", "26", "27", "28", "·"],
    ]


@pytest.mark.parametrize("language", WEEKS)
def test_a_calendar_speaks_the_workers_language(tiny: Begun, language: str) -> None:
    worker = opened(asked(tiny)).types(f"/language {language}")
    assert rows(worker)[0][1] == MARCH[language]
    assert rows(worker)[1] == WEEKS[language]


def test_the_calendar_opens_on_a_screen_of_last_month_too(tiny: Begun) -> None:
    worker = asked(tiny).on(date(2026, 4, 1))
    assert rows(opened(worker))[0][1] == "April 2026"


def test_a_tapped_day_is_the_answer(tiny: Begun) -> None:
    worker = opened(asked(tiny)).taps("‹", "‹", "12")
    assert (answer(worker), worker.state) == ("2026-01-12", "reviewing")


def test_the_months_lead_to_now_and_into_the_future_only_where_that_is_permitted(
    tiny: Begun,
) -> None:
    worker = opened(asked(tiny, ". <= today()")).taps("‹", "‹", "›", "›")
    assert rows(worker)[0] == ["‹", "March 2026", "·"]
    worker = opened(asked(tiny, ". < date('2026-05-10')")).taps("›", "›")
    assert rows(worker)[0] == ["‹", "May 2026", "·"]
    assert [label for row in rows(worker)[2:] for label in row if label != "·"][-1] == "9"


@pytest.mark.parametrize(("year", "way"), [(1900, 0), (2100, 2)])
def test_a_calendar_ends_where_dates_do(tiny: Begun, year: int, way: int) -> None:
    worker = asked(tiny).on(date(year, 1 if way == 0 else 12, 15)).types("/why")
    assert rows(opened(worker))[0][way] == "·"


@pytest.mark.parametrize("label", ["Mo", "March 2026"])
def test_what_is_there_to_be_read_does_nothing_when_tapped(tiny: Begun, label: str) -> None:
    worker = opened(asked(tiny))
    before = worker.conversation
    worker.does(Tap(worker.button(label).token))
    assert (worker.conversation, worker.screen.note) == (before, "")


def test_a_day_that_is_not_permitted_cannot_be_forged(tiny: Begun) -> None:
    worker = opened(asked(tiny, ". <= today()"))
    place = worker.button("2").token.partition(".v:")[0]
    worker.does(Tap(f"{place}.v:2026-03-12"))
    assert "since" not in worker.conversation.drafts[0].answers
    worker.does(Tap(f"{place}.v:open:9999-12"))
    assert worker.conversation.drafts[0].entry == "2026-03"


def test_a_number_typed_into_a_calendar_is_a_day_of_its_month(tiny: Begun) -> None:
    assert answer(opened(asked(tiny)).taps("‹").types("12")) == "2026-02-12"
    assert answer(opened(asked(tiny)).taps("‹").types(" 02 ")) == "2026-02-02"
    worker = opened(asked(tiny, ". <= today()")).types("17")
    assert (worker.screen.note, rows(worker)[0][1]) == ("Not that day.", "March 2026")
    assert "since" not in worker.taps("‹").types("30").conversation.drafts[0].answers


@pytest.mark.parametrize(
    ("text", "day"),
    [("1/2/2026", "2026-02-01"), ("yesterday", "2026-03-01"), ("Monday", "2026-02-23")],
)
def test_a_date_may_be_typed_while_a_calendar_is_open(tiny: Begun, text: str, day: str) -> None:
    assert answer(opened(asked(tiny)).types(text)) == day


@pytest.mark.parametrize(("language", "text"), [("de", "Mo"), ("nl", "ma"), ("fr", "lundi")])
def test_a_typed_weekday_is_a_day_and_not_the_heading_of_a_column(
    tiny: Begun, language: str, text: str
) -> None:
    worker = opened(asked(tiny)).types(f"/language {language}", text)
    assert answer(worker) == "2026-02-23"


def test_a_calendar_waits_like_any_answer_half_given(tiny: Begun) -> None:
    worker = opened(asked(tiny)).taps("‹", "Pause", "▸ Go on")
    assert rows(worker)[0][1] == "February 2026"


def test_going_back_to_a_date_begins_with_the_usual_days(tiny: Begun) -> None:
    worker = opened(asked(tiny)).taps("12", "‹ Back")
    assert worker.labels[:4] == ["Today", "Yesterday", "Another day", "Not known"]


def test_an_earlier_month_is_tapped_in_its_year(tiny: Begun) -> None:
    worker = opened(asked(tiny, appearance="month-year"))
    assert rows(worker) == [
        ["‹", "2026", "·"],
        ["Jan", "Feb", "Mar", "·"],
        ["·", "·", "·", "·"],
        ["·", "·", "·", "·"],
    ]
    worker.taps("‹")
    assert rows(worker)[0] == ["‹", "2025", "›"]
    assert rows(worker)[3] == ["Sept", "Oct", "Nov", "Dec"]
    assert answer(worker.taps("Oct")) == "2025-10-01"


@pytest.mark.parametrize("text", ["10", "Oct", "October", "10/2025", "october 2025"])
def test_a_month_may_be_typed_into_its_year(tiny: Begun, text: str) -> None:
    worker = opened(asked(tiny, appearance="month-year")).taps("‹").types(text)
    assert answer(worker) == "2025-10-01"


def test_a_month_that_is_not_permitted_cannot_be_tapped(tiny: Begun) -> None:
    worker = opened(asked(tiny, ". >= date('2025-11-01')", "month-year")).taps("‹")
    assert rows(worker)[3] == ["·", "·", "Nov", "Dec"]


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
@settings(deadline=None, max_examples=100)
def test_every_day_of_a_month_stands_under_its_weekday(day: date) -> None:
    def permits(_: date) -> bool:
        return True

    drawn = month_rows(day.replace(day=1), "nl", permits, ("", ""))
    found = [
        column
        for week in drawn[2:]
        for column, option in enumerate(week)
        if option.action == f"v:{day.isoformat()}"
    ]
    assert found == [day.weekday()]
    days = [option for week in drawn[2:] for option in week if option.label != "·"]
    after = day.replace(day=28) + timedelta(days=4)
    assert len(days) == (after - timedelta(days=after.day)).day
    assert [len(row) for row in year_rows(day.year, "fr", permits, ("", ""))] == [3, 4, 4, 4]
