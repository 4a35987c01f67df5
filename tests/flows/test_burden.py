"""How much a plan asks of people: only what is to come, by role and moment."""

from dataclasses import replace
from datetime import date, timedelta

from flows.burden import COMING, Asked, Load, asked, load_of
from flows.overview import Member
from flows.schedule import Decision, Standing
from tests.builders import TODAY, handbook
from tests.overseen import CREW, desk, overseen

HERE = desk(overseen())
SCHEDULE = HERE.schedule


def standing() -> Standing:
    return desk(overseen()).of(["kompas"])[0]


def of(found: Standing, *crew: Member, today: date = TODAY) -> dict[tuple[str, str], Asked]:
    listed = asked(SCHEDULE, handbook(), [(found, crew or CREW)], today)
    return {(item.role, item.moment): item for item in listed}


def test_what_is_missing_and_what_opens_within_four_weeks_is_counted() -> None:
    opened = list(SCHEDULE.occasions(standing(), TODAY + COMING))
    assert sum(item.count for item in of(standing()).values()) == len(opened)


def test_what_is_in_or_not_done_for_a_reason_asks_nothing_more() -> None:
    found = standing()
    held = {("participant", "baseline", "K7-N"): [TODAY]}
    assert of(replace(found, held=held))["practitioner", "baseline"].count == 1
    keys = [item.key for item in SCHEDULE.occasions(found, TODAY) if item.subject]
    excused = replace(found, decided=dict.fromkeys(keys, Decision(reason="left")))
    assert ("practitioner", "baseline") not in of(excused)


def test_a_registration_takes_a_tap_for_each_certain_question_and_two_more() -> None:
    found = standing()
    occasion = next(item for item in SCHEDULE.occasions(found, TODAY) if item.subject)
    load = load_of(handbook()["participant"], found.project, occasion)
    assert load.taps > 2
    assert load.seconds > 0
    assert of(found)["practitioner", "baseline"].load == Load(2 * load.taps, 2 * load.seconds)


def test_it_is_shared_among_those_who_have_the_role() -> None:
    all_of_it = of(standing(), Member("w1", ("practitioner",)))["practitioner", "baseline"]
    a_part = of(standing(), *CREW)["practitioner", "baseline"]
    assert (all_of_it.people, all_of_it.each, a_part.people, a_part.each) == (1, 2, 3, 1)
    assert all_of_it.load_of_each.taps > a_part.load_of_each.taps


def test_where_nobody_has_the_role_it_is_still_told() -> None:
    found = of(standing(), Member("c1", ("project_coordinator",)))
    assert found["practitioner", "baseline"].people == 0


def test_what_opens_later_is_not_told_yet() -> None:
    interim = date(2026, 6, 15) - timedelta(days=14)
    before = of(standing(), today=interim - COMING - timedelta(days=1))
    after = of(standing(), today=interim - COMING)
    assert ("project_coordinator", "interim") not in before
    assert ("project_coordinator", "interim") in after
