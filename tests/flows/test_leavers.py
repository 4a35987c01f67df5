"""When a participant who left is measured for the last time."""

from datetime import date, timedelta

import pytest

from flows.schedule import AFTER_LEAVING, Occasion, Schedule, Standing
from tests.builders import context

CAME = date(2026, 2, 2)
DATES = {
    "starts_on": "2026-01-05",
    "ends_on": "2027-12-31",
    "baseline_on": "2026-03-06",
    "final_on": "2027-12-06",
}


def final(left: date | None) -> Occasion:
    world = context()
    project = world.projects[0]
    standing = Standing(project, {"K7-N": CAME}, {} if left is None else {"K7-N": left})
    planned = standing.of(type(project)(project.id, "", (), project.selection, dates=DATES))
    schedule = Schedule([world.sheets["participant", world.current["participant"]]])
    (found,) = [item for item in schedule.occasions(planned, date.max) if item.moment == "final"]
    return found


def test_the_last_measurement_opens_on_the_day_of_leaving_and_not_before() -> None:
    left = date(2026, 6, 1)
    assert (final(left).opens, final(left).due) == (left, left + AFTER_LEAVING)


@pytest.mark.parametrize("left", [None, date(2027, 1, 29), date(2027, 3, 1)])
def test_whoever_stays_until_then_is_measured_as_planned(left: date | None) -> None:
    due = date(2027, 2, 2)
    assert (final(left).opens, final(left).due) == (due - timedelta(days=14), due)
