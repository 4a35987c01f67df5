"""A question is put, and its answer checked."""

from datetime import date

from flows.access import ROLES
from flows.conversation import Draft
from flows.jumps import is_jump
from flows.kinds import KINDS, PAGE, Outcome, Partial, Refused, Taken
from flows.kinds import Asking as Question
from flows.matching import Option
from flows.path import Place, permits
from flows.record import LEFT_OUT, Answer, Status, Value
from flows.session import Screen, Session
from flows.states.deadlines import locked_out
from flows.states.leaving import pause
from flows.states.wording import (
    STATUS_NAMES,
    before_line,
    head,
    label,
    narrow,
    previous_line,
    shortened,
    shown,
    turn_page,
    turning,
)

EXPLAINED = ("counts",)
"""The question types whose buttons do not explain themselves."""


class Asking:
    """Shows the question at hand with its choices, why some answers are missing, and the way."""

    def show(self, session: Session) -> Screen:
        """Show the question."""
        place = at_hand(session)
        kind, count = KINDS[place.question.type], len(place.choices)
        choices = narrow(kind.options(put(session, place)))
        rows = [
            *choices,
            *turning(session, count, PAGE),
            *self._missing(session, place),
            *self._way(session, place),
        ]
        # A button that is a number itself is not reached by another number.
        digits = kind.digits or any(item.label.isdecimal() for row in choices for item in row)
        text, place_head = "", ""
        if not session.buttons_only:
            text, place_head = self._text(session, place), self._head(session, place)
        return Screen(text, rows, place_head, digits, more=count > PAGE)

    def tap(self, session: Session, action: str) -> None:
        """Take an answer, or move."""
        verb, _, argument = action.partition(":")
        place = at_hand(session)
        if verb == "v":
            kind = KINDS[place.question.type]
            self._outcome(session, place, kind.tap(argument, put(session, place)))
        elif verb == "m" and argument in place.question.missing:
            keep(session, place, Answer(Status(argument)))
        elif verb == "skip" and not place.question.required:
            keep(session, place, Answer(Status.NOT_DONE, reason=LEFT_OUT))
        elif verb == "keep" and place.answer is not None:
            session.change_draft(focus="", entry=None)
            session.change(page=0)
        elif verb == "e":
            look_at(session, argument)
        elif verb == "page":
            turn_page(session, argument)
        else:
            self._go(session, verb)

    def _go(self, session: Session, verb: str) -> None:
        if verb == "back":
            self.back(session)
        elif verb == "why":
            session.notices.append(why(session))
        elif verb == "excuse" and _can_excuse(session):
            session.move("excuse", page=0)
        elif verb == "pause":
            pause(session)

    def read(self, session: Session, text: str) -> None:
        """Understand a typed answer."""
        place = at_hand(session)
        kind = KINDS[place.question.type]
        self._outcome(session, place, kind.read(text, put(session, place)))

    def back(self, session: Session) -> None:
        """Go to the question before, or to the menu from the first one."""
        before = session.path.before(at_hand(session).question.name)
        if before is None:
            pause(session)
        else:
            look_at(session, before.question.name)

    def _outcome(self, session: Session, place: Place, outcome: Outcome) -> None:
        if isinstance(outcome, Refused):
            session.notices.append(outcome.message)
        elif isinstance(outcome, Partial):
            session.change_draft(entry=outcome.entry)
        else:
            check(session, place, outcome)

    def _text(self, session: Session, place: Place) -> str:
        question, lines = place.question, []
        if before := before_line(session, place):
            lines.append(before)
        if section := self._new_section(session, place):
            lines.append(f"— {section} —")
        lines.append(session.text(question, "label"))
        if hint := session.text(question, "hint"):
            lines.append(hint)
        if place.answer is not None:
            lines.append(session.say("Your answer now: {answer}", answer=shown(session, place)))
        elif before := previous_line(session, place):
            lines.append(before)
        lines += _entered(session, place)
        if question.type in EXPLAINED:
            lines.append(KINDS[question.type].accepts(put(session, place)))
        return "\n".join(lines)

    def _head(self, session: Session, place: Place) -> str:
        path = session.path
        number = path.number(place.question.name)
        progress = session.say("{number} of {all}", number=number, all=len(path.asked))
        return f"{head(session)} · {progress}"

    def _new_section(self, session: Session, place: Place) -> str:
        before = session.path.before(place.question.name)
        if not place.question.section or (
            before and before.question.section == place.question.section
        ):
            return ""
        key = f"{session.sheet.name}.{place.question.section}.label"
        return session.sheet.text(session.conversation.language, key)

    def _missing(self, session: Session, place: Place) -> list[list[Option]]:
        if not KINDS[place.question.type].stored:
            return []
        row = [
            session.option(STATUS_NAMES[Status(name)], f"m:{name}")
            for name in place.question.missing
        ]
        if not place.question.required:
            row.append(session.option("Leave out", "skip"))
        return [row] if row else []

    def _way(self, session: Session, place: Place) -> list[list[Option]]:
        row = [
            session.option("‹ Back", "back"),
            session.option("ⓘ Why?", "why"),
            session.option("Pause", "pause"),
        ]
        if place.answer is not None:
            row.insert(0, session.option("Keep ›", "keep"))
        excuse = [[session.option("Not done, because…", "excuse")]] if _can_excuse(session) else []
        return [*offer(session), *excuse, row]


