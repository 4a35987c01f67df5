"""Completeness as the picture needs it: indicators of occasions, by group and moment."""

from collections import Counter
from dataclasses import replace
from datetime import date

from flows.completeness import grid
from flows.pictures.completeness import described
from flows.pictures.grid import Cell, Grid, State
from flows.schedule import Decision, Standing
from tests.builders import TODAY, handbook, real_interface
from tests.overseen import desk, overseen

SAY = real_interface().say("en")


def drawn(*standings: Standing, today: date = TODAY) -> Grid:
    here = desk(overseen())
    return grid(SAY, here.schedule, handbook(), standings or here.of(["kompas"]), today)


def standing() -> Standing:
    return desk(overseen()).of(["kompas"])[0]


def cell(found: Grid, row: str, column: str) -> Cell:
    return found.cells[found.rows.index(row), found.columns.index(column)]


def test_rows_are_groups_of_indicators_and_columns_are_moments() -> None:
    found = drawn()
    assert found.title == "Kompas"
    assert found.rows[:2] == ("Participant: Joining the project", "Participant: The last 30 days")
    assert found.columns == ("baseline", "interim", "continuous")


def test_what_is_expected_is_occasions_times_indicators() -> None:
    # Two participants, of whom four indicators are asked under that heading.
    assert cell(drawn(), "Participant: The last 30 days", "baseline") == Cell(8, 0, late=8)


def test_what_is_in_is_counted_and_what_is_late_is_said() -> None:
    held = {("participant", "baseline", "K7-N"): [TODAY]}
    found = drawn(replace(standing(), held=held))
    assert cell(found, "Participant: The last 30 days", "baseline") == Cell(8, 4, late=4)


def test_what_has_not_opened_is_not_missing() -> None:
    later = cell(drawn(), "Participant: The last 30 days", "interim")
    assert (later.expected, later.state) == (8, State.NOT_OPEN)
    assert "interim" not in described(drawn(), SAY)


def test_what_is_not_done_for_a_reason_is_not_expected() -> None:
    of = standing()
    keys = [item.key for item in desk(overseen()).schedule.occasions(of, TODAY) if item.subject]
    found = drawn(replace(of, decided={key: Decision(reason="refused") for key in keys}))
    assert cell(found, "Participant: The last 30 days", "baseline").expected == 0


def test_several_projects_are_added_up() -> None:
    one, both = drawn(), drawn(standing(), standing())
    assert both.title == "2 projects"
    assert both.rows == one.rows
    for place, single in one.cells.items():
        assert both.cells[place].expected == 2 * single.expected


def test_the_numbers_add_up_to_what_is_asked() -> None:
    of = standing()
    opened = list(desk(overseen()).schedule.occasions(of, TODAY))
    per_moment = Counter(item.moment for item in opened)
    assert per_moment.keys() == {"baseline", "continuous"}
    found = drawn(of)
    activity = cell(found, "Activity", "continuous")
    assert activity.expected % per_moment["continuous"] == 0


def test_without_a_plan_the_grid_is_empty() -> None:
    of = standing()
    assert drawn(replace(of, project=replace(of.project, dates={}, rules={}))).is_empty
