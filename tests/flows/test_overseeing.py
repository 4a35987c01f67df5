"""What is missing in one's projects, and what a coordinator can do about it on the spot."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from flows.context import Context
from flows.effects import AccountFor, Decide, Effect, Notify
from flows.engine import Tap
from flows.missing import group_mark
from flows.overview import Member
from flows.schedule import Decision
from flows.sending import BURDENING, DIGEST, KINDS, NUDGE, OUTCOMES, REMINDER, Sent
from flows.tokens import lasting
from tests.builders import TODAY, Worker
from tests.memory import NOON
from tests.overseen import COORDINATOR, RULES, desk, looking, overseen, shown

ACTIVITY, LATE = "Activity · 01/02-28/02", "⚠ Activity · 01/01-31/01"
PARTICIPANT = "⚠ Participant · K7-N · baseline"
LOCKING = {**RULES, "locks": 14}


def last(worker: Worker) -> Effect:
    return worker.effects[-1]


def decided(worker: Worker) -> Decision:
    """Return the decision that was made last."""
    effect = last(worker)
    assert isinstance(effect, Decide)
    return effect.decision


def at(label: str, world: Context | None = None) -> Worker:
    return looking(world).taps(label)


def told(worker: Worker) -> list[str]:
    """Return who gets a reminder."""
    return [effect.person for effect in worker.effects if isinstance(effect, Notify)]


def log(world: Context, *items: tuple[str, str, date, str]) -> Context:
    """Let these messages have been sent: to whom, which kind, when, and what became of it."""
    for person, kind, day, state in items:
        moment = datetime.combine(day, NOON.timetz())
        desk(world).log.append(Sent(person, kind, day, state, moment, 2, ""))
    return world


def test_the_list_says_what_is_missing_since_when_and_by_whom() -> None:
    worker = looking()
    assert worker.state == "overseeing"
    lines = worker.screen.text.split("\n")
    assert lines[0] == "Kompas: 1 to do, 5 late"
    assert lines[2] == "• Project · baseline: late since Friday 23 January (project coordinator)"
    assert lines[-1] == f"• {ACTIVITY}: was due on Saturday 28 February (practitioner)"
    assert worker.labels[-5:] == [
        *("What was sent", "How much this asks", "Calendar file", "Charts to show", "‹ Back")
    ]


def test_the_most_urgent_is_first_and_what_is_closed_last() -> None:
    worker = looking(overseen(rules=LOCKING))
    assert worker.labels[0] == ACTIVITY
    assert worker.labels[1] == "✗ Project · baseline"


def test_where_nothing_is_missing_it_says_so() -> None:
    world = overseen(rules={}, baseline_on="2026-09-01", interim_on="2026-10-01")
    project = replace(world.projects[0], dates={})
    desk(world).projects = (project,)
    worker = looking(replace(world, projects=(project,)))
    assert worker.screen.text.endswith("Nothing is missing.")


def test_many_things_are_shown_in_pages() -> None:
    worker = looking(overseen())
    for number in range(20):
        desk(worker.world).memory.enrol(f"X{number}", "kompas", date(2026, 1, 5))
    worker.types("/overview")
    assert "More ›" in worker.labels
    first = worker.labels
    assert worker.taps("More ›").labels[0] not in first


def test_several_projects_are_named_and_counted_the_worst_first() -> None:
    world = overseen()
    better = replace(world.projects[0], id="aap", name="Aap", dates={}, rules={})
    desk(world).projects = (*world.projects, better)
    worker = looking(replace(world, projects=(better, *world.projects)))
    assert worker.screen.text.startswith("Kompas: 1 to do, 5 late\nAap: nothing is due yet\n")
    assert worker.labels[0] == "⚠ Kompas · Project · baseline"


@pytest.mark.parametrize("roles", [("practitioner",), ("evaluator",), ("admin",)])
def test_whoever_oversees_nothing_has_no_list(roles: tuple[str, ...]) -> None:
    worker = Worker(overseen(roles)).types("English", "/overview")
    assert worker.state == "idle"
    assert worker.screen.note.startswith("That is not part of your role here.")


def test_a_city_coordinator_sees_it_and_decides_nothing() -> None:
    worker = at(PARTICIPANT, overseen(("city_coordinator",)))
    assert worker.labels == ["‹ Back"]


def test_one_thing_says_since_when_by_whom_and_how_often_they_were_reminded() -> None:
    monday = date(2026, 2, 23)
    world = log(
        overseen(),
        ("w1", REMINDER, monday, "sent"),
        ("w1", NUDGE, monday - timedelta(days=1), "sent"),
        ("w1", DIGEST, TODAY, "sent"),
        ("w1", REMINDER, TODAY, "blocked"),
        ("w1", REMINDER, date(2025, 12, 1), "sent"),
    )
    assert at(LATE, world).screen.text.split("\n") == [
        "Activity · 01/01-31/01",
        "Late since Sunday 8 February",
        "Open since Sunday 25 January. To be done by: practitioner",
        "w1: reminded 2 times since then, the last time on Monday 23 February",
        "w2: not reminded since then (cannot be reached)",
        "w3: not reminded since then",
    ]


def test_a_reminder_goes_to_those_who_can_be_told_and_says_of_whom_not() -> None:
    worker = at(LATE).taps("Remind now")
    assert last(worker) == Notify(NUDGE, "w1", TODAY)
    assert told(worker) == ["w1"]
    assert worker.screen.note.split("\n") == [
        "A reminder is on its way to w1.",
        "Cannot be reached in the chat: w2.",
        "Has had as many messages this week as the project allows: w3.",
    ]


def test_nobody_is_reminded_twice_on_one_day() -> None:
    worker = at(LATE).taps("Remind now", "Remind now")
    assert told(worker) == ["w1"]
    assert "Was reminded today already: w1." in worker.screen.note
    assert told(worker.on(TODAY + timedelta(days=1)).taps("Remind now")) == ["w1", "w1"]


@pytest.mark.parametrize("kind", sorted(BURDENING))
def test_what_came_by_itself_today_counts_as_a_reminder(kind: str) -> None:
    worker = at(LATE, log(overseen(), ("w1", kind, TODAY, "sent"))).taps("Remind now")
    assert told(worker) == []


def test_a_reminder_that_did_not_arrive_does_not_count() -> None:
    worker = at(LATE, log(overseen(), ("w1", REMINDER, TODAY, "nothing"))).taps("Remind now")
    assert told(worker) == ["w1"]


def test_a_coordinator_does_not_remind_herself() -> None:
    world = overseen()
    desk(world).crew = [Member("p1", COORDINATOR)]
    worker = at("⚠ Project", world).taps("Remind now")
    assert (told(worker), worker.screen.note) == ([], "You are to do this yourself: /today.")


def test_whoever_registers_in_a_terminal_gets_no_message() -> None:
    world = overseen()
    desk(world).crew = [Member("w1", ("practitioner",), has_chat=False)]
    worker = at(LATE, world).taps("Remind now")
    assert (told(worker), worker.screen.note) == ([], "Cannot be reached in the chat: w1.")


def test_where_nobody_can_do_it_that_is_said() -> None:
    worker = at("⚠ Target group").taps("Remind now")
    assert worker.screen.note == "Nobody works here who registers this."


def test_extending_by_a_week_counts_from_today_where_it_was_due_before() -> None:
    worker = at(LATE).taps("Extend")
    assert worker.labels[:2] == ["A week: Monday 9 March", "Two weeks: Monday 16 March"]
    worker.taps("A week")
    assert decided(worker) == Decision(due=date(2026, 3, 9))
    assert worker.screen.note == "Extended until Monday 9 March."
    assert "Due Monday 9 March" in worker.screen.text
    assert "Decided: extended until Monday 9 March" in worker.screen.text


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("20/3", date(2026, 3, 20)),
        ("friday", date(2026, 3, 6)),
        ("today", TODAY),
        ("2 March", TODAY),
        ("1/1/2027", date(2027, 1, 1)),
        ("12/1", date(2027, 1, 12)),
    ],
)
def test_another_day_can_be_typed(typed: str, day: date) -> None:
    assert decided(at(LATE).taps("Extend").types(typed)).due == day


@pytest.mark.parametrize("typed", ["1/3", "yesterday", "1/3/2025"])
def test_nothing_is_extended_into_the_past(typed: str) -> None:
    worker = at(LATE).taps("Extend").types(typed)
    assert worker.effects == []
    assert worker.screen.note.startswith("Choose today or a later day: ")
    assert worker.screen.text.endswith("or type another day, like 20/3.")


def test_nothing_is_due_sooner_by_being_extended() -> None:
    worker = at(LATE).taps("Extend", "Two weeks", "Extend").types("10/3")
    assert decided(worker) == Decision(due=date(2026, 3, 16))
    assert worker.screen.note.startswith("Choose a day after Monday 16 March")
    worker.types("1/6/9999")
    assert "Choose a day within two years" in worker.screen.note


@pytest.mark.parametrize("typed", ["soon", "31/2", "", "99"])
def test_what_is_no_day_is_asked_again(typed: str) -> None:
    worker = at(LATE).taps("Extend").types(typed)
    assert worker.effects == []
    assert worker.conversation.choice["do"] == "extend"


def test_an_extension_after_the_end_of_the_project_says_so() -> None:
    worker = at(LATE).taps("Extend").types("15/1/2027")
    assert decided(worker).due == date(2027, 1, 15)
    assert worker.screen.note.endswith("That is after the project ends, on Thursday 31 December.")


def test_an_extension_opens_again_what_was_closed() -> None:
    worker = at("✗ Participant · K7-N", overseen(rules=LOCKING))
    assert "Remind now" not in worker.labels
    worker.taps("Extend", "A week")
    assert "Due Monday 9 March" in worker.screen.text
    assert "Remind now" in worker.labels


def test_what_is_not_done_for_a_reason_is_missing_no_more() -> None:
    worker = at(PARTICIPANT).taps("Not done", "Could not be reached")
    assert decided(worker) == Decision(reason="not_reached")
    assert "Not done: Could not be reached" in worker.screen.text
    worker.taps("‹ Back")
    assert worker.screen.text.startswith("Kompas: 1 to do, 4 late, 1 not done for a reason")
    assert worker.labels[5] == "– Participant · K7-N · baseline"
    assert "not done, “Could not be reached”" in worker.screen.text


def test_somebody_else_is_chosen_of_those_who_register_such_things() -> None:
    worker = at(PARTICIPANT).taps("Somebody else")
    assert worker.labels == [
        "w1 · practitioner",
        "w2 · practitioner",
        "w3 · practitioner",
        "‹ Back",
    ]
    worker.taps("w2")
    assert decided(worker) == Decision(assignee="w2")
    assert "To be done by: w2" in worker.screen.text
    assert worker.taps("Somebody else").labels == [
        "w1 · practitioner",
        "w3 · practitioner",
        "‹ Back",
    ]


def test_a_decision_keeps_what_was_decided_before() -> None:
    worker = at(PARTICIPANT).taps("Somebody else", "w1", "Extend", "A week")
    assert decided(worker) == Decision(due=date(2026, 3, 9), assignee="w1")
    worker.taps("Not done", "No time")
    assert decided(worker) == Decision(due=date(2026, 3, 9), reason="no_time", assignee="w1")


def test_more_time_takes_back_that_it_is_not_done() -> None:
    worker = at(PARTICIPANT).taps("Not done", "No time", "Extend", "A week")
    assert decided(worker) == Decision(due=date(2026, 3, 9))


def test_a_decision_is_taken_back() -> None:
    worker = at(PARTICIPANT)
    assert "Take the decision back" not in worker.labels
    worker.taps("Not done", "No time", "Take the decision back")
    assert decided(worker) == Decision()
    assert "Late since Tuesday 27 January" in worker.screen.text
    assert desk(worker.world).decided == {}


def test_what_one_coordinator_decides_another_one_sees() -> None:
    world = overseen()
    at(LATE, world).taps("Extend", "A week")
    other = Worker(replace(world, person="c1")).types("English", "/overview")
    assert ACTIVITY.replace("02", "01").split(" · ")[0] in other.screen.text
    assert "Activity · 01/01-31/01: due Monday 9 March" in other.screen.text


def test_what_changed_meanwhile_is_shown_as_it_is() -> None:
    worker = at(PARTICIPANT)
    desk(worker.world).memory.participants.clear()
    worker.taps("Remind now")
    assert worker.screen.text == "That has changed meanwhile."
    assert worker.effects == []
    assert worker.taps("‹ Back").conversation.choice == {}


def test_nothing_is_typed_about_it_but_a_day() -> None:
    worker = at(PARTICIPANT).types("w1 is lazy")
    assert worker.screen.note == "Please tap one of these, or go back."
    assert worker.effects == []


def test_a_button_of_an_overview_reminds_from_wherever_one_is() -> None:
    worker = Worker(overseen()).types("English", "/mydata")
    mark = group_mark(next(due for due in shown().missing if due.occasion.subject).occasion)
    worker.does(Tap(lasting("p1", f"remind:{mark}")))
    assert (worker.state, told(worker)) == ("disclosing", ["w1"])


def test_a_button_about_what_is_in_by_now_says_so() -> None:
    worker = Worker(overseen()).types("English")
    worker.does(Tap(lasting("p1", "remind:abcdefghij")))
    assert worker.screen.note == "That is in by now, or was decided about."
    assert worker.effects == []


def test_a_button_of_an_overview_opens_the_list() -> None:
    worker = Worker(overseen()).types("English").does(Tap(lasting("p1", "overview")))
    assert worker.state == "overseeing"


def test_a_button_does_nothing_for_whoever_coordinates_no_more() -> None:
    worker = Worker(overseen(("practitioner",))).types("English")
    worker.does(Tap(lasting("p1", "remind:abcdefghij")))
    assert [type(effect) for effect in worker.effects] == [AccountFor]


def test_the_log_says_who_was_sent_what_and_whether_it_arrived() -> None:
    world = log(
        overseen(),
        ("w1", REMINDER, date(2026, 2, 23), "sent"),
        ("w2", REMINDER, date(2026, 2, 24), "blocked"),
        ("gone", REMINDER, date(2026, 2, 25), "sent"),
    )
    worker = looking(world).taps("What was sent")
    assert worker.screen.text.split("\n") == [
        "Tue 24/02/2026 11:00 · w2 · reminder · cannot be reached",
        "Mon 23/02/2026 11:00 · w1 · reminder · delivered",
    ]


def test_the_log_says_who_wanted_a_reminder() -> None:
    worker = at(LATE).taps("Remind now", "‹ Back", "What was sent")
    line = "Mon 02/03/2026 · w1 · reminder by a coordinator · by p1 · not sent yet"
    assert worker.screen.text == line


@pytest.mark.parametrize("state", OUTCOMES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_outcome_can_be_told(kind: str, state: str) -> None:
    world = log(overseen(), ("w1", kind, TODAY, state))
    assert OUTCOMES[state] in looking(world).taps("What was sent").screen.text


def test_a_long_log_has_pages() -> None:
    many = [("w1", REMINDER, TODAY - timedelta(days=day), "sent") for day in range(30)]
    worker = looking(log(overseen(), *many)).taps("What was sent")
    assert len(worker.screen.text.split("\n")) == len(worker.taps("More ›").screen.text.split("\n"))


def test_without_anything_sent_the_log_says_so() -> None:
    assert looking().taps("What was sent").screen.text == "Nothing was sent yet."


def test_how_much_is_asked_is_told_by_role_and_people_by_their_codes() -> None:
    lines = looking().taps("How much").screen.text.split("\n")
    assert lines[:5] == [
        "Kompas: reminders in the last seven days; nobody gets more than 5.",
        "• practitioner: w1 0, w2 0, w3 5",
        "• project coordinator: c1 0, p1 0",
        "",
        "What the plan asks in the coming 4 weeks:",
    ]
    what, each = lines[5].split("; ")
    assert what == "• practitioner, baseline: 2 registrations for 3 people"
    assert each == "each about 1, 6 taps and 1 minute"
    assert lines[-1] == (
        "• city coordinator, baseline: 1 registration, and nobody works here who does them"
    )


def test_how_much_is_asked_is_told_of_one_project_at_a_time() -> None:
    world = overseen()
    other = replace(world.projects[0], id="aap", name="Aap")
    desk(world).projects = (*world.projects, other)
    worker = looking(replace(world, projects=(*world.projects, other))).taps("How much")
    assert worker.screen.text.startswith("Kompas: ")
    assert worker.taps("More ›").screen.text.startswith("Aap: ")
