"""When people work and may be disturbed: holidays, quiet hours and the change of clocks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from flows.texts import marked

REGIONS: Mapping[str, str] = {
    "flanders": marked("Flanders"),
    "brussels": marked("Brussels"),
    "wallonia": marked("Wallonia"),
    "east_belgium": marked("East Belgium"),
    "belgium": marked("Belgium, without regional days"),
}
"""Whose holidays count; the last has those of the whole country only."""

# The library has some of these as school holidays only. Public services are closed on them:
#   8 May         Brussels ordinance of 13 March 2003 on the Region's feast; statute of 21 March
#                 2018 of the regional public services of Brussels, art. 186
#   11 July       Flemish decree of 7 May 2004 introducing 11 July as a day of leave, art. 2 and 3,
#                 which names municipalities and their centres for social welfare
#   27 September  Walloon circular 2002/MINFP/001 of 17 January 2002 (“jours fériés réglementaires”)
#   15 November   decree of the German-speaking Community of 1 October 1990 on its day and arms
REGIONAL: Mapping[str, tuple[int, int, str]] = {
    "flanders": (7, 11, "Day of the Flemish Community"),
    "brussels": (5, 8, "Iris Day"),
    "wallonia": (9, 27, "Day of the French Community"),
    "east_belgium": (11, 15, "Day of the German-speaking Community"),
}
"""The day of each region on which its public services are closed: month, day, name."""

NAMES_IN = "en_US"
"""Without it, the library would name holidays in the language of the machine."""

WEEK = frozenset(range(7))
ONE_DAY = timedelta(days=1)


class UnknownRegion(ValueError):
    """A region of which no holidays are known."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody wants to hear of something, in local time.

    Nothing is sent from `quiet_from` on until `quiet_until`, over midnight or not; the same
    times mean never quiet. Monday is day 0.
    """

    at: time = time(8, 30)
    quiet_from: time = time(18, 0)
    quiet_until: time = time(8, 0)
    days: frozenset[int] = frozenset(range(5))


def is_quiet(at: time, hours: Hours) -> bool:
    """Whether nothing is sent at a local time; `quiet_until` itself is no longer quiet."""
    if hours.quiet_from <= hours.quiet_until:
        return hours.quiet_from <= at < hours.quiet_until
    return at >= hours.quiet_from or at < hours.quiet_until


def holiday(day: date, region: str) -> str:
    """Return the name of a holiday, "" on any other day; UnknownRegion.

    Days between a holiday and a weekend are ordinary. The library knows the years 1901 to 2100.
    """
    return _holidays(day.year, region).get(day, "")


@cache
def _holidays(year: int, region: str) -> Mapping[date, str]:
    if region not in REGIONS:
        raise UnknownRegion(f"the region is not one of {', '.join(REGIONS)}: {region!r}")
    found = dict(_national(year))
    if region in REGIONAL:
        month, day, name = REGIONAL[region]
        found.setdefault(date(year, month, day), name)
    return found


@cache
def _national(year: int) -> Mapping[date, str]:
    from holidays import country_holidays

    return dict(country_holidays("BE", years=year, expand=False, language=NAMES_IN))


def is_working_day(day: date, days: Collection[int], region: str) -> bool:
    """Whether a day is one of the weekdays (Monday is 0) and no holiday.

    Where there is no weekday at all, every day counts, holidays too.
    """
    if day.weekday() in days:
        return day not in _holidays(day.year, region)
    _holidays(day.year, region)
    return WEEK.isdisjoint(days)


def working_day(day: date, days: Collection[int], region: str) -> date:
    """Return the day itself or the next working day."""
    while not is_working_day(day, days, region):
        day += ONE_DAY
    return day


def working_day_before(day: date, days: Collection[int], region: str) -> date:
    """Return the last working day strictly before a day: Friday for a Monday."""
    day -= ONE_DAY
    while not is_working_day(day, days, region):
        day -= ONE_DAY
    return day


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return a local time of a day as UTC.

    A time that the change of clocks skips is moved forward by the gap (02:30 becomes 03:30); of
    one that comes twice it is the first.
    """
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)


def moment_to_send(now: datetime, day: date, hours: Hours, region: str, zone: ZoneInfo) -> datetime:
    """Return when to tell what is due on a day, as UTC: never before `now`, never in quiet hours.

    It is `hours.at` of the first working day from `day` on, or `quiet_until` of that day if `at`
    lies in quiet hours. If that has passed today, it is now, and in quiet hours the next working
    day. Applied to its own result it changes nothing.
    """
    local = now.astimezone(zone)
    today = local.date()
    on = working_day(max(day, today), hours.days, region)
    told = _told(on, hours, zone)
    if told and told < now and not is_quiet(local.time(), hours):
        return now.astimezone(UTC)
    while not told or told < now:
        on = working_day(on + ONE_DAY, hours.days, region)
        told = _told(on, hours, zone)
    return told


def _told(on: date, hours: Hours, zone: ZoneInfo) -> datetime | None:
    """Return when something is told on a day; None if the change of clocks left it no time."""
    for at in (hours.at, hours.quiet_until):
        if not is_quiet(at, hours):
            moment = instant(on, at, zone)
            local = moment.astimezone(zone)
            if local.date() == on and not is_quiet(local.time(), hours):
                return moment
    return None
