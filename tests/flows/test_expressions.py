from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.expressions import FUNCTIONS, OPERATORS, Instance, faults, references

TODAY = date(2026, 3, 2)
TODAY_NUMBER = "20514"

EXAMPLES = {
    "not": ("not(1 = 2)", "true"),
    "true": ("true()", "true"),
    "false": ("false()", "false"),
    "boolean": ("boolean('')", "false"),
    "number": ("number('3.50') * 2", "7"),
    "string": ("string(1.5)", "1.5"),
    "floor": ("floor(-1.5)", "-2"),
    "ceiling": ("ceiling(1.2)", "2"),
    "concat": ("concat('a', 1, 'b')", "a1b"),
    "contains": ("contains('straat', 'aa')", "true"),
    "starts-with": ("starts-with('straat', 'aa')", "false"),
    "substring": ("substring('straat', 4)", "aat"),
    "string-length": ("string-length('één')", "3"),
    "normalize-space": ("normalize-space('  a   b ')", "a b"),
    "translate": ("translate('a-b', '-', '')", "ab"),
    "if": ("if(1 > 2, 'yes', 'no')", "no"),
    "coalesce": ("coalesce(${empty}, 'other')", "other"),
    "selected": ("selected(${needs}, 'foo')", "false"),
    "selected-at": ("selected-at(${needs}, 1)", "housing"),
    "count-selected": ("count-selected(${needs})", "2"),
    "int": ("int(-3.7)", "-3"),
    "round": ("round(2.345, 2)", "2.35"),
    "min": ("min(3, ${number}, 12)", "3"),
    "max": ("max(3, ${number}, 12)", "12"),
    "pow": ("pow(2, 10)", "1024"),
    "abs": ("abs(-2.5)", "2.5"),
    "regex": ("regex('K7-M', '[A-Z][0-9]-[A-Z]')", "true"),
    "today": ("today()", TODAY_NUMBER),
    "date": ("date('2026-03-02') - today()", "0"),
}

KNOWN = ("number", "day", "needs", "empty", "text", "div")


def document(text: str = "straat") -> Instance:
    instance = Instance(TODAY)
    values = ("7", TODAY_NUMBER, "food housing", "", text, "1")
    for name, value in zip(KNOWN, values, strict=True):
        instance.put(name, value)
    return instance


def found(expression: str, *, dot: bool = False, columns: tuple[str, ...] = ()) -> list[str]:
    return [code for code, _ in faults(expression, KNOWN, dot=dot, columns=columns)]


def test_every_function_has_an_example() -> None:
    assert EXAMPLES.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gives_what_its_example_says(name: str) -> None:
    expression, expected = EXAMPLES[name]
    assert found(expression) == []
    assert document().text(expression) == expected


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_with_too_many_arguments_is_reported(name: str) -> None:
    arguments = ", ".join(["'1'"] * (FUNCTIONS[name].most + 1))
    assert "function_arguments" in found(f"{name}({arguments})")


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.least])
def test_a_function_with_too_few_arguments_is_reported(name: str) -> None:
    arguments = ", ".join(["'1'"] * (FUNCTIONS[name].least - 1))
    assert "function_arguments" in found(f"{name}({arguments})")


@pytest.mark.parametrize("sign", ["=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("value", ["0", "3", "today()", "${empty} + 1", "'street'"])
def test_a_comparison_with_an_unanswered_question_is_false(sign: str, value: str) -> None:
    assert found(f"${{empty}} {sign} {value}") == []
    assert not document().truth(f"${{empty}} {sign} {value}")
    assert not document().truth(f"{value} {sign} ${{empty}}")


def test_an_unanswered_question_is_not_equal_to_anything() -> None:
    assert document().truth("${empty} != 3")


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("${day} = date('2026-03-02')", True),
        ("${day} > date('2026-03-01')", True),
        ("${day} - 31 < date('2026-01-30')", False),
        ("${day} <= today()", True),
        ("${day} = date('tomorrow')", False),
    ],
)
def test_dates_compare_as_day_numbers(expression: str, holds: bool) -> None:
    assert found(expression) == []
    assert document().truth(expression) is holds


