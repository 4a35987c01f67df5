"""What a record says of each of its indicators, which one to three questions ask."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from flows.record import ExportedAnswer, Status
from flows.sheet import Sheet

NO_INDICATOR = ""
"""The key of the questions that belong to none, such as the day."""

PRECEDENCE = (
    Status.ANSWERED,
    Status.REFUSED,
    Status.DONT_KNOW,
    Status.NOT_APPLICABLE,
    Status.NOT_DONE,
    Status.SKIPPED,
)
"""Which status an indicator has where its questions have several: the first of these.

One answer makes it answered. Without one, what somebody tapped says more than that nobody did, and
a question that the logic left out says least: it was left out because of the others.
"""

_RANK = {status: rank for rank, status in enumerate(PRECEDENCE)}


class Told(NamedTuple):
    """The status of an indicator in a record, and how many questions were asked and answered.

    What was skipped was not asked.
    """

    status: Status
    reason: str
    questions: int
    answered: int

    @property
    def rank(self) -> int:
        """How much it says, the least being the most."""
        return _RANK[self.status]


class Reader:
    """Reads records; what was read is remembered, because most records say the same.

    It grows with what is different, so each project has its own.
    """

    def __init__(self, sheets: Mapping[tuple[str, int], Sheet]) -> None:
        self._sheets = sheets
        self._known: dict[tuple[object, ...], Mapping[str, Told]] = {}

    def read(
        self, version: tuple[str, int], answers: Sequence[ExportedAnswer]
    ) -> Mapping[str, Told]:
        """Return what a record of a sheet's version says, by indicator."""
        key = (version, *((item.question, item.status, item.reason) for item in answers))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _told(self._sheets[version], answers)
        return found


def _told(sheet: Sheet, answers: Sequence[ExportedAnswer]) -> dict[str, Told]:
    # A question has several values where it is counted by category, or summed up.
    questions: dict[tuple[str, str], ExportedAnswer] = {}
    for answer in answers:
        key = answer.indicator, answer.question
        before = questions.get(key)
        if before is None or _RANK[answer.status] < _RANK[before.status]:
            questions[key] = answer
    by_indicator: dict[str, list[ExportedAnswer]] = {}
    for (indicator, _), answer in questions.items():
        by_indicator.setdefault(indicator, []).append(answer)
    return {
        indicator: _together([*_by_people(sheet, found)] or found)
        for indicator, found in by_indicator.items()
    }


def _by_people(sheet: Sheet, found: Sequence[ExportedAnswer]) -> Iterator[ExportedAnswer]:
    """Yield what people answered: what is worked out from that says nothing more."""
    for answer in found:
        question = sheet.by_name.get(answer.question)
        if question is None or question.is_asked:
            yield answer


def _together(found: Sequence[ExportedAnswer]) -> Told:
    first = min(found, key=lambda answer: _RANK[answer.status])
    return Told(
        status=first.status,
        reason=first.reason,
        questions=sum(answer.status is not Status.SKIPPED for answer in found),
        answered=sum(answer.status is Status.ANSWERED for answer in found),
    )
