"""What is asked and how the simulated workers go about it; light, because each side reads it."""

import json
from dataclasses import dataclass
from pathlib import Path

TOKEN = "123456:LOCAL-test-token"
FIRST_ACCOUNT = 1001
HANDBOOK = Path(__file__).parent / "handbook"
SHEET = "week"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The same title, questions and choices for each side, the latter by their names."""

    title: str
    questions: dict[str, str]
    choices: dict[str, str]


@dataclass(frozen=True, slots=True)
class Order:
    """What the workers do.

    Each answers one question after the other, `warm_up` answers of all together before the
    measured ones. `rate` is how many taps a second they make together, at random times; 0 lets
    them tap as soon as they see the question. Before that, `crowd` people answer three questions
    each and leave it at that.
    """

    workers: int = 200
    warm_up: int = 1000
    answers: int = 6000
    rate: float = 0.0
    crowd: int = 0
    seed: int = 1

    @property
    def people(self) -> int:
        """How many accounts take part."""
        return max(self.workers, self.crowd)


def of_handbook() -> Questionnaire:
    """Read what is asked from the handbook of this benchmark."""
    from flows import checking

    sheet = checking.load(HANDBOOK).sheets[SHEET]
    asked = [question for question in sheet.questions if question.type == "select_one"]
    return Questionnaire(
        sheet.title,
        {question.name: question.label for question in asked},
        {choice.name: choice.label for choice in asked[0].choices},
    )


def read(path: str) -> Questionnaire:
    """Read what is asked from the file that `of_handbook` was written to."""
    return Questionnaire(**json.loads(Path(path).read_text(encoding="utf-8")))
