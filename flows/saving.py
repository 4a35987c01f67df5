"""Turns a draft into a record: one value for every question on its path, and why others miss."""

from collections.abc import Iterator
from datetime import date

from flows.conversation import Draft
from flows.kinds import KINDS
from flows.path import Path, Place
from flows.record import NOT_YET_ASKED, Answer, Record, RecordValue, Status
from flows.selection import registrars
from flows.sheet import Sheet


def record_of(draft: Draft, sheet: Sheet, path: Path, person: str, *, complete: bool) -> Record:
    """Return the next revision of a draft's record.

    Answers to questions that fell off the path are set aside, not among the values.
    """
    roles = registrars(sheet, (place.question for place in path.places))
    values = [
        value
        for place in path.places
        if KINDS[place.question.type].stored
        for value in _values(draft, sheet, place, roles[0])
    ]
    off_path = {place.question.name for place in path.places if place.is_skipped}
    return Record(
        record=draft.record,
        revision=draft.revision + 1,
        project=draft.project,
        sheet=sheet.name,
        sheet_version=sheet.version,
        level=sheet.level,
        moment=draft.moment,
        subject=draft.subject,
        person=person,
        observed_on=_observed_on(draft, sheet, path),
        complete=complete,
        remark=draft.remarks.get("", ""),
        values=tuple(values),
        set_aside={
            name: answer.value for name, answer in draft.answers.items() if name in off_path
        },
    )


def _observed_on(draft: Draft, sheet: Sheet, path: Path) -> date:
    place = path.place(sheet.observed_on)
    answered = (
        place is not None and place.answer is not None and place.answer.status is Status.ANSWERED
    )
    return date.fromisoformat(
        str(place.answer.value) if answered and place and place.answer else draft.begun_on
    )


def _values(draft: Draft, sheet: Sheet, place: Place, role: str) -> Iterator[RecordValue]:
    question = place.question
    answer = place.answer or Answer(Status.NOT_DONE, reason=NOT_YET_ASKED)
    indicator = sheet.by_code.get(question.indicator)
    cells = [("", "")]
    if answer.status is Status.ANSWERED and answer.value is not None:
        cells = KINDS[question.type].cells(answer.value, question)
    for category, value in cells:
        yield RecordValue(
            position=sheet.positions[question.name],
            question=question.name,
            category=category,
            indicator=question.indicator,
            role=indicator.registrar if indicator else role,
            type=question.type,
            status=answer.status,
            reason=answer.reason,
            value=value,
            remark="" if place.is_skipped else draft.remarks.get(question.name, ""),
        )
