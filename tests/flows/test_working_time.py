"""Working time: nobody is disturbed at night, on a holiday or before there is something to tell."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.working_time import (
    REGIONAL,
    REGIONS,
    Hours,
    UnknownRegion,
    holiday,
    instant,
    is_quiet,
    is_working_day,
    moment_to_send,
    working_day,
    working_day_before,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
WEEKDAYS = frozenset(range(5))
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
WHOLE_DAY = Hours(quiet_from=time(0), quiet_until=time(0))

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
hours_of_people = st.builds(
    Hours, times, times, times, st.frozensets(st.integers(0, 6), min_size=1)
)
near_a_change = st.sampled_from([SPRING, AUTUMN]).flatmap(
    lambda day: st.dates(day - timedelta(2), day + timedelta(1))
)
days = st.dates(date(2025, 1, 1), date(2028, 12, 31)) | near_a_change
moments = st.builds(lambda day, at: datetime.combine(day, at, UTC), days, st.times())


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def told(now: str, day: date, hours: Hours | None = None, region: str = "belgium") -> str:
    found = moment_to_send(local(now), day, hours or Hours(), region, BRUSSELS)
    assert found.tzinfo is UTC
    return f"{found.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-01-01", "New Year's Day"),
        ("2026-04-06", "Easter Monday"),
        ("2026-05-01", "Labor Day"),
        ("2026-05-14", "Ascension Day"),
        ("2026-05-25", "Pentecost Monday"),
        ("2026-07-21", "National Day"),
        ("2026-08-15", "Assumption Day"),
        ("2026-11-01", "All Saints' Day"),
        ("2026-11-11", "Armistice Day"),
        ("2026-12-25", "Christmas Day"),
        ("2028-04-17", "Easter Monday"),
    ],
)
@pytest.mark.parametrize("region", REGIONS)
def test_the_ten_legal_holidays_are_free_in_every_region(region: str, day: str, name: str) -> None:
    assert holiday(date.fromisoformat(day), region) == name
    assert not is_working_day(date.fromisoformat(day), range(7), region)


@pytest.mark.parametrize(
    ("day", "region"),
    [
        ("2025-07-11", "flanders"),
        ("2026-05-08", "brussels"),
        ("2027-09-27", "wallonia"),
        ("2027-11-15", "east_belgium"),
    ],
)
def test_the_day_of_a_region_is_free_there_and_nowhere_else(day: str, region: str) -> None:
    free = {name for name in REGIONS if holiday(date.fromisoformat(day), name)}
    assert free == {region}
    assert REGIONAL.keys() == REGIONS.keys() - {"belgium"}


def test_a_holiday_of_the_country_keeps_its_name_on_the_day_of_a_region() -> None:
    assert holiday(date(2059, 5, 8), "brussels") == "Ascension Day"


@pytest.mark.parametrize("day", ["2026-05-15", "2026-04-03", "2026-07-20", "2028-02-29"])
def test_a_day_beside_a_holiday_is_a_working_day(day: str) -> None:
    assert holiday(date.fromisoformat(day), "flanders") == ""
    assert is_working_day(date.fromisoformat(day), WEEKDAYS, "flanders")


def test_a_holiday_is_called_the_same_on_a_machine_of_any_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    assert holiday(date(2093, 12, 25), "belgium") == "Christmas Day"


@pytest.mark.parametrize("weekdays", [WEEKDAYS, frozenset[int]()])
def test_an_unknown_region_is_refused_with_those_that_there_are(weekdays: frozenset[int]) -> None:
    with pytest.raises(UnknownRegion, match=r"^the region is not one of flanders, .*: 'limburg'$"):
        holiday(date(2026, 3, 2), "limburg")
    for day in (date(2026, 2, 28), date(2026, 3, 2)):
        with pytest.raises(UnknownRegion):
            is_working_day(day, weekdays, "limburg")


@pytest.mark.parametrize(
    ("day", "before", "itself_or_next"),
    [
        ("2026-03-02", "2026-02-27", "2026-03-02"),
        ("2026-03-07", "2026-03-06", "2026-03-09"),
        ("2026-04-06", "2026-04-03", "2026-04-07"),
        ("2026-04-07", "2026-04-03", "2026-04-07"),
        ("2026-05-14", "2026-05-13", "2026-05-15"),
        ("2027-01-01", "2026-12-31", "2027-01-04"),
        ("2028-03-01", "2028-02-29", "2028-03-01"),
    ],
)
def test_weekends_and_holidays_are_stepped_over_in_both_directions(
    day: str, before: str, itself_or_next: str
) -> None:
    at = date.fromisoformat(day)
    assert working_day(at, WEEKDAYS, "belgium") == date.fromisoformat(itself_or_next)
    assert working_day_before(at, WEEKDAYS, "belgium") == date.fromisoformat(before)


def test_who_works_on_saturdays_only_hears_of_it_on_a_saturday() -> None:
    assert working_day(date(2026, 8, 12), {5}, "belgium") == date(2026, 8, 22)
    assert working_day_before(date(2026, 8, 22), {5}, "belgium") == date(2026, 8, 8)


@pytest.mark.parametrize("weekdays", [(), {7}])
def test_without_any_weekday_every_day_counts(weekdays: set[int]) -> None:
    christmas = date(2026, 12, 25)
    assert is_working_day(christmas, weekdays, "belgium")
    assert working_day(christmas, weekdays, "belgium") == christmas
    assert working_day_before(christmas, weekdays, "belgium") == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "quiet", "loud"),
    [
        ("18:00", "08:00", ["18:00", "23:59", "00:00", "07:59"], ["08:00", "17:59"]),
        ("12:00", "13:30", ["12:00", "13:29"], ["11:59", "13:30", "00:00"]),
        ("00:00", "06:00", ["00:00", "05:59"], ["06:00", "23:59"]),
        ("20:00", "00:00", ["20:00", "23:59"], ["00:00", "19:59"]),
        ("08:00", "08:00", [], ["07:59", "08:00", "08:01"]),
    ],
    ids=["over midnight", "within a day", "from midnight", "until midnight", "never"],
)
def test_quiet_hours_begin_at_their_first_minute_and_end_before_their_last(
    quiet_from: str, quiet_until: str, quiet: list[str], loud: list[str]
) -> None:
    hours = Hours(
        quiet_from=time.fromisoformat(quiet_from), quiet_until=time.fromisoformat(quiet_until)
    )
    found = [at for at in (*quiet, *loud) if is_quiet(time.fromisoformat(at), hours)]
    assert found == quiet


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (SPRING, "01:59", "00:59"),
        (SPRING, "02:00", "01:00"),
        (SPRING, "02:30", "01:30"),
        (SPRING, "03:30", "01:30"),
        (AUTUMN, "01:59", "23:59"),
        (AUTUMN, "02:30", "00:30"),
        (AUTUMN, "03:00", "02:00"),
        (date(2026, 1, 15), "08:30", "07:30"),
        (date(2028, 2, 29), "08:30", "07:30"),
        (date(2026, 7, 15), "08:30", "06:30"),
    ],
)
@pytest.mark.parametrize("fold", [0, 1])
def test_a_skipped_time_moves_on_by_the_gap_and_a_doubled_one_is_the_first(
    day: date, at: str, utc: str, fold: int
) -> None:
    found = instant(day, time.fromisoformat(at).replace(fold=fold), BRUSSELS)
    assert found.tzinfo is UTC
    assert f"{found:%H:%M}" == utc


@pytest.mark.parametrize(
    ("now", "day", "expected"),
    [
        ("2026-03-02 06:00", date(2026, 3, 2), "2026-03-02 08:30"),
        ("2026-03-02 08:30", date(2026, 3, 2), "2026-03-02 08:30"),
        ("2026-03-02 11:15", date(2026, 3, 2), "2026-03-02 11:15"),
        ("2026-03-02 11:15", date(2026, 2, 20), "2026-03-02 11:15"),
        ("2026-03-02 18:00", date(2026, 3, 2), "2026-03-03 08:30"),
        ("2026-03-02 23:30", date(2026, 3, 3), "2026-03-03 08:30"),
        ("2026-03-06 19:00", date(2026, 3, 6), "2026-03-09 08:30"),
        ("2026-03-07 11:00", date(2026, 3, 6), "2026-03-09 08:30"),
        ("2026-03-02 11:00", date(2026, 4, 5), "2026-04-07 08:30"),
        ("2026-03-27 18:30", SPRING, "2026-03-30 08:30"),
        ("2026-12-31 19:00", date(2026, 12, 31), "2027-01-04 08:30"),
    ],
)
def test_what_is_due_is_told_in_the_morning_or_at_once_but_not_at_night(
    now: str, day: date, expected: str
) -> None:
    assert told(now, day) == expected


def test_the_day_of_a_region_is_not_a_day_to_tell_anything() -> None:
    assert told("2028-07-10 20:00", date(2028, 7, 11), region="flanders") == "2028-07-12 08:30"
    assert told("2028-07-10 20:00", date(2028, 7, 11), region="wallonia") == "2028-07-11 08:30"


@pytest.mark.parametrize("at", [time(7), time(19)])
def test_who_wants_to_hear_in_quiet_hours_hears_when_they_end(at: time) -> None:
    assert told("2026-03-02 06:00", date(2026, 3, 2), Hours(at)) == "2026-03-02 08:00"
    assert told("2026-03-02 20:00", date(2026, 3, 2), Hours(at)) == "2026-03-03 08:00"


def test_who_is_never_quiet_hears_at_once_also_at_night() -> None:
    assert told("2026-03-02 23:50", date(2026, 3, 2), WHOLE_DAY) == "2026-03-02 23:50"


def test_who_is_quiet_all_day_but_a_minute_hears_in_that_minute() -> None:
    hours = Hours(quiet_from=time(0), quiet_until=time(23, 59))
    assert told("2026-03-02 10:00", date(2026, 3, 2), hours) == "2026-03-02 23:59"


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (Hours(time(2, 30), time(22), time(1), frozenset({6})), "2026-03-29 03:30"),
        (Hours(time(2, 30), time(3), time(5), frozenset({6})), "2026-03-29 05:00"),
        (Hours(time(2, 30), time(3), time(2), frozenset({6})), "2026-04-12 02:30"),
    ],
    ids=["moved", "moved into quiet hours", "no time left on that day; then Easter"],
)
def test_a_time_that_the_change_of_clocks_moves_is_still_not_quiet(
    hours: Hours, expected: str
) -> None:
    assert told("2026-03-28 12:00", SPRING, hours) == expected


@given(moments, days, hours_of_people, st.sampled_from(list(REGIONS)))
@example(
    datetime(2026, 3, 28, 22, tzinfo=UTC), SPRING, Hours(time(2, 30), time(3), time(5)), "belgium"
)
@settings(deadline=None)
def test_nobody_is_told_before_now_or_in_quiet_hours_or_on_a_day_off(
    now: datetime, day: date, hours: Hours, region: str
) -> None:
    found = moment_to_send(now, day, hours, region, BRUSSELS)
    here = found.astimezone(BRUSSELS)
    assert found >= now
    assert here.date() >= day
    assert not is_quiet(here.time(), hours)
    assert is_working_day(here.date(), hours.days, region)
    assert moment_to_send(found, day, hours, region, BRUSSELS) == found