def test_a_dot_is_the_answer_under_test() -> None:
    instance = document()
    assert found(". >= 7 and string-length(.) = 1", dot=True) == []
    assert instance.truth(". >= 7 and string-length(.) = 1", at="number")
    assert not instance.truth(". >= 7", at="empty")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        pytest.param("3000000000 * 1", "3000000000", id="big"),
        pytest.param("1 div 10000000", "0.0000001", id="small"),
        pytest.param("-12345678901 * 10", "-123456789010", id="negative"),
        pytest.param("1 div 0", "", id="infinite"),
        pytest.param("${empty} + 1", "", id="no number"),
    ],
)
def test_numbers_are_written_in_plain_decimals(expression: str, text: str) -> None:
    assert document().text(expression) == text


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("sum(${number})", "function_unknown"),
        ("count(${needs})", "function_unknown"),
        ("now()", "function_unknown"),
        ("position()", "function_unknown"),
        ("fn:today()", "function_unknown"),
        ("jr:choice-name(${needs}, 'food')", "function_unknown"),
        ("number = 3", "name_not_reference"),
        ("${number} = three", "name_not_reference"),
        ("today = 3", "name_not_reference"),
        ("and ${number}", "name_not_reference"),
        ("true", "name_not_reference"),
        ("${age} > 3", "reference_unknown"),
        ("${} > 3", "reference_unknown"),
        ("/data/number", "expression_syntax"),
        ("../number", "expression_syntax"),
        ("${number}[1]", "expression_syntax"),
        ("@today", "expression_syntax"),
        ("child::number", "expression_syntax"),
        ("* = 3", "expression_syntax"),
        ("(*)", "expression_syntax"),
        ("${number} | ${day}", "expression_syntax"),
        ("$number", "expression_syntax"),
        ("${number} == 3", "expression_syntax"),
        ("${number} && 1", "expression_syntax"),
        ("not(${number} = 3", "expression_syntax"),
        ("(1))", "expression_syntax"),
        ("1) = (1", "expression_syntax"),
        ("${needs} = 'food", "expression_syntax"),
        ('"food', "expression_syntax"),
        ("1 1", "expression_syntax"),
        ("${number} =", "expression_syntax"),
        ("concat(,)", "expression_syntax"),
        ("", "expression_syntax"),
        ("'\x00'", "expression_syntax"),
        ("'\ud800'", "expression_syntax"),
        ("1" + "+1" * 6000, "expression_syntax"),
        ("(" * 5000 + "1" + ")" * 5000, "expression_syntax"),
        (". > 3", "dot_not_here"),
        ("string-length(.)", "dot_not_here"),
        ("regex(${text}, '[a')", "regex_invalid"),
        ("regex(${text}, '[[a]')", "regex_invalid"),
        ("regex(${text}, 'a{4294967296}')", "regex_invalid"),
        ("regex(${text}, ${needs})", "regex_invalid"),
    ],
    ids=lambda value: value[:30].encode("unicode_escape").decode(),
)
def test_what_cannot_be_evaluated_is_reported(expression: str, code: str) -> None:
    assert code in found(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "${number} = 7 and (${day} = 3 or(1 = 1))",
        "${number} div(2) mod (3)",
        "(${number})*(2) - -1",
        "${div} and ${div} div 1 = 1",
        "not(${needs} = '(') and ${text} != \"it's ) , .\"",
        "if(selected(${needs}, 'food'), 1, 2) * .5",
    ],
)
def test_operators_and_signs_in_texts_are_no_faults(expression: str) -> None:
    assert found(expression) == []
    assert document().truth(expression) is True


def test_only_real_references_are_listed() -> None:
    assert references("${a} = '${b}' and ${ c } > 1") == ["a", "c"]


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        ({"name": "food", "city": "brugge"}, True),
        ({"name": "papers", "city": "brugge"}, False),
        ({"name": "food", "city": "gent"}, False),
        ({"name": "food"}, False),
    ],
)
def test_a_choice_filter_reads_the_columns_of_the_choice(
    columns: dict[str, str], kept: bool
) -> None:
    expression = "selected(${needs}, name) and city = 'brugge'"
    assert found(expression, columns=("name", "city")) == []
    assert document().leaves(expression, columns) is kept


def test_a_column_that_is_called_is_no_column() -> None:
    assert found("name(1) = 'food'", columns=("name",)) == ["function_unknown"]


PIECES = [
    *(f"{name}(" for name in FUNCTIONS),
    *(f" {operator} " for operator in OPERATORS),
    *("(", ")", ",", ", ", "+", "-", "*", "=", "!=", "<=", ">", ".", "0", "7", "1.5", "99999999"),
    *("''", "'a'", "'1'", "' '", "'-2'", "'[a-z]+'", "'2026-03-02'", "'inf'", "'nan'", "'('"),
    *(f"${{{name}}}" for name in KNOWN),
    *("name", "city"),
]
VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])) | st.sampled_from(
    ["-1", "1e400", "inf", "nan", "99999999999999999999", "3.5", "2026-02-31", "\u0661"]
)


@st.composite
def calls(draw: st.DrawFn, deeper: st.SearchStrategy[str]) -> str:
    name = draw(st.sampled_from([name for name in FUNCTIONS if name != "regex"]))
    function = FUNCTIONS[name]
    count = draw(st.integers(function.least, min(function.most, function.least + 2)))
    return f"{name}({', '.join(draw(deeper) for _ in range(count))})"


OPERANDS = st.sampled_from(
    [piece for piece in PIECES if piece[0] in "$.'0123456789" and piece != "."]
)
SOUND = st.recursive(
    OPERANDS,
    lambda deeper: (
        calls(deeper)
        | st.tuples(deeper, st.sampled_from("+ - * = != < >= and or div mod".split()), deeper).map(
            lambda parts: f"({' '.join(parts)})"
        )
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(
    expression=st.text() | st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | SOUND,
    value=VALUES,
    dot=st.booleans(),
)
def test_an_expression_without_faults_never_fails(expression: str, value: str, dot: bool) -> None:
    columns = ("name", "city")
    if found(expression, dot=dot):
        return
    instance = document(value)
    assert isinstance(instance.truth(expression, at="text"), bool)
    assert isinstance(instance.text(expression, at="number"), str)
    if not found(expression, columns=columns):
        assert isinstance(instance.leaves(expression, {"name": value, "city": value}), bool)


@settings(max_examples=200, deadline=None)
@given(expression=SOUND, value=VALUES)
def test_a_sound_expression_has_no_faults_and_never_fails(expression: str, value: str) -> None:
    assert found(expression) == []
    assert isinstance(document(value).truth(expression), bool)
    assert isinstance(document(value).text(expression), str)
