"""A month or a year as rows of buttons, so that a day is tapped instead of typed."""

from calendar import Calendar
from collections.abc import Callable
from datetime import date

from flows.local import month_names, show_month, weekday_names
from flows.matching import NOTHING, Option

MONTHS_IN_ROW = 4

_BLANK = Option("·", NOTHING)


def month_rows(
    month: date, language: str, permits: Callable[[date], bool], way: tuple[str, str]
) -> list[list[Option]]:
    """Return the days of a month in weeks; what is not permitted cannot be tapped.

    `way` is what the months before and after are called; "" where there is nothing to go to.
    """
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    return [
        _head(show_month(month, language), way),
        [Option(name, NOTHING) for name in weekday_names(language)],
        *(
            [
                Option(str(day.day), f"v:{day.isoformat()}")
                if day.month == month.month and permits(day)
                else _BLANK
                for day in week
            ]
            for week in weeks
        ),
    ]


def year_rows(
    year: int, language: str, permits: Callable[[date], bool], way: tuple[str, str]
) -> list[list[Option]]:
    """Return the months of a year; what is not permitted cannot be tapped."""
    names = zip(month_names(language, "abbreviated"), month_names(language, "wide"), strict=True)
    months = [
        Option(short, f"v:{month.isoformat()}", (wide,)) if permits(month) else _BLANK
        for number, (short, wide) in enumerate(names, 1)
        for month in [date(year, number, 1)]
    ]
    rows = range(0, len(months), MONTHS_IN_ROW)
    return [_head(str(year), way), *(months[first : first + MONTHS_IN_ROW] for first in rows)]


def _head(title: str, way: tuple[str, str]) -> list[Option]:
    before, after = (
        Option(sign, f"v:open:{name}") if name else _BLANK
        for sign, name in zip("‹›", way, strict=True)
    )
    return [before, Option(title, NOTHING), after]
