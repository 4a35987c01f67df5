"""The plan of a project: when what is measured, until when, and how often that is said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from flows.local import show_date
from flows.record import Answer, Status
from flows.recurrence import RHYTHMS
from flows.sheet import MEASUREMENTS
from flows.texts import Say, marked
from flows.working_time import REGIONS

NEVER = 0
"""The number of days or months that stands for “not at all”."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When a project registers what.

    `measurements` has the due days of each moment, the earliest first unless it is impossible;
    there may be several interims. A measurement opens `opens` days before its due day, is labelled
    late from more than `grace` days after it, and takes no entry from more than `locks` days after
    it (NEVER: always). A participant is measured `baseline_within` days, `interim_after` and
    `final_after` months after coming. `periodic` has the rhythm of each sheet that is filled in
    regularly; no period is asked for that was over before `counts_from`. `region` says which
    holidays count. Nobody gets more than `most_messages` in seven days.
    """

    counts_from: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    measurements: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    opens: int = 14
    grace: int = 7
    locks: int = NEVER
    baseline_within: int = 14
    interim_after: int = 6
    final_after: int = 12
    periodic: Mapping[str, str] = field(default_factory=dict)
    region: str = "belgium"
    most_messages: int = 5

    @property
    def before(self) -> timedelta:
        """How long before its due day a measurement opens."""
        return timedelta(days=self.opens)


NO_PLAN = Plan()

EARLIEST, FURTHEST = date(1900, 1, 1), date(2200, 12, 31)
MOST = 3660
"""Days, months or messages; so many that no day of a plan is beyond what a calendar has."""


class BadPlan(ValueError):
    """A plan that somebody wrote into the database by hand, or that was damaged there."""


DATES = ("starts_on", "ends_on", "baseline_on", "interim_on", "final_on")
"""The questions of the project sheet that say when."""

FURTHER = ("interim_2_on", "interim_3_on", "interim_4_on")
NUMBERS = (
    *("opens", "grace", "locks", "baseline_within", "interim_after", "final_after"),
    "most_messages",
)


def dates_of(answers: Mapping[str, Answer]) -> dict[str, str]:
    """Return what a project sheet says about time, as it is stored: days by question."""
    return {name: day for name in DATES if (day := _given(answers, name))}


def rules_of(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Return what the sheet of the plan says, as it is stored."""
    found: dict[str, Any] = {
        name: int(value) for name in NUMBERS if (value := _given(answers, name)) != ""
    }
    found |= {name: day for name in FURTHER if (day := _given(answers, name))}
    if day := _given(answers, "observed_on"):
        found["counts_from"] = day
    if region := _given(answers, "region"):
        found["region"] = region
    if rhythm := _given(answers, "rhythm"):
        answer = answers["periodic_sheets"]
        sheets = answer.value if isinstance(answer.value, list) else []
        found["periodic"] = dict.fromkeys(sheets, rhythm)
    return found


def plan_of(dates: Mapping[str, str], rules: Mapping[str, Any]) -> Plan:
    """Return the plan that is stored as dates_of and rules_of say; raises BadPlan."""
    try:
        plan = _read(dates, rules)
        _check(plan)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadPlan(f"the stored plan cannot be read: {error}") from error
    return plan


def _check(plan: Plan) -> None:
    days = [day for listed in plan.measurements.values() for day in listed]
    days += [day for day in (plan.starts_on, plan.ends_on, plan.counts_from) if day]
    if not all(EARLIEST <= day <= FURTHEST for day in days):
        raise BadPlan(f"a day before {EARLIEST} or after {FURTHEST}")
    numbers = [getattr(plan, name) for name in NUMBERS]
    if not all(type(number) is int and 0 <= number <= MOST for number in numbers):
        raise BadPlan(f"a number that is none from 0 to {MOST}")
    if not isinstance(plan.region, str) or not isinstance(plan.periodic, dict):
        raise BadPlan("a region, or what is filled in regularly")


def _read(dates: Mapping[str, str], rules: Mapping[str, Any]) -> Plan:
    interims = [dates.get("interim_on", ""), *(rules.get(name, "") for name in FURTHER)]
    listed = {
        "baseline": [dates.get("baseline_on", "")],
        "interim": interims,
        "final": [dates.get("final_on", "")],
    }
    known = {
        moment: tuple(date.fromisoformat(day) for day in days if day)
        for moment, days in listed.items()
    }
    numbers = {name: rules[name] for name in (*NUMBERS, "region", "periodic") if name in rules}
    return replace(
        NO_PLAN,
        counts_from=_day(rules, "counts_from"),
        starts_on=_day(dates, "starts_on"),
        ends_on=_day(dates, "ends_on"),
        measurements={moment: days for moment, days in known.items() if days},
        **numbers,
    )


ORDER = marked("The {later} ({later_day}) has to come after the {earlier} ({earlier_day}).")
OVER = marked("The {moment} of {day} is planned after the end of the project, {end}.")
LOCK = marked(
    "Entry would close {locks} days after the due day, before it is called late after {grace} days."
    " Let it close later than that, or let less time pass until it is late."
)
REGION = marked("The holidays of “{region}” are not known. Choose a region of the list.")
RHYTHM = marked("“{rhythm}” is no rhythm that is known. Choose one of the list.")


def impossible(plan: Plan, say: Say, named: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for everything in a plan that cannot be.

    `named` has what people call each moment, as marked texts.
    """
    if plan.locks != NEVER and plan.locks <= plan.grace:
        yield say(LOCK, locks=plan.locks, grace=plan.grace)
    if plan.region not in REGIONS:
        yield say(REGION, region=plan.region)
    for rhythm in sorted(set(plan.periodic.values()) - RHYTHMS.keys()):
        yield say(RHYTHM, rhythm=rhythm)
    listed = [(moment, day) for moment in MEASUREMENTS for day in plan.measurements.get(moment, ())]
    for (earlier, first), (later, second) in pairwise(listed):
        if second <= first:
            yield say(
                ORDER,
                later=say(named[later]),
                later_day=show_date(second, say.language),
                earlier=say(named[earlier]),
                earlier_day=show_date(first, say.language),
            )
    for moment, day in listed:
        if plan.ends_on and day > plan.ends_on + timedelta(days=plan.grace):
            yield say(
                OVER,
                moment=say(named[moment]),
                day=show_date(day, say.language),
                end=show_date(plan.ends_on, say.language),
            )


def _given(answers: Mapping[str, Answer], name: str) -> str:
    answer = answers.get(name)
    return str(answer.value) if answer and answer.status is Status.ANSWERED else ""


def _day(dates: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(dates[name]) if name in dates else None
