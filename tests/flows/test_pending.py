"""/today: what is due, most urgent first, and one tap to begin it or to go on with it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.context import Context
from flows.effects import AccountFor
from flows.engine import Tap
from flows.schedule import Decision, Standing
from tests.builders import TODAY, Worker, context, planned
from tests.desk import Desk
from tests.flows.test_snapshot import PARTICIPANT
from tests.memory import Memory

K7 = "Participant · K7-N · baseline"
P3 = "Participant · P3-H · baseline"


def ahead(world: Context | None = None) -> Worker:
    return Worker(world or planned()).types("English", "/today")


def desk(worker: Worker) -> Desk:
    assert isinstance(worker.world.agenda, Desk)
    return worker.world.agenda


def saved(worker: Worker) -> Worker:
    """Say that nothing more is known, until it can be saved."""
    worker.types("today")
    while worker.state == "asking":
        left = [name for name in ("Not known", "Declined", "Skip ›") if name in worker.labels]
        worker.taps(left[0] if left else worker.labels[0])
    return worker.taps("Save")


def test_what_is_due_is_listed_with_its_day_the_most_urgent_first() -> None:
    lines = ahead().screen.text.split("\n")
    assert lines == [
        "4 things to register:",
        f"• {K7} – late since Tuesday 27 January",
        f"• {P3} – late since Tuesday 27 January",
        "• Project · baseline – due Friday 6 March",
        "• Target group and area · baseline – due Friday 6 March",
    ]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 2, 19), ""),
        (date(2026, 2, 20), "due Friday 6 March"),
        (date(2026, 3, 5), "due tomorrow"),
        (date(2026, 3, 6), "due today"),
        (date(2026, 3, 7), "was due on Friday 6 March, closes after Sunday 5 April"),
        (date(2026, 3, 13), "was due on Friday 6 March, closes after Sunday 5 April"),
        (date(2026, 3, 14), "late since Saturday 14 March, closes after Sunday 5 April"),
        (date(2026, 4, 5), "late since Saturday 14 March, closes after Sunday 5 April"),
        (date(2026, 4, 6), "closed, the last day was Sunday 5 April"),
        (date(2026, 5, 6), "closed, the last day was Sunday 5 April"),
        (date(2026, 5, 7), ""),
    ],
)
def test_how_it_stands_is_said_in_words(day: date, told: str) -> None:
    world = planned(context(participants=(), today=day), {"locks": 30})
    text = ahead(world).screen.text
    found = [line for line in text.split("\n") if "Project · baseline" in line]
    assert found == ([f"• Project · baseline – {told}"] if told else [])


def test_what_is_closed_is_no_button_and_says_who_can_extend_it() -> None:
    world = planned(context(participants=(), today=date(2026, 4, 6)), {"locks": 30})
    worker = ahead(world)
    assert worker.screen.text.startswith("Nothing is waiting for you.")
    assert "Only a coordinator can extend this: p1" in worker.screen.text
    assert worker.labels == ["‹ Back"]


def test_one_tap_begins_it() -> None:
    worker = ahead().taps(P3)
    draft = worker.conversation.draft
    assert draft is not None
    assert (draft.project, draft.moment, draft.subject) == ("kompas", "baseline", "P3-H")
    assert worker.screen.text.startswith("Which day is this about?")


def test_words_begin_it_as_well() -> None:
    assert ahead().types("P3-H").state == "asking"
    assert ahead().types("participant p3-h baseline").state == "asking"
    assert ahead().types("3").state == "asking"


def test_what_is_under_way_goes_on_at_the_exact_question() -> None:
    worker = Worker(planned()).types(*PARTICIPANT)
    before = worker.screen.text
    worker.types("/today")
    assert f"▸ Go on: {K7} (1 of 7)" in worker.labels
    worker.taps(f"▸ Go on: {K7}")
    assert worker.screen.text == before
    assert len(worker.conversation.drafts) == 1


def test_what_else_is_under_way_is_listed_behind_it() -> None:
    worker = Worker(planned()).types("English", "Contact", "today", "/today")
    assert worker.labels[-2].startswith("▸ Go on: Contact")
    assert worker.taps("▸ Go on: Contact").state == "asking"


def test_practice_is_nothing_that_is_to_be_done() -> None:
    worker = Worker().types("English", "Practise", "Contact", "today", "/today")
    assert worker.labels == ["‹ Back"]


def test_once_it_is_saved_it_is_gone_also_in_the_menu_right_after() -> None:
    worker = Worker(planned()).types("English")
    assert worker.labels[0] == "Due: 4"
    saved(worker.taps("Due", P3))
    assert worker.labels[0] == "Due: 3"
    assert all("P3-H" not in label for label in worker.types("/today").labels)


def test_what_is_taken_back_is_due_again_at_once() -> None:
    worker = saved(ahead().taps(P3)).types("/undo")
    assert worker.labels[0] == "Due: 4"


def test_nothing_open_is_said() -> None:
    assert ahead(context()).screen.text == "Nothing is waiting for you."


def test_nothing_is_looked_up_for_projects_without_a_plan() -> None:
    class Watched(Desk):
        def of(self, projects: Collection[str]) -> Sequence[Standing]:
            raise AssertionError(projects)

    here = context()
    assert isinstance(here.archive, Memory)
    world = replace(here, agenda=Watched(here.archive, here.projects, {}))
    Worker(world).types("English", "Contact", "today", "/today", "/start", "Project")


def test_what_a_coordinator_said_will_not_be_done_is_not_asked() -> None:
    worker = ahead()
    desk(worker).decided["kompas/project/baseline//1"] = Decision(reason="illness")
    assert "Project · baseline" not in worker.types("/today").labels


def test_what_was_given_to_somebody_else_is_not_asked() -> None:
    worker = ahead()
    desk(worker).decided["kompas/project/baseline//1"] = Decision(assignee="p2")
    assert "Project · baseline" not in worker.types("/today").labels


def test_what_somebody_may_not_register_is_not_theirs_whoever_was_told_to() -> None:
    worker = ahead(planned(context(roles=("practitioner",))))
    key = "kompas/target_group/baseline//1"
    assert "Target group and area · baseline" not in worker.labels
    desk(worker).decided[key] = Decision(assignee="p1")
    worker.types("/today")
    assert "Target group and area · baseline" not in worker.labels


def test_many_things_come_in_pages_and_words_find_those_of_another_page() -> None:
    codes = tuple(f"K{number}-N" for number in range(12))
    worker = ahead(planned(context(participants=codes)))
    assert len(worker.buttons) == len(["page"] * 8 + ["more", "back"])
    assert "K9-N" not in worker.screen.text
    assert worker.types("K9-N").state == "asking"
    worker = ahead(planned(context(participants=codes))).taps("More ›")
    assert "Target group and area · baseline" in worker.labels


def test_with_several_projects_each_thing_names_its_project() -> None:
    here = planned()
    other = replace(here.projects[0], id="opstap", name="OpStap")
    both = (*here.projects, other)
    assert isinstance(here.agenda, Desk)
    worker = ahead(replace(here, projects=both, agenda=replace(here.agenda, projects=both)))
    assert "OpStap · Project · baseline" in worker.labels
    assert worker.taps("OpStap · Project").conversation.drafts[0].project == "opstap"


def test_a_period_says_which_days_count() -> None:
    rules = {"periodic": {"activity": "monthly"}}
    worker = ahead(planned(context(participants=(), today=date(2026, 3, 3)), rules))
    found = [label for label in worker.labels if label.startswith("Activity")]
    assert found
    worker.taps(found[0])
    assert "A day from " in worker.screen.note


def test_whoever_lost_the_role_sees_nothing_and_can_leave() -> None:
    worker = ahead()
    worker.world = replace(worker.world, roles=("evaluator",))
    worker.types("K7-N")
    assert [type(effect) for effect in worker.effects] == [AccountFor]
    assert worker.labels == ["‹ Back"]
    assert worker.taps("‹ Back").state == "idle"


def test_what_became_due_meanwhile_does_not_change_what_a_button_means() -> None:
    worker = ahead()
    token = worker.button("Project · baseline").token
    worker.on(TODAY + timedelta(days=300))
    worker.does(Tap(token))
    assert worker.conversation.drafts[0].moment == "baseline"
