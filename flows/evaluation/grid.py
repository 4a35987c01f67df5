"""The grid: every indicator that a project planned to register, at each moment, and how it stands.

Missing data is data: a cell that nobody filled says why, or whether there is still time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import NamedTuple

from flows.evaluation.comparability import Sheets, Versions
from flows.evaluation.measures import NOT_COUNTED
from flows.evaluation.slots import Entry, Places, Slot, asked, codes_of, foreseen
from flows.evaluation.told import Reader
from flows.record import NOT_YET_ASKED, ExportedAnswer, ExportedRecord, Status
from flows.schedule import Occasion, Schedule, Standing, is_late, state_of
from flows.sheet import LEVELS, MEASUREMENTS, MOMENTS, Sheet

NOT_YET_DUE, OVERDUE = "not_yet_due", "overdue"

NOT_ASKED = "not_asked"
"""Why a cell is not done though its occasion is: no record of it asks this indicator.

It was chosen later, or the part of another role is missing.
"""

Block = tuple[ExportedRecord, Sequence[ExportedAnswer]]


class Cell(NamedTuple):
    """An indicator of a project at a moment, of a subject: one row of the grid.

    `occasion` is what the plan asks for, None for what was measured beside the plan. `record` is
    the one that says most and latest; without one nothing is registered. `questions` are those
    that were asked, or will be.
    """

    level: str
    moment: str
    subject: str
    sheet: str
    indicator: str
    status: str
    reason: str
    questions: int
    answered: int
    occasion: Occasion | None = None
    state: str = ""
    record: ExportedRecord | None = None
    is_late: bool | None = None
    is_comparable: bool | None = None

    @property
    def day(self) -> date:
        """What its record is about, and without one the day on which it is due."""
        if self.record is not None:
            return self.record.observed_on
        return self.occasion.due if self.occasion else date.max


@dataclass(frozen=True)
class Grids:
    """Works out the grid of one project after the other, as things stand on a day.

    Of a project it holds what is planned, and of each record that counts who it is about and the
    status of its indicators. Days are those of `zone`.
    """

    organisation: str
    as_of: date
    zone: tzinfo
    schedule: Schedule
    current: Mapping[str, Sheet]
    sheets: Sheets

    def cells(self, standing: Standing | None, blocks: Iterable[Block]) -> Iterator[Cell]:
        """Yield every planned cell exactly once, then what was measured beside the plan.

        `blocks` are the project's records, in whatever order. Those that were set aside fill
        nothing. Without a standing nothing is planned.
        """
        slots = [*self._slots(standing)] if standing else []
        beside: list[Entry] = []
        versions = Versions(self.sheets)
        places, reader = Places(slots), Reader(self.sheets)
        for about, answers in blocks:
            if about.review == NOT_COUNTED:
                continue
            slot = places.of(about) if about.organisation == self.organisation else None
            if slot is None and about.moment not in MEASUREMENTS:
                continue
            versions.add(about, answers)
            entry = Entry(about, reader.read((about.sheet, about.sheet_version), answers))
            (slot.take if slot else beside.append)(entry)
        for slot in slots:
            yield from self._planned(slot, versions)
        left = [*(_unused(slots)), *((entry, codes_of(entry.told)) for entry in beside)]
        for entry, codes in sorted(left, key=lambda item: _about_order(item[0].about)):
            yield from (_unplanned(entry, code, versions) for code in codes)

    def _slots(self, standing: Standing) -> Iterator[Slot]:
        known: dict[tuple[object, ...], Mapping[str, int]] = {}
        for occasion in sorted(foreseen(self.schedule, standing, self.as_of), key=self._order):
            sheet, decision = self.current[occasion.sheet], standing.decided.get(occasion.key)
            key = occasion.sheet, occasion.moment, occasion.roles
            if key not in known:
                known[key] = asked(sheet, standing, occasion)
            state = state_of(occasion, standing, self.as_of)
            reason = decision.reason if decision else ""
            yield Slot(occasion, sheet.level, state, reason, known[key])

    def _order(self, occasion: Occasion) -> tuple[int, int, str, str, int]:
        level = LEVELS.index(self.current[occasion.sheet].level)
        moment = MOMENTS.index(occasion.moment)
        return level, moment, occasion.subject, occasion.sheet, occasion.number

    def _planned(self, slot: Slot, versions: Versions) -> Iterator[Cell]:
        occasion = slot.occasion
        for code, questions in slot.asked.items():
            entry = slot.filling(code)
            status, reason = self._status(slot, entry, code)
            told = entry.told[code] if entry else None
            yield Cell(
                slot.level,
                *(occasion.moment, occasion.subject, occasion.sheet, code, status, reason),
                questions=told.questions if told else questions,
                answered=told.answered if told else 0,
                occasion=occasion,
                state=slot.state,
                record=entry.about if entry else None,
                is_late=is_late(occasion, self._entered(entry.about)) if entry else None,
                is_comparable=versions.comparable(entry.about).get(code) if entry else None,
            )

    def _status(self, slot: Slot, entry: Entry | None, code: str) -> tuple[str, str]:
        if entry is not None:
            status, reason = entry.told[code][:2]
            # What a half-saved record has not come to is missing like what nobody began.
            if entry.about.complete or reason != NOT_YET_ASKED or slot.state == "done":
                return status.value, reason
        if slot.state == "done":
            return Status.NOT_DONE.value, NOT_ASKED
        if slot.state == "not_done":
            return Status.NOT_DONE.value, slot.reason
        return OVERDUE if self.as_of > slot.occasion.due else NOT_YET_DUE, ""

    def _entered(self, about: ExportedRecord) -> date:
        return about.entered_at.astimezone(self.zone).date()


def _unused(slots: Iterable[Slot]) -> Iterator[tuple[Entry, list[str]]]:
    """Yield what records of a measurement say beside the cells that they fill."""
    for slot in slots:
        if slot.occasion.moment in MEASUREMENTS:
            for entry in slot.entries:
                codes = [
                    code
                    for code in codes_of(entry.told)
                    if code not in slot.asked or slot.filling(code) is not entry
                ]
                yield entry, codes


def _about_order(about: ExportedRecord) -> tuple[object, ...]:
    return (
        *(LEVELS.index(about.level), MOMENTS.index(about.moment), about.subject, about.sheet),
        *(about.observed_on, about.submitted_at, about.organisation, about.record),
    )


def _unplanned(entry: Entry, code: str, versions: Versions) -> Cell:
    about, told = entry.about, entry.told[code]
    return Cell(
        *(about.level, about.moment, about.subject, about.sheet, code),
        *(told.status.value, told.reason, told.questions, told.answered),
        record=about,
        is_comparable=versions.comparable(about).get(code),
    )
