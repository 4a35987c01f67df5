"""stub"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    at: time = time(8, 30)
    quiet_from: time = time(18, 0)
    quiet_until: time = time(8, 0)
    days: frozenset[int] = frozenset(range(5))


def is_working_day(day: date, days: Collection[int], region: str) -> bool:
    return day.weekday() in days


def working_day(day: date, days: Collection[int], region: str) -> date:
    while day.weekday() not in days:
        day += timedelta(days=1)
    return day


def working_day_before(day: date, days: Collection[int], region: str) -> date:
    day -= timedelta(days=1)
    while day.weekday() not in days:
        day -= timedelta(days=1)
    return day


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def moment_to_send(now: datetime, day: date, hours: Hours, region: str, zone: ZoneInfo) -> datetime:
    return max(now, instant(working_day(day, hours.days, region), hours.at, zone))
