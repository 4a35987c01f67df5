"""Begins a registration: a new one, or a record that is opened again to be changed."""

from dataclasses import replace

from flows.context import Context
from flows.conversation import Draft
from flows.project import Project
from flows.record import Answer, Record, Status
from flows.saving import answers_of
from flows.session import Session
from flows.sheet import AREAS, INDICATOR_LISTS, MOMENTS, REGISTRARS, Sheet

CHANGED = "changed"
"""The reason of a further revision of a sheet of which a project has one record only."""


def new_draft(session: Session, sheet: Sheet, project: Project, moment: str, subject: str) -> Draft:
    """Return an empty registration; a single sheet begins with what it said last."""
    context = session.context
    if sheet.single and not project.practice:
        stored = context.archive.complete(project.id, sheet.name, moment, subject)
        if stored:
            return opened(session, stored[-1], CHANGED)
    draft = Draft(
        number=session.conversation.last_number + 1,
        record=context.new_id,
        sheet=sheet.name,
        version=sheet.version,
        project=project.id,
        moment=moment,
        subject=subject,
        roles=context.roles,
        indicators=project.selection,
        areas=project.area_labels,
        begun_on=context.today.isoformat(),
        registrars=project.registrars,
        practice=project.practice,
    )
    return draft if project.practice else _with_previous(context, sheet, draft)


def opened(session: Session, record: Record, reason: str) -> Draft:
    """Return a stored record as a registration, asked as it was asked then.

    Of a single sheet the current version is asked, because it is about the project as it is now.
    """
    context = session.context
    version = record.sheet_version
    current = context.current.get(record.sheet)
    if current is not None and context.sheets[record.sheet, current].single:
        version = current
    sheet = context.sheets[record.sheet, version]
    project = session.project(record.project)
    remarks = {value.question: value.remark for value in record.values if value.remark}
    codes = {value.indicator for value in record.values if value.indicator}
    if any(question.list_name in INDICATOR_LISTS for question in sheet.questions):
        # What was chosen of the catalogue stays on offer, beside what the project registers now.
        codes |= {value.category or value.value for value in record.values} & sheet.by_code.keys()
        codes |= set(project.selection if project else ())
    return Draft(
        number=session.conversation.last_number + 1,
        record=record.record,
        sheet=record.sheet,
        version=version,
        project=record.project,
        moment=record.moment,
        subject=record.subject,
        # Who may open a record may change all of it, whoever registered it.
        roles=REGISTRARS,
        indicators=tuple(sorted(codes)),
        areas=_areas(record, sheet, project),
        begun_on=record.observed_on.isoformat(),
        revision=record.revision,
        kept=True,
        answers=answers_of(record, sheet),
        remarks=remarks | ({"": record.remark} if record.remark else {}),
        registrars=project.registrars if project else {},
        reason=reason,
        entered_for=record.entered_for,
        provenance=record.provenance,
    )


def makes_project(draft: Draft) -> bool:
    """Whether a project begins when this is saved: it is called as the record of its sheet."""
    return not draft.revision and draft.project == draft.record.lower()


def _areas(record: Record, sheet: Sheet, project: Project | None) -> dict[str, str]:
    """Return the project's areas, and that of the record where it is none of them any more."""
    labels = {area.name: area.label for area in project.areas} if project else {}
    areas = project.area_labels if project else {}
    held = {
        value.value: labels.get(value.value, value.value)
        for value in record.values
        if value.value and sheet.by_name[value.question].list_name == AREAS
    }
    return held | areas


def _with_previous(context: Context, sheet: Sheet, draft: Draft) -> Draft:
    """Add what was answered at the latest measurement before this one."""
    if draft.moment not in MOMENTS[1:3]:
        return draft
    for moment in reversed(MOMENTS[: MOMENTS.index(draft.moment)]):
        records = context.archive.complete(draft.project, sheet.name, moment, draft.subject)
        found: dict[str, Answer] = {}
        for record in records:
            found |= _shown_again(answers_of(record, sheet), sheet)
        if found:
            return replace(draft, previous=found, previous_moment=moment)
    return draft


def _shown_again(answers: dict[str, Answer], sheet: Sheet) -> dict[str, Answer]:
    shown = {
        question.name
        for question in sheet.questions
        if question.indicator and sheet.by_code[question.indicator].previous
    }
    return {
        name: answer
        for name, answer in answers.items()
        if name in shown and answer.status is Status.ANSWERED
    }
