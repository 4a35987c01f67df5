"""grid.csv: what was planned is there exactly once, filled in or not, and says why not."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.completeness import grid as completeness
from flows.evaluation.grid import NOT_ASKED, NOT_YET_DUE, OVERDUE
from flows.evaluation.told import PRECEDENCE
from flows.exports.dataset import Dataset
from flows.exports.filter import Filter
from flows.exports.grid import Grid
from flows.overview import overview
from flows.questionnaire import questionnaire
from flows.record import NOT_YET_ASKED, STATUSES, Status
from flows.schedule import STATES, Decision, Schedule, Standing
from flows.sheet import MEASUREMENTS, MOMENTS
from tests.builders import handbook, real_interface
from tests.datasets import ON, blocks, dataset, text_of
from tests.overseen import desk, overseen
from tests.rows import Rows, participant, record, sheets

Cells = list[dict[str, str]]
SCHEDULE = Schedule(handbook().values())


def planned(*records: Rows) -> Standing:
    """Return a project with a plan, where these records are in."""
    world = overseen(final_on="2026-12-15")
    held: dict[tuple[str, str, str], set[date]] = {}
    for row in chain.from_iterable(records):
        if row.complete and row.review != "not_counted" and row.organisation == "example":
            held.setdefault((row.sheet, row.moment, row.subject), set()).add(row.observed_on)
    return replace(desk(world).of(["kompas"])[0], held=held)


def data_of(
    standing: Standing,
    records: Iterable[Rows],
    **more: Any,  # noqa: ANN401 - further fields of a Dataset
) -> Dataset:
    rows = [*chain.from_iterable(records)]
    about = {"current": handbook(), "standings": [standing], "organisation": "example"}
    return dataset(rows, sheets(), **(about | more))


def written(
    *records: Rows,
    standing: Standing | None = None,
    **more: Any,  # noqa: ANN401 - further fields of a Dataset
) -> Cells:
    text = text_of(Grid(), data_of(standing or planned(*records), records, **more))
    return list(csv.DictReader(io.StringIO(text)))


def cell(found: Cells, **wanted: str) -> dict[str, str]:
    (row,) = (row for row in found if row.items() >= wanted.items())
    return row


LADDER = {"subject": "K7-N", "moment": "baseline", "indicator": "DN08"}
JOINING = {"subject": "K7-N", "moment": "baseline", "indicator": "DN01"}


def test_what_nobody_registered_is_a_row_too() -> None:
    found = written()
    baseline, interim = cell(found, **LADDER), cell(found, **(LADDER | {"moment": "interim"}))
    assert (baseline["status"], baseline["state"], baseline["due"]) == (
        *(OVERDUE, "late"),
        "2026-01-19",
    )
    assert (interim["status"], interim["state"]) == (NOT_YET_DUE, "planned")
    assert {row["planned"] for row in found} == {"yes"}
    assert {row["record"] for row in found} == {""}


@pytest.mark.parametrize("status", Status)
def test_a_cell_says_what_was_registered(status: Status) -> None:
    found = written(participant("K7-N", "baseline", {"ladder": status}))
    row = cell(found, **LADDER)
    assert (row["status"], row["state"], row["record"]) == (status.value, "done", "K7-N baseline")
    assert (row["late"], row["complete"], row["observed_on"]) == ("yes", "yes", "2026-03-02")


def test_one_answer_of_several_questions_answers_an_indicator() -> None:
    skipped = {"joined_month": Status.REFUSED, "way_in": Status.SKIPPED}
    for missing, expected in (
        ({"way_in": Status.DONT_KNOW}, ("answered", "2", "1")),
        ({"way_in": Status.SKIPPED}, ("answered", "1", "1")),
        (skipped, ("refused", "1", "0")),
    ):
        answers = {} if "joined_month" in missing else {"joined_month": "2026-01-01"}
        row = cell(written(participant("K7-N", "baseline", missing, **answers)), **JOINING)
        assert (row["status"], row["questions"], row["answered"]) == expected


def test_every_status_has_its_place_among_several() -> None:
    assert set(PRECEDENCE) == set(Status)


def test_why_a_whole_measurement_was_not_done_is_told_for_each_indicator() -> None:
    of = planned()
    (key,) = (
        item.key
        for item in SCHEDULE.occasions(of, ON)
        if (item.subject, item.moment) == ("K7-N", "baseline")
    )
    found = written(standing=replace(of, decided={key: Decision(reason="not_reached")}))
    rows = [row for row in found if (row["subject"], row["moment"]) == ("K7-N", "baseline")]
    assert len(rows) > 3
    assert {(row["status"], row["reason"], row["state"]) for row in rows} == {
        ("not_done", "not_reached", "not_done")
    }
    assert cell(found, **(LADDER | {"subject": "P3-H"}))["status"] == OVERDUE


def test_half_saved_is_answered_where_it_was_and_missing_where_it_was_not() -> None:
    rows = participant("K7-N", "baseline", {"housing": Status.NOT_DONE}, ladder=3)
    half = [
        row._replace(
            complete=False, reason=NOT_YET_ASKED if row.status is Status.NOT_DONE else row.reason
        )
        for row in rows
    ]
    found = written(half)
    ladder, housing = cell(found, **LADDER), cell(found, **(LADDER | {"indicator": "DN09"}))
    assert (ladder["status"], ladder["complete"], ladder["state"]) == ("answered", "no", "late")
    assert (housing["status"], housing["complete"], housing["reason"]) == (OVERDUE, "no", "")


def test_what_the_record_that_is_in_did_not_ask_is_not_done() -> None:
    row = cell(written(participant("K7-N", "baseline", ladder=3)), **JOINING)
    assert (row["status"], row["reason"], row["state"]) == ("not_done", NOT_ASKED, "done")
    assert row["record"] == ""


def test_a_record_that_was_set_aside_fills_nothing() -> None:
    aside = [
        row._replace(review="not_counted") for row in participant("K7-N", "baseline", ladder=3)
    ]
    found = written(aside)
    assert cell(found, **LADDER)["status"] == OVERDUE
    assert {row["record"] for row in found} == {""}


def test_the_later_of_two_records_fills_the_cell_and_the_other_stands_beside_it() -> None:
    first, second = (
        [
            row._replace(record=name, observed_on=date(2026, 1, day))
            for row in participant("K7-N", "baseline", ladder=step)
        ]
        for name, day, step in (("first", 10, 2), ("second", 12, 3))
    )
    found = [row for row in written(second, first) if row["record"]]
    assert [(row["record"], row["planned"], row["number"]) for row in found] == [
        ("second", "yes", "1"),
        ("first", "no", ""),
    ]


def test_a_measurement_that_nobody_planned_is_a_row_without_an_occasion() -> None:
    other = [
        row._replace(organisation="other") for row in participant("K7-N", "baseline", ladder=2)
    ]
    stray = participant("Z9-Z", "interim", ladder=2)
    deselected = participant("K7-N", "baseline", income="none", ladder=3)
    found = [row for row in written(other, stray, deselected) if row["planned"] == "no"]
    assert sorted((row["organisation"], row["subject"], row["indicator"]) for row in found) == [
        ("example", "K7-N", "DN05"),
        ("example", "Z9-Z", "DN08"),
        ("other", "K7-N", "DN08"),
    ]
    assert {(row["state"], row["late"], row["due"]) for row in found} == {("", "", "")}


def test_a_project_without_plan_has_only_what_was_measured() -> None:
    of = planned()
    bare = replace(of, project=replace(of.project, dates={}, rules={}))
    found = written(participant("K7-N", "baseline", ladder=3), standing=bare)
    assert [(row["indicator"], row["planned"]) for row in found] == [("DN08", "no")]


def test_periods_of_a_project_without_end_are_foreseen_up_to_the_day_itself() -> None:
    of = planned()
    dates = {name: day for name, day in of.project.dates.items() if name != "ends_on"}
    endless = replace(of, project=replace(of.project, dates=dates))
    found = written(standing=endless)
    numbers = {row["number"] for row in found if row["sheet"] == "activity"}
    assert numbers == {"1", "2", "3"}
    assert {row["moment"] for row in found if row["sheet"] == "participant"} == {*MEASUREMENTS}


def test_of_a_period_any_answer_fills_the_cell() -> None:
    asked = [
        [
            row._replace(observed_on=date(2026, 2, day), record=f"on {day}")
            for row in record("activity", answers, missing=missing)
        ]
        for day, answers, missing in (
            (3, {"activity": "talk"}, {}),
            (20, {}, {"activity": Status.DONT_KNOW}),
            (21, {}, {"activity": Status.SKIPPED}),
        )
    ]
    found = written(*asked)
    (row,) = (row for row in found if row["sheet"] == "activity" and row["record"])
    assert (row["status"], row["record"], row["number"]) == ("answered", "on 3", "2")
    assert [row for row in found if row["planned"] == "no"] == []


def test_it_is_late_that_was_entered_late_not_what_is_about_an_earlier_day() -> None:
    for entered, expected in (
        (datetime(2026, 1, 26, 22, 30, tzinfo=UTC), "no"),
        (datetime(2026, 1, 27, 9, tzinfo=UTC), "yes"),
    ):
        rows = [
            row._replace(observed_on=date(2026, 1, 12), entered_at=entered)
            for row in participant("K7-N", "baseline", ladder=3)
        ]
        assert cell(written(rows), **LADDER)["late"] == expected


def test_a_filter_narrows_cells_by_what_they_are_about() -> None:
    rows = participant("K7-N", "baseline", ladder=3)
    version = max(version for name, version in sheets() if name == "participant")
    whole = written(rows)
    for wanted, kept in (
        (Filter(moments=("interim",)), [row for row in whole if row["moment"] == "interim"]),
        (Filter(statuses=(Status.ANSWERED,)), [row for row in whole if row["record"]]),
        (Filter(since=ON), [row for row in whole if (row["observed_on"] or row["due"]) >= str(ON)]),
        (Filter(until=ON), [row for row in whole if (row["observed_on"] or row["due"]) <= str(ON)]),
        (
            Filter(versions=(("participant", version),)),
            [row for row in whole if row["sheet"] == "participant"],
        ),
        (Filter(versions=(("participant", 1),)), []),
    ):
        assert written(rows, filter=wanted) == kept != whole


def test_what_a_filter_leaves_out_of_the_values_still_decides_about_a_cell() -> None:
    rows = participant("K7-N", "baseline", {"ladder": Status.REFUSED}, housing=2)
    wanted = Filter(statuses=(Status.REFUSED,))
    narrowed = replace(
        data_of(planned(rows), [[row for row in rows if row.status is Status.REFUSED]]),
        filter=wanted,
        whole=lambda: blocks(rows),
    )
    found = list(csv.DictReader(io.StringIO(text_of(Grid(), narrowed))))
    assert [row["indicator"] for row in found] == ["DN08"]


def test_the_numbers_are_those_of_the_picture_of_completeness() -> None:
    rows = participant("K7-N", "baseline", ladder=3)
    of, found = planned(rows), written(rows)
    say = real_interface().say("en")
    drawn = completeness(say, SCHEDULE, handbook(), [of], ON)
    for column, moment in enumerate(("baseline", "interim", "final", "continuous")):
        cells = [found for place, found in drawn.cells.items() if place[1] == column]
        mine = [row for row in found if row["moment"] == moment and row["planned"] == "yes"]
        assert sum(item.done for item in cells) == sum(row["state"] == "done" for row in mine)
        opened = [row for row in mine if row["state"] != "planned"] or mine
        assert sum(item.expected for item in cells) == len(opened)


WAYS = ("complete", "half", "aside", "excused")
said = st.sampled_from([None, *Status])
measured = st.tuples(
    st.sampled_from(["K7-N", "P3-H", "Z9-Z"]),
    st.sampled_from(MEASUREMENTS),
    st.sampled_from(WAYS),
    st.integers(1, 28),
    st.lists(said, min_size=4, max_size=4),
)
QUESTIONS = ("joined_month", "ladder", "housing", "income")


def registered(number: int, what: tuple[str, str, str, int, Sequence[Status | None]]) -> Rows:
    subject, moment, way, day, statuses = what
    if way == "excused":
        statuses = [Status.NOT_DONE] * len(statuses)
    missing = {
        name: status for name, status in zip(QUESTIONS, statuses, strict=True) if status is not None
    }
    return [
        row._replace(
            record=f"r{number}",
            observed_on=date(2026, 2, day),
            complete=way != "half",
            review="not_counted" if way == "aside" else "received",
            reason="left" if way == "excused" else "",
        )
        for row in participant(subject, moment, missing)
    ]


def asked(standing: Standing) -> Counter[tuple[str, ...]]:
    """Return every cell that is planned, worked out in another way than the export does."""
    found: Counter[tuple[str, ...]] = Counter()
    project = standing.project
    for occasion in SCHEDULE.occasions(standing, date(2027, 12, 31)):
        sheet = handbook()[occasion.sheet]
        about = occasion.moment, project.selection, occasion.roles, project.registrars
        codes = {question.indicator for question in questionnaire(sheet, *about)} - {""}
        for code in codes or {""}:
            found[occasion.sheet, occasion.moment, occasion.subject, str(occasion.number), code] = 1
    return found


@given(st.lists(measured, max_size=8), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_whatever_is_registered_the_grid_is_whole(
    what: list[tuple[str, str, str, int, Sequence[Status | None]]], chance: Random
) -> None:
    records = [registered(number, item) for number, item in enumerate(what)]
    standing, found = planned(*records), written(*records)
    # Each planned cell is there once.
    key = ("sheet", "moment", "subject", "number", "indicator")
    cells = [row for row in found if row["planned"] == "yes"]
    assert Counter(tuple(row[name] for name in key) for row in cells) == asked(standing)
    # Every state and status is one that is known, and the states are those of the overview.
    assert {row["status"] for row in found} <= {*STATUSES, NOT_YET_DUE, OVERDUE}
    assert {row["state"] for row in cells} <= set(STATES)
    states = {
        tuple(row[name] for name in key[:4]): row["state"]
        for row in cells
        if row["opens"] <= ON.isoformat()
    }
    opened = Counter(states.values())
    assert opened == Counter(due.state for due in overview(SCHEDULE, standing, ON).dues)
    # Nothing that was measured is lost, or there twice.
    rows = [row for row in chain.from_iterable(records) if row.review != "not_counted"]
    there = Counter((row["record"], row["indicator"]) for row in found if row["record"])
    assert set(there.values()) <= {1}
    assert {(row.record, row.indicator) for row in rows if row.indicator} | {
        (row.record, "") for row in rows if not row.indicator
    } >= there.keys()
    answered = {(r["record"], r["indicator"]) for r in found if r["status"] == "answered"}
    assert {
        (row.record, row.indicator)
        for row in rows
        if row.status is Status.ANSWERED and row.indicator
    } <= answered
    # Nothing depends on the order in which records come.
    chance.shuffle(records)
    assert written(*records, standing=standing) == found


def test_projects_follow_each_other_and_one_without_records_comes_last() -> None:
    rows = participant("K7-N", "baseline", ladder=3)
    of = planned(rows)
    empty = replace(of, project=replace(of.project, id="baken", name="Baken"), held={})
    found = written(rows, standings=[empty, of])
    assert [*dict.fromkeys(row["project"] for row in found)] == ["kompas", "baken"]
    assert len({row["project_name"] for row in found}) == 2


def test_rows_are_by_level_moment_and_subject() -> None:
    found = written()
    places = [
        (
            ("project", "target_group", "participant").index(row["level"]),
            MOMENTS.index(row["moment"]),
        )
        for row in found
    ]
    assert places == sorted(places)


GOLDEN = """\
organisation,project,project_name,level,moment,number,begins,ends,opens,due,subject,sheet,indicator,\
status,reason,state,late,record,revision,complete,sheet_version,observed_on,submitted_at,\
questions,answered,planned,comparable
example,kompas,Kompas,participant,baseline,1,,,2026-01-05,2026-01-19,K7-N,participant,DN01,\
answered,,done,yes,K7-N baseline,1,yes,{v},2026-03-02,2026-03-02T09:30:00Z,2,1,yes,
example,kompas,Kompas,participant,baseline,1,,,2026-01-05,2026-01-19,K7-N,participant,DN08,\
answered,,done,yes,K7-N baseline,1,yes,{v},2026-03-02,2026-03-02T09:30:00Z,1,1,yes,yes
example,kompas,Kompas,participant,baseline,1,,,2026-01-05,2026-01-19,P3-H,participant,DN01,\
overdue,,late,,,,,,,,2,0,yes,
example,kompas,Kompas,participant,baseline,1,,,2026-01-05,2026-01-19,P3-H,participant,DN08,\
overdue,,late,,,,,,,,1,0,yes,
example,kompas,Kompas,participant,interim,1,,,2026-06-21,2026-07-05,K7-N,participant,DN08,\
dont_know,,done,no,K7-N interim,1,yes,{v},2026-03-02,2026-03-02T09:30:00Z,1,0,yes,
example,kompas,Kompas,participant,interim,1,,,2026-06-21,2026-07-05,P3-H,participant,DN08,\
not_yet_due,,planned,,,,,,,,1,0,yes,
example,kompas,Kompas,participant,final,1,,,2026-12-17,2026-12-31,K7-N,participant,DN08,\
answered,,done,no,K7-N final,1,yes,{v},2026-03-02,2026-03-02T09:30:00Z,1,1,yes,yes
example,kompas,Kompas,participant,final,1,,,2026-12-17,2026-12-31,P3-H,participant,DN08,\
not_yet_due,,planned,,,,,,,,1,0,yes,
example,kompas,Kompas,participant,interim,,,,,,Z9-Z,participant,DN08,\
refused,,,,Z9-Z interim,1,yes,{v},2026-03-02,2026-03-02T09:30:00Z,1,0,no,
"""


def small() -> tuple[Standing, list[Rows]]:
    """Return a project that registers two indicators of participants, and what came of it."""
    records = [
        participant(
            "K7-N", "baseline", {"way_in": Status.DONT_KNOW}, joined_month="2026-01-01", ladder=2
        ),
        participant("K7-N", "final", ladder=3),
        participant("K7-N", "interim", {"ladder": Status.DONT_KNOW}),
        participant("Z9-Z", "interim", {"ladder": Status.REFUSED}),
    ]
    of = planned(*records)
    project = replace(of.project, selection=("DN01", "DN08"), rules={})
    return replace(of, project=project), records


def test_a_small_grid_is_written_as_it_was_agreed() -> None:
    standing, records = small()
    text = text_of(Grid(), data_of(standing, records))
    version = max(version for name, version in sheets() if name == "participant")
    assert text.split("\r\n") == GOLDEN.format(v=version).split("\n")
