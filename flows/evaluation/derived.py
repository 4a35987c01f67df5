"""Derived indicators: worked out from the sums of a period, and registered by nobody."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flows.evaluation.periods import ARRIVED, NO_MEASUREMENT, REFERRALS, Number, Summed
from flows.evaluation.process import Figures, Period, ratio
from flows.sheet import MEASUREMENTS

LATER = MEASUREMENTS[1:]
GROUP_SIZE = ("target_group", "group_size")
BUDGET = ("project", "budget_total")
GIVEN_OUT, TAKEN_BACK = ("DG20", "syringes_out", ""), ("DG21", "syringes_in", "")
PARTICIPATION = ("DG14", "participation")
PERCENT = "%"
MEASURES = {"DG05": "coverage", "PR27": "cost_per_person"}

SHARES = {
    "fidelity": ("done_as_planned", "planned"),
    "signals_share": ("signals_answered", "signals_sent"),
}
"""What a sheet works out itself, and from what."""


class Derived(NamedTuple):
    """A number that follows from others; without a period it cannot be worked out yet."""

    measure: str
    period: Period | None
    number: Number
    unit: str = ""


def derived(code: str, figures: Figures, periods: Sequence[Summed]) -> list[Derived]:
    """Return what is worked out for an indicator; nothing for one that is only registered."""
    if code in {"DG05", "PR27"}:
        found = list(_at_measurements(code, figures, periods))
        return found or [Derived(MEASURES[code], None, Number("", NO_MEASUREMENT))]
    return [item for summed in periods for item in _in_period(code, summed)]


def share_at(figures: Figures, sheet: str, question: str, moment: str) -> Number:
    """Return what a sheet worked out at a moment, or why it could not."""
    part, whole = (figures.number(sheet, name, moment) for name in SHARES[question])
    return Number(*ratio(part, whole, 100))


def _at_measurements(code: str, figures: Figures, periods: Sequence[Summed]) -> Iterator[Derived]:
    """Hold the people met in a period against what was measured at its end, or last before."""
    for summed in periods:
        moment = summed.period.ends_with
        if moment not in LATER:
            continue
        if code == "DG05":
            number = summed.coverage(figures.latest(*GROUP_SIZE, moment))
            yield Derived(MEASURES[code], summed.period, number, PERCENT)
        else:
            number = summed.cost(figures.latest(*BUDGET, moment))
            yield Derived(MEASURES[code], summed.period, number)


def _in_period(code: str, summed: Summed) -> Iterator[Derived]:
    if code == "DG10" and (ARRIVED in summed.sums or REFERRALS in summed.sums):
        yield Derived("arrived", summed.period, summed.number(ARRIVED))
        share = summed.share(ARRIVED, REFERRALS)
        yield Derived("arrived_share", summed.period, share, PERCENT)
    if code == TAKEN_BACK[0] and TAKEN_BACK in summed.sums:
        share = summed.share(TAKEN_BACK, GIVEN_OUT)
        yield Derived("return_share", summed.period, share, PERCENT)
    if code == PARTICIPATION[0] and (*PARTICIPATION, "") in summed.sums:
        yield Derived("median_step", summed.period, summed.median_step(*PARTICIPATION))
