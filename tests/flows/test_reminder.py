"""The message that reminds: what it says, why it came, and what its buttons do."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.due import mark
from flows.effects import AccountFor, Effect, Notify
from flows.engine import Tap
from flows.messages import MESSAGES
from flows.reminder import MOST_BUTTONS, WHY, reminder
from flows.schedule import STAGES, Decision, Due, Occasion, work
from flows.sending import NUDGE, SNOOZED, Notification
from flows.tokens import MOST_BYTES, lasting, lasting_action
from tests.builders import TODAY, Worker, context, handbook, planned, real_interface
from tests.desk import Desk
from tests.flows.test_snapshot import CONTACT, PARTICIPANT, in_state

SAY = real_interface().say("en")
OLD = "That button does not work any more. Here is where you are:"


def due(worker: Worker) -> list[Due]:
    here = worker.world
    standings = here.agenda.of([project.id for project in here.projects])
    return work(here.agenda.schedule, standings, "p1", here.roles, here.today)


def reminded(worker: Worker, stage: str = "open", kind: str = "reminder") -> Notification:
    found = due(worker)
    stages = {item.occasion.key: stage for item in found}
    projects = {project.id: project for project in worker.world.projects}
    return reminder(SAY, "p1", found, projects, handbook(), stages, kind, worker.world.today)


def fresh(*codes: str) -> Worker:
    return Worker(planned(context(participants=codes))).types("English")


def occasion(worker: Worker, sheet: str, subject: str = "") -> Occasion:
    found = [item.occasion for item in due(worker)]
    return next(item for item in found if (item.sheet, item.subject) == (sheet, subject))


def tap(worker: Worker, action: str) -> Worker:
    return worker.does(Tap(lasting("p1", action)))


def desk(worker: Worker) -> Desk:
    assert isinstance(worker.world.agenda, Desk)
    return worker.world.agenda


def test_one_message_tells_all_that_is_due_and_why_it_came() -> None:
    assert reminded(fresh("K7-N")).text.split("\n") == [
        "3 things to register for Kompas:",
        "• Participant · K7-N · baseline – late since Tuesday 27 January",
        "• Project · baseline – due Friday 6 March",
        "• Target group and area · baseline – due Friday 6 March",
        "",
        SAY(WHY["open"], projects="Kompas"),
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_it_says_which_stage_it_is(stage: str) -> None:
    assert reminded(fresh(), stage).text.endswith(SAY(WHY[stage], projects="Kompas"))


@pytest.mark.parametrize("kind", [NUDGE, SNOOZED])
def test_it_says_who_wanted_it(kind: str) -> None:
    assert reminded(fresh(), "overdue", kind).text.endswith(SAY(WHY[kind], projects="Kompas"))


def test_of_several_stages_the_most_urgent_is_told() -> None:
    worker = fresh("K7-N")
    found = due(worker)
    stages = dict(zip([item.occasion.key for item in found], ("open", "overdue"), strict=False))
    projects = {"kompas": worker.world.projects[0]}
    told = reminder(SAY, "p1", found, projects, handbook(), stages, "reminder", TODAY)
    assert "something should have been registered by now" in told.text


def test_of_many_things_the_first_are_buttons_and_one_leads_to_all() -> None:
    codes = tuple(f"K{number}-N" for number in range(20))
    told = reminded(fresh(*codes))
    assert told.items == 22
    assert len(told.text) < 1500
    assert "… and 10 more: /today" in told.text
    assert [row[0].label for row in told.rows[:MOST_BUTTONS]] == [
        f"Participant · {code} · baseline" for code in sorted(codes)[:MOST_BUTTONS]
    ]
    assert [button.label for row in told.rows[MOST_BUTTONS:] for button in row] == [
        "All (22)",
        "Not today",
        "Why this?",
    ]


def test_every_button_fits_and_does_something() -> None:
    for row in reminded(fresh(*(f"K{number}-N" for number in range(9)))).rows:
        for button in row:
            assert len(button.token.encode()) <= MOST_BYTES
            assert lasting_action(button.token).partition(":")[0] in MESSAGES


def test_with_several_projects_each_line_names_its_own() -> None:
    here = planned(context(participants=()))
    other = replace(here.projects[0], id="opstap", name="OpStap")
    both = (*here.projects, other)
    assert isinstance(here.agenda, Desk)
    worker = Worker(replace(here, projects=both, agenda=replace(here.agenda, projects=both)))
    told = reminded(worker)
    assert told.text.startswith("4 things to register:\n• Kompas · Project · baseline")
    assert "you register for Kompas, OpStap" in told.text


def test_its_first_button_begins_the_most_urgent_at_the_exact_question() -> None:
    worker = fresh("K7-N")
    worker.does(Tap(reminded(worker).rows[0][0].token))
    assert worker.conversation.drafts[0].subject == "K7-N"
    assert worker.screen.text.startswith("Which day is this about?")


def test_it_goes_on_with_what_is_under_way() -> None:
    worker = Worker(planned()).types(*PARTICIPANT)
    before = worker.screen.text
    tap(worker.types("/pause"), f"due:{mark(occasion(worker, 'participant', 'K7-N'))}")
    assert worker.screen.text == before
    assert len(worker.conversation.drafts) == 1


def test_whoever_is_at_that_question_stays_there_with_what_is_half_chosen() -> None:
    worker = Worker(planned()).types("English", "Project", "baseline", "today", "Health: 3")
    before = worker.conversation
    tap(worker, f"due:{mark(occasion(worker, 'project'))}")
    assert replace(worker.conversation, turn=0) == replace(before, turn=0)


@pytest.mark.parametrize("state", ["asking", "reviewing", "correcting", "remarking"])
def test_other_work_under_way_is_kept(state: str) -> None:
    worker = in_state(state)
    kept = worker.conversation.drafts
    worker.world = planned()
    tap(worker, f"due:{mark(occasion(worker, 'project'))}")
    assert worker.state == "asking"
    assert worker.conversation.drafts[:-1] == kept
    assert worker.conversation.drafts[-1].sheet == "project"


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (Decision(reason="illness"), "That does not have to be registered any more."),
        (Decision(assignee="p2"), "Somebody else sees to that now."),
    ],
)
def test_what_was_decided_meanwhile_is_said_kindly(decision: Decision, told: str) -> None:
    worker = fresh().types(*CONTACT[1:4])
    wanted = occasion(worker, "project")
    before = worker.screen.text
    desk(worker).decided[wanted.key] = decision
    tap(worker, f"due:{mark(wanted)}")
    assert worker.screen.note.startswith(told)
    assert worker.screen.text == before


def test_what_is_registered_meanwhile_is_said_and_where_one_is() -> None:
    worker = fresh("K7-N")
    wanted = occasion(worker, "participant", "K7-N")
    tap(worker, f"due:{mark(wanted)}").types("today")
    while worker.state == "asking":
        left = [name for name in ("Not known", "Declined") if name in worker.labels]
        worker.taps(left[0] if left else worker.labels[0])
    worker.taps("Save")
    tap(worker, f"due:{mark(wanted)}")
    assert worker.screen.note == "That has been registered meanwhile."
    assert worker.state == "idle"


def test_what_is_closed_meanwhile_is_not_begun() -> None:
    worker = Worker(planned(context(participants=()), {"locks": 30})).types("English")
    wanted = occasion(worker, "project")
    tap(worker.on(date(2026, 4, 6)), f"due:{mark(wanted)}")
    assert worker.screen.note.startswith("That is closed.")
    assert worker.conversation.drafts == ()


def test_of_a_project_that_one_has_left_nothing_is_told() -> None:
    worker = fresh()
    wanted = occasion(worker, "project")
    worker.world = replace(worker.world, projects=())
    tap(worker, f"due:{mark(wanted)}")
    assert worker.screen.note.startswith("There is nothing for you to register about that")


@pytest.mark.parametrize("action", ["due:aaaaaaaaaa", "due:", "today", "snooze"])
def test_a_role_that_registers_nothing_gets_no_further(action: str) -> None:
    worker = fresh()
    worker.world = replace(worker.world, roles=("evaluator",))
    tap(worker, action)
    assert "not part of your role" in worker.screen.note
    assert [type(effect) for effect in worker.effects] == [AccountFor]


@pytest.mark.parametrize("action", ["due:nothing", "due:", "due:\U0001f600", "due:aaaaaaaaaa.1.2"])
def test_a_forged_mark_begins_nothing(action: str) -> None:
    worker = tap(fresh(), action)
    assert worker.screen.note.startswith("There is nothing for you to register about that")


def test_the_button_of_somebody_else_does_nothing() -> None:
    worker = fresh()
    worker.does(Tap(lasting("p2", f"due:{mark(occasion(worker, 'project'))}")))
    assert worker.screen.note == OLD
    assert worker.state == "idle"
    assert [type(effect) for effect in worker.effects] == [AccountFor]


@pytest.mark.parametrize("verb", MESSAGES)
def test_a_newcomer_is_asked_for_the_language_first(verb: str) -> None:
    worker = tap(Worker(planned()), f"{verb}:x")
    assert worker.screen.note == OLD
    assert worker.state == "newcomer"


def test_one_button_leads_to_all_and_keeps_what_is_under_way() -> None:
    worker = tap(fresh("K7-N").types("Contact", "today"), "today")
    assert worker.state == "pending"
    assert tap(worker.taps("Project"), "today").state == "pending"
    assert any(label.startswith("▸ Go on: Contact") for label in worker.labels)


@pytest.mark.parametrize(
    ("today", "again", "told"),
    [
        (date(2026, 3, 2), date(2026, 3, 3), "Tuesday 3 March"),
        (date(2026, 3, 6), date(2026, 3, 9), "Monday 9 March"),
        (date(2026, 4, 3), date(2026, 4, 7), "Tuesday 7 April"),
    ],
)
def test_it_is_put_off_to_the_next_working_day_and_stays_due(
    today: date, again: date, told: str
) -> None:
    worker = Worker(planned(context(today=today))).types("English", "Contact", "today")
    before = worker.screen.text
    tap(worker, "snooze")
    expected: list[Effect] = [Notify(SNOOZED, "p1", again)]
    assert worker.effects == expected
    assert (
        worker.screen.note
        == f"You hear of it again on {told} at 08:30. It stays due on the same day."
    )
    assert worker.screen.text == before


def test_there_is_nothing_to_put_off_where_nothing_is_due() -> None:
    worker = tap(Worker().types("English"), "snooze")
    assert worker.screen.note == "Nothing is waiting for you."
    assert worker.effects == []


def test_why_it_comes_is_explained_with_the_limit_of_the_project() -> None:
    worker = Worker(planned(rules={"most_messages": 3})).types("English")
    assert "at most 3 times in seven days" in tap(worker, "why").screen.note


def test_a_mark_stays_the_same_when_the_plan_moves() -> None:
    worker = fresh()
    before = mark(occasion(worker, "project"))
    worker.on(TODAY + timedelta(days=3))
    assert mark(occasion(worker, "project")._replace(due=date(2027, 1, 1))) == before
