"""A project is set up in the chat: its sheet, its choice, who registers what; and changed later."""

from dataclasses import replace

import pytest

from flows.effects import ChangeProject
from flows.set_up import chosen, incomparable, incomplete, unregistered
from tests.builders import Worker, context, handbook
from tests.catalogue import CATALOGUE
from tests.flows.test_corrections import colleague, memory
from tests.memory import Memory

SHEET = ("2/3/2026", "OpStap", "Harm to users", "Done", "People with problem use", "Done")
WHERE = ("Station, North", "2 1 0 1")
PLAN = ("1/1/2026", "31/12/2027", "Baseline", "Final", "Done", "15/3/2026", "1/12/2027")
LONG = ("today", "Yes", "Long version", "No add-on", "No", "No")
GOAL = ("A goal", "today", "Operational", "Less litter", "Nuisance reports", "Less", "10")
FUNDER = ("A funder", "today", "City", "Leave out", "Not known", "Nuisance reports", "Done")
SHORT = ("today", "No", "Short version", "No add-on", "No", "No")


def coordinator(selected: str = "short") -> Worker:
    world = context(roles=("project_coordinator",), selected=selected)
    return Worker(world).types("English")


def chooses(worker: Worker, *answers: str) -> Worker:
    return worker.types("/start", "What is registered", *answers)


def projects(worker: Worker) -> list[ChangeProject]:
    return [effect for effect in worker.effects if isinstance(effect, ChangeProject)]


def test_the_project_sheet_names_the_project_and_its_areas() -> None:
    worker = coordinator().types("Project sheet", *SHEET, *WHERE, *PLAN).taps("Save")
    after = projects(worker)[-1].project
    assert (after.id, after.name) == ("kompas", "OpStap")
    assert after.area_labels == {"station": "Station", "north": "North"}
    assert after.selection == worker.world.projects[0].selection


def test_a_sheet_of_which_there_is_one_is_opened_again_and_keeps_every_version() -> None:
    worker = coordinator().types("Project sheet", *SHEET, *WHERE, *PLAN).taps("Save")
    worker.types("Project sheet")
    assert (worker.state, worker.screen.note) == (
        "reviewing",
        "This was set before. Change what has changed, then save.",
    )
    worker.taps("Change an answer", "In which neighbourhoods?").types("North, Docks, Station")
    worker.taps("Save")
    kept = worker.world.archive
    assert isinstance(kept, Memory)
    assert [[item.revision for item in found] for found in kept.records.values()] == [[1, 2]]
    assert list(projects(worker)[-1].project.area_labels) == ["north", "docks", "station"]


def test_an_area_that_left_the_list_keeps_its_name_and_label_for_older_records() -> None:
    worker = coordinator().types("Project sheet", *SHEET, *WHERE, *PLAN).taps("Save")
    worker.types("Project sheet").taps("Change an answer", "In which neighbourhoods?")
    worker.types("Docks").taps("Save")
    project = projects(worker)[-1].project
    assert project.area_labels == {"docks": "Docks"}
    former = {area.name: area.label for area in project.areas if area.former}
    assert former.items() >= {"north": "North", "station": "Station"}.items()
    worker.types("Project sheet").taps("Change an answer", "In which neighbourhoods?")
    worker.types("North").taps("Save")
    assert projects(worker)[-1].project.area_labels == {"north": "North"}


def test_a_new_project_belongs_to_nobody_before_it_is_saved() -> None:
    worker = coordinator().taps("Set up", "New project").types(*SHEET, *WHERE, *PLAN)
    assert projects(worker) == []
    worker.taps("Save")
    made = projects(worker)[-1].project
    assert made.id not in ("", "kompas")
    assert set(made.selection) == {row.code for row in CATALOGUE.values() if row.set == "short"}
    assert [project.name for project in worker.world.projects] == ["Kompas", "OpStap"]


def test_a_new_project_is_saved_whole_or_waits() -> None:
    worker = coordinator().taps("Set up", "New project").types(*SHEET, "/save")
    assert "This can only be saved whole" in worker.screen.note
    assert (worker.state, worker.effects) == ("asking", [])
    worker.types("/pause").taps("▸ Go on: Project sheet").types(*WHERE, *PLAN).taps("Save")
    assert [record.revision for record in worker.saved] == [1]
    made = projects(worker)[-1].project
    assert (made.name, [area.label for area in made.areas]) == ("OpStap", ["Station", "North"])


def test_a_choice_that_is_saved_half_way_changes_the_project_when_it_is_whole() -> None:
    worker = chooses(coordinator(), *LONG[:3], "/save")
    assert [record.complete for record in worker.saved] == [False]
    assert projects(worker) == []
    worker.types(*LONG[3:]).taps("Save")
    assert [(record.revision, record.complete) for record in worker.saved] == [
        (1, False),
        (2, True),
    ]
    assert "PR04" in projects(worker)[-1].project.selection


