"""A project's plan as a calendar file (RFC 5545), for any calendar; no participant is in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby

from icalendar import Calendar, Event, vRecur

from flows.plan import Plan
from flows.recurrence import RHYTHMS
from flows.reports import MONTHS, Funding, funder_name
from flows.retention import months_after
from flows.schedule import Occasion, Schedule, Standing
from flows.sheet import Sheet
from flows.states.wording import moment_name
from flows.texts import Say

PRODUCT = "-//Meetmoment//Plan//EN"
DAY = timedelta(days=1)


class _Writer:
    """Makes the events of one project, each with the same stamp."""

    def __init__(self, standing: Standing, sheets: Mapping[str, Sheet], say: Say) -> None:
        self.project = standing.project
        self._sheets = sheets
        self.say = say

    def title(self, occasion: Occasion) -> str:
        """Return which registration is meant."""
        name = occasion.sheet
        title = self._sheets[name].text(self.say.language, f"{name}.title")
        if occasion.moment == "continuous":
            return title
        number = f" {occasion.number}" if occasion.number > 1 else ""
        return f"{title} · {moment_name(self.say, occasion.moment)}{number}"

    def funder(self, funding: Funding) -> str:
        """Return what a kind of funder is called."""
        return funder_name(self.say, self._sheets, funding)

    def event(self, key: str, summary: str, day: date, now: datetime) -> Event:
        """Return an event of a whole day that takes up no time."""
        made = Event()
        # The same key again replaces the event in a calendar, also on another day.
        made.add("uid", f"{key}@meetmoment")
        made.add("dtstamp", now)
        made.add("dtstart", day)
        made.add("dtend", day + DAY)
        made.add("summary", f"{self.project.name}: {summary}")
        made.add("transp", "TRANSPARENT")
        return made


def calendar_file(
    planned: Sequence[tuple[Standing, Sequence[Funding]]],
    schedule: Schedule,
    sheets: Mapping[str, Sheet],
    say: Say,
    now: datetime,
) -> bytes:
    """Return the file: what opens and is due when, what comes regularly, and reports of funders.

    Projects come each with who pays. `sheets` are the current ones by name. The file is empty
    where nothing is planned.
    """
    events = [
        event
        for standing, fundings in planned
        for event in _of_project(standing, fundings, schedule, sheets, (say, now))
    ]
    if not events:
        return b""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", ", ".join(standing.project.name for standing, _ in planned))
    for event in sorted(events, key=lambda item: str(item["uid"])):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _of_project(
    standing: Standing,
    fundings: Sequence[Funding],
    schedule: Schedule,
    sheets: Mapping[str, Sheet],
    said: tuple[Say, datetime],
) -> Iterator[Event]:
    say, now = said
    writer = _Writer(standing, sheets, say)
    yield from _occasions(writer, replace(standing, participants={}), schedule, now)
    for funding in fundings:
        yield _report(writer, funding, standing.project.plan, now)


def _occasions(
    writer: _Writer, standing: Standing, schedule: Schedule, now: datetime
) -> Iterator[Event]:
    plan = standing.project.plan
    days = [day for listed in plan.measurements.values() for day in listed]
    days += [day for day in (plan.starts_on, plan.ends_on) if day]
    if not days:
        return
    found = list(schedule.occasions(standing, max(days)))
    regular = [item for item in found if item.moment == "continuous"]
    for occasion in found:
        if occasion.moment != "continuous":
            title = writer.title(occasion)
            opens = writer.say("{what} opens", what=title)
            yield writer.event(f"{occasion.key}/opens", opens, occasion.opens, now)
            due = writer.say("{what} is due", what=title)
            yield writer.event(f"{occasion.key}/due", due, occasion.due, now)
    for _, periods in groupby(regular, key=lambda item: item.sheet):
        yield _regular(writer, list(periods), plan, now)


def _regular(writer: _Writer, periods: Sequence[Occasion], plan: Plan, now: datetime) -> Event:
    first, last = periods[0], periods[-1]
    summary = writer.say("{what} is due", what=writer.title(first))
    event = writer.event(f"{first.project}/{first.sheet}/continuous", summary, first.due, now)
    rule = RHYTHMS[plan.periodic[first.sheet]]
    until = f";UNTIL={last.due:%Y%m%d}" if plan.ends_on else ""
    event.add("rrule", vRecur.from_ical(rule + until))
    return event


def _report(writer: _Writer, funding: Funding, plan: Plan, now: datetime) -> Event:
    summary = writer.say("Report to: {funder}", funder=writer.funder(funding))
    key = f"{funding.project}/funding/{funding.record}"
    event = writer.event(key, summary, funding.first_report, now)
    if months := MONTHS.get(funding.rhythm, 0):
        rule = f"FREQ=MONTHLY;INTERVAL={months}"
        if (day := funding.first_report.day) > _SHORTEST:
            # The last day that a shorter month has of these.
            days = ",".join(str(number) for number in range(_SHORTEST, day + 1))
            rule += f";BYMONTHDAY={days};BYSETPOS=-1"
        if plan.ends_on:
            # What was granted up to the end is reported soon after it.
            last = max(months_after(plan.ends_on, months), funding.first_report)
            rule += f";UNTIL={last:%Y%m%d}"
        event.add("rrule", vRecur.from_ical(rule))
    return event


_SHORTEST = 28
