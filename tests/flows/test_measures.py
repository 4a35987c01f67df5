"""The rules of calculation: what is compared, over whom, and what is no number."""

from datetime import UTC, date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.evaluation.measures import (
    STILL_THERE,
    Change,
    change,
    cohort_of,
    distribution,
    exits,
    months_in_project,
    steps_at,
    sub_groups,
    values_at,
)
from flows.record import Status
from tests.rows import Rows, joined, participant, record


def who(code: str) -> str:
    """Return how a participant of these rows is told apart from one of another organisation."""
    return f"example {code}"


def ladder(rows: Rows) -> Change:
    cohort = cohort_of(rows)
    before, after = (steps_at(cohort, "ladder", moment) for moment in ("baseline", "final"))
    return change(before, after, cohort.started)


def test_a_change_is_computed_only_for_those_with_both_measurements() -> None:
    rows = participant("A", "baseline", ladder=1) + participant("A", "final", ladder=3)
    rows += participant("B", "baseline", ladder=2)
    assert ladder(rows) == Change(1, improved=1, same=0, worse=0, median_before=1, median_after=3)


def test_everybody_with_a_baseline_has_started_drop_outs_included() -> None:
    rows = participant("A", "baseline", ladder=1)
    rows += participant("B", "baseline", {"ladder": Status.NOT_DONE})
    rows += record("exit", {"exit_month": "2026-03-01", "exit_reason": "lost_touch"}, subject="B")
    rows += participant("C", "final", ladder=3)
    assert cohort_of(rows).started == (who("A"), who("B"))


def test_two_organisations_that_share_a_project_may_have_the_same_code() -> None:
    here = participant("A", "baseline", ladder=1) + participant("A", "final", ladder=2)
    there = [row._replace(organisation="gent") for row in participant("A", "baseline", ladder=5)]
    assert cohort_of(here + there).started == (who("A"), "gent A")
    assert ladder(here + there) == Change(1, 1, 0, 0, 1, 2)


def test_who_has_no_baseline_is_in_no_count() -> None:
    rows = participant("A", "baseline", ladder=1) + participant("C", "final", ladder=3)
    assert steps_at(cohort_of(rows), "ladder", "final") == {}


def test_a_change_is_told_in_steps_and_never_as_a_mean() -> None:
    rows: Rows = []
    for subject, before, after in (("A", 1, 6), ("B", 3, 3), ("C", 4, 3), ("D", 2, 3)):
        rows += participant(subject, "baseline", ladder=before)
        rows += participant(subject, "final", ladder=after)
    assert ladder(rows)[:4] == (4, 2, 1, 1)


def test_a_median_is_a_step_of_the_scale_and_not_between_two() -> None:
    rows = participant("A", "baseline", ladder=1) + participant("A", "final", ladder=2)
    rows += participant("B", "baseline", ladder=4) + participant("B", "final", ladder=5)
    assert (ladder(rows).median_before, ladder(rows).median_after) == (1, 2)


@pytest.mark.parametrize("status", [Status.DONT_KNOW, Status.REFUSED, Status.NOT_DONE])
def test_not_known_declined_and_not_done_are_missing(status: Status) -> None:
    rows = participant("A", "baseline", ladder=1)
    rows += participant("A", "final", {"ladder": status})
    assert ladder(rows) == Change(0, 0, 0, 0, None, None)


def test_nine_is_never_a_number() -> None:
    rows = participant("A", "baseline", ladder=1) + participant("A", "final", ladder=9)
    assert ladder(rows).both == 0


def test_the_value_at_a_moment_is_that_of_the_latest_record() -> None:
    later = [
        row._replace(record="later", observed_on=date(2026, 4, 1))
        for row in participant("A", "baseline", ladder=4)
    ]
    rows = participant("A", "baseline", ladder=1)
    assert steps_at(cohort_of(later + rows), "ladder", "baseline") == {who("A"): "4"}


def test_of_two_records_of_one_day_the_one_that_was_sent_later_counts() -> None:
    sent = datetime(2026, 3, 2, 18, tzinfo=UTC)
    later = [
        row._replace(record="0", submitted_at=sent)
        for row in participant("A", "baseline", ladder=4)
    ]
    rows = participant("A", "baseline", ladder=1)
    assert steps_at(cohort_of(later + rows), "ladder", "baseline") == {who("A"): "4"}