@pytest.mark.parametrize("half", [(), ("/save",)], ids=["at once", "after a half"])
def test_a_sheet_of_which_there_is_one_stays_one_when_two_people_fill_it_in(
    half: tuple[str, ...],
) -> None:
    worker = coordinator()
    other = colleague(worker, "p2", ("project_coordinator",))
    chooses(other, *LONG[:-1], *half, LONG[-1])
    chooses(worker, *SHORT).taps("Save")
    other.taps("Save")
    assert "Somebody saved this registration meanwhile" in other.screen.note
    assert other.state == "reviewing"
    other.taps("Save")
    (one,) = memory(worker).complete("kompas", "choice", "continuous", "")
    kept = memory(worker).records[one.record]
    assert [record.person for record in kept] == ["p1", "p2"]
    assert "PR04" in projects(other)[-1].project.selection


def test_an_answer_that_is_set_aside_changes_no_project() -> None:
    worker = coordinator()
    chooses(worker, *SHORT[:-2], "Yes", "PR12", "Done", "Leave out", "Yes", "Leave out")
    worker.types("DN08", "Done", "Leave out")
    assert worker.state == "reviewing"
    worker.taps("Change an answer", "Take single indicators").types("No")
    worker.taps("Change an answer", "The handbook says who").types("No").taps("Save")
    assert worker.saved[0].set_aside.keys() >= {"left_out", "by_project_coordinator"}
    project = worker.world.projects[0]
    assert set(project.selection) == {row.code for row in CATALOGUE.values() if row.set == "short"}
    assert project.registrars == {}


@pytest.mark.parametrize(
    "sheet", [("What is registered", *SHORT), ("Project sheet", *SHEET, *WHERE, *PLAN)], ids=str
)
def test_a_project_that_is_not_ones_own_any_more_is_not_set_up(sheet: tuple[str, ...]) -> None:
    worker = coordinator("").types(*sheet)
    world = worker.world
    worker.world = replace(world, projects=())
    worker.taps("Save")
    assert "This project is not yours any more" in worker.screen.note
    assert (worker.state, worker.effects) == ("reviewing", [])
    assert len(worker.conversation.drafts) == 1
    worker.world = world
    worker.taps("Save")
    assert len(worker.saved) == len(projects(worker)) == 1


def test_what_only_records_something_is_saved_also_when_its_project_went_away() -> None:
    worker = coordinator("").types(*GOAL, "1/9/2026")
    worker.world = replace(worker.world, projects=())
    worker.taps("Save")
    assert [(record.sheet, record.project) for record in worker.saved] == [("goal", "kompas")]


@pytest.mark.parametrize(
    ("way", "question", "answer", "changed"),
    [
        ((*GOAL, "1/9/2026"), "Which value do you plan?", "20", ("planned", "10", "20")),
        (
            (*FUNDER, "Yearly", "1/9/2026"),
            "How often",
            "Quarterly",
            ("rhythm", "yearly", "quarterly"),
        ),
    ],
    ids=["goal", "funder"],
)
def test_a_goal_or_a_funder_is_corrected_also_when_its_indicator_was_left_out(
    way: tuple[str, ...], question: str, answer: str, changed: tuple[str, str, str]
) -> None:
    worker = coordinator("").types(*way).taps("Save")
    project = replace(worker.world.projects[0], selection=("PR03",))
    worker.world = replace(worker.world, projects=(project,))
    worker.types("/corrections", "8F3K").taps("Change", "A typing mistake")
    assert worker.state == "reviewing"
    worker.taps("Change an answer", question).types(answer).taps("Save")
    before, after = memory(worker).records[worker.saved[0].record]
    differing = [
        (was.question, was.value, now.value)
        for was, now in zip(before.values, after.values, strict=True)
        if was != now
    ]
    assert differing == [changed]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("31/12/2025",), "A day after the project begins."),
        (("31/12/2027", "Final", "Done"), "Without a baseline nothing can be compared later."),
        (
            ("31/12/2027", "Baseline", "Interim", "Final", "Done", "1/3/2026", "1/2/2026"),
            "A day after the baseline.",
        ),
        (
            ("31/12/2027", "Baseline", "Final", "Done", "1/3/2026", "1/3/2026"),
            "A day after the measurements before it.",
        ),
    ],
    ids=["end before start", "no baseline", "interim before baseline", "final at baseline"],
)
def test_an_impossible_plan_is_told_at_once_with_the_way_out(
    typed: tuple[str, ...], told: str
) -> None:
    worker = coordinator().types("Project sheet", *SHEET, *WHERE, PLAN[0], *typed)
    assert worker.screen.note.startswith(told)
    assert worker.state == "asking"


@pytest.mark.parametrize("areas", ["", ",", "x" * 25, ",".join(["a"] * 21), "Station,,North"])
def test_areas_that_are_no_list_are_asked_once_more(areas: str) -> None:
    worker = coordinator().types("Project sheet", *SHEET, areas)
    assert worker.question == "In which neighbourhoods?"


