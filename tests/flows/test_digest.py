"""What a coordinator is told on Monday: what is missing, of whom, and what happened."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.digest import MOST_BUTTONS, MOST_LETTERS, Reader, digest
from flows.missing import counts, groups
from flows.overview import Changes, Member, Overview
from flows.schedule import STATES, Decision, Due, Occasion
from flows.sending import Notification
from flows.texts import SILENT
from flows.tokens import lasting_action
from tests.builders import TODAY, handbook, real_interface
from tests.overseen import COORDINATOR, shown

SINCE = TODAY - timedelta(days=7)
LANGUAGES = ["en", "nl", "fr", "de"]


def told(
    *overviews: Overview, roles: tuple[str, ...] = COORDINATOR, language: str = "en"
) -> Notification | None:
    reader = Reader("p1", roles, "weekly", SINCE, TODAY)
    return digest(real_interface().say(language), reader, overviews, handbook())


def text(*overviews: Overview, language: str = "en") -> str:
    found = told(*overviews, language=language)
    assert found is not None
    return found.text


def labels(found: Notification | None) -> list[str]:
    assert found is not None
    return [button.label for row in found.rows for button in row]


def quiet() -> Overview:
    """Return a project in which all is in, and everybody can be reached."""
    crew = (Member("p1", COORDINATOR), Member("w1", ("practitioner",)))
    found = shown(crew=crew)
    return replace(found, dues=tuple(due._replace(state="done") for due in found.dues))


def named(of: Overview, name: str) -> Overview:
    project = replace(of.standing.project, id=name.casefold(), name=name)
    dues = tuple(Due(due.occasion._replace(project=project.id), due.state) for due in of.dues)
    return replace(of, standing=replace(of.standing, project=project), dues=dues)


def test_it_says_what_is_missing_of_which_sheet_and_by_whom() -> None:
    lines = text(shown()).split("\n")
    assert lines[0] == "How your projects stand on Monday 2 March"
    assert "Kompas: 1 to do, 5 late" in lines
    assert "• Participant, baseline: 2 late (practitioner)" in lines
    assert "• Activity: 1 to do, 1 late (practitioner)" in lines
    assert "• Target group and area, baseline: 1 late (nobody who works here)" in lines


def test_whoever_registered_a_participant_last_is_named_by_the_code() -> None:
    found = shown()
    standing = replace(found.standing, seen_by={"P3-H": "w2", "K7-N": "w1"})
    assert "• Participant, baseline: 2 late (w1, w2)" in text(replace(found, standing=standing))


def test_people_stand_in_the_order_of_their_codes_and_not_of_what_they_miss() -> None:
    found = shown()
    standing = replace(found.standing, seen_by={"K7-N": "w2", "P3-H": "w1"})
    more = [due for due in found.dues if due.occasion.subject == "K7-N"] * 3
    many = replace(found, standing=standing, dues=(*found.dues, *more))
    assert "(w1, w2)" in text(many)


def test_what_is_for_somebody_who_left_is_for_nobody() -> None:
    found = shown()
    decided = {due.occasion.key: Decision(assignee="gone") for due in found.dues}
    standing = replace(found.standing, decided=decided)
    assert "• Activity: 1 to do, 1 late (nobody who works here)" in text(
        replace(found, standing=standing)
    )


def test_the_worst_project_comes_first() -> None:
    worse = named(shown(), "Zebra")
    better = named(replace(worse, dues=worse.dues[:1]), "Aap")
    assert text(better, worse).index("Zebra:") < text(better, worse).index("Aap:")


def test_where_there_is_nothing_to_say_nothing_is_said() -> None:
    assert told(quiet()) is None
    assert told() is None


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"changes": Changes(joined=1)}, "Since Monday 23 February: 1 new participant"),
        ({"changes": Changes(left=2)}, "Since Monday 23 February: 2 participants left"),
        (
            {"changes": Changes(noted={"signal": 3, "adjustment": 1})},
            "Since Monday 23 February: Adjustment 1, Signal 3",
        ),
        (
            {"changes": Changes(questioned=1)},
            "1 registration was questioned or sent back, and nobody took it up yet",
        ),
        ({"reports": (("The city", date(2026, 3, 20)),)}, "Report to The city: Friday 20 March"),
    ],
)
def test_each_of_these_alone_is_worth_telling(more: dict[str, object], line: str) -> None:
    of = replace(quiet(), **more)  # type: ignore[arg-type]
    assert line in text(of).split("\n")


@pytest.mark.parametrize("days", [-1, 31])
def test_reports_of_the_past_and_of_the_far_future_are_not_told(days: int) -> None:
    assert told(replace(quiet(), reports=(("The city", TODAY + timedelta(days=days)),))) is None


def test_colleagues_who_cannot_be_reached_are_told_by_their_codes() -> None:
    away = (Member("w9", ("practitioner",), False), Member("w2", ("practitioner",), False))
    assert "Cannot be reached: w2, w9" in text(replace(quiet(), crew=away))


def test_whoever_registers_in_a_terminal_is_not_said_to_be_out_of_reach() -> None:
    local = (Member("w9", ("practitioner",), has_chat=False),)
    assert told(replace(quiet(), crew=local)) is None
    assert labels(told(replace(shown(), crew=local))) == ["Open the list"]


def test_who_was_reminded_often_enough_is_counted_and_not_named() -> None:
    line = "1 colleague had 5 reminders in seven days and gets no more for now"
    found = text(shown()).split("\n")
    assert line in found
    assert "w3" not in text(shown())


def test_nobody_is_held_back_who_misses_nothing() -> None:
    full = (Member("w3", ("practitioner",), burden=9),)
    assert told(replace(quiet(), crew=full)) is None


def test_what_was_closed_before_the_last_overview_is_no_news() -> None:
    locked = [due._replace(state="locked") for due in shown().dues]
    old = tuple(Due(due.occasion._replace(locked_from=SINCE), due.state) for due in locked)
    new = tuple(
        Due(due.occasion._replace(locked_from=SINCE + timedelta(days=1)), due.state)
        for due in locked
    )
    assert told(replace(quiet(), dues=old)) is None
    assert "6 closed without a registration" in text(replace(quiet(), dues=new))


def test_no_participant_is_told_by_the_code() -> None:
    found = shown(changes=Changes(joined=2, left=1))
    assert "K7-N" not in text(found)
    assert "P3-H" not in text(found)


def test_it_says_why_it_came_and_how_to_change_that() -> None:
    assert text(shown()).endswith(
        "You coordinate Kompas and get this every week. Change it with /reminders."
    )


def test_its_buttons_open_the_list_and_remind() -> None:
    found = told(shown())
    assert labels(found) == [
        "Open the list",
        "Remind now: Project, baseline",
        "Remind now: Participant, baseline",
        "Remind now: Activity",
    ]
    assert found is not None
    actions = [lasting_action(button.token) for row in found.rows for button in row]
    assert actions[0] == "overview"
    assert all(action.startswith("remind:") for action in actions[1:])


def test_a_city_coordinator_reads_it_and_reminds_nobody() -> None:
    assert labels(told(shown(), roles=("city_coordinator",))) == ["Open the list"]


def test_what_only_the_reader_or_nobody_can_do_has_no_button() -> None:
    assert not any(
        "Project" in label for label in labels(told(replace(shown(), crew=shown().crew[1:])))
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 3, 40, 400])
def test_however_many_projects_it_fits_in_one_message(count: int, language: str) -> None:
    one = shown(changes=Changes(2, 1, {"signal": 3}, 2))
    many = [named(one, f"🏠 Opstap {number}") for number in range(count)]
    found = told(*many, language=language)
    assert found is not None
    assert len(found.text.encode("utf-16-le")) // 2 <= MOST_LETTERS
    assert len(labels(found)) <= MOST_BUTTONS
    assert all(len(button.token.encode()) <= 64 for row in found.rows for button in row)


def test_what_it_leaves_out_it_says() -> None:
    one = shown()
    many = [named(one, f"Project {number:03}") for number in range(400)]
    found = text(*many)
    assert "Not everything fits here; /overview has the rest." in found
    listed = sum(f"Project {number:03}:" in found for number in range(400))
    assert f"and {400 - listed} more projects" in found
    assert "Not everything" not in text(*many[:2])


ONE = shown()


@given(st.lists(st.tuples(st.sampled_from(ONE.dues), st.sampled_from(STATES[1:])), max_size=40))
def test_the_numbers_add_up_to_the_occasions(drawn: list[tuple[Due, str]]) -> None:
    of = replace(ONE, dues=tuple(due._replace(state=state) for due, state in drawn))
    assert sum(_numbers(counts(SILENT, of))) == len(drawn)
    missing = [due for item in groups(of) for due in item.dues]
    assert Counter(missing) == Counter(of.missing)
    assert len(missing) == of.count("open", "overdue", "late")
    held = {_group(due.occasion) for due in missing}
    assert len(held) == len(groups(of))


def _group(occasion: Occasion) -> tuple[str, str]:
    return occasion.sheet, occasion.moment


def _numbers(line: str) -> Iterable[int]:
    return [int(word) for word in line.split() if word.isdecimal()]
