"""Whether an answer is far from what was answered at the measurement before."""

from decimal import Decimal

from flows.record import Answer, Value

FACTOR, LEAST = 3, 5
"""A number that is three times as much or as little, and at least five away, is asked about."""


def is_jump(type_name: str, before: Answer | None, value: Value, steps: int) -> bool:
    """Whether a change is so large that a typing error is as likely.

    On a scale of ordered choices (their names are numbers) that is more than half of its steps.
    """
    if before is None or before.value is None:
        return False
    if type_name == "select_one":
        first, second = _number(before.value), _number(value)
        if first is None or second is None:
            return False
        return 2 * abs(second - first) > steps
    if type_name in ("integer", "decimal"):
        first, second = _number(before.value), _number(value)
        if first is None or second is None or abs(second - first) < LEAST:
            return False
        return max(first, second) >= FACTOR * min(first, second)
    return False


def _number(value: Value) -> Decimal | None:
    text = str(value)
    return Decimal(text) if text.removeprefix("-").replace(".", "", 1).isdecimal() else None
