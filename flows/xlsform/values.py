"""What an expression gives: a truth, a number, a text or a day, and where that is not the same.

ODK sees a value of its type where XPath 1.0 sees an element with a text: an answer alone is a
condition there by its value, a day that is shown is a date, and a truth that is kept is 1 or 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flows.expressions import Token, tokens
from flows.sheet import Question

TRUTH, NUMBER, TEXT, DAY = "truth", "number", "text", "day"
BARE, SHOWN_DAY, KEPT_TRUTH = "condition_bare", "day_as_text", "truth_kept"
DEEP = "expression_deep"
MOST_DEEP = 50
"""So many brackets may be open at once."""

CONDITIONS = ("relevant", "constraint", "warning", "choice_filter")
GIVES = {
    **dict.fromkeys(("not", "true", "false", "boolean", "contains", "starts-with"), TRUTH),
    **dict.fromkeys(("selected", "regex"), TRUTH),
    **dict.fromkeys(("number", "floor", "ceiling", "string-length", "count-selected"), NUMBER),
    **dict.fromkeys(("int", "round", "min", "max", "pow", "abs"), NUMBER),
    **dict.fromkeys(("today", "date"), DAY),
}
"""What kind of value a function gives, where that is not a text or one of its arguments."""

LOOKS_INTO = (
    *("string", "concat", "contains", "starts-with", "substring", "string-length"),
    *("normalize-space", "translate", "regex", "selected", "selected-at", "count-selected"),
)
"""The functions that take their arguments for texts."""

NOTHING = ("''", '""')
"""How an expression writes that there is no answer."""

_ANSWERS = {"date": DAY, "integer": NUMBER, "decimal": NUMBER, "counts": NUMBER}
_LEVELS = {
    **dict.fromkeys(("or", "and"), 1),
    **dict.fromkeys(("=", "!="), 2),
    **dict.fromkeys(("<", "<=", ">", ">="), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "div", "mod"), 5),
}
"""How strongly an operator binds; `and` and `or` mean the same here."""
_LOGIC, _EQUALITY, _ORDER = 1, 2, 3


class Value(NamedTuple):
    """A kind of value; `answer` names what was answered, if it is that as it stands."""

    kind: str
    said: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What would mean something else elsewhere: the code of a problem, and what it is about."""

    code: str
    what: str


def kinds_of(questions: Iterable[Question]) -> dict[str, str]:
    """Return what kind of value each question gives, those that are worked out included."""
    kinds: dict[str, str] = {}
    for question in questions:
        kinds[question.name] = kind_of(question.type, question.calculation, kinds)
    return kinds


def kind_of(typed: str, calculation: str, kinds: Mapping[str, str]) -> str:
    """Return what kind of value a question of this type gives; `kinds` are those before it."""
    if typed == "calculate" and not _is_deep(calculation):
        return _Reader(calculation, kinds).value().kind
    return _ANSWERS.get(typed, TEXT)


def doubts(expression: str, column: str, typed: str, kinds: Mapping[str, str]) -> list[Doubt]:
    """Return what is not the same everywhere in an expression that can be evaluated.

    `typed` is the type of its question.
    """
    if _is_deep(expression):
        return [Doubt(DEEP, str(MOST_DEEP))]
    reader = _Reader(expression, {**kinds, ".": _ANSWERS.get(typed, TEXT)})
    value = reader.value()
    if column in CONDITIONS:
        reader.is_true(value)
    elif value.kind == DAY and typed != "date":
        reader.found.append(Doubt(SHOWN_DAY, value.said))
    elif value.kind == TRUTH:
        reader.found.append(Doubt(KEPT_TRUTH, value.said))
    return list(dict.fromkeys(reader.found))


def _is_deep(expression: str) -> bool:
    depth = most = 0
    for token in tokens(expression):
        depth += (token.text == "(") - (token.text == ")")
        most = max(most, depth)
    return most > MOST_DEEP


class _Reader:
    """Reads an expression by the grammar of XPath 1.0, as far as it is used here."""

    def __init__(self, expression: str, kinds: Mapping[str, str]) -> None:
        self.found: list[Doubt] = []
        self._expression = expression
        self._tokens = tokens(expression)
        self._kinds = kinds
        self._at = 0

    def value(self, level: int = 1) -> Value:
        """Return what the expression gives from here on, as far as operators bind so strongly."""
        begin, left = self._at, self._signed()
        while (found := self._operator()) >= level:
            self._at += 1
            right = self.value(found + 1)
            left = self._joined(found, left, right, self._said(begin))
        return left

    def is_true(self, value: Value) -> None:
        """Note an answer that is taken for a condition."""
        if value.answer:
            self.found.append(Doubt(BARE, value.answer))

    def _operator(self) -> int:
        """Return how strongly the operator binds that stands here; 0 if there is none."""
        token = self._next()
        is_operator = token is not None and token.kind in ("name", "operator")
        return _LEVELS.get(token.text, 0) if token is not None and is_operator else 0

    def _joined(self, level: int, left: Value, right: Value, said: str) -> Value:
        if level == _LOGIC:
            self.is_true(left)
            self.is_true(right)
        elif level == _EQUALITY:
            self._equal(left, right)
            self._equal(right, left)
        return Value(TRUTH if level <= _ORDER else NUMBER, said)

    def _equal(self, one: Value, other: Value) -> None:
        if one.kind == TRUTH:
            self.is_true(other)
        if one.kind == DAY and other.kind == TEXT and other.said not in NOTHING:
            self.found.append(Doubt(SHOWN_DAY, one.said))

    def _signed(self) -> Value:
        begin = self._at
        while (token := self._next()) and token.text == "-" and token.kind == "operator":
            self._at += 1
        is_signed, value = self._at > begin, self._primary()
        return Value(NUMBER, self._said(begin)) if is_signed else value

    def _primary(self) -> Value:
        begin, token = self._at, self._next()
        if token is None:
            return Value(TEXT, "")
        self._at += 1
        after = self._next()
        if token.text == "(" and token.kind == "operator":
            value = self.value()
            self._at += 1
            return value
        if token.kind == "name" and after is not None and after.text == "(":
            return self._called(token.text, begin)
        said = self._said(begin)
        if token.kind in ("reference", "name", "dot"):
            name = "." if token.kind == "dot" else token.text
            return Value(self._kinds.get(name, TEXT), said, said)
        return Value(NUMBER if token.kind == "number" else TEXT, said)

    def _called(self, name: str, begin: int) -> Value:
        self._at += 1
        arguments: list[Value] = []
        while (token := self._next()) is not None and token.text != ")":
            if token.text == "," and token.kind == "operator":
                self._at += 1
            else:
                arguments.append(self.value())
        self._at += 1
        if name in ("not", "boolean", "if") and arguments:
            self.is_true(arguments[0])
        if name in LOOKS_INTO:
            self.found += [Doubt(SHOWN_DAY, item.said) for item in arguments if item.kind == DAY]
        if name in ("if", "coalesce"):
            chosen = arguments[1:] if name == "if" else arguments
            kinds = {item.kind for item in chosen}
            kind = next((kind for kind in (DAY, TRUTH, TEXT) if kind in kinds), NUMBER)
            said = self._said(begin)
            return Value(kind, said, said if any(item.answer for item in chosen) else "")
        return Value(GIVES.get(name, TEXT), self._said(begin))

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _said(self, begin: int) -> str:
        """Return what was read since then, as it is written."""
        after = self._next()
        end = after.start if after is not None else len(self._expression)
        return self._expression[self._tokens[begin].start : end].strip()
