"""Retention: what is kept of the daily records are sums, and the sums say what they said before."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.exports.process import Process
from flows.record import SUM, ExportedValue, Status
from flows.retention import (
    KEPT_SHEETS,
    PERIODS,
    Dated,
    groups,
    is_daily,
    months_after,
    over,
    summed,
)
from tests.builders import real_interface
from tests.rows import Rows, exported, record, sheets

DAYS = st.dates(date(2024, 1, 1), date(2024, 4, 30))
MEASURED = (date(2024, 2, 12), date(2024, 3, 31))
SUMS = ("sum", "derived")
NO_ANSWER = st.sampled_from([Status.DONT_KNOW, Status.REFUSED, Status.NOT_DONE])


def by_record(rows: Iterable[ExportedValue]) -> list[Rows]:
    return [list(found) for _, found in groupby(rows, key=lambda row: row.record)]


def aggregated(rows: Rows, measured: Iterable[date] = ()) -> Rows:
    """Return the rows as they are when all daily records have become sums."""
    records = {found[0].record: found for found in by_record(rows)}
    daily = [
        Dated(
            name,
            1,
            row.project,
            row.sheet,
            row.sheet_version,
            row.level,
            row.subject,
            row.observed_on,
        )
        for name, (row, *_) in records.items()
        if row.moment == "continuous" and is_daily(sheets()[row.sheet, row.sheet_version])
    ]
    found = groups(daily, {"kompas": sorted(measured)})
    kept = [row for row in rows if row.record not in {item.record for item in daily}]
    for number, (group, items) in enumerate(found.items()):
        like = records[items[0].record][0]
        values = summed([records[item.record] for item in items])
        about: dict[str, Any] = {
            "record": f"sum {number}",
            "provenance": SUM,
            "observed_on": group.day,
            "complete": True,
        }
        fields: list[dict[str, Any]] = [
            {name: getattr(value, name) for name in value.__slots__} for value in values
        ]
        kept += [like._replace(**about, review="received", **content) for content in fields]
    return kept


def figures(rows: Rows) -> list[dict[str, str]]:
    return [row for row in exported(Process(), rows, 1) if row["part"] in SUMS]


@st.composite
def contact(draw: st.DrawFn) -> Rows:
    answers: dict[str, str | int | Mapping[str, int]] = {
        "activity": draw(st.sampled_from(["street_round", "drop_in"])),
        "met": draw(st.integers(1, 9)),
        "contacts": 1,
        "referred_to": {"health": draw(st.integers(0, 1)), "housing": draw(st.integers(0, 1))},
        "age": {"18_24": draw(st.integers(0, 4)), "25_34": draw(st.integers(0, 4))},
    }
    if draw(st.booleans()):
        answers["how_counted"] = draw(st.sampled_from(["counted", "estimated"]))
    return made(draw, "contact", answers, draw(st.sampled_from([{}, {"gender": draw(NO_ANSWER)}])))


@st.composite
def activity(draw: st.DrawFn) -> Rows:
    answers: dict[str, str | int | Mapping[str, int]] = {
        "activity": draw(st.sampled_from(["workshop", "outing"])),
        "participation": draw(st.sampled_from(["1", "2", "3"])),
    }
    return made(
        draw, "activity", answers, draw(st.sampled_from([{}, {"present": draw(NO_ANSWER)}]))
    )


@st.composite
def attendance(draw: st.DrawFn) -> Rows:
    subject = draw(st.sampled_from(["K7-N", "P3-H"]))
    if draw(st.booleans()):
        return made(draw, "attendance", {}, {"times_attended": draw(NO_ANSWER)}, subject=subject)
    times = draw(st.integers(0, 9))
    return made(draw, "attendance", {"times_attended": times}, {}, subject=subject)


def made(
    draw: st.DrawFn,
    sheet: str,
    answers: Mapping[str, str | int | Mapping[str, int]],
    missing: Mapping[str, Status],
    **changes: Any,  # noqa: ANN401 - the fields of an ExportedValue
) -> Rows:
    changes |= {
        "observed_on": draw(DAYS),
        "person": draw(st.sampled_from(["ana", "ben"])),
        "review": draw(st.sampled_from(["received", "received", "approved", "not_counted"])),
        "complete": draw(st.sampled_from([True, True, True, False])),
    }
    name = f"{sheet} {draw(st.uuids())}"
    return record(sheet, answers, name=name, missing=missing, **changes)


def measurements() -> Rows:
    return [
        row
        for moment, day in zip(("baseline", "interim"), MEASURED, strict=True)
        for row in record("project", {"budget_total": 90_000}, moment, observed_on=day)
    ]


@given(st.lists(st.one_of(contact(), activity(), attendance()), max_size=12))
@settings(max_examples=60, deadline=None)
def test_every_figure_of_the_process_is_the_same_after_daily_records_became_sums(
    found: list[Rows],
) -> None:
    rows = [*measurements(), *(row for rows in found for row in rows)]
    assert figures(aggregated(rows, MEASURED)) == figures(rows)


def test_a_sum_has_no_worker_no_text_and_no_day_of_its_records() -> None:
    rows = record("contact", {"met": 3, "area": "station"}, "continuous", "one")
    values = summed([rows])
    assert {value.question for value in values} == {"met"}
    assert {value.remark for value in values} == {""}


def test_what_a_choice_is_called_like_no_answer_is_counted_apart() -> None:
    rows = record("contact", {}, name="one", missing={"gender": Status.REFUSED})
    (value,) = summed([rows])
    assert (value.category, value.status, value.value) == ("~refused", Status.REFUSED, "1")


def test_a_month_is_divided_by_a_measurement_in_it_and_not_by_one_at_its_end() -> None:
    dated = [
        Dated(str(day), 1, "kompas", "contact", 2, "target_group", "", date(2024, month, day))
        for month in (2, 3)
        for day in (1, 12, 13)
    ]
    days = [group.day for group in groups(dated, {"kompas": MEASURED})]
    assert days == [date(2024, 2, 12), date(2024, 2, 29), date(2024, 3, 31)]


@pytest.mark.parametrize("months", [1, 24, 240])
@given(day=st.dates(date(2025, 1, 1), date(2032, 12, 31)))
def test_what_is_over_is_the_newest_whole_month_that_is_so_old(months: int, day: date) -> None:
    end = over(day, months)
    assert (end + timedelta(days=1)).day == 1
    assert months_after(end, months) <= day
    following = (end + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    assert months_after(following, months) > day


def test_of_every_continuous_sheet_it_is_decided_whether_it_becomes_sums() -> None:
    continuous = {sheet.name for sheet in sheets().values() if "continuous" in sheet.moments}
    daily = {sheet.name for sheet in sheets().values() if is_daily(sheet)}
    set_up = {sheet.name for sheet in sheets().values() if sheet.menu}
    assert continuous == daily | set_up | set(KEPT_SHEETS)
    assert daily == {
        *("activity", "attendance", "contact", "follow_up", "group_prevention", "material"),
        *("meeting", "referral", "round", "signal"),
    }


@pytest.mark.parametrize("kind", PERIODS)
def test_every_kind_is_announced_in_every_language(kind: str) -> None:
    for language in real_interface().languages:
        told = real_interface().say(language)(
            PERIODS[kind].notice, day="1 May", until="31 March", count=7
        )
        assert "1 May" in told
        assert "7" in told
    assert 1 <= PERIODS[kind].months <= 240