def test_a_measurement_that_was_not_done_hides_none_that_was() -> None:
    rows = participant("A", "baseline", ladder=1)
    later = [
        row._replace(record="later", observed_on=date(2026, 4, 1))
        for row in participant("A", "baseline", {"ladder": Status.NOT_DONE})
    ]
    for found in (rows + later, later + rows):
        assert steps_at(cohort_of(found), "ladder", "baseline") == {"example A": "1"}


@pytest.mark.parametrize("word", [{"complete": False}, {"review": "not_counted"}])
def test_what_is_half_saved_or_not_counted_is_left_out(word: dict[str, object]) -> None:
    rows = [row._replace(**word) for row in participant("A", "baseline", ladder=4)]  # type: ignore[arg-type]
    assert cohort_of(rows).started == ()


def test_a_record_that_is_returned_or_flagged_still_counts() -> None:
    rows = [row._replace(review="returned") for row in participant("A", "baseline", ladder=4)]
    assert cohort_of(rows).started == (who("A"),)


def test_sub_groups_go_by_the_baseline_and_leave_nobody_out() -> None:
    rows = participant("A", "baseline", gender="man") + participant("B", "baseline", gender="x")
    rows += participant("C", "baseline", {"gender": Status.REFUSED})
    rows += participant("A", "final", gender="woman")
    assert sub_groups(cohort_of(rows), "gender") == {
        "man": (who("A"),),
        "not_known": (who("C"),),
        "x": (who("B"),),
    }


def test_there_are_no_sub_groups_of_what_nobody_registered() -> None:
    assert sub_groups(cohort_of(joined(3, ladder=1)), "gender") == {}


def test_what_has_no_order_is_distributed() -> None:
    cohort = cohort_of(
        joined(3, change_in_use="same") + joined(2, "baseline", 4, change_in_use="riskier")
    )
    values = values_at(cohort, "change_in_use", "baseline")
    assert distribution(values, cohort.started) == {"same": 3, "riskier": 2}


def left(subject: str, month: str, reason: str, day: date = date(2026, 6, 1)) -> Rows:
    answers = {"exit_month": month, "exit_reason": reason}
    return record("exit", answers, name=f"exit {subject}", subject=subject, observed_on=day)


def test_whoever_left_is_told_by_either_sheet() -> None:
    rows = joined(3, joined_month="2026-01-01") + left("S001", "2026-05-01", "died")
    rows += participant("S002", "final", left="yes", exit_reason="moved", exit_month="2026-06-01")
    assert exits(cohort_of(rows)) == {
        who("S001"): "died",
        who("S002"): "moved",
        who("S003"): STILL_THERE,
    }


def test_who_left_for_a_reason_that_is_not_known_is_missing_and_not_still_there() -> None:
    rows = joined(2) + participant("S001", "final", {"exit_reason": Status.DONT_KNOW}, left="yes")
    rows += participant("S002", "final", {"left": Status.DONT_KNOW})
    assert exits(cohort_of(rows)) == {}


def test_who_came_back_after_leaving_is_still_there() -> None:
    back = [
        row._replace(observed_on=date(2026, 9, 1))
        for row in participant("S001", "final", {"exit_reason": Status.SKIPPED}, left="no")
    ]
    assert exits(cohort_of(joined(1) + left("S001", "2026-05-01", "moved") + back)) == {
        who("S001"): STILL_THERE
    }


def test_months_in_the_project_run_from_joining_to_leaving() -> None:
    rows = joined(2, joined_month="2025-11-01") + left("S001", "2026-02-01", "moved")
    assert months_in_project(cohort_of(rows)) == {who("S001"): 3}


def test_who_left_before_joining_has_no_months() -> None:
    rows = joined(1, joined_month="2026-03-01") + left("S001", "2026-02-01", "moved")
    assert months_in_project(cohort_of(rows)) == {}


steps = st.one_of(st.none(), st.integers(1, 6))


@given(st.lists(st.tuples(steps, steps), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    people: list[tuple[int | None, int | None]], random: Random
) -> None:
    rows: Rows = []
    for index, answers in enumerate(people):
        for moment, step in zip(("baseline", "final"), answers, strict=True):
            if step:
                rows += participant(f"S{index}", moment, ladder=step, gender="x")
    shuffled = random.sample(rows, len(rows))
    assert cohort_of(shuffled) == cohort_of(rows)
    found = ladder(rows)
    assert found.both == found.improved + found.same + found.worse
