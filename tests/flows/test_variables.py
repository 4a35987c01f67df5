from dataclasses import replace

import pytest

from flows.exports.missing_codes import CODES, is_missing_code
from flows.exports.names import LONGEST, RESERVED, named
from flows.exports.variables import variables_of
from flows.kinds.number import Decimals
from flows.record import Status
from flows.sheet import Question
from tests.conformity.tables import three_versions
from tests.datasets import dataset
from tests.flows.test_exports import AREAS, SHEETS, sheet
from tests.rows import sheets

KEYS = [
    *("with", "byte", "str12", "a.b", "a_b", "A b", "1st", "é", "_x", "x" * 40, f"{'x' * 39}y"),
    "and",
]


def test_names_are_ones_that_statistical_programs_take() -> None:
    names = named(KEYS)
    assert len(set(names.values())) == len(KEYS)
    assert all(name.isidentifier() and name == name.lower() for name in names.values())
    assert max(map(len, names.values())) <= LONGEST
    assert RESERVED.isdisjoint(names.values())


def test_a_name_stays_when_others_come_behind_it() -> None:
    before = named(KEYS)
    assert named([*KEYS, "more", "x" * 41]).items() >= before.items()


def test_every_status_but_an_answer_has_a_missing_code() -> None:
    assert CODES.keys() == {*Status} - {Status.ANSWERED}
    assert len({code.number for code in CODES.values()}) == len(CODES)
    assert all(is_missing_code(code.number) for code in CODES.values())


def test_numbers_of_choices_do_not_depend_on_their_order_in_a_later_version() -> None:
    (met,) = [
        variable
        for variable in variables_of(dataset([], three_versions(), AREAS), "tiny")
        if variable.question.name == "met"
    ]
    assert met.numbers == {"yes": 1, "no": 2, "perhaps": 3}


def test_what_a_later_version_asks_otherwise_is_a_column_of_its_own() -> None:
    other = sheet(2)
    asked = tuple(
        Question("text", "met", "Met?") if question.name == "met" else question
        for question in other.questions
    )
    known = {**SHEETS, ("tiny", 2): replace(other, questions=asked)}
    kinds = [v.kind for v in variables_of(dataset([], known), "tiny") if v.question.name == "met"]
    assert kinds == ["text", "choice"]


@pytest.mark.parametrize(
    ("calculation", "kind"),
    [
        ("1", "number"),
        ("floor(100 * ${young} div 3)", "number"),
        ("if(${met} = 'yes', 1, if(${met} = 'no', 0, ${worked_out}))", "number"),
        ("if(${met} = 'yes', 'a', 1)", "text"),
        ("'street_round'", "text"),
        ("${met}", "text"),
        ("concat(1, 2)", "text"),
    ],
)
def test_a_calculation_is_a_number_where_it_can_be_nothing_else(
    calculation: str, kind: str
) -> None:
    made = sheet()
    extra = (
        Question("calculate", "worked_out", calculation="1"),
        Question("calculate", "more", calculation=calculation),
    )
    known = {("tiny", 1): replace(made, questions=(*made.questions, *extra))}
    (found,) = [v for v in variables_of(dataset([], known), "tiny") if v.question.name == "more"]
    assert found.kind == kind


def test_calculations_of_the_handbook_are_known_for_what_they_give() -> None:
    data = dataset([], sheets())
    texts = {
        (name, variable.question.name)
        for name, _ in sheets()
        for variable in variables_of(data, name)
        if variable.question.type == "calculate" and variable.kind == "text"
    }
    assert texts == {("contact", "activity"), ("round", "activity")}


def test_no_number_that_can_be_typed_is_thought_to_be_nothing() -> None:
    assert Decimals.number.fullmatch("-77")
    assert not is_missing_code(-77)