def _entered(session: Session, place: Place) -> list[str]:
    """Return what was ticked on all pages, or that an earlier answer had to go."""
    entry = session.draft.entry
    if isinstance(entry, list) and entry and len(place.choices) > PAGE:
        ticked = KINDS[place.question.type].show(entry, put(session, place))
        return [session.say("Ticked: {answer}", answer=ticked)]
    if place.answer is None and place.question.name in session.draft.answers:
        return [session.say("What you answered here before does not fit any more.")]
    return []


def _can_excuse(session: Session) -> bool:
    """Whether a whole measurement can be given up: nothing of it is answered or saved."""
    draft = session.draft
    return draft.moment != "continuous" and not (draft.answers or draft.revision or draft.practice)


def at_hand(session: Session) -> Place:
    """Return the place of the question at hand; in this state there always is one."""
    place = session.place
    if place is None:
        message = "asking without a question"
        raise RuntimeError(message)
    return place


def put(session: Session, place: Place) -> Question:
    """Return a place's question as it stands on the screen: half answered, on a page."""
    return session.asking(place, session.draft.entry, session.conversation.page)


def check(session: Session, place: Place, taken: Taken) -> None:
    """Keep an answer, put it once more where it is unusual, or say why it cannot be right."""
    question, answer = place.question, Answer(Status.ANSWERED, taken.value)
    if message := impossible(session, place, answer):
        session.notices.append(message)
    elif not permits(question.warning, question, answer, session.path.instance) or is_jump(
        question.type, session.draft.previous.get(question.name), taken.value, len(place.choices)
    ):
        session.change_draft(doubted=taken.value)
        session.move("doubt")
    else:
        keep(session, place, answer)


def impossible(session: Session, place: Place, answer: Answer) -> str:
    """Return why the sheet, or the plan, does not permit an answer; "" if they do."""
    question = place.question
    if permits(question.constraint, question, answer, session.path.instance):
        if question.name != session.sheet.observed_on:
            return ""
        return locked_out(session, session.draft, date.fromisoformat(str(answer.value)))
    return session.text(question, "constraint_message") or session.say("That cannot be right.")


def keep(session: Session, place: Place, answer: Answer) -> None:
    """Put an answer into the draft and let go of the question."""
    answers = {**session.draft.answers, place.question.name: answer}
    session.change_draft(answers=answers, focus="", entry=None, doubted=None, kept=False)
    if session.conversation.page:
        session.change(page=0)
    session.answered = f"{session.draft.number}.{place.question.name}"


def look_at(session: Session, name: str) -> None:
    """Show a question again, with what was answered as a start for answering anew."""
    place = session.path.place(name)
    if place is None:
        return
    session.change_draft(focus=name, entry=_entry(session.draft, name), doubted=None)
    session.change(page=0)


def _entry(draft: Draft, name: str) -> object:
    answer = draft.answers.get(name)
    value: Value | None = answer.value if answer else None
    return (
        {"counts": value} if isinstance(value, dict) else value if isinstance(value, list) else None
    )


def offer(session: Session) -> list[list[Option]]:
    """Return the button that changes an earlier answer, to the value that was proposed if any."""
    place = session.path.place(session.conversation.offer)
    if place is None:
        return []
    if (proposed := session.conversation.proposed) is not None:
        value = KINDS[place.question.type].show(proposed, session.asking(place))
        return [[Option(session.say("Change to: {answer}", answer=shortened(value)), "take")]]
    text = session.say("Change: {question}", question=label(session, place))
    return [[Option(text, f"e:{place.question.name}")]]


def why(session: Session) -> str:
    """Return what a question is for: its indicator's definition, reason, example and registrar."""
    place = at_hand(session)
    question, sheet, say = place.question, session.sheet, session.say
    language = session.conversation.language
    accepts = KINDS[question.type].accepts(put(session, place))
    parts = [session.text(question, "guidance_hint")]
    if indicator := sheet.by_code.get(question.indicator):
        texts = {
            column: sheet.text(language, f"indicators.{indicator.code}.{column}")
            for column in ("name", "definition", "reason", "example")
        }
        registrar = say(ROLES[indicator.registrar].name)
        # An organisation's own indicator may have no more to say than its name.
        definition = "" if texts["definition"] in (texts["name"], parts[0]) else texts["definition"]
        name = f"{texts['name']} ({indicator.code})"
        parts += [
            say("{label}: {value}", label=name, value=definition) if definition else name,
            say("Why: {reason}", reason=texts["reason"]) if texts["reason"] else "",
            say("For example: {example}", example=texts["example"]) if texts["example"] else "",
            say("To be registered by: {registrar}", registrar=registrar),
        ]
    elif not parts[0]:
        parts.append(say("This helps to read the other answers of this registration."))
    return "\n".join([*(part for part in parts if part), accepts])
