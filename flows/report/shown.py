"""How counts are shown in a report: those of few people in words, and never as a number."""

from typing import NamedTuple

from flows.evaluation.suppression import Mark
from flows.local import show_decimal
from flows.texts import Say, marked

FEWER = marked("fewer than {count}")
WITHHELD = marked("withheld")


class Count(NamedTuple):
    """A count and whether a reader may know it."""

    value: int
    mark: Mark = Mark.SHOWN

    @property
    def is_shown(self) -> bool:
        """Whether its number is shown."""
        return self.mark is Mark.SHOWN

    def told(self, say: Say, threshold: int) -> str:
        """Return what stands in its place."""
        if self.is_shown:
            return show_decimal(self.value, say.language)
        return say(FEWER, count=threshold) if self.mark is Mark.SMALL else say(WITHHELD)
