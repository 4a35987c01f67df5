"""/reminders: everybody decides alone when they hear of what is due."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from flows.effects import ChangeWishes
from flows.wishes import Wishes
from flows.working_time import Hours
from tests.builders import TODAY, Worker, context
from tests.desk import Desk


def wishing(*texts: str, roles: tuple[str, ...] = ("practitioner",)) -> Worker:
    return Worker(context(roles=roles)).types("English", "/reminders", *texts)


def wishes(worker: Worker) -> Wishes:
    assert isinstance(worker.world.agenda, Desk)
    return worker.world.agenda.wished


def test_what_is_wished_now_is_said_with_how_much_came() -> None:
    worker = wishing()
    assert isinstance(worker.world.agenda, Desk)
    worker.world.agenda.got = 2
    assert worker.types("/reminders").screen.text.split("\n") == [
        "Reminders come at 08:30, on Mon, Tue, Wed, Thu, Fri.",
        "Nothing comes from 18:00 to 08:00, or on holidays.",
        "Reminders in the last seven days: 2, of at most 5.",
    ]


@pytest.mark.parametrize("typed", ["9:15", "9u15", "9h15", "9.15", "09:15", "9 u 15", "9:15 am"])
def test_an_hour_can_be_typed(typed: str) -> None:
    for where in (("Hour",), ()):
        worker = wishing(*where, typed)
        assert wishes(worker) == Wishes(Hours(at=time(9, 15)))
        assert "at 09:15" in worker.screen.text


def test_an_hour_can_be_tapped() -> None:
    assert wishes(wishing().taps("Hour", "13:00")).hours.at == time(13)


@pytest.mark.parametrize("typed", ["7:59", "18:00", "23:30", "0:00"])
def test_an_hour_at_which_nothing_may_come_is_refused(typed: str) -> None:
    worker = wishing("Hour", typed)
    assert "is in your quiet hours, from 18:00 to 08:00" in worker.screen.note
    assert worker.effects == []


@pytest.mark.parametrize("typed", ["8:00-9:00", "20:00-8:31", "8u30 tot 8u31"])
def test_quiet_hours_over_the_hour_are_refused(typed: str) -> None:
    worker = wishing("Quiet hours", typed)
    assert "Your hour is 08:30" in worker.screen.note
    assert worker.effects == []


@pytest.mark.parametrize("typed", ["20:00-7:30", "20u tot 7u30", "20:00 – 7.30"])
def test_quiet_hours_can_be_typed(typed: str) -> None:
    hours = wishes(wishing("Quiet hours", typed)).hours
    assert (hours.quiet_from, hours.quiet_until) == (time(20), time(7, 30))


@pytest.mark.parametrize("typed", ["25:00", "soon", "8:60", "-", "20:00", "😀"])
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    for asked, example in (("Hour", "8:30"), ("Quiet hours", "20:00-7:00")):
        worker = wishing(asked, typed)
        if typed == "20:00" and asked == "Hour":
            continue
        assert example in worker.screen.note
        assert worker.effects == []


def test_no_quiet_hours_can_be_wished() -> None:
    worker = wishing().taps("Quiet hours", "No quiet hours")
    assert "There are no quiet hours" in worker.screen.text
    assert wishes(worker.taps("Hour").types("23:00")).hours.at == time(23)


def test_days_are_switched_and_one_has_to_stay() -> None:
    worker = wishing("Days").taps("☑ Mo", "☑ Tu", "☑ We", "☑ Th", "☐ Sa")
    assert wishes(worker).hours.days == {4, 5}
    worker.taps("☑ Fr").taps("☑ Sa")
    assert "At least one day has to stay" in worker.screen.note
    assert wishes(worker).hours.days == {5}


@pytest.mark.parametrize("typed", ["Sa", "sat", "Saturday"])
def test_a_day_can_be_typed(typed: str) -> None:
    assert 5 in wishes(wishing("Days", typed)).hours.days


@pytest.mark.parametrize(
    ("label", "until"),
    [
        ("Nothing for a week", TODAY + timedelta(days=7)),
        ("Nothing until I say so", date.max),
    ],
)
def test_reminders_are_muted_and_switched_on_again(label: str, until: date) -> None:
    worker = wishing().taps(label)
    assert wishes(worker).muted_until == until
    assert "Now you hear nothing" in worker.screen.text
    assert wishes(worker.taps("Switch on again")).muted_until is None


def test_what_was_muted_for_a_week_is_over_after_it() -> None:
    worker = wishing().taps("Nothing for a week").on(TODAY + timedelta(days=8))
    assert "Now you hear nothing" not in worker.types("/reminders").screen.text


@pytest.mark.parametrize("role", ["project_coordinator", "city_coordinator"])
def test_coordinators_choose_how_often_they_get_the_overview(role: str) -> None:
    worker = wishing(roles=(role,))
    assert "Overview of your projects: every week." in worker.screen.text
    assert wishes(worker.taps("Overview", "every working day")).digest == "daily"
    assert "Overview of your projects: every working day." in worker.screen.text


def test_nobody_else_is_asked_about_the_overview() -> None:
    worker = wishing()
    assert "Overview" not in worker.labels
    assert "Overview" not in worker.screen.text


def test_one_wish_leaves_the_others_as_they_were() -> None:
    worker = wishing("Hour", "9:00").taps("Nothing for a week").types("/reminders")
    worker.taps("Quiet hours", "20:00-07:00")
    expected = Hours(at=time(9), quiet_from=time(20), quiet_until=time(7))
    assert wishes(worker) == Wishes(expected, muted_until=TODAY + timedelta(days=7))
    assert all(isinstance(effect, ChangeWishes) for effect in worker.effects)


def test_of_several_projects_the_highest_number_of_messages_is_told() -> None:
    here = context()
    other = replace(here.projects[0], id="b", name="B", rules={"most_messages": 9})
    worker = Worker(replace(here, projects=(*here.projects, other)))
    assert "of at most 9." in worker.types("English", "/reminders").screen.text


def test_what_was_under_way_is_kept() -> None:
    worker = Worker().types("English", "Contact", "today", "/reminders")
    assert worker.state == "wishing"
    assert len(worker.conversation.drafts) == 1
    assert worker.taps("‹ Back").state == "idle"
