"""A date, tapped or typed; or only its month, where the day would tell too much."""

from datetime import date, timedelta

from flows.expressions import EPOCH, day_number
from flows.kinds.kind import Asking, Cell, Outcome, Refused, Taken
from flows.local import read_date, read_month, show_date, show_month
from flows.matching import Option
from flows.record import Value
from flows.sheet import Question

MONTHS_OFFERED = 3
EARLIEST_YEAR = 1900
LATEST_YEAR = 2100


class Dates:
    """A day, kept as ISO 8601; with the appearance month-year the first day of its month."""

    digits = False
    stored = True
    seconds = 6

    def options(self, asking: Asking) -> list[list[Option]]:
        """Return the days, or months, that are meant nearly always."""
        if _by_month(asking.question):
            months = [asking.today.replace(day=1)]
            while len(months) < MONTHS_OFFERED:
                months.append((months[-1] - timedelta(days=1)).replace(day=1))
            return [
                [Option(show_month(day, asking.language), f"v:{day.isoformat()}") for day in months]
            ]
        yesterday = asking.today - timedelta(days=1)
        named = {asking.today: asking.say("Today"), yesterday: asking.say("Yesterday")}
        if day := _default(asking.default):
            named.setdefault(day, show_date(day, asking.language))
        return [[Option(label, f"v:{day.isoformat()}") for day, label in named.items()]]

    def accepts(self, asking: Asking) -> str:
        """Say how a date may be typed."""
        if _by_month(asking.question):
            return asking.say(
                "Please tap a month, or type it as month/year, for instance {example}.",
                example=asking.today.strftime("%m/%Y"),
            )
        return asking.say(
            "Please tap a day, or type a date as day/month/year, for instance {example}.",
            example=asking.today.strftime("%d/%m/%Y"),
        )

    def read(self, text: str, asking: Asking) -> Outcome:
        """Read a date, or a month, in the worker's own words."""
        day = None
        if _by_month(asking.question):
            day = read_month(text, asking.language, asking.today)
        if day is None:
            day = read_date(text, asking.language, asking.today)
        if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            return Refused(self.accepts(asking))
        return self._taken(day, asking.question)

    def tap(self, argument: str, asking: Asking) -> Outcome:
        """Take the day on the button."""
        offered = [option.action for row in self.options(asking) for option in row]
        if f"v:{argument}" not in offered:
            return Refused(self.accepts(asking))
        return self._taken(date.fromisoformat(argument), asking.question)

    def show(self, value: Value, asking: Asking) -> str:
        """Write the date with its weekday, or the month."""
        day = date.fromisoformat(str(value))
        return (show_month if _by_month(asking.question) else show_date)(day, asking.language)

    def node(self, value: Value) -> str:
        """Write the day number, so that dates compare."""
        return str(day_number(date.fromisoformat(str(value))))

    def fits(self, value: Value, asking: Asking) -> bool:  # noqa: ARG002
        """Return true: a day stays a day."""
        return True

    def cells(self, value: Value, question: Question) -> list[Cell]:  # noqa: ARG002
        """Return the ISO date."""
        return [("", str(value))]

    def _taken(self, day: date, question: Question) -> Outcome:
        return Taken((day.replace(day=1) if _by_month(question) else day).isoformat())


def _default(text: str) -> date | None:
    """Return the day of a default: written as a date, or worked out as a day number."""
    try:
        return date.fromisoformat(text) if "-" in text[1:] else EPOCH + timedelta(days=int(text))
    except (ValueError, OverflowError):
        return None


def _by_month(question: Question) -> bool:
    return "month-year" in question.appearance.split()
