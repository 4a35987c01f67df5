"""Turns a draft into a record: one value for every question on its path, and why others miss."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from flows.conversation import Draft
from flows.kinds import KINDS
from flows.kinds.unasked import READ
from flows.path import Path, Place
from flows.questionnaire import registrar
from flows.record import NOT_YET_ASKED, Answer, Record, RecordValue, Status
from flows.sheet import REGISTRARS, Question, Sheet


def record_of(draft: Draft, sheet: Sheet, path: Path, person: str, *, complete: bool) -> Record:
    """Return the next revision of a draft's record.

    Answers to questions that fell off the path are set aside, not among the values.
    """
    role = _role(draft, sheet, path)
    values = [
        value
        for place in path.places
        if KINDS[place.question.type].stored
        for value in _values(draft, sheet, place, role)
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
        reason=draft.reason,
        entered_for=draft.entered_for,
        provenance=draft.provenance,
    )


def not_done(draft: Draft, sheet: Sheet, path: Path, person: str, reason: str) -> Record:
    """Return the record of a measurement that was not done: each question says why."""
    role, answer = _role(draft, sheet, path), Answer(Status.NOT_DONE, reason=reason)
    values = [
        value
        for place in path.places
        if KINDS[place.question.type].stored
        for value in _values(draft, sheet, replace(place, answer=answer), role)
    ]
    record = record_of(draft, sheet, path, person, complete=True)
    return replace(record, values=tuple(values), set_aside={}, reason=reason)


def answers_of(record: Record, sheet: Sheet) -> dict[str, Answer]:
    """Return a record's answers as a draft holds them, ready to be corrected."""
    cells: dict[str, list[RecordValue]] = {}
    for value in record.values:
        question = sheet.by_name.get(value.question)
        if question is not None and question.is_asked and value.status is not Status.SKIPPED:
            cells.setdefault(value.question, []).append(value)
    read = {
        question.name: Answer(Status.ANSWERED, READ)
        for question in sheet.questions
        if question.is_asked and not KINDS[question.type].stored
    }
    return read | {
        name: _answer(sheet.by_name[name], found)
        for name, found in cells.items()
        if found[0].reason != NOT_YET_ASKED
    }


def _answer(question: Question, found: Sequence[RecordValue]) -> Answer:
    first = found[0]
    if first.status is not Status.ANSWERED:
        return Answer(first.status, reason=first.reason)
    cells = [(item.category, item.value) for item in found]
    return Answer(Status.ANSWERED, KINDS[question.type].value(cells))


def _role(draft: Draft, sheet: Sheet, path: Path) -> str:
    """Return the role that registers the questions without an indicator."""
    codes = [place.question.indicator for place in path.places if place.question.indicator]
    found = [registrar(sheet, code, draft.registrars) for code in codes]
    return sheet.registrar or next(iter(found), REGISTRARS[0])


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
    code = question.indicator
    cells = [("", "")]
    if answer.status is Status.ANSWERED and answer.value is not None:
        cells = KINDS[question.type].cells(answer.value, question)
    for category, value in cells:
        yield RecordValue(
            position=sheet.positions[question.name],
            question=question.name,
            category=category,
            indicator=question.indicator,
            role=registrar(sheet, code, draft.registrars) if code else role,
            type=question.type,
            status=answer.status,
            reason=answer.reason,
            value=value,
            remark="" if place.is_skipped else draft.remarks.get(question.name, ""),
        )
