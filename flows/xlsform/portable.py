"""Our expressions as ODK and KoboToolbox evaluate them.

They are XLSForm's already. What differs: ODK has no floor(), ceiling() and substring(); the
browser of KoboToolbox looks for a pattern anywhere in a text, where ODK and we want it to fit the
whole; and a missing answer is a choice there, where it is nothing here.
"""

from collections.abc import Callable, Mapping

from flows.expressions import Token, tokens

COMPARING = ("=", "!=", "<", ">", "<=", ">=")

Reasons = Mapping[str, tuple[str, ...]]
"""The choices of a question that stand for a missing answer, by its name."""


def portable(expression: str, renamed: Mapping[str, str], reasons: Reasons) -> str:
    """Return an expression that means there what it means here."""
    return _functions(_references(expression, renamed, reasons))


def answered(name: str, reasons: tuple[str, ...]) -> str:
    """Return what a question's answer is, where a reason for a missing one counts as none."""
    if not reasons:
        return f"${{{name}}}"
    missing = " or ".join(f"selected(${{{name}}}, '{reason}')" for reason in reasons)
    return f"if({missing}, '', ${{{name}}})"


def about(expression: str, name: str) -> str:
    """Return a condition on `.` as one on the question of this name."""
    for token in reversed(tokens(expression)):
        if token.kind == "dot":
            expression = f"{expression[: token.start]}${{{name}}}{expression[token.start + 1 :]}"
    return expression


def with_columns(choice_filter: str, columns: Mapping[str, str]) -> str:
    """Return a choice_filter in which something else stands for columns of the choices."""
    found = tokens(choice_filter)
    for index in reversed(range(len(found))):
        token = found[index]
        if token.kind == "name" and token.text in columns and not _opens(found, index + 1):
            end = token.start + len(token.text)
            before, after = choice_filter[: token.start], choice_filter[end:]
            choice_filter = f"{before}{columns[token.text]}{after}"
    return choice_filter


def quoted(text: str) -> str:
    """Return a text as a literal."""
    return f'"{text}"' if "'" in text else f"'{text}'"


def both(*conditions: str) -> str:
    """Return one condition of several; those that are empty always hold."""
    some = [condition for condition in conditions if condition]
    return " and ".join(f"({condition})" for condition in some) if len(some) > 1 else "".join(some)


def _references(expression: str, renamed: Mapping[str, str], reasons: Reasons) -> str:
    found = tokens(expression)
    for index in reversed(range(len(found))):
        token = found[index]
        if token.kind != "reference":
            continue
        name = renamed.get(token.text, token.text)
        missing = () if _makes_no_difference(found, index) else reasons.get(token.text, ())
        end = expression.index("}", token.start) + 1
        expression = f"{expression[: token.start]}{answered(name, missing)}{expression[end:]}"
    return expression


def _makes_no_difference(found: list[Token], index: int) -> bool:
    """Whether a missing answer and none give the same: compared with a value, or looked into."""
    after, before = found[index + 1 : index + 3], found[max(0, index - 2) : index]
    if [token.text for token in before] == ["selected", "("] and after and after[0].text == ",":
        return True
    return _compares(after) or _compares(before[::-1])


def _compares(neighbours: list[Token]) -> bool:
    if len(neighbours) < 2 or neighbours[0].text not in COMPARING:  # noqa: PLR2004
        return False
    value = neighbours[1]
    return value.kind == "number" or (value.kind == "literal" and bool(value.text[1:-1]))


def _opens(found: list[Token], index: int) -> bool:
    return index < len(found) and found[index].text == "("


def _functions(expression: str) -> str:
    found = tokens(expression)
    for index, token in enumerate(found):
        if token.kind == "name" and token.text in TRANSLATED and _opens(found, index + 1):
            arguments, end = _arguments(expression, found, index + 1)
            call = TRANSLATED[token.text](*map(_functions, arguments))
            return f"{expression[: token.start]}{call}{_functions(expression[end:])}"
    return expression


def _arguments(expression: str, found: list[Token], opening: int) -> tuple[list[str], int]:
    """Return what stands between a call's brackets, by comma, and where the call ends."""
    arguments, depth, start = [], 0, found[opening].start + 1
    for token in found[opening:]:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 or (depth == 1 and token.text == ","):
            arguments.append(expression[start : token.start].strip())
            start = token.start + 1
        if depth == 0:
            return arguments, start
    raise ValueError(expression)


def _floor(number: str) -> str:
    return f"(int({number}) - if(({number}) < int({number}), 1, 0))"


def _ceiling(number: str) -> str:
    return f"(int({number}) + if(({number}) > int({number}), 1, 0))"


def _substring(text: str, first: str, length: str = "") -> str:
    # XPath counts characters from 1 and takes a length; substr counts from 0, up to an end.
    if not length:
        return f"substr({text}, max(0, round({first}) - 1))"
    return (
        f"substr({text}, max(0, round({first}) - 1), max(0, round({first}) - 1 + round({length})))"
    )


def _regex(text: str, pattern: str) -> str:
    quote, inner = pattern[0], pattern[1:-1]
    if inner.startswith("^") and inner.endswith("$"):
        return f"regex({text}, {pattern})"
    return f"regex({text}, {quote}^(?:{inner})${quote})"


TRANSLATED: dict[str, Callable[..., str]] = {
    "floor": _floor,
    "ceiling": _ceiling,
    "substring": _substring,
    "regex": _regex,
}
"""The functions that are written otherwise."""
