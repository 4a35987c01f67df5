"""A plan is set up in the chat, an impossible one is refused, and what moves is shown before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.effects import ChangeProject
from flows.moves import Move, moves
from flows.plan import NO_PLAN, NUMBERS, Plan, impossible, plan_of, rules_of
from flows.project import Project
from flows.questionnaire import MOMENT_NAMES
from flows.record import Answer, Status
from flows.recurrence import RHYTHMS
from flows.schedule import Schedule, Standing
from flows.texts import SILENT
from flows.working_time import REGIONS
from tests.builders import TODAY, Worker, context, handbook
from tests.flows.test_setting_up import SHEET, WHERE, projects

PLAN = ("today", "14", "7", "No", "14", "6", "12", "0", "Nothing", "Belgium, without", "5")
DATES = {
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
    "baseline_on": "2026-04-01",
    "interim_on": "2026-10-01",
    "final_on": "2027-10-01",
}
SCHEDULE = Schedule(handbook().values())


def coordinator(**dates: str) -> Worker:
    """Return a coordinator whose project has these dates."""
    world = context(roles=("project_coordinator",))
    planned = tuple(replace(project, dates=dates) for project in world.projects)
    return Worker(replace(world, projects=planned)).types("English")


def project(**rules: object) -> Project:
    """Return a project with the usual dates, or with others among the rules."""
    dates = DATES | {name: str(rules.pop(name)) for name in DATES.keys() & rules.keys()}
    made = context().projects[0]
    return replace(made, dates={name: day for name, day in dates.items() if day}, rules=rules)


def moved(before: Project, after: Project, **known: object) -> list[Move]:
    standing = Standing(before, **known)  # type: ignore[arg-type]
    return moves(SCHEDULE, standing, standing.of(after), TODAY)


def choices(question: str) -> list[str]:
    return [choice.name for choice in handbook()["plan"].by_name[question].choices]


def test_the_sheet_offers_every_rhythm_and_every_region() -> None:
    assert choices("rhythm") == list(RHYTHMS)
    assert choices("region") == list(REGIONS)
    spoken = {choice.name: choice.label for choice in handbook()["plan"].by_name["region"].choices}
    assert spoken == REGIONS


def test_what_can_be_filled_in_regularly_is_about_a_project_and_continuous() -> None:
    for name in set(choices("periodic_sheets")) - {"none"}:
        sheet = handbook()[name]
        assert (sheet.level, sheet.moments, sheet.menu) == ("project", ("continuous",), "")


def test_the_sheet_of_the_plan_proposes_what_counts_without_it() -> None:
    sheet = handbook()["plan"]
    for name in (*NUMBERS, "region"):
        if name != "locks":
            assert sheet.by_name[name].default == str(getattr(NO_PLAN, name)), name
    assert sheet.by_name["entry_closes"].default == "no"


def test_a_plan_that_is_filled_in_as_proposed_changes_no_day() -> None:
    worker = coordinator(**DATES).types("Plan", *PLAN)
    assert worker.state == "reviewing"
    assert "What moves" not in worker.screen.text
    worker.taps("Save")
    (change,) = [effect for effect in worker.effects if isinstance(effect, ChangeProject)]
    assert change.columns == ("rules",)
    assert change.project.plan == replace(plan_of(DATES, {}), counts_from=TODAY)


def test_the_sheet_of_the_plan_decides_everything_that_a_plan_has() -> None:
    answers = ("today", "21", "3", "Yes", "60", "30", "3", "9", "2", "1/4/2027", "1/6/2027")
    worker = coordinator(**DATES).types("Plan", *answers, "Activities", "Meetings", "Done")
    worker.types("Each quarter", "Wallonia", "2").taps("Save")
    plan = projects(worker)[-1].project.plan
    assert plan == Plan(
        counts_from=TODAY,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
        measurements={
            "baseline": (date(2026, 4, 1),),
            "interim": (date(2026, 10, 1), date(2027, 4, 1), date(2027, 6, 1)),
            "final": (date(2027, 10, 1),),
        },
        opens=21,
        grace=3,
        locks=60,
        baseline_within=30,
        interim_after=3,
        final_after=9,
        periodic={"activity": "quarterly", "meeting": "quarterly"},
        region="wallonia",
        most_messages=2,
    )


@pytest.mark.parametrize("days", ["7", "0", "367"])
def test_entry_cannot_close_before_anybody_is_late(days: str) -> None:
    worker = coordinator(**DATES).types("Plan", "today", "14", "7", "Yes", days)
    assert worker.screen.note.startswith("More days than until it is called late")


def test_an_entry_that_closes_no_more_is_forgotten() -> None:
    answered = {"locks": Answer(Status.SKIPPED), "grace": Answer(Status.ANSWERED, 7)}
    assert rules_of(answered) == {"grace": 7}


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (project(interim_on="2026-03-01"), "The interim (Sun 01/03/2026) has to come after the"),
        (project(final_on="2026-09-01"), "The final (Tue 01/09/2026) has to come after the inter"),
        (project(interim_2_on="2026-09-01"), "The interim (Tue 01/09/2026) has to come after the"),
        (project(final_on="2028-02-01"), "The final of Tue 01/02/2028 is planned after the end"),
        (project(locks=5), "Entry would close 5 days after the due day, before it is called late"),
        (project(region="atlantis"), "The holidays of “atlantis” are not known."),
        (project(periodic={"activity": "hourly"}), "“hourly” is no rhythm that is known."),
    ],
    ids=str,
)
def test_what_cannot_be_in_a_plan_is_said_in_a_sentence(plan: Project, sentence: str) -> None:
    (found,) = impossible(plan.plan, SILENT, MOMENT_NAMES)
    assert found.startswith(sentence)


def test_a_final_measurement_soon_after_the_end_can_be_planned() -> None:
    assert not list(impossible(project(final_on="2028-01-07").plan, SILENT, MOMENT_NAMES))


def test_an_impossible_plan_is_not_saved_and_nothing_of_it_is_lost() -> None:
    worker = coordinator(**DATES)
    worker.types("Plan", *PLAN[:7], "1", "1/9/2026", *PLAN[8:])
    assert "The interim (Tue 01/09/2026) has to come after the interim" in worker.screen.text
    worker.taps("Save")
    assert "Nothing was saved" in worker.screen.note
    assert (worker.state, worker.effects) == ("reviewing", [])
    worker.taps("Change an answer", "When is the next interim").types("1/4/2027").taps("Save")
    assert projects(worker)[-1].project.plan.measurements["interim"][-1] == date(2027, 4, 1)


def test_the_dates_of_the_project_sheet_are_looked_at_together_with_the_plan() -> None:
    worker = coordinator()
    planned = tuple(
        replace(project, rules={"interim_2_on": "2028-05-01"}) for project in worker.world.projects
    )
    worker.world = replace(worker.world, projects=planned)
    worker.types("Project sheet", *SHEET, *WHERE, "1/1/2026", "31/12/2027", "Baseline", "Done")
    worker.types("15/3/2026")
    assert "The interim of Mon 01/05/2028 is planned after the end" in worker.screen.text
    assert worker.taps("Save").effects == []


def test_the_review_shows_what_moves_with_its_reminders() -> None:
    worker = coordinator(**DATES)
    worker.types("Project sheet", *SHEET, *WHERE, "1/1/2026", "31/12/2027", "Baseline", "Interim")
    worker.types("Final", "Done", "8/4/2026", "1/10/2026", "1/10/2027")
    lines = worker.screen.text.split("\n")
    assert lines[lines.index("What moves when you save:") + 1 :] == [
        "• Project, Target group and area · baseline: Wed 01/04/2026 → Wed 08/04/2026",
        "   Reminders: 18/03, 25/03, 31/03, 02/04 → 25/03, 01/04, 07/04, 09/04",
    ]


def test_the_review_sums_participants_and_says_what_closes() -> None:
    worker = coordinator(**DATES).types("Plan", *PLAN[:3], "Yes", "30", "14", "5", *PLAN[6:])
    text = worker.screen.text
    assert "• Entry closes: never → 30 days after the due day\n" in text
    assert "• 2 participants, interim: Sun 05/07/2026 → Fri 05/06/2026\n" in text
    assert "K7-N" not in text


def test_a_long_list_of_what_moves_ends_with_its_number() -> None:
    worker = coordinator(**DATES)
    days = ("1/4/2027", "1/6/2027", "1/8/2027")
    worker.types("Plan", "today", "7", *PLAN[2:7], "3", *days, "Activities", "Meetings", "Done")
    worker.types("Each week", "Flanders", "5")
    moving = worker.screen.text.partition("What moves when you save:\n")[2].split("\n")
    assert sum(line.startswith("•") for line in moving) == 8
    assert moving[-1] == "and 2 more"


@settings(max_examples=50, deadline=None)
@given(st.integers(-60, 60).filter(bool))
def test_moving_a_date_moves_its_due_day_and_its_reminders_and_nothing_else(days: int) -> None:
    by = timedelta(days=days)
    day = date.fromisoformat(DATES["baseline_on"])
    known = {"participants": {"K7-N": date(2026, 1, 5)}}
    (move,) = moved(project(), project(baseline_on=(day + by).isoformat()), **known)
    assert (move.moment, move.participants) == ("baseline", False)
    (was,), (will,) = move.before, move.after
    assert will.due - was.due == by
    assert len(will.told) == len(was.told)
    # The day before is a working day, whatever the day.
    told = zip(was.told[:2] + was.told[3:], will.told[:2] + will.told[3:], strict=True)
    assert {after - before for before, after in told} == {by}
    assert timedelta() < will.due - will.told[2] <= timedelta(days=5)


def test_nothing_regular_is_asked_for_from_before_the_plan_counts() -> None:
    rules = {"periodic": {"activity": "monthly"}, "counts_from": "2026-03-02"}
    stands = Standing(project(**rules))
    found = SCHEDULE.occasions(stands, TODAY + timedelta(days=60))
    regular = [(item.number, item.due) for item in found if item.sheet == "activity"]
    # They keep their numbers, by which decisions know them.
    assert regular == [(3, date(2026, 3, 31)), (4, date(2026, 4, 30))]


def test_what_is_the_same_plan_moves_nothing() -> None:
    assert moved(project(), project()) == []


def test_another_region_moves_only_the_reminders_before_its_holidays() -> None:
    before, after = project(), project(region="flanders")
    assert moved(before, after) == []
    friday = date(2025, 7, 11)
    dates = DATES | {"baseline_on": (friday + timedelta(days=1)).isoformat()}
    (move,) = moved(replace(before, dates=dates), replace(after, dates=dates))
    assert [item.told[2] for item in (*move.before, *move.after)] == [
        friday,
        friday - timedelta(days=1),
    ]


def test_what_is_registered_already_moves_no_more() -> None:
    held = {(sheet, "baseline", ""): [date(2026, 3, 20)] for sheet in ("project", "target_group")}
    assert moved(project(), project(baseline_on="2026-04-08"), held=held) == []


def test_a_measurement_that_falls_away_and_one_that_is_new_are_told_apart() -> None:
    (gone,) = moved(project(), project(interim_on=""))
    assert (gone.moment, gone.after) == ("interim", ())
    (new,) = moved(project(interim_on=""), project())
    assert (new.moment, new.before) == ("interim", ())
