"""Late is a label, locked is no entry, and nothing is observed tomorrow."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.schedule import Decision, Schedule, Standing, is_late, is_locked
from flows.sheet import MEASUREMENTS, Sheet
from tests.builders import TODAY, Worker, context, handbook
from tests.desk import Desk

DUE = date(2026, 3, 3)
LATE_FROM, LOCKED_FROM = DUE + timedelta(days=8), DUE + timedelta(days=31)
RULES = {"grace": 7, "locks": 30}
DAY = timedelta(days=1)
MEASURING = [sheet for sheet in handbook().values() if set(sheet.moments) & {*MEASUREMENTS}]


def worker(day: date, *, decided: dict[str, Decision] | None = None, **rules: int) -> Worker:
    """Return somebody whose project has its baseline due on DUE, on a day."""
    world = context(today=day)
    projects = tuple(
        replace(item, dates={"baseline_on": DUE.isoformat()}, rules=RULES | rules)
        for item in world.projects
    )
    desk = world.agenda
    assert isinstance(desk, Desk)
    agenda = Desk(desk.memory, projects, desk.sheets, decided or {})
    return Worker(replace(world, projects=projects, agenda=agenda)).types("English")


def begins(person: Worker, *choices: str) -> Worker:
    return person.types("Project", *choices, "Baseline")


def answers(person: Worker) -> Worker:
    """Answer whatever is asked, with the first button that is an answer."""
    while person.state != "reviewing":
        labels = person.labels
        usual = next(
            (label for label in ("Yesterday", "Leave out", "Not known") if label in labels), ""
        )
        done = [label for label in labels if label.startswith("Done")]
        if done:
            person.taps(done[0])
        elif usual:
            person.taps(usual)
        else:
            person.taps(labels[0])
    return person


@pytest.mark.parametrize(
    ("day", "late", "locked"),
    [
        (DUE, False, False),
        (LATE_FROM - DAY, False, False),
        (LATE_FROM, True, False),
        (LOCKED_FROM - DAY, True, False),
        (LOCKED_FROM, True, True),
    ],
    ids=str,
)
def test_late_and_locked_begin_after_so_many_days(day: date, late: bool, locked: bool) -> None:
    project = replace(context().projects[0], dates={"baseline_on": DUE.isoformat()}, rules=RULES)
    schedule = Schedule(handbook().values())
    found = schedule.occasion(Standing(project), ("project", "baseline", ""), day, day)
    assert found is not None
    assert (is_late(found, day), is_locked(found, day)) == (late, locked)


def test_a_measurement_that_is_closed_cannot_be_begun_and_it_is_said_who_can_open_it() -> None:
    person = begins(worker(LOCKED_FROM))
    assert person.state == "idle"
    assert person.conversation.drafts == ()
    assert person.screen.note == (
        "This was due on Tue 03/03/2026 and could be entered until Thu 02/04/2026."
        " A project coordinator can give it more time."
    )


def test_the_last_day_before_it_closes_is_open() -> None:
    assert begins(worker(LOCKED_FROM - DAY)).state == "asking"


def test_without_a_lock_a_measurement_can_always_be_begun() -> None:
    assert begins(worker(LOCKED_FROM + timedelta(days=400), locks=0)).state == "asking"


def test_more_time_opens_a_measurement_again() -> None:
    given = {"kompas/project/baseline//1": Decision(due=LOCKED_FROM)}
    assert begins(worker(LOCKED_FROM, decided=given)).state == "asking"


def test_practice_is_never_closed() -> None:
    person = worker(LOCKED_FROM).taps("Practise")
    assert begins(person).state == "asking"


def test_what_was_begun_before_it_closed_is_saved_and_is_late() -> None:
    person = answers(begins(worker(LOCKED_FROM - DAY)))
    person.types("/pause").on(LOCKED_FROM + DAY)
    person.taps("▸ Go on: Project").taps("Save")
    assert len(person.saved) == 1
    assert person.receipts[0].text.endswith("It was due on Tue 03/03/2026, so it counts as late.")


def test_a_day_of_the_first_interim_that_is_entered_after_the_second_opened_is_late() -> None:
    dates = {"interim_on": DUE.isoformat()}
    rules = {"interim_2_on": "2026-09-01", "opens": 14}
    project = replace(context().projects[0], dates=dates, rules=rules)
    schedule, today = Schedule(handbook().values()), date(2026, 8, 20)
    first, second = (
        schedule.occasion(Standing(project), ("project", "interim", ""), day, today)
        for day in (date(2026, 2, 1), today)
    )
    assert first is not None
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    assert is_late(first, today)
    assert not is_late(second, today)


def test_what_is_in_time_is_not_called_late() -> None:
    person = answers(begins(worker(LATE_FROM - DAY))).taps("Save")
    assert "late" not in person.receipts[0].text


def test_a_correction_of_what_was_in_time_is_not_called_late() -> None:
    person = answers(begins(worker(DUE))).taps("Save").on(LATE_FROM)
    person.types("/corrections", "8F3K").taps("Change", "A typing mistake")
    person.taps("Change an answer", "Which day is this about?").taps("Today", "Save")
    assert len(person.saved) == 2
    assert "late" not in person.receipts[0].text


@pytest.mark.parametrize("sheet", MEASURING, ids=lambda sheet: sheet.name)
def test_no_measurement_is_observed_on_a_day_to_come(sheet: Sheet) -> None:
    person = Worker(context({sheet.name: sheet}, selected="")).types("English", sheet.name)
    while person.state == "choosing":
        person.taps(person.labels[0])
    assert sheet.questions[0].name == sheet.observed_on
    person.types((TODAY + DAY).strftime("%d/%m/%Y"))
    assert (person.state, person.conversation.draft and person.conversation.draft.answers) == (
        "asking",
        {},
    )
    assert person.screen.note == "Today or an earlier day."
