"""XLSForm expressions, evaluated as the XPath 1.0 that they are.

The answers stand in a small instance document (flows/instance.py), as in an XForm; `${name}` is
the path to one of its elements. Every function that may be used stands in FUNCTIONS; `faults`
finds the rest.
"""

import math
import re
import warnings
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal, localcontext
from functools import lru_cache
from typing import Any

from lxml import etree

EPOCH = date(1970, 1, 1)
NAMESPACE = "urn:meetmoment:functions"
MOST_PLACES = 308

_PLAIN = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
"""A number as XPath writes one: no exponent, no signs between the digits."""

Argument = Any


@dataclass(frozen=True, slots=True)
class Function:
    """A supported function; without `call` it is XPath's own."""

    least: int
    most: int
    call: Callable[..., Argument] | None = None


def _text(argument: Argument) -> str:
    if isinstance(argument, list):
        return (argument[0].text or "") if argument else ""
    if isinstance(argument, bool):
        return "true" if argument else "false"
    if isinstance(argument, float):
        return "NaN" if math.isnan(argument) else f"{argument:.15g}"
    return str(argument)


def _number(argument: Argument) -> float:
    if isinstance(argument, bool | float):
        return float(argument)
    text = _text(argument).strip()
    return float(text) if _PLAIN.fullmatch(text) else math.nan


def _truth(argument: Argument) -> bool:
    if isinstance(argument, float):
        return argument != 0 and not math.isnan(argument)
    return bool(argument)


def _names(argument: Argument) -> list[str]:
    return _text(argument).split()


def _if(_: Argument, condition: Argument, then: Argument, otherwise: Argument) -> Argument:
    chosen = then if _truth(condition) else otherwise
    return _text(chosen) if isinstance(chosen, list) else chosen


def _coalesce(_: Argument, first: Argument, second: Argument) -> str:
    return _text(first) or _text(second)


def _selected(_: Argument, names: Argument, name: Argument) -> bool:
    # As ODK looks for it: nothing is chosen where nothing was chosen.
    return f" {_text(name).strip()} " in f" {_text(names).strip()} "


def _selected_at(_: Argument, names: Argument, index: Argument) -> str:
    chosen, at = _names(names), _number(index)
    return chosen[int(at)] if 0 <= at < len(chosen) else ""


def _count_selected(_: Argument, names: Argument) -> float:
    return float(len(_names(names)))


def _int(_: Argument, number: Argument) -> float:
    value = _number(number)
    return float(math.trunc(value)) if math.isfinite(value) else value


def _round(_: Argument, number: Argument, digits: Argument = 0.0) -> float:
    value, places = _number(number), _number(digits)
    if not (math.isfinite(value) and math.isfinite(places)):
        return value
    with localcontext(prec=400):
        # The digits that a number shows count: 1.005 is 1.01, whatever lies behind it.
        if abs(places) > MOST_PLACES:
            return value if places > 0 else 0.0
        shifted = Decimal(format(value, ".15g")).scaleb(int(places)) + Decimal("0.5")
        return float(shifted.to_integral_value(ROUND_FLOOR).scaleb(-int(places)))


def _least(_: Argument, *numbers: Argument) -> float:
    return min(_given(numbers), default=math.nan)


def _most(_: Argument, *numbers: Argument) -> float:
    return max(_given(numbers), default=math.nan)


def _given(numbers: Iterable[Argument]) -> list[float]:
    """Return the numbers among these: what was not answered is neither least nor most."""
    values = [_number(number) for number in numbers]
    return [value for value in values if not math.isnan(value)]


def _pow(_: Argument, base: Argument, exponent: Argument) -> float:
    try:
        return math.pow(_number(base), _number(exponent))
    except (OverflowError, ValueError):
        return math.nan


def _abs(_: Argument, number: Argument) -> float:
    return abs(_number(number))


def _regex(_: Argument, text: Argument, pattern: Argument) -> bool:
    return re.fullmatch(_text(pattern), _text(text)) is not None


def _today(context: Argument) -> float:
    return float(context.context_node.getroottree().getroot().get("today"))


def _date(_: Argument, text: Argument) -> float:
    try:
        return float(day_number(date.fromisoformat(_text(text))))
    except ValueError:
        return _number(text)


FUNCTIONS: dict[str, Function] = {
    "not": Function(1, 1),
    "true": Function(0, 0),
    "false": Function(0, 0),
    "boolean": Function(1, 1),
    "number": Function(1, 1),
    "string": Function(1, 1),
    "floor": Function(1, 1),
    "ceiling": Function(1, 1),
    "concat": Function(2, 99),
    "contains": Function(2, 2),
    "starts-with": Function(2, 2),
    "substring": Function(2, 3),
    "string-length": Function(1, 1),
    "normalize-space": Function(1, 1),
    "translate": Function(3, 3),
    "if": Function(3, 3, _if),
    "coalesce": Function(2, 2, _coalesce),
    "selected": Function(2, 2, _selected),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, _count_selected),
    "int": Function(1, 1, _int),
    "round": Function(1, 2, _round),
    "min": Function(1, 99, _least),
    "max": Function(1, 99, _most),
    "pow": Function(2, 2, _pow),
    "abs": Function(1, 1, _abs),
    "regex": Function(2, 2, _regex),
    "today": Function(0, 0, _today),
    "date": Function(1, 1, _date),
}
OPERATORS = frozenset({"and", "or", "div", "mod"})
MOST_TOKENS = 1000

