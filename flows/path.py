"""The path: which questions apply, which are answered, which one comes next.

It is computed from the questions and the answers at every turn and stored nowhere.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.instance import Instance
from flows.kinds import KINDS
from flows.record import LEFT_OUT, Answer, Status
from flows.sheet import AREAS, Choice, Question, Sheet

SKIPPED = Answer(Status.SKIPPED)


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


class Path:
    """All places of a registration in order, with the document that its expressions read.

    `asked` are the places that a person answers, `open` the first of them without a valid answer.
    """

    def __init__(
        self, places: tuple[Place, ...], instance: Instance, answers: Mapping[str, Answer]
    ) -> None:
        self.places = places
        self.instance = instance
        self.answers = answers
        self.asked = [place for place in places if place.question.is_asked and not place.is_skipped]
        self.open = next((place for place in self.asked if place.answer is None), None)
        self._indexes = {place.question.name: index for index, place in enumerate(self.asked)}

    def place(self, name: str) -> Place | None:
        """Return a question's place if it is to be asked."""
        index = self._indexes.get(name)
        return None if index is None else self.asked[index]

    def number(self, name: str) -> int:
        """Return which of the places that are asked this is, from 1."""
        return self._indexes[name] + 1

    def before(self, name: str) -> Place | None:
        """Return the place that is asked before the named one; the last one for ""."""
        index = self._indexes.get(name, len(self.asked))
        return self.asked[index - 1] if index else None


class PathFinder:
    """Walks the questions of one registration."""

    def __init__(
        self, sheet: Sheet, areas: Mapping[str, str], indicators: Collection[str], today: date
    ) -> None:
        self._sheet = sheet
        self._areas = areas
        self._chosen = frozenset(indicators)
        self._today = today

    def walk(self, questions: Sequence[Question], answers: Mapping[str, Answer]) -> Path:
        """Return the path for these answers; one that does not fit any more counts as open."""
        instance = Instance(self._today, self._sheet.by_name)
        places = [
            self._place(question, answers.get(question.name), instance) for question in questions
        ]
        return Path(tuple(places), instance, answers)

    def again(self, path: Path, answers: Mapping[str, Answer]) -> Path:
        """Return the path after some answers changed; a place that reads none of them stays."""
        changed = {
            name
            for name in answers.keys() | path.answers.keys()
            if answers.get(name) != path.answers.get(name)
        }
        instance, places = path.instance.copied(), []
        for place in path.places:
            name = place.question.name
            if name in changed or not changed.isdisjoint(self._sheet.reads[name]):
                before = instance.said(name)
                instance.put(name, "")
                places.append(self._place(place.question, answers.get(name), instance))
                if instance.said(name) != before:
                    changed.add(name)
            else:
                places.append(place)
        return Path(tuple(places), instance, answers)

    def labels(self, question: Question, language: str) -> Mapping[str, str]:
        """Return the labels of a question's choices; an area is called what the project says."""
        if question.list_name == AREAS:
            return self._areas
        return self._sheet.labels(question.name, language)

    def labels_everywhere(
        self, question: Question, languages: tuple[str, ...]
    ) -> Mapping[str, tuple[str, ...]]:
        """Return the labels of a question's choices in each of these languages."""
        if question.list_name == AREAS:
            return {name: (label,) for name, label in self._areas.items()}
        return self._sheet.labels_everywhere(question.name, languages)

    def _place(self, question: Question, answer: Answer | None, instance: Instance) -> Place:
        if question.relevant and not instance.truth(question.relevant):
            return Place(question, SKIPPED)
        if not question.is_asked:
            return Place(question, self._worked_out(question, instance))
        choices = self._choices(question, instance)
        total = _whole(instance.text(question.total)) if question.total else None
        default = _default(question, instance) if question.default else ""
        place = Place(question, answer, choices, total, default)
        if answer is None:
            return place
        if not self._holds(place, answer, instance):
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
        if question.name in self._sheet.with_all_choices:
            return question.choices
        return tuple(
            choice
            for choice in question.choices
            if (not choice.indicators or not self._chosen.isdisjoint(choice.indicators))
            and (not question.choice_filter or _is_left(question, choice, instance))
        )

    def _holds(self, place: Place, answer: Answer, instance: Instance) -> bool:
        question = place.question
        if answer.status is not Status.ANSWERED or answer.value is None:
            return answer.reason != LEFT_OUT or not question.required
        if not KINDS[question.type].fits(answer.value, place):
            return False
        return permits(question.constraint, question, answer, instance)


def permits(condition: str, question: Question, answer: Answer, instance: Instance) -> bool:
    """Whether a constraint or warning holds for an answer; one that is not there always does."""
    if not condition or answer.status is not Status.ANSWERED or answer.value is None:
        return True
    answered = instance.as_if(question.name, KINDS[question.type].node(answer.value))
    return answered.truth(condition, at=question.name)


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
