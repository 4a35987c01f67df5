"""Texts that several states use: where one is, which moment, how many."""

from collections.abc import Sequence

from flows.conversation import Draft
from flows.kinds import KINDS, Kind
from flows.matching import Option
from flows.path import Place
from flows.record import LEFT_OUT, Status
from flows.session import Session
from flows.texts import Say, marked

MOMENT_NAMES = {
    "baseline": marked("baseline"),
    "interim": marked("interim"),
    "final": marked("final"),
    "continuous": marked("continuous"),
}
REGISTRAR_NAMES = {
    "practitioner": marked("practitioner"),
    "project_coordinator": marked("project coordinator"),
    "city_coordinator": marked("city coordinator"),
}
STATUS_NAMES = {
    Status.DONT_KNOW: marked("Not known"),
    Status.REFUSED: marked("Declined"),
    Status.NOT_APPLICABLE: marked("Not applicable"),
    Status.SKIPPED: marked("Skipped"),
    Status.NOT_DONE: marked("Not done"),
}
LABEL_LENGTH = 60


def moment_name(say: Say, moment: str) -> str:
    """Return what a moment is called."""
    return say(MOMENT_NAMES[moment])


def draft_title(session: Session, draft: Draft) -> str:
    """Return "Participant · K7-M · baseline": which registration this is."""
    sheet = session.sheet_of(draft)
    title = sheet.text(session.conversation.language, f"{sheet.name}.title")
    moment = "" if draft.moment == "continuous" else moment_name(session.say, draft.moment)
    return " · ".join(part for part in (title, draft.subject, moment) if part)


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


def paged(session: Session, options: Sequence[Option], most: int) -> list[list[Option]]:
    """Return the rows of the page that is open, and the buttons that turn it."""
    first = session.conversation.page * most
    rows = [[option] for option in options[first : first + most]]
    turning = [session.option("‹ Earlier", "page:-1")] if first else []
    turning += [session.option("More ›", "page:+1")] if first + most < len(options) else []
    return [*rows, turning] if turning else rows


def turn_page(session: Session, argument: str) -> None:
    """Turn to the next or the earlier page; the buttons are there only where there is one."""
    session.change(page=session.conversation.page + int(argument))


def label(session: Session, place: Place) -> str:
    """Return a question's label on one line, shortened where it is long."""
    text = session.text(place.question, "label")
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1].rstrip()}…"
