"""An organisation's own sheets: what is told apart by name, and what a next version may change."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from flows.effects import ChangeProject
from flows.own import differences, is_own_code, is_own_sheet, is_same, own_name
from flows.sheet import Sheet
from tests.builders import Worker, context, handbook
from tests.flows.test_setting_up import LONG, chooses
from tests.own import HOW, INTAKE, MANY, QUESTIONS, REWORDED

COUNTED = replace(QUESTIONS[0], type="integer", list_name="", choices=())


def refusals(
    sheet: Sheet, released: Iterable[Sheet] = (INTAKE,), others: Iterable[Sheet] = ()
) -> list[str]:
    return list(differences(sheet, released, others))


def test_nothing_of_the_handbook_is_called_as_own_sheets_and_indicators_are() -> None:
    assert not any(is_own_sheet(name) for name in handbook())
    assert not any(is_own_code(code) for sheet in handbook().values() for code in sheet.by_code)


def test_an_own_sheet_may_be_named_with_or_without_what_marks_it() -> None:
    assert own_name("intake") == own_name("own_intake") == "own_intake"


def test_another_number_alone_is_no_other_content() -> None:
    assert is_same(replace(INTAKE, version=7), INTAKE)
    assert not is_same(REWORDED, INTAKE)


def test_a_next_version_may_reword_add_and_drop() -> None:
    assert refusals(REWORDED) == []
    assert refusals(replace(INTAKE, questions=QUESTIONS[1:], indicators=(MANY,))) == []


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        (replace(INTAKE, questions=(COUNTED, QUESTIONS[1])), "how was select_one in version 1"),
        (
            replace(INTAKE, indicators=(replace(HOW, value_type="integer"), MANY)),
            "XINTAKE1 was nominal in version 1",
        ),
        (replace(INTAKE, level="project"), "about the level target_group since version 1"),
    ],
    ids=["question", "indicator", "level"],
)
def test_what_answers_mean_may_not_change_under_the_same_name(sheet: Sheet, words: str) -> None:
    (sentence,) = refusals(sheet)
    assert words in sentence
    assert "another" in sentence


def test_a_type_is_held_against_every_earlier_version_and_said_once() -> None:
    without = replace(INTAKE, version=2, questions=QUESTIONS[1:])
    counted = replace(INTAKE, questions=(COUNTED, QUESTIONS[1]))
    assert len(refusals(counted, [without, INTAKE])) == 1


def test_two_own_sheets_may_share_an_indicator_only_if_it_is_the_same() -> None:
    other = replace(INTAKE, name="own_other")
    assert refusals(INTAKE, [], [other]) == []
    renamed = replace(other, indicators=(replace(HOW, name="Something else"), MANY))
    (sentence,) = refusals(INTAKE, [], [renamed])
    assert "XINTAKE1 means something else in own_other" in sentence


def test_a_choice_of_the_handbook_leaves_own_indicators_in() -> None:
    world = context(roles=("project_coordinator",))
    (project,) = world.projects
    own = replace(project, selection=(*project.selection, "XINTAKE1"))
    worker = Worker(replace(world, projects=(own,))).types("English")
    chooses(worker, *LONG).taps("Save")
    (change,) = [effect for effect in worker.effects if isinstance(effect, ChangeProject)]
    assert change.project.selection[-1] == "XINTAKE1"
    assert "XINTAKE1" not in worker.receipts[-1].text + worker.screen.text + worker.screen.note
