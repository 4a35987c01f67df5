"""The path: which questions apply, which are answered, which one comes next.

It is computed from the questions and the answers at every turn and stored nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flows.expressions import Instance
from flows.kinds import KINDS, Asking
from flows.record import LEFT_OUT, Answer, Status
from flows.sheet import AREAS, Choice, Question, Sheet, choice_key
from flows.texts import SILENT, Say


@dataclass(frozen=True, slots=True)
class Place:
    """One question's place on the path; `answer` is None while it is open."""

    question: Question
    answer: Answer | None
    choices: tuple[Choice, ...] = ()
    total: int | None = None
    default: str = ""

    @property
    def is_skipped(self) -> bool:
        """Whether the logic of the sheet leaves the question out."""
        return self.answer is not None and self.answer.status is Status.SKIPPED


@dataclass(frozen=True)
class Path:
    """All places of a registration in order, with the document that its expressions read."""

    places: tuple[Place, ...]
    instance: Instance

    @cached_property
    def asked(self) -> list[Place]:
        """The places that a person answers, on the path."""
        return [place for place in self.places if place.question.is_asked and not place.is_skipped]

    @cached_property
    def open(self) -> Place | None:
        """The first question without a valid answer."""
        return next((place for place in self.asked if place.answer is None), None)

    def place(self, name: str) -> Place | None:
        """Return a question's place if it is to be asked."""
        return next((place for place in self.asked if place.question.name == name), None)

    def before(self, name: str) -> Place | None:
        """Return the place that is asked before the named one; the last one for ""."""
        names = [place.question.name for place in self.asked]
        index = names.index(name) if name in names else len(names)
        return self.asked[index - 1] if index else None


class PathFinder:
    """Walks the questions of one registration."""

    def __init__(self, sheet: Sheet, areas: Mapping[str, str], today: date) -> None:
        self._sheet = sheet
        self._areas = areas
        self._today = today

    def walk(self, questions: Sequence[Question], answers: Mapping[str, Answer]) -> Path:
        """Return the path for these answers; one that does not fit any more counts as open."""
        instance = Instance(self._today)
        for question in self._sheet.questions:
            instance.put(question.name, "")
        places = [
            self._place(question, answers.get(question.name), instance) for question in questions
        ]
        return Path(tuple(places), instance)

    def asking(self, place: Place, entry: object, say: Say, languages: Sequence[str]) -> Asking:
        """Return the question of a place as it is put to a worker."""
        labels = {
            choice.name: self.label(place.question, choice, say.language)
            for choice in place.choices
        }
        others = {
            choice.name: tuple(
                dict.fromkeys(self.label(place.question, choice, other) for other in languages)
            )
            for choice in place.choices
        }
        return Asking(
            place.question,
            place.choices,
            labels,
            others,
            entry,
            place.total,
            place.default,
            self._today,
            say,
        )

    def label(self, question: Question, choice: Choice, language: str) -> str:
        """Return a choice's label; an area is called what the project calls it."""
        if question.list_name == AREAS:
            return self._areas.get(choice.name, choice.name)
        return self._sheet.text(language, choice_key(question, choice.name))

    def _place(self, question: Question, answer: Answer | None, instance: Instance) -> Place:
        if question.relevant and not instance.truth(question.relevant):
            return Place(question, Answer(Status.SKIPPED))
        if not question.is_asked:
            return Place(question, self._worked_out(question, instance))
        place = Place(
            question,
            answer,
            choices=self._choices(question, instance),
            total=_whole(instance.text(question.total)) if question.total else None,
            default=_default(question, instance),
        )
        if answer is None or not self._holds(place, answer, instance):
            return Place(question, None, place.choices, place.total, place.default)
        if answer.status is Status.ANSWERED and answer.value is not None:
            instance.put(question.name, KINDS[question.type].node(answer.value))
        return place

    def _worked_out(self, question: Question, instance: Instance) -> Answer:
        value = (
            instance.text(question.calculation)
            if question.calculation
            else _default(question, instance)
        )
        instance.put(question.name, value)
        return Answer(Status.ANSWERED, value) if value else Answer(Status.NOT_APPLICABLE)

    def _choices(self, question: Question, instance: Instance) -> tuple[Choice, ...]:
        if question.list_name == AREAS:
            return tuple(Choice(name, label) for name, label in self._areas.items())
        if not question.choice_filter:
            return question.choices
        return tuple(choice for choice in question.choices if _is_left(question, choice, instance))

    def _holds(self, place: Place, answer: Answer, instance: Instance) -> bool:
        question = place.question
        if answer.status is not Status.ANSWERED or answer.value is None:
            return answer.reason != LEFT_OUT or not question.required
        offered = Asking(
            question, place.choices, {}, {}, None, place.total, "", self._today, SILENT
        )
        if not KINDS[question.type].fits(answer.value, offered):
            return False
        return permits(question.constraint, question, answer, instance)


def permits(condition: str, question: Question, answer: Answer, instance: Instance) -> bool:
    """Whether a constraint or warning holds for an answer; one that is not there always does."""
    if not condition or answer.status is not Status.ANSWERED or answer.value is None:
        return True
    instance.put(question.name, KINDS[question.type].node(answer.value))
    holds = instance.truth(condition, at=question.name)
    instance.put(question.name, "")
    return holds


def _is_left(question: Question, choice: Choice, instance: Instance) -> bool:
    return instance.leaves(question.choice_filter, {"name": choice.name, **choice.columns})


def _default(question: Question, instance: Instance) -> str:
    if "(" in question.default or "${" in question.default:
        return instance.text(question.default)
    return question.default


def _whole(text: str) -> int | None:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return None
