"""A plan as a calendar file: every calendar reads it, and nobody stands in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar, Event

from flows.calendar_file import calendar_file
from flows.recurrence import RHYTHMS
from flows.reports import Funding, reports
from flows.schedule import Decision, Schedule, Standing
from tests.builders import context, handbook, real_interface

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SCHEDULE = Schedule(handbook().values())
DATES = {
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
    "baseline_on": "2026-04-01",
    "interim_on": "2026-10-01",
    "final_on": "2027-10-01",
}
QUARTERLY = Funding("kompas", "8F3K-27QM-XJ4T", "city", date(2026, 1, 31), "quarterly")


def standing(rules: dict[str, object] | None = None, **changes: object) -> Standing:
    project = replace(context().projects[0], dates=DATES, rules=rules or {})
    known = {"participants": {"K7-N": date(2026, 1, 5)}, **changes}
    return Standing(project, **known)  # type: ignore[arg-type]


def written(stands: Standing, language: str = "en", *fundings: Funding) -> bytes:
    say = real_interface().say(language)
    return calendar_file([(stands, fundings)], SCHEDULE, handbook(), say, NOW)


def events(content: bytes) -> dict[str, Event]:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    return {str(event["uid"]): event for event in calendar.events}


def days(event: Event) -> list[date]:
    """Return the days of an event that comes again, up to 2030."""
    (found,) = event.rrules
    rule = found.to_ical().decode()
    start = datetime.combine(event.start, datetime.min.time())
    end = datetime(2030, 1, 1)  # noqa: DTZ001 - days of a calendar have no time zone
    return [at.date() for at in takewhile(lambda at: at < end, rrulestr(rule, dtstart=start))]


def test_every_measurement_has_the_days_on_which_it_opens_and_is_due() -> None:
    found = events(written(standing()))
    opens = found["kompas/project/baseline//1/opens@meetmoment"]
    due = found["kompas/project/baseline//1/due@meetmoment"]
    assert (opens.start, due.start) == (date(2026, 3, 18), date(2026, 4, 1))
    assert due.end == date(2026, 4, 2)
    assert due.stamp == NOW
    assert str(due["summary"]) == "Kompas: Project · baseline is due"


def test_no_participant_stands_in_it() -> None:
    assert b"K7-N" not in written(standing())
    assert not any("participant" in uid for uid in events(written(standing())))


def test_it_speaks_the_language_that_is_asked_for() -> None:
    found = events(written(standing(), "nl"))
    summary = str(found["kompas/project/baseline//1/opens@meetmoment"]["summary"])
    assert summary == "Kompas: Project · nulmeting gaat open"


def test_a_day_that_moves_keeps_its_event() -> None:
    extended = {"kompas/project/baseline//1": Decision(due=date(2026, 5, 1))}
    before, after = events(written(standing())), events(written(standing(decided=extended)))
    assert before.keys() == after.keys()
    due = "kompas/project/baseline//1/due@meetmoment"
    assert after[due].start == date(2026, 5, 1)


@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_a_sheet_that_comes_regularly_falls_on_the_days_of_the_plan(rhythm: str) -> None:
    stands = standing({"periodic": {"activity": rhythm}})
    event = events(written(stands))["kompas/activity/continuous@meetmoment"]
    end = stands.project.plan.ends_on
    assert end is not None
    occasions = SCHEDULE.occasions(stands, end)
    planned = [item.due for item in occasions if item.sheet == "activity"]
    assert days(event) == planned


@pytest.mark.parametrize("rhythm", ["once", "quarterly", "half_yearly", "yearly"])
@pytest.mark.parametrize("day", [1, 28, 31])
def test_reports_to_funders_fall_on_their_days(rhythm: str, day: int) -> None:
    funding = QUARTERLY._replace(rhythm=rhythm, first_report=date(2026, 1, day))
    event = events(written(standing(), "en", funding))[
        f"kompas/funding/{funding.record}@meetmoment"
    ]
    found = days(event) if "rrule" in event else [event.start]
    planned = [item.due for item in reports([funding], date(2026, 1, 1), max(found))]
    assert found == planned
    assert max(found) <= date(2028, 12, 31)
    assert "City or municipality" in str(event["summary"])


def test_a_report_after_the_end_of_the_project_is_in_it_once() -> None:
    late = QUARTERLY._replace(first_report=date(2029, 1, 31))
    event = events(written(standing(), "en", late))[f"kompas/funding/{late.record}@meetmoment"]
    assert days(event) == [date(2029, 1, 31)]


def test_the_same_plan_is_the_same_file() -> None:
    rules: dict[str, object] = {"periodic": {"activity": "monthly"}}
    assert written(standing(rules), "fr", QUARTERLY) == written(standing(rules), "fr", QUARTERLY)


def test_no_line_is_longer_than_a_calendar_has_to_read() -> None:
    stands = standing()
    named = replace(stands.project, name="É" * 40)
    content = written(replace(stands, project=named), "fr", QUARTERLY)
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (summary, *_) = (str(event["summary"]) for event in events(content).values())
    assert summary.startswith("É" * 40)


def test_nothing_planned_is_no_file() -> None:
    assert written(Standing(context().projects[0])) == b""


def test_a_name_with_signs_of_the_format_stays_one_name() -> None:
    stands = standing()
    named = replace(stands.project, name="A;B,C\\nEND:VEVENT")
    found = events(written(replace(stands, project=named)))
    assert all(str(event["summary"]).startswith("A;B,C\\nEND:VEVENT: ") for event in found.values())
    assert len(found) == len(events(written(stands)))


def test_a_project_without_an_end_has_no_last_day() -> None:
    stands = standing({"periodic": {"activity": "monthly"}})
    dates = {name: day for name, day in DATES.items() if name != "ends_on"}
    endless = replace(stands, project=replace(stands.project, dates=dates))
    event = events(written(endless))["kompas/activity/continuous@meetmoment"]
    assert max(days(event)) > date(2027, 12, 31) + timedelta(days=600)
