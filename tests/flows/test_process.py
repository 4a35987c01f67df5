"""process.csv: what the team reads of what it did, and of what changed around it."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.evaluation.process import Figures, Period, ratio
from flows.exports.process import Process
from flows.record import Status
from tests.rows import DAY, Rows, exported, joined, record, written

PROCESS = Process()
BASELINE, INTERIM, FINAL = date(2026, 1, 31), date(2026, 6, 30), date(2026, 12, 31)
PERIODS = ("up_to_baseline", "baseline_to_interim", "interim_to_final", "after_final")


def measured(
    sheet: str = "project", day: date = BASELINE, moment: str = "baseline", **answers: int
) -> Rows:
    return record(sheet, answers or {"staff_fte": 1}, moment, observed_on=day)


def measurements() -> Rows:
    return [
        *measured(day=BASELINE),
        *measured(day=INTERIM, moment="interim"),
        *measured(day=FINAL, moment="final"),
    ]


def contact(
    day: date = DAY,
    met: int = 6,
    name: str = "",
    person: str = "p1",
    entered_for: str = "",
    **answers: str,
) -> Rows:
    known: dict[str, str | int] = {"met": met, "contacts": 1, "activity": "street_round", **answers}
    return record(
        "contact",
        known,
        name=name or f"{day} {met}",
        observed_on=day,
        person=person,
        entered_for=entered_for,
    )


def value(
    rows: Rows, indicator: str, measure: str, period: str = "whole_time", category: str = ""
) -> str:
    (row,) = exported(
        PROCESS, rows, indicator=indicator, measure=measure, period=period, category=category
    )
    return row["value"]


def reason(rows: Rows, indicator: str, measure: str, period: str) -> tuple[str, str]:
    (row,) = exported(PROCESS, rows, indicator=indicator, measure=measure, period=period)
    return row["value"], row["reason"]


def test_every_row_says_that_it_is_for_the_team() -> None:
    assert {row["reader"] for row in exported(PROCESS, contact())} == {"team"}


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (BASELINE, PERIODS[0]),
        (BASELINE + timedelta(days=1), PERIODS[1]),
        (INTERIM, PERIODS[1]),
        (FINAL, PERIODS[2]),
        (FINAL + timedelta(days=1), PERIODS[3]),
    ],
)
def test_continuous_records_are_summed_between_the_days_of_the_measurements(
    day: date, period: str
) -> None:
    rows = measurements() + contact(day, 6) + contact(day, 7)
    found = exported(PROCESS, rows, indicator="DG01", category="")
    assert [row["period"] for row in found] == list(PERIODS)
    assert [row["value"] for row in found] == [
        "13" if row["period"] == period else "0" for row in found
    ]


def test_a_period_says_its_first_and_its_last_day() -> None:
    found = exported(PROCESS, measurements() + contact(), indicator="DG02")
    assert [(row["from"], row["to"]) for row in found] == [
        ("", "2026-01-31"),
        ("2026-02-01", "2026-06-30"),
        ("2026-07-01", "2026-12-31"),
        ("2027-01-01", ""),
    ]


def test_of_two_records_of_a_measurement_the_latest_one_says_its_day() -> None:
    rows = measured(day=INTERIM) + measured(day=BASELINE)
    assert [row["to"] for row in exported(PROCESS, rows + contact(), indicator="DG02")] == [
        "2026-06-30",
        "",
    ]


def test_without_a_measurement_all_is_one_period() -> None:
    assert value(contact(), "DG02", "contacts") == "1"


def test_ten_contacts_of_one_round_are_one_activity() -> None:
    rows = [row for n in range(10) for row in contact(name=f"contact {n}")]
    assert value(rows, "PR17", "activity", category="street_round") == "1"
    assert value(rows, "DG02", "contacts") == "10"


def test_another_day_person_or_kind_is_another_activity() -> None:
    rows = contact(name="1") + contact(DAY + timedelta(days=1), name="2")
    rows += contact(name="3", person="p2") + contact(name="4", activity="home_visit")
    assert value(rows, "PR17", "activity", category="street_round") == "3"
    assert value(rows, "PR17", "activity") == "4"


def test_an_activity_is_that_of_whoever_did_it_whoever_typed_it() -> None:
    rows = contact(name="1") + contact(name="2", person="p2", entered_for="p1")
    assert value(rows, "PR17", "activity", category="street_round") == "1"


def test_activities_and_rounds_are_added_to_those_of_contacts() -> None:
    rows = contact() + record("round", {"activity": "street_round", "met": 8})
    rows += record("activity", {"activity": "workshop", "present": 8, "hours": 1.5})
    rows += record("activity", {"activity": "workshop", "present": 9, "hours": 0.25})
    assert value(rows, "PR17", "activity", category="street_round") == "2"
    assert value(rows, "PR17", "activity", category="workshop") == "2"
    assert value(rows, "PR18", "hours") == "1.75"


def test_people_reached_are_told_counted_and_estimated() -> None:
    rows = contact(met=9, how_counted="estimated") + contact(met=1, name="alone")
    rows += record("round", {"met": 7, "how_counted": "counted"})
    assert value(rows, "DG01", "met") == "17"
    assert value(rows, "DG01", "met", category="estimated") == "9"
    assert value(rows, "DG01", "met", category="counted") == "8"


def test_new_people_of_contacts_and_rounds_are_one_sum() -> None:
    rows = contact(new_met="6") + record("round", {"met": 8, "how_many_new": 5})
    assert value(rows, "DG03", "new_met") == "11"


def test_a_count_of_one_to_four_people_is_not_shown() -> None:
    rows = record("contact", {"met": 30, "age": {"18_24": 3, "25_34": 20, "35_44": 7}})
    found = exported(PROCESS, rows, indicator="DG04", measure="age")
    assert [row["value"] for row in found] == ["30", "<5", "20", "withheld"]
    assert found[1]["reason"] == "small_number"
    assert found[1]["label"] == "18–24"


def test_a_category_has_the_label_of_the_question_that_counts_it() -> None:
    rows = record("contact", {"met": 30, "age": {"unknown": 30}, "gender": {"unknown": 30}})
    labels = {row["measure"]: row["label"] for row in exported(PROCESS, rows, category="unknown")}
    assert labels == {"age": "Age unknown", "gender": "Gender unknown"}


def test_a_count_of_things_is_shown_however_small() -> None:
    assert value(record("material", {"brochures": 2}), "PR25", "brochures") == "2"


def test_a_number_that_is_not_known_is_told_and_not_taken_for_none() -> None:
    rows = record("material", {"brochures": 2})
    rows += record("material", {}, missing={"brochures": Status.DONT_KNOW})
    (row,) = exported(PROCESS, rows, indicator="PR25", measure="brochures")
    assert (row["value"], row["without_number"]) == ("2", "1")


def test_referrals_of_three_sheets_are_one_sum_by_service() -> None:
    rows = record("contact", {"referred_to": {"legal_help": 1, "leisure": 1, "other": 0}})
    rows += record("round", {"referrals": {"legal_help": 5, "leisure": 6}})
    rows += record("referral", {"referred_to": "legal_help", "referral_status": "agreed"})
    assert value(rows, "DG09", "referrals", category="legal_help") == "7"
    assert value(rows, "DG09", "referrals", category="leisure") == "7"
    assert value(rows, "DG09", "referrals") == "14"


def test_arrived_referrals_are_a_percentage_of_all_referrals() -> None:
    rows = record("round", {"referrals": {"legal_help": 20, "leisure": 12}})
    rows += record(
        "follow_up", {"followed_service": "leisure", "outcomes": {"arrived": 8, "failed": 6}}
    )
    assert value(rows, "DG10", "arrived_share") == "25"


def test_a_percentage_does_not_give_a_small_number_away() -> None:
    rows = record("round", {"referrals": {"legal_help": 20, "leisure": 12}})
    rows += record("follow_up", {"outcomes": {"arrived": 3, "failed": 6}})
    assert reason(rows, "DG10", "arrived_share", "whole_time") == ("", "small_number")


def test_a_missing_denominator_gives_no_number_but_a_reason() -> None:
    rows = record("follow_up", {"outcomes": {"arrived": 8, "failed": 6}})
    assert reason(rows, "DG10", "arrived_share", "whole_time") == ("", "not_known")
    assert ratio(Decimal(3), Decimal(0)) == ("", "nothing_to_divide_by")
    assert ratio(None, Decimal(8)) == ("", "not_known")
    assert reason(contact(), "DG05", "coverage", "") == ("", "no_measurement")


def test_coverage_holds_people_reached_against_the_size_of_the_group() -> None:
    rows = measurements() + contact(INTERIM, 30)
    rows += measured("target_group", group_size=120)
    assert value(rows, "DG05", "coverage", PERIODS[1]) == "25"
    assert reason(measurements() + contact(INTERIM, 30), "DG05", "coverage", PERIODS[1]) == (
        "",
        "not_known",
    )


def test_coverage_of_too_few_is_not_shown() -> None:
    rows = measurements() + contact(INTERIM, 3) + measured("target_group", group_size=120)
    assert reason(rows, "DG05", "coverage", PERIODS[1]) == ("", "small_number")


def test_the_cost_of_a_person_is_the_budget_for_each_person_reached() -> None:
    rows = measurements() + contact(FINAL, 30) + measured(budget_total=65000)
    assert value(rows, "PR27", "cost_per_person", PERIODS[2]) == "2166.67"
    assert reason(rows, "PR27", "cost_per_person", PERIODS[1]) == ("", "nothing_to_divide_by")


def test_fidelity_says_why_there_is_no_percentage() -> None:
    rows = measured(moment="interim", planned=20, done_as_planned=15, fidelity=75)
    assert value(rows, "PR19", "fidelity", "interim") == "75"
    nothing = record("project", {"planned": 0}, "interim", missing={"fidelity": Status.SKIPPED})
    assert reason(nothing, "PR19", "fidelity", "interim") == ("", "nothing_to_divide_by")


def test_signals_with_an_answer_are_a_percentage_of_all_signals() -> None:
    rows = measured(
        "target_group", INTERIM, "interim", signals_sent=8, signals_answered=5, signals_share=63
    )
    assert value(rows, "DG12", "signals_share", "interim") == "63"


def test_the_level_of_participation_is_a_median_and_not_a_mean() -> None:
    rows: Rows = []
    for number, level in enumerate(("1", "1", "2", "5", "5")):
        rows += record("activity", {"participation": level}, name=f"activity {number}")
    assert value(rows, "DG14", "median_step") == "2"


def test_attendances_are_summed_but_not_those_of_fewer_than_five() -> None:
    rows: Rows = []
    for n in range(6):
        rows += record("attendance", {"times_attended": 3}, name=f"{n}", subject=f"S{n}")
    assert value(rows, "DN17", "times_attended") == "18"
    assert value(rows, "DN17", "participants") == "6"
    few = [row for row in rows if row.subject in {"S1", "S2"}]
    assert value(few, "DN17", "participants") == "<5"
    assert reason(few, "DN17", "times_attended", "whole_time") == ("", "small_number")


def test_returned_syringes_are_a_percentage_of_those_given_out() -> None:
    rows = record(
        "material", {"syringes_out": 40, "syringes_in": 30, "how_counted_in": "estimated"}
    )
    assert value(rows, "DG21", "return_share") == "75"
    assert value(rows, "DG21", "syringes_in", category="estimated") == "30"


def test_records_of_a_log_are_counted() -> None:
    rows = record(
        "adjustment", {"adjusted": {"hours": 1, "place": 1, "staff": 0}, "why": "Nobody came"}
    )
    assert value(rows, "PR20", "records") == "1"
    assert value(rows, "PR20", "adjusted", category="hours") == "1"


def test_adjustments_side_effects_and_changes_around_stand_on_the_time_line() -> None:
    rows = record("side_effect", {"sign": "minus", "side_effect": "stigma"}, observed_on=FINAL)
    rows += record("adjustment", {"adjusted": {"hours": 1, "place": 0}, "why": "Nobody came"})
    rows += record(
        "context_change", {"context_change": "funds", "direction": "less"}, observed_on=BASELINE
    )
    found = exported(PROCESS, rows, part="time_line")
    assert [(row["from"], row["indicator"], row["label"], row["note"]) for row in found] == [
        ("2026-01-31", "", "Money, Less", ""),
        ("2026-03-02", "PR20", "Hours", "Nobody came"),
        ("2026-12-31", "PR24", "Negative, People get labelled", ""),
    ]


def test_a_change_of_means_between_measurements_stands_on_the_time_line() -> None:
    rows = measured(budget_total=65000, space_hours=12)
    rows += measured(day=FINAL, moment="final", budget_total=50000, space_hours=12, staff_out=2)
    found = exported(PROCESS, rows, part="time_line")
    assert [(row["from"], row["indicator"], row["value"], row["note"]) for row in found] == [
        ("2026-12-31", "PR07", "-15000", "from 65000 to 50000"),
        ("2026-12-31", "PR10", "2", ""),
    ]


def test_no_outcome_stands_beside_process() -> None:
    found = exported(PROCESS, joined(9, ladder=2) + contact())
    assert {row["indicator"] for row in found if row["indicator"].startswith("DN")} == {"DN17"}


@pytest.mark.parametrize("code", ["DG16", "DG17", "DG18", "DG19"])
def test_a_figure_of_the_area_is_marked_as_context(code: str) -> None:
    rows = record("target_group", {"nuisance_reports": {"residents": 3, "police": 18}}, "baseline")
    found = exported(PROCESS, rows, indicator=code)
    assert found
    assert all(row["part"] == "area" for row in found)
    assert all(row["note"].startswith("context of the area") for row in found)


def test_a_measurement_that_was_not_done_says_why() -> None:
    rows = record(
        "project", {}, "interim", missing={"shared_vision": Status.NOT_DONE}, reason="no_time"
    )
    (row,) = exported(PROCESS, rows, indicator="PR06")
    assert (row["value"], row["status"], row["reason"]) == ("", "not_done", "no_time")


def test_a_measurement_that_was_not_done_hides_none_that_was_and_ends_no_period() -> None:
    answered = measured(budget_total=65000)
    # Every question of it says so, also the one for the day.
    excuse = [
        row._replace(status=Status.NOT_DONE, record="excuse")
        for row in measured(day=INTERIM, budget_total=0)
    ]
    for rows in (answered + excuse, excuse + answered):
        (row,) = exported(PROCESS, rows, indicator="PR07", measure="budget_total")
        assert (row["value"], row["to"]) == ("65000", "2026-01-31")
        found = exported(PROCESS, rows + contact(), indicator="DG02")
        assert [row["to"] for row in found] == ["2026-01-31", ""]
    assert [row["period"] for row in exported(PROCESS, excuse + contact(), indicator="DG02")] == [
        "whole_time"
    ]


@pytest.mark.parametrize("word", [{"complete": False}, {"review": "not_counted"}])
def test_what_is_half_saved_or_not_counted_is_left_out(word: dict[str, object]) -> None:
    rows = [row._replace(**word) for row in contact()]  # type: ignore[arg-type]
    (row,) = exported(PROCESS, rows, indicator="DG02")
    assert (row["value"], row["reason"]) == ("", "nothing_registered")


def test_no_worker_is_named() -> None:
    rows = contact(person="worker-17")
    assert "worker-17" not in written(PROCESS, rows)


def test_a_text_is_never_a_formula() -> None:
    rows = record("adjustment", {"adjusted": {"hours": 1}, "why": "=1+1"})
    (row,) = exported(PROCESS, rows, part="time_line")
    assert row["note"] == "'=1+1"


def test_days_that_two_measurements_share_make_no_period_of_their_own() -> None:
    figures = Figures()
    for moment in ("baseline", "final"):
        figures.add(measured(moment=moment))
    assert figures.periods() == [
        Period("up_to_baseline", None, BASELINE, "baseline"),
        Period("after_final", BASELINE, None),
    ]


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(days, st.integers(1, 9)), max_size=12), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_records_changes_nothing(
    contacts: list[tuple[date, int]], random: Random
) -> None:
    records = [
        contact(day, met, name=f"contact {number}", how_counted="estimated")
        for number, (day, met) in enumerate(contacts)
    ]
    records += [measured(day=BASELINE), measured(day=INTERIM, moment="interim")]
    shuffled = random.sample(records, len(records))
    texts = {
        written(PROCESS, [row for values in order for row in values])
        for order in (records, shuffled)
    }
    assert len(texts) == 1


def test_what_is_held_grows_with_days_and_not_with_records() -> None:
    figures = Figures()
    for number in range(50):
        figures.add(contact(name=f"contact {number}"))
    assert not figures.measured
    assert {len(found) for found in figures.tallies.values()} == {1}
    assert len(figures.activities) == 1
