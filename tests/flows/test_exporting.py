"""/export: what was registered, as a file, for whoever may have it and of what they reach."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from flows.access import ROLES
from flows.context import Context
from flows.effects import AccountFor, Notify
from flows.engine import Tap
from flows.exports import ABOUT_SHEETS, FORMATS, OPENED_AT_ONCE, complete
from flows.order import PROBLEMS, allowed, caption, choices
from flows.period import PERIODS, read_period
from flows.record import STATUSES
from flows.sending import EXPORT
from tests.builders import TODAY, Worker, context, real_interface

EVALUATOR, ADMIN = ("evaluator",), ("admin",)
ALL = "Projects: all", "Moments: all", "Period: the whole time", "Answers: all", "Labels: English"


def world(roles: tuple[str, ...] = EVALUATOR, projects: int = 2) -> Context:
    here = context(roles=roles)
    names = ("Kompas", "OpStap", "Brug", *(f"Project {number}" for number in range(9)))[:projects]
    made = [replace(here.projects[0], id=name.casefold(), name=name) for name in names]
    return replace(here, projects=tuple(made))


def exporting(*texts: str, here: Context | None = None) -> Worker:
    return Worker(here or world()).types("English", "/export", *texts)


def ordered(worker: Worker) -> Mapping[str, Sequence[str]]:
    """Return the order that was placed last."""
    found = [item for item in worker.effects if isinstance(item, Notify)]
    assert {item.kind for item in found} == {EXPORT}
    assert {item.person for item in found} == {worker.world.person}
    return found[-1].wanted


@pytest.mark.parametrize("role", ROLES)
def test_the_formats_of_a_role_are_listed_in_their_order(role: str) -> None:
    worker = exporting(here=world((role,)))
    listed = worker.labels
    while "More ›" in worker.labels:
        listed += worker.taps("More ›").labels
    named = [label for label in listed if label not in ("More ›", "‹ Earlier", "‹ Back")]
    assert named == [FORMATS[name].title.partition(":")[0] for name in allowed((role,))]


@pytest.mark.parametrize("role", ["evaluator", "admin"])
def test_evaluators_and_admins_may_have_every_format(role: str) -> None:
    assert allowed((role,)) == [*FORMATS]


@pytest.mark.parametrize("role", ROLES)
def test_what_comes_with_a_format_is_allowed_to_whoever_may_have_it(role: str) -> None:
    may = allowed((role,))
    assert set(complete(may)) == set(may)


def test_a_format_can_be_named_also_on_another_page() -> None:
    for name in FORMATS:
        for typed in (name, FORMATS[name].title, real_interface().say("fr")(FORMATS[name].title)):
            assert exporting(typed).screen.text.split("\n")[0] == FORMATS[name].title, typed


def test_an_order_shows_what_it_is_narrowed_to() -> None:
    assert tuple(exporting("long").screen.text.split("\n")[1:]) == ALL


def test_an_order_of_everything_is_narrowed_by_nothing() -> None:
    assert ordered(exporting("long").taps("Make it")) == {"format": ["long"], "language": ["en"]}


def test_everything_can_be_narrowed_by_tapping() -> None:
    worker = exporting("long")
    worker.taps("Projects", "☐ OpStap", "‹ Back", "Moments", "☐ final", "☐ baseline", "‹ Back")
    worker.taps("Period", "Last quarter", "Answers", "☐ Declined", "‹ Back")
    worker.taps("Labels", "☐ Français", "‹ Back")
    assert worker.screen.text.split("\n")[1:] == [
        "Projects: OpStap",
        "Moments: final, baseline",
        "Period: Wed 01/10/2025 – Wed 31/12/2025",
        "Answers: Declined",
        "Labels: English, Français",
    ]
    assert ordered(worker.taps("Make it")) == {
        "format": ["long"],
        "project": ["opstap"],
        "moment": ["final", "baseline"],
        "from": ["2025-10-01"],
        "until": ["2025-12-31"],
        "status": ["refused"],
        "language": ["en", "fr"],
    }


def test_everything_can_be_narrowed_by_typing() -> None:
    worker = exporting("long", "opstap", "baseline", "2025")
    assert worker.screen.text.split("\n")[1:4] == [
        "Projects: OpStap",
        "Moments: baseline",
        "Period: Wed 01/01/2025 – Wed 31/12/2025",
    ]
    worker.taps("Projects").types("All of them")
    assert worker.screen.text.split("\n")[1:4] == [
        "Projects: all",
        "Moments: baseline",
        "Period: Wed 01/01/2025 – Wed 31/12/2025",
    ]
    assert "Period: the whole time" in worker.taps("Period").types("the whole time").screen.text


def test_a_tick_is_taken_away_by_a_second_tap() -> None:
    worker = exporting("long").taps("Projects", "☐ Kompas", "☑ Kompas", "‹ Back")
    assert "Projects: all" in worker.screen.text


def test_labels_come_in_one_language_or_two() -> None:
    worker = exporting("long").taps("Labels", "☑ English")
    assert "At least one language has to stay." in worker.screen.note
    worker.taps("☐ Nederlands", "☐ Français", "‹ Back")
    assert "Labels: Nederlands, Français" in worker.screen.text


def test_many_projects_have_pages_and_stay_on_theirs() -> None:
    worker = exporting("long", here=world(projects=12)).taps("Projects", "More ›", "☐ Project 8")
    assert "☑ Project 8" in worker.labels
    assert "☑ Kompas" in worker.types("kompas", "/back").taps("Projects").labels


def test_of_one_project_there_is_nothing_to_choose() -> None:
    assert "Projects" not in exporting("long", here=world(projects=1)).labels


def test_of_several_versions_some_can_be_chosen() -> None:
    here = world()
    assert "Versions" not in exporting("long", here=here).labels
    newest = max(version for name, version in here.sheets if name == "contact")
    sheets = {**here.sheets, ("contact", newest + 1): here.sheets["contact", newest]}
    worker = exporting("long", here=replace(here, sheets=sheets)).taps("Versions")
    assert [label for label in worker.labels if label.startswith("☐")] == [
        f"☐ Contact {newest}",
        f"☐ Contact {newest + 1}",
    ]
    order = ordered(worker.taps(f"☐ Contact {newest}", "‹ Back", "Make it"))
    assert order["version"] == [f"contact:{newest}"]


@pytest.mark.parametrize("name", sorted(ABOUT_SHEETS))
def test_no_period_can_be_typed_for_what_is_about_sheets(name: str) -> None:
    assert ordered(exporting(name, "2025").taps("Make it")).keys() == {"format", "language"}


@pytest.mark.parametrize("name", ["outcome", "process"])
def test_whoever_may_not_have_single_values_cannot_make_them_out_of_two_periods(
    name: str,
) -> None:
    of = exporting(name, "opstap", "2025", here=world(("city_coordinator",)))
    assert of.labels == ["Projects", "Labels", "Make it", "‹ Back"]
    assert ordered(of.taps("Make it")).keys() == {"format", "language", "project"}
    assert "Period" in exporting(name).labels
    assert "Period" in exporting("funders", here=world(("city_coordinator",))).labels


@pytest.mark.parametrize("name", sorted(ABOUT_SHEETS))
def test_what_is_about_sheets_is_not_narrowed(name: str) -> None:
    assert exporting(name).labels == ["Labels", "Make it", "‹ Back"]


@pytest.mark.parametrize("typed", ["1/3/2026 - 1/2/2026", "3/2026 - 2/2026", "soon", "1/1/2026"])
def test_what_is_no_period_changes_nothing(typed: str) -> None:
    worker = exporting("long").taps("Period").types(typed)
    assert worker.screen.note
    assert "from" not in worker.conversation.choice
    assert worker.screen.text.startswith("About which days?")


def test_back_goes_to_the_order_to_the_formats_and_to_the_menu() -> None:
    worker = exporting("long").taps("Period").types("/back")
    assert worker.screen.text.startswith(FORMATS["long"].title)
    assert worker.types("/back").screen.text.startswith("What do you want to have?")
    assert worker.types("/back").state == "idle"


def test_what_cannot_be_understood_is_said() -> None:
    for worker in (exporting("nonsense"), exporting("long", "nonsense")):
        assert worker.screen.note == "Please tap one of these, or go back."


def test_an_old_button_orders_nothing_twice() -> None:
    worker = exporting("long")
    token = worker.button("Make it").token
    worker.does(Tap(token)).does(Tap(token))
    assert len([item for item in worker.effects if isinstance(item, Notify)]) == 1
    assert "nothing was changed" in worker.screen.note


@pytest.mark.parametrize("action", ["format:audit", "tick:secret", "change:organisation", "make"])
def test_a_button_that_was_not_shown_does_nothing(action: str) -> None:
    worker = exporting()
    place = worker.buttons[0].token.rsplit(".", 1)[0]
    before = worker.conversation.choice
    worker.does(Tap(f"{place}.{action}"))
    assert (worker.conversation.choice, worker.effects) == (before, [])


def test_a_format_that_a_role_may_not_have_is_not_there() -> None:
    worker = exporting("long", here=world(("practitioner",)))
    assert worker.screen.text.startswith("What do you want to have?")
    assert worker.conversation.choice == {}


def test_whoever_lost_a_format_meanwhile_is_back_at_the_formats() -> None:
    worker = exporting("long")
    make = worker.button("Make it").token
    worker.world = replace(worker.world, roles=("practitioner",))
    worker.does(Tap(make))
    assert worker.screen.text.startswith("What do you want to have?")
    assert [item for item in worker.effects if not isinstance(item, AccountFor)] == []


def test_a_project_that_is_out_of_reach_meanwhile_is_not_ordered() -> None:
    worker = exporting("long", "opstap")
    worker.world = replace(worker.world, projects=worker.world.projects[:1])
    assert "project" not in ordered(worker.taps("Make it"))


def test_what_was_under_way_is_kept() -> None:
    worker = Worker().types("English", "Contact", "today", "/export")
    assert (worker.state, len(worker.conversation.drafts)) == ("exporting", 1)


@pytest.mark.parametrize(
    ("typed", "language", "first", "last"),
    [
        ("1/1/2026 - 31/3/2026", "en", date(2026, 1, 1), date(2026, 3, 31)),
        ("1/1/2026-31/3/2026", "nl", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-01-01 – 2026-03-31", "fr", date(2026, 1, 1), date(2026, 3, 31)),
        ("van 1/1/26 tot en met 31/3/26", "nl", date(2026, 1, 1), date(2026, 3, 31)),
        ("du 1er janvier 2026 au 31 mars 2026", "fr", date(2026, 1, 1), date(2026, 3, 31)),
        ("vom 1.1.2026 bis 31.3.2026", "de", date(2026, 1, 1), date(2026, 3, 31)),
        ("2024", "nl", date(2024, 1, 1), date(2024, 12, 31)),
        ("februari 2024", "nl", date(2024, 2, 1), date(2024, 2, 29)),
        ("12/2025", "en", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_periods_are_read_as_people_write_them(
    typed: str, language: str, first: date, last: date
) -> None:
    assert read_period(typed, language, TODAY) == (first, last)


@pytest.mark.parametrize("typed", ["", "-", "1/1/2026", "0026", "9999-01-01 - 9999-02-01", "😀"])
def test_what_is_no_period_is_none(typed: str) -> None:
    assert read_period(typed, "en", TODAY) is None


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("this_year", date(2026, 1, 1), date(2026, 12, 31)),
        ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
        ("this_quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("last_quarter", date(2025, 10, 1), date(2025, 12, 31)),
    ],
)
def test_a_named_period_is_that_of_today(name: str, first: date, last: date) -> None:
    assert PERIODS[name][1](TODAY) == (first, last)


@pytest.mark.parametrize("language", real_interface().languages)
def test_a_caption_fits_below_a_file_whatever_was_chosen(language: str) -> None:
    here, interface = world(projects=12), real_interface()
    names = {project.id: "A project with quite a long name " * 2 for project in here.projects}
    known = choices(interface, language, names, here.sheets)
    wanted = {part: [*known[part]] for part in known} | {
        "format": ["process"],
        "from": ["2026-01-01"],
        "until": ["2026-12-31"],
    }
    assert len(caption(interface.say(language), wanted, known, 10**7, "a" * 64)) < 1000


def test_what_is_opened_at_once_is_an_export() -> None:
    assert {"long-excel", "wide-excel"} <= OPENED_AT_ONCE & FORMATS.keys()
    assert set(STATUSES) == set(choices(real_interface(), "en", {}, {})["status"])
    assert all(PROBLEMS.values())
