"""Whatever is written as an expression is reported, or can be evaluated."""

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.expressions import FUNCTIONS, OPERATORS
from tests.flows.test_expressions import KNOWN, document, found

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
        | st.tuples(
            deeper,
            st.sampled_from(["+", "-", "*", "=", "!=", "<", ">=", "and", "or", "div", "mod"]),
            deeper,
        ).map(lambda parts: f"({' '.join(parts)})")
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
