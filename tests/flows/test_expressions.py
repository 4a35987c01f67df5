from datetime import date

import pytest

from flows.expressions import FUNCTIONS, faults, references
from flows.instance import Instance

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
    "regex": ("regex('K7-N', '[A-Z][0-9]-[A-Z]')", "true"),
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


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # What ODK's own program (JavaRosa) gives for the same.
        ("round(1.005, 2)", "1.01"),
        ("round(8.675, 2)", "8.68"),
        ("round(-2.5)", "-2"),
        ("round(-1.25, 1)", "-1.2"),
        ("round(1250, -2)", "1300"),
        ("max(${empty}, 3)", "3"),
        ("min(${empty}, ${number})", "7"),
        ("min(${empty}, '')", ""),
        ("int(${text})", ""),
        ("abs('1e3')", ""),
        ("int(' 5 ')", "5"),
        ("selected(${empty}, '')", "true"),
        ("selected(${needs}, '')", "false"),
        ("selected(${needs}, 'hous')", "false"),
    ],
)
def test_a_function_gives_what_odk_gives(expression: str, expected: str) -> None:
    assert found(expression) == []
    assert document("1_000").text(expression) == expected


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
        ("1, 2", "expression_syntax"),
        ("(${number}, 'a')", "expression_syntax"),
        ("0${number}", "expression_syntax"),
        ("${text} ${number}", "expression_syntax"),
        ("'a'${number} = 1", "expression_syntax"),
        ("true()${number}", "expression_syntax"),
        ("${number}(1)", "expression_syntax"),
        ("${number}.", "dot_not_here"),
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
