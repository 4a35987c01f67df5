"""stub"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dateutil.rrule import rrulestr

RHYTHMS: Mapping[str, str] = {
    "weekly": "FREQ=WEEKLY;BYDAY=FR",
    "monthly": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "quarterly": "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
}


class Period(NamedTuple):
    number: int
    begins: date
    due: date


def periods(rule: str, starts_on: date, until: date) -> Iterator[Period]:
    begins = starts_on
    for number, at in enumerate(
        rrulestr(rule, dtstart=datetime.combine(starts_on, datetime.min.time())), 1
    ):
        if begins > until:
            return
        yield Period(number, begins, at.date())
        begins = at.date() + timedelta(days=1)
