"""What a project planned to register, each occasion with the records that count for it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flows.evaluation.told import NO_INDICATOR, Told
from flows.kinds import KINDS
from flows.questionnaire import questionnaire
from flows.record import ExportedRecord, Status
from flows.retention import months_after
from flows.schedule import AFTER_LEAVING, Occasion, Schedule, Standing
from flows.sheet import MOMENTS, Sheet

CONTINUOUS = MOMENTS[-1]


class Entry(NamedTuple):
    """A record as the grid keeps it: without its values."""

    about: ExportedRecord
    told: Mapping[str, Told]

    def weight(self, indicator: str) -> tuple[bool, int, date, datetime, str]:
        """Return what makes one record fill a cell before another: complete, then done, then late.

        Of a period any answer is better than none, because there are many records.
        """
        about, told = self
        status = told[indicator].status
        said = -told[indicator].rank
        if about.moment != CONTINUOUS:
            said = int(status is not Status.NOT_DONE)
        return about.complete, said, about.observed_on, about.submitted_at, about.record


@dataclass(slots=True)
class Slot:
    """An occasion with the indicators that it asks for, and the records that count for it."""

    occasion: Occasion
    level: str
    state: str
    reason: str
    asked: Mapping[str, int]
    entries: list[Entry] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Add a record; of a period only those are kept that fill a cell."""
        self.entries.append(entry)
        if self.occasion.moment == CONTINUOUS:
            filling = {id(found): found for code in self.asked if (found := self.filling(code))}
            self.entries = [*filling.values()]

    def filling(self, indicator: str) -> Entry | None:
        """Return the record that fills the cell of an indicator."""
        telling = [entry for entry in self.entries if indicator in entry.told]
        if len(telling) == 1:
            return telling[0]
        return max(telling, key=lambda entry: entry.weight(indicator), default=None)


class Places:
    """Finds the occasion that a record counts for, among those of one project."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self._found: dict[tuple[str, str, str], list[Slot]] = {}
        for slot in slots:
            occasion = slot.occasion
            key = occasion.sheet, occasion.moment, occasion.subject
            self._found.setdefault(key, []).append(slot)
        for listed in self._found.values():
            listed.sort(key=lambda slot: slot.occasion.begins)

    def of(self, about: ExportedRecord) -> Slot | None:
        """Return it by what the record is about and its day."""
        listed = self._found.get((about.sheet, about.moment, about.subject), [])
        day = about.observed_on
        place = bisect_right(listed, day, key=lambda slot: slot.occasion.begins)
        slot = listed[place - 1] if place else None
        return slot if slot and day <= slot.occasion.ends else None


def foreseen(schedule: Schedule, standing: Standing, as_of: date) -> Iterator[Occasion]:
    """Yield everything that is planned to the end; periods without one up to the day itself."""
    plan = standing.project.plan
    for occasion in schedule.occasions(standing, _end(standing, as_of)):
        endless = occasion.moment == CONTINUOUS and plan.ends_on is None
        if not endless or occasion.begins <= as_of:
            yield occasion


def _end(standing: Standing, as_of: date) -> date:
    """Return a day on which all that is planned with a date has opened."""
    plan = standing.project.plan
    days = [as_of, *(day for listed in plan.measurements.values() for day in listed)]
    days += [plan.ends_on] if plan.ends_on else []
    longest = max(plan.interim_after, plan.final_after)
    for code, since in standing.participants.items():
        days += [months_after(since, longest), since + timedelta(days=plan.baseline_within)]
        left = standing.left.get(code)
        days += [left + AFTER_LEAVING] if left else []
    return max(days)


def asked(sheet: Sheet, standing: Standing, occasion: Occasion) -> dict[str, int]:
    """Return how many questions an occasion asks of each indicator, in the order of the sheet.

    A sheet that asks for no indicator is one cell without a code.
    """
    project = standing.project
    found: dict[str, int] = {}
    questions = questionnaire(
        sheet, occasion.moment, project.selection, occasion.roles, project.registrars
    )
    for question in questions:
        if KINDS[question.type].stored:
            # What is worked out is only counted where nothing else is asked.
            found.setdefault(question.indicator, 0)
            found[question.indicator] += question.is_asked
    return {code: max(found.get(code, 0), 1) for code in codes_of(found)}


def codes_of(found: Mapping[str, object]) -> list[str]:
    """Return the indicators; where there is none, what stands for that."""
    return [code for code in found if code != NO_INDICATOR] or [NO_INDICATOR]
