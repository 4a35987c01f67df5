"""Texts that several states use: where one is, which moment, how many."""

from collections.abc import Iterable, Mapping

from flows.conversation import Draft
from flows.kinds import KINDS, Asking, Kind
from flows.local import show_date
from flows.matching import Option
from flows.pages import first_of
from flows.path import Place
from flows.questionnaire import MOMENT_NAMES
from flows.record import LEFT_OUT, Answer, Record, Status, StoredRecord
from flows.session import Session
from flows.sheet import AREAS, Question, Sheet
from flows.texts import Say, marked

STATUS_NAMES = {
    Status.DONT_KNOW: marked("Not known"),
    Status.REFUSED: marked("Declined"),
    Status.NOT_APPLICABLE: marked("Not applicable"),
    Status.SKIPPED: marked("Skipped"),
    Status.NOT_DONE: marked("Not done"),
}
PROVENANCE_NAMES = {"phone": marked("by phone"), "paper": marked("from paper")}
LABEL_LENGTH = 60
LINE_LENGTH = 79
ANSWER_LENGTH = 50
WIDEST = 8
"""How many buttons Telegram draws in a row."""


def moment_name(say: Say, moment: str) -> str:
    """Return what a moment is called."""
    return say(MOMENT_NAMES[moment])


def draft_title(session: Session, draft: Draft) -> str:
    """Return "Participant · K7-N · baseline": which registration this is."""
    sheet = session.sheet_of(draft)
    title = sheet.text(session.conversation.language, f"{sheet.name}.title")
    moment = "" if draft.moment == "continuous" else moment_name(session.say, draft.moment)
    return " · ".join(part for part in (title, draft.subject, moment) if part)


def going_on(session: Session, draft: Draft, title: str) -> str:
    """Return what a button says that goes on with a registration, and how far it has come."""
    places = session.path_of(draft).asked
    return session.say(
        "▸ Go on: {title} ({done} of {all})",
        title=title,
        done=sum(place.answer is not None for place in places),
        all=len(places),
    )


def receipt_of(record: str) -> str:
    """Return the short form of a record's id, to quote to a coordinator."""
    return record.split("-", maxsplit=1)[0]


def provenance_line(session: Session) -> str:
    """Return one line that says for whom a registration was entered; "" if for oneself."""
    draft, say = session.draft, session.say
    if not draft.provenance:
        return ""
    how = say(PROVENANCE_NAMES[draft.provenance])
    if not draft.entered_for:
        return say("Entered for a colleague, {how}", how=how)
    return say("Entered for {person}, {how}", person=draft.entered_for, how=how)


def record_title(session: Session, item: Record | StoredRecord) -> str:
    """Return which registration a stored record is, with its day."""
    sheet = session.context.sheets.get((item.sheet, item.sheet_version))
    title = (
        sheet.text(session.conversation.language, f"{item.sheet}.title") if sheet else item.sheet
    )
    moment = "" if item.moment == "continuous" else moment_name(session.say, item.moment)
    day = show_date(item.observed_on, session.conversation.language)
    return " · ".join(part for part in (title, item.subject, moment, day) if part)


def head(session: Session) -> str:
    """Return the line above a question: project, registration."""
    project = session.project_of(session.draft)
    title = draft_title(session, session.draft)
    return f"{project.name} · {title}" if project else title


def shown(session: Session, place: Place) -> str:
    """Return a place's answer for people, with its remark."""
    answer = place.answer
    if answer is None:
        return "–"
    if answer.status is Status.ANSWERED and answer.value is not None:
        text = kind_of(place).show(answer.value, session.asking(place))
    elif answer.reason == LEFT_OUT:
        text = session.say("Left out")
    else:
        text = session.say(STATUS_NAMES[answer.status])
    remark = session.draft.remarks.get(place.question.name, "")
    return f"{text} ({remark})" if remark else text


def kind_of(place: Place) -> Kind:
    """Return the question type of a place."""
    return KINDS[place.question.type]


def turning(session: Session, count: int, most: int) -> list[list[Option]]:
    """Return the row of buttons that turns the page, where there are more things than fit."""
    if count <= most:
        return []
    page = first_of(count, session.conversation.page, most) // most
    row = [session.option("‹ Earlier", f"page:{page - 1}")] if page else []
    if (page + 1) * most < count:
        row.append(session.option("More ›", f"page:{page + 1}"))
    return [row]


def turn_page(session: Session, argument: str) -> None:
    """Turn to a page; there are buttons only for pages that there are."""
    session.change(page=int(argument))


def narrow(rows: Iterable[list[Option]]) -> list[list[Option]]:
    """Break rows that are too wide for a phone."""
    return [row[first : first + WIDEST] for row in rows for first in range(0, len(row), WIDEST)]


def before_line(session: Session, place: Place) -> str:
    """Return one line with the answer to the question before a place; "" if there is none."""
    before = session.path.before(place.question.name)
    if before is None or before.answer is None or not kind_of(before).stored:
        return ""
    answer = shortened(shown(session, before), ANSWER_LENGTH)
    question = session.text(before.question, "label").rstrip("?: \u00a0\u202f")
    question = shortened(question, LINE_LENGTH - len("✓  : ") - len(answer))
    return "✓ " + session.say("{label}: {value}", label=question, value=answer)


def recorded(
    session: Session, sheet: Sheet, record: Record, answers: Mapping[str, Answer]
) -> list[str]:
    """Return a line for each answer of a stored record."""
    language, lines = session.conversation.language, []
    for question in sheet.questions:
        answer = answers.get(question.name)
        if answer is None or not KINDS[question.type].stored:
            continue
        text = sheet.text(language, f"{sheet.name}.{question.name}.label")
        lines.append(f"• {text} {_of_record(session, sheet, question, answer, record)}")
    return lines


def _of_record(
    session: Session, sheet: Sheet, question: Question, answer: Answer, record: Record
) -> str:
    if answer.status is not Status.ANSWERED or answer.value is None:
        return session.say(STATUS_NAMES[answer.status])
    project = session.project(record.project)
    areas = {area.name: area.label for area in project.areas} if project else {}
    labels = (
        areas if question.list_name == AREAS else sheet.labels(question.name, session.say.language)
    )
    asking = Asking(
        question, question.choices, labels, {}, None, None, "", session.context.today, session.say
    )
    return KINDS[question.type].show(answer.value, asking)


def previous_line(session: Session, place: Place) -> str:
    """Return one line with what was answered at the measurement before; "" if nothing was."""
    draft = session.draft
    answer = draft.previous.get(place.question.name)
    if answer is None or answer.value is None:
        return ""
    text = kind_of(place).show(answer.value, session.asking(place))
    moment = moment_name(session.say, draft.previous_moment)
    value = shortened(text, ANSWER_LENGTH)
    return session.say("At the {moment} it was: {value}", moment=moment, value=value)


def label(session: Session, place: Place) -> str:
    """Return a question's label on one line, shortened where it is long."""
    return shortened(session.text(place.question, "label"))


def shortened(text: str, most: int = LABEL_LENGTH) -> str:
    """Return a text, cut off where it is longer than it may be."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