def test_a_goal_needs_an_indicator_that_the_project_registers() -> None:
    worker = coordinator().types("A goal", "today", "Operational", "Less litter at the station")
    assert worker.question == "Which indicator shows it?"
    assert not any(label in ("Not known", "Leave out") for label in worker.labels)
    assert "Nuisance reports" in worker.labels
    assert "Felt nuisance" not in str(worker.labels)


def test_a_choice_takes_in_a_version_add_ons_and_single_indicators() -> None:
    worker = chooses(
        coordinator(),
        *("today", "Yes", "Long version", "Harm reduction", "Done", "Yes"),
        *("PR27", "Done", "DN07", "Done", "No"),
    ).taps("Save")
    selection = set(projects(worker)[-1].project.selection)
    held = {
        row.code for row in CATALOGUE.values() if row.set in ("short", "long", "harm_reduction")
    }
    assert selection == (held - {"PR27"}) | {"DN07"}
    assert f"{len(selection)} indicators are registered from now on." in worker.screen.note


def test_somebody_else_registers_an_indicator_than_the_handbook_says() -> None:
    worker = coordinator().types("English")
    chooses(worker, *SHORT[:-1], "Yes", "Leave out", "DN08", "Done", "Leave out").taps("Save")
    project = projects(worker)[-1].project
    assert project.registrars == {"DN08": "project_coordinator"}
    worker.types("Participant", "K7-N", "baseline", "today")
    assert worker.question == "Which step are they on?"


def test_what_nobody_registers_is_named_with_the_way_out() -> None:
    worker = coordinator()
    memory = worker.world.archive
    assert isinstance(memory, Memory)
    memory.people = {"p1": ("project_coordinator",), "p2": ("practitioner",)}
    chooses(worker, "today", "Yes", "Long version", "No add-on", "No", "No").taps("Save")
    assert "Nobody in this project registers: " in worker.screen.note
    assert "DG16 Nuisance reports (city coordinator)" in worker.screen.note
    assert "DN08" not in worker.screen.note


def test_what_cannot_be_compared_any_more_is_named_once_something_was_measured() -> None:
    worker = Worker(context(selected="short")).types("English")
    chooses(worker, *SHORT[:-2], "Yes", "PR12", "Done", "Leave out", "No").taps("Save")
    assert "compared" not in worker.screen.note
    worker.types("Participant", "K7-N", "baseline", "today", "March 2026", "Street work")
    worker.types("3", "2", "4", "5").taps("Save")
    worker.types("What is registered").taps("Change an answer", "Which do you leave out?")
    worker.taps("☑").types("PR09", "DN08", "Done").taps("Save")
    ends, new = worker.screen.note.splitlines()[-2:]
    assert ends == (
        "Measured so far and from now on no more, so not to be compared later:"
        " Participation ladder (DN08)."
    )
    assert new.startswith("New, so not to be compared with what was measured before: ")
    assert "(PR12)" in new
    assert "(PR09)" not in ends + new


def test_choices_are_compared_both_ways() -> None:
    assert incomparable(["A", "B"], ["B", "C"], ["A", "B"]) == (("A",), ("C",))
    assert incomparable(["A", "B"], ["B", "C"], ["B"]) == ((), ("C",))
    assert incomparable(["A", "B"], ["B", "C"], []) == ((), ())


def test_the_menu_after_saving_is_that_of_the_new_choice() -> None:
    worker = coordinator().types("English")
    chooses(worker, "today", "Yes", "Long version", "No add-on", "No", "No").taps("Save")
    shown = worker.labels
    worker.types("/start")
    assert worker.labels == shown
    worker.types("Project sheet", *SHEET, *WHERE, *PLAN).taps("Save")
    assert worker.screen.head == "OpStap"


def test_what_is_worked_out_needs_what_it_is_worked_out_from() -> None:
    catalogue = handbook()["choice"].by_code
    assert incomplete(["PR27", "DG01"], catalogue) == {"PR27": ("PR07",)}
    assert incomplete(["PR27", "PR07", "DG01"], catalogue) == {}
    worker = chooses(coordinator(), *SHORT[:-2], "Yes", "Leave out", "DG05", "Done", "No")
    worker.taps("Save")
    assert "DG05 cannot be worked out without DG06." in worker.screen.note


def test_the_short_version_is_what_a_choice_holds_at_least() -> None:
    assert len(chosen({}, handbook()["choice"].by_code.values())) == 22


def test_a_derived_indicator_is_registered_by_nobody_and_not_missed() -> None:
    catalogue = handbook()["choice"].by_code
    assert unregistered(["PR27", "DN08"], {}, catalogue, ["practitioner"]) == ()
    assert unregistered(["DN08"], {"DN08": "city_coordinator"}, catalogue, ["practitioner"]) == (
        "DN08",
    )


def test_a_practitioner_sets_nothing_up() -> None:
    worker = Worker(context(roles=("practitioner",))).types("English")
    assert "Set up" not in worker.labels
    assert worker.types("Project sheet").state == "idle"