_EXTENSIONS = {
    (NAMESPACE, name): function.call for name, function in FUNCTIONS.items() if function.call
}
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<literal>"[^"]*"|'[^']*')
    |(?P<number>\d+(?:\.\d+)?|\.\d+)
    |\$\{\s*(?P<reference>[^}\s]*)\s*\}
    |(?P<name>[^\W\d][\w.-]*(?::[\w.-]+)?)
    |(?P<operator><=|>=|!=|[=<>+*(),-])
    |(?P<dot>\.(?!\.))
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: its kind, its text and the offset it starts at."""

    kind: str
    text: str
    start: int


def tokens(expression: str) -> list[Token]:
    """Return the tokens of an expression, white space left out."""
    found = []
    for match in _TOKEN.finditer(expression):
        kind = match.lastgroup or "other"
        if kind != "space":
            found.append(Token(kind, match.group(kind), match.start()))
    return found


def references(expression: str) -> list[str]:
    """Return the names that an expression refers to as `${name}`."""
    return [token.text for token in tokens(expression) if token.kind == "reference"]


def faults(
    expression: str, known: Container[str], *, dot: bool = False, columns: Container[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield (problem code, detail) for everything in an expression that cannot be evaluated.

    `known` are the questions that may be referred to; `dot` says whether `.` has a meaning here;
    `columns` are those of the choices, which a choice_filter names without `${}`.
    """
    found = tokens(expression)
    clean = True
    if not found or len(found) > MOST_TOKENS or not _is_balanced(found):
        clean = False
        yield "expression_syntax", expression_piece(found, len(found) - 1)
    for index, token in enumerate(found):
        if token.kind == "name" and token.text in columns and not _is_call(found, index):
            continue
        for fault in _token_faults(found, index, token, known, dot=dot):
            clean = False
            yield fault
    if clean:
        try:
            compiled(expression, "string")
        except (etree.XPathError, ValueError):
            # A character that XML cannot hold is a ValueError.
            yield "expression_syntax", expression


def _is_balanced(found: list[Token]) -> bool:
    depth = 0
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            return False
    return depth == 0


def _is_call(found: list[Token], index: int) -> bool:
    return index + 1 < len(found) and found[index + 1].text == "("


def _token_faults(
    found: list[Token], index: int, token: Token, known: Container[str], *, dot: bool
) -> Iterator[tuple[str, str]]:
    if token.kind == "reference" and token.text not in known:
        yield "reference_unknown", token.text
    elif token.kind == "reference" and _is_operand(found, index - 1):
        # XPath would take the second for a path that goes on from the first.
        yield "expression_syntax", expression_piece(found, index)
    elif token.kind == "dot" and not dot:
        yield "dot_not_here", expression_piece(found, index)
    elif token.kind == "other" or (token.text == "*" and not _is_operand(found, index - 1)):
        yield "expression_syntax", expression_piece(found, index)
    elif token.kind == "name" and not (token.text in OPERATORS and _is_operand(found, index - 1)):
        if not _is_call(found, index):
            yield "name_not_reference", token.text
        elif token.text not in FUNCTIONS:
            yield "function_unknown", token.text
        else:
            yield from _arity_faults(found, index, token.text)


def _is_operand(found: list[Token], index: int) -> bool:
    if index < 0:
        return False
    token = found[index]
    if token.kind == "operator":
        return token.text == ")"
    return token.kind != "name" or token.text not in OPERATORS


def _arity_faults(found: list[Token], index: int, name: str) -> Iterator[tuple[str, str]]:
    function, depth = FUNCTIONS[name], 0
    inside = found[index + 1 :]
    end = _closing(inside)
    count = int(end > 1)
    for token in inside[:end]:
        depth += (token.text == "(") - (token.text == ")")
        count += depth == 1 and token.text == ","
    if not function.least <= count <= function.most:
        most = f" to {function.most}" if function.most != function.least else ""
        yield "function_arguments", f"{name}() takes {function.least}{most}, not {count}"
    if name == "regex":
        yield from _pattern_faults(inside)


def _pattern_faults(inside: list[Token]) -> Iterator[tuple[str, str]]:
    pattern = next(
        (token for token in reversed(inside[: _closing(inside)]) if token.text != ","), None
    )
    if pattern is None or pattern.kind != "literal":
        yield "regex_invalid", "the pattern must be a text in quotes"
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern.text[1:-1])
    except (re.error, OverflowError, RecursionError, Warning) as error:
        yield "regex_invalid", f"{pattern.text}: {error}"


def _closing(inside: list[Token]) -> int:
    depth = 0
    for position, token in enumerate(inside):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            return position
    return len(inside)


def expression_piece(found: list[Token], index: int) -> str:
    """Return the text around a token, to point at it in a message."""
    return " ".join(token.text for token in found[max(0, index - 2) : index + 3])


def day_number(day: date) -> int:
    """Return the days since 1 January 1970: how a date stands in the instance document."""
    return (day - EPOCH).days


@lru_cache(maxsize=4096)
def compiled(expression: str, result: str) -> etree.XPath:
    """Return an expression as XPath that gives a `boolean` or a `string`."""
    pieces = []
    for index, token in enumerate(found := tokens(expression)):
        if token.kind == "reference":
            pieces.append(f"/data/{token.text}")
        elif (
            token.kind == "name"
            and _is_call(found, index)
            and token.text in FUNCTIONS
            and FUNCTIONS[token.text].call
        ):
            pieces.append(f"f:{token.text}")
        else:
            pieces.append(token.text)
    return etree.XPath(
        # The inner brackets keep a comma from making two arguments of it.
        f"{result}(({' '.join(pieces)}))",
        namespaces={"f": NAMESPACE},
        extensions=_EXTENSIONS,
        regexp=False,
        smart_strings=False,
    )
