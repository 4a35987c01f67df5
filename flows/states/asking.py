"""A question is put, and its answer checked."""

from flows.conversation import Draft
from flows.kinds import KINDS, Outcome, Partial, Refused, Taken
from flows.matching import Option
from flows.path import Place, permits
from flows.record import LEFT_OUT, Answer, Status, Value
from flows.session import Screen, Session
from flows.states.leaving import pause
from flows.states.wording import REGISTRAR_NAMES, STATUS_NAMES, head, label, shown

EXPLAINED = ("counts",)
"""The question types whose buttons do not explain themselves."""


class Asking:
    """Shows the question at hand with its choices, why some answers are missing, and the way."""

    def show(self, session: Session) -> Screen:
        """Show the question."""
        place = at_hand(session)
        kind = KINDS[place.question.type]
        asking = session.asking(place, session.draft.entry)
        rows = [*kind.options(asking), *self._missing(session, place), *self._way(session, place)]
        return Screen(
            self._text(session, place), rows, self._head(session, place), digits=kind.digits
        )

    def tap(self, session: Session, action: str) -> None:
        """Take an answer, or move."""
        verb, _, argument = action.partition(":")
        place = at_hand(session)
        if verb == "v":
            asking = session.asking(place, session.draft.entry)
            self._outcome(session, place, KINDS[place.question.type].tap(argument, asking))
        elif verb == "m" and argument in place.question.missing:
            keep(session, place, Answer(Status(argument)))
        elif verb == "skip" and not place.question.required:
            keep(session, place, Answer(Status.NOT_DONE, reason=LEFT_OUT))
        elif verb == "keep" and place.answer is not None:
            session.change_draft(focus="", entry=None)
        elif verb == "e":
            look_at(session, argument)
        elif verb == "back":
            self.back(session)
        elif verb == "why":
            session.notices.append(why(session))
        elif verb == "pause":
            pause(session)

    def read(self, session: Session, text: str) -> None:
        """Understand a typed answer."""
        place = at_hand(session)
        asking = session.asking(place, session.draft.entry)
        self._outcome(session, place, KINDS[place.question.type].read(text, asking))

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
            self._check(session, place, outcome)

    def _check(self, session: Session, place: Place, taken: Taken) -> None:
        question, answer = place.question, Answer(Status.ANSWERED, taken.value)
        if not permits(question.constraint, question, answer, session.path.instance):
            message = session.text(question, "constraint_message")
            session.notices.append(message or session.say("That cannot be right."))
        elif not permits(question.warning, question, answer, session.path.instance):
            session.change_draft(doubted=taken.value)
            session.move("doubt")
        else:
            keep(session, place, answer)

    def _text(self, session: Session, place: Place) -> str:
        question, lines = place.question, []
        if section := self._new_section(session, place):
            lines.append(f"— {section} —")
        lines.append(session.text(question, "label"))
        if hint := session.text(question, "hint"):
            lines.append(hint)
        if place.answer is not None:
            lines.append(session.say("Your answer now: {answer}", answer=shown(session, place)))
        if question.type in EXPLAINED:
            accepts = KINDS[question.type].accepts(session.asking(place, session.draft.entry))
            lines.append(accepts)
        return "\n".join(lines)

    def _head(self, session: Session, place: Place) -> str:
        places = session.path.asked
        number = next(
            index
            for index, item in enumerate(places, 1)
            if item.question.name == place.question.name
        )
        progress = session.say("{number} of {all}", number=number, all=len(places))
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
        return [*offer(session), row]


def at_hand(session: Session) -> Place:
    """Return the place of the question at hand; in this state there always is one."""
    place = session.place
    if place is None:
        message = "asking without a question"
        raise RuntimeError(message)
    return place


def keep(session: Session, place: Place, answer: Answer) -> None:
    """Put an answer into the draft and let go of the question."""
    answers = {**session.draft.answers, place.question.name: answer}
    session.change_draft(answers=answers, focus="", entry=None, doubted=None, kept=False)


def look_at(session: Session, name: str) -> None:
    """Show a question again, with what was answered as a start for answering anew."""
    place = session.path.place(name)
    if place is None:
        return
    session.change_draft(focus=name, entry=_entry(session.draft, name), doubted=None)


def _entry(draft: Draft, name: str) -> object:
    answer = draft.answers.get(name)
    value: Value | None = answer.value if answer else None
    return (
        {"counts": value} if isinstance(value, dict) else value if isinstance(value, list) else None
    )


def offer(session: Session) -> list[list[Option]]:
    """Return the button that changes the answer which an old button belonged to."""
    place = session.path.place(session.conversation.offer)
    if place is None:
        return []
    text = session.say("Change: {question}", question=label(session, place))
    return [[Option(text, f"e:{place.question.name}")]]


def why(session: Session) -> str:
    """Return what a question is for: its indicator's definition, reason, example and registrar."""
    place = at_hand(session)
    question, sheet, say = place.question, session.sheet, session.say
    language = session.conversation.language
    accepts = KINDS[question.type].accepts(session.asking(place, session.draft.entry))
    parts = [session.text(question, "guidance_hint")]
    if indicator := sheet.by_code.get(question.indicator):
        texts = {
            column: sheet.text(language, f"indicators.{indicator.code}.{column}")
            for column in ("name", "definition", "reason", "example")
        }
        registrar = say(REGISTRAR_NAMES[indicator.registrar])
        parts += [
            say(
                "{label}: {value}",
                label=f"{texts['name']} ({indicator.code})",
                value=texts["definition"],
            ),
            say("Why: {reason}", reason=texts["reason"]),
            say("For example: {example}", example=texts["example"]),
            say("To be registered by: {registrar}", registrar=registrar),
        ]
    elif not parts[0]:
        parts.append(say("This helps to read the other answers of this registration."))
    return "\n".join([*(part for part in parts if part), accepts])
