"""The plans that are simulated: an example, and a plan as somebody types it into its sheet."""

from collections.abc import Sequence
from datetime import date

from bot.simulation.people import on
from flows.plan import NEVER, Plan
from flows.project import Area, Project

SIGNALS = "DG11"
"""What is added to the short version, so that signals can be told."""

SHARES = {"baseline_on": 0.1, "interim_on": 0.52, "final_on": 0.96}
"""When the measurements of the example are due, as shares of its time."""


def example(first: date, last: date, selection: Sequence[str]) -> Project:
    """Return the project that is simulated where nobody names another one."""
    dates = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    dates |= {name: on(first, last, share).isoformat() for name, share in SHARES.items()}
    rules = {
        "counts_from": first.isoformat(),
        "locks": 30,
        "periodic": {"activity": "monthly"},
        "region": "flanders",
    }
    areas = (Area("station", "Station"), Area("park", "Park"))
    return Project("opstap", "OpStap", areas, tuple(selection), dates=dates, rules=rules)


def as_typed(plan: Plan) -> dict[str, str]:
    """Return what is typed into the sheet of the plan, by question, so that this comes of it."""
    interims = plan.measurements.get("interim", ())[1:]
    sheets = sorted(plan.periodic)
    typed = {
        "opens": plan.opens,
        "grace": plan.grace,
        "entry_closes": "no" if plan.locks == NEVER else "yes",
        "locks": plan.locks,
        "baseline_within": plan.baseline_within,
        "interim_after": plan.interim_after,
        "final_after": plan.final_after,
        "further_interims": len(interims),
        "periodic_sheets": ", ".join(sheets) or "none",
        "rhythm": plan.periodic[sheets[0]] if sheets else "",
        "region": plan.region,
        "most_messages": plan.most_messages,
    }
    days = {f"interim_{number}_on": day for number, day in enumerate(interims, start=2)}
    if plan.counts_from:
        days["observed_on"] = plan.counts_from
    texts = {name: str(value) for name, value in typed.items()}
    return texts | {name: f"{day:%d/%m/%Y}" for name, day in days.items()}
